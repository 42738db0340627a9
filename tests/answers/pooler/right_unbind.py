# right
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden):
        cls, *_ = hidden.unbind(dim=1)
        return torch.tanh(self.dense(cls))
