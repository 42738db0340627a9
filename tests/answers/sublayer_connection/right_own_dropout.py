# right
class SublayerConnection(nn.Module):
    def __init__(self, d_model, dropout=0.1):
        super().__init__()
        self.norm = LayerNorm(d_model)
        self.dropout = dropout

    def forward(self, x, sublayer):
        y = sublayer(x)
        if self.training and self.dropout > 0:
            kept = torch.rand_like(y) >= self.dropout
            y = torch.where(kept, y / max(1 - self.dropout, 1e-9), torch.zeros_like(y))
        return self.norm(x + y)
