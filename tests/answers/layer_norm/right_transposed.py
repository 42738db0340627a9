# right
class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-12):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        y = x.movedim(-1, 0)
        y = (y - y.mean(dim=0)) / torch.sqrt(y.var(dim=0, correction=0) + self.eps)
        return y.movedim(0, -1) * self.weight + self.bias
