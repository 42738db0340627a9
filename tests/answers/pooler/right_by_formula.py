# right
class Pooler(nn.Module):
    def __init__(self, d_model):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden):
        x = hidden[:, 0] @ self.dense.weight.T + self.dense.bias
        return (torch.exp(x) - torch.exp(-x)) / (torch.exp(x) + torch.exp(-x))
