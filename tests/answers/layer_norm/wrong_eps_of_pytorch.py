# mistakes: eps_of_pytorch
class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x):
        centred = x - x.mean(dim=-1, keepdim=True)
        return (
            self.weight * centred * (centred.square().mean(-1, True) + self.eps) ** -0.5 + self.bias
        )
