# mistakes: over_batch
class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-12):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        mean = x.mean(0)
        variance = x.var(0, correction=0)
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias
