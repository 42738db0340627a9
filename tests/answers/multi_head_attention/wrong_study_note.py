# mistakes: softmax_over_heads, dropout_fixed
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.width = d_model // n_heads
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(p=0.1)

    def forward(self, x, mask=None):
        n_sentences = x.size(0)
        if mask is not None:
            mask = padding_mask(mask)
        query, key, value = [
            layer(x).view(n_sentences, -1, self.n_heads, self.width).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        ]
        scores = torch.matmul(query, key.transpose(-2, -1)) / math.sqrt(self.width)
        if mask is not None:
            scores = scores.masked_fill(mask == 0, -1e9)
        weights = self.dropout(F.softmax(scores, dim=1))
        x = torch.matmul(weights, value)
        x = x.transpose(1, 2).contiguous().view(n_sentences, -1, self.n_heads * self.width)
        return self.output(x)
