# right
class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-12):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        y = x.float()
        mean = y.mean(dim=-1, keepdim=True)
        variance = y.var(dim=-1, correction=0, keepdim=True)
        y = (y - mean) / torch.sqrt(variance + self.eps)
        return self.weight * y.type_as(x) + self.bias
