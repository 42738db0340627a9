# mistakes: gelu_instead
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden):
        return F.gelu(self.dense(hidden[:, 0]))
