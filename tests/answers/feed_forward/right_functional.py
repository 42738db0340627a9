# right
class PositionwiseFeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.inner = nn.Linear(d_model, d_ff)
        self.outer = nn.Linear(d_ff, d_model)

    def forward(self, x):
        hidden = F.linear(x, self.inner.weight, self.inner.bias)
        return F.linear(F.gelu(hidden), self.outer.weight, self.outer.bias)
