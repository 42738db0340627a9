# right
class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, n_heads, dropout=0.1):
        super().__init__()
        self.d_k = d_model // n_heads
        self.heads = n_heads
        self.query = nn.Linear(d_model, d_model, bias=True)
        self.key = nn.Linear(d_model, d_model, bias=True)
        self.value = nn.Linear(d_model, d_model, bias=True)
        self.softmax = nn.Softmax(dim=1)
        self.output = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)
        self.scale = 1 / math.sqrt(self.d_k)
        self.attn = None

    def get_scores(self, query, key):
        return torch.einsum("ibhd,jbhd->ijbh", query, key)

    def prepare_mask(self, mask):
        if mask.dim() == 2:
            mask = mask.unsqueeze(1)
        return mask.permute(1, 2, 0).unsqueeze(-1)

    def forward(self, x, mask=None):
        x = x.transpose(0, 1)
        seq_len, batch_size, _ = x.shape
        query = self.query(x).view(seq_len, batch_size, self.heads, self.d_k)
        key = self.key(x).view(seq_len, batch_size, self.heads, self.d_k)
        value = self.value(x).view(seq_len, batch_size, self.heads, self.d_k)
        scores = self.get_scores(query, key) * self.scale
        if mask is not None:
            scores = scores.masked_fill(self.prepare_mask(mask) == 0, torch.finfo(x.dtype).min)
        attn = self.dropout(self.softmax(scores))
        out = torch.einsum("ijbh,jbhd->ibhd", attn, value)
        self.attn = attn.detach()
        out = out.reshape(seq_len, batch_size, -1)
        return self.output(out).transpose(0, 1)
