# right
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden):
        first = hidden[:, :1].squeeze(1)
        return F.tanh(self.dense(first))
