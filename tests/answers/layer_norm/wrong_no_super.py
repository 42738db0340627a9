# mistakes: super_init_missing
class LayerNorm(nn.Module):
    def __init__(self, d_model, eps=1e-12):
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))

    def forward(self, x):
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.eps)
