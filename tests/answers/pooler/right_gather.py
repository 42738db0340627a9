# right
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden):
        index = torch.zeros(hidden.size(0), 1, hidden.size(2), dtype=torch.long)
        return torch.tanh(self.dense(hidden.gather(1, index)[:, 0]))
