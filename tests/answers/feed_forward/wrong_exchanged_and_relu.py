# mistakes: layers_exchanged, outer_first, relu
class PositionwiseFeedForward(nn.Module):
    def __init__(self, d_model, d_ff, dropout=0.1):
        super().__init__()
        self.outer = nn.Linear(d_model, d_ff)
        self.inner = nn.Linear(d_ff, d_model)

    def forward(self, x):
        return self.inner(torch.relu(self.outer(x)))
