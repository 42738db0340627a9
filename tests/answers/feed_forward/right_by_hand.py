# right
class PositionwiseFeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.inner = nn.Linear(d_model, d_ff)
        self.outer = nn.Linear(d_ff, d_model)

    def forward(self, x):
        h = x @ self.inner.weight.T + self.inner.bias
        h = h * 0.5 * (1 + torch.erf(h / math.sqrt(2)))
        return h @ self.outer.weight.T + self.outer.bias
