# mistakes: none named
class PositionwiseFeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.inner = nn.Linear(d_model, d_ff)
        self.outer = nn.Linear(d_ff, d_model)

    def forward(self, x):
        batch, length, d_model = x.shape
        y = self.outer(gelu(self.inner(x.reshape(batch * length, d_model))))
        return y.reshape(batch, length, d_model)
