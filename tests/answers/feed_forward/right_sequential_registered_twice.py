# right
class PositionwiseFeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.outer = nn.Linear(d_ff, d_model)
        self.activation = nn.GELU()
        self.inner = nn.Linear(d_model, d_ff)

    def forward(self, x):
        for step in (self.inner, self.activation, self.outer):
            x = step(x)
        return x
