# right
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden):
        first = hidden[:, 0, :]
        pooled = self.dense(first)
        return pooled.tanh()
