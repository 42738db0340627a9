# right
class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-12):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        centred = x - x.mean(dim=-1, keepdim=True)
        variance = torch.einsum("...d,...d->...", centred, centred) / x.size(-1)
        return (
            torch.einsum("...d,...,d->...d", centred, (variance + self.eps).rsqrt(), self.weight)
            + self.bias
        )
