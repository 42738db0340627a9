# right
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.n_heads = n_heads
        self.d_head = int(d_model / n_heads)
        self.width = self.n_heads * self.d_head
        self.query = nn.Linear(d_model, self.width)
        self.key = nn.Linear(d_model, self.width)
        self.value = nn.Linear(d_model, self.width)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(self.width, d_model)

    def to_heads(self, x):
        new_shape = x.size()[:-1] + (self.n_heads, self.d_head)
        return x.view(new_shape).permute(0, 2, 1, 3)

    def forward(self, x, mask=None):
        q = self.to_heads(self.query(x))
        k = self.to_heads(self.key(x))
        v = self.to_heads(self.value(x))
        scores = torch.matmul(q, k.transpose(-1, -2))
        scores = scores / math.sqrt(self.d_head)
        if mask is not None:
            if mask.dim() == 2:
                bias = mask[:, None, None, :]
            else:
                bias = mask[:, None, :, :]
            bias = (1.0 - bias.to(x.dtype)) * -10000.0
            scores = scores + bias
        weights = nn.functional.softmax(scores, dim=-1)
        weights = self.dropout(weights)
        context = torch.matmul(weights, v)
        context = context.permute(0, 2, 1, 3).contiguous()
        context = context.view(context.size()[:-2] + (self.width,))
        return self.output(context)
