# mistakes: four_times_d_model
class PositionwiseFeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.inner = nn.Linear(d_model, d_model * 4)
        self.outer = nn.Linear(d_model * 4, d_model)

    def forward(self, x):
        return self.outer(gelu(self.inner(x)))
