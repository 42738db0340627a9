# right
class LayerNorm(nn.LayerNorm):
    def __init__(self, d_model, eps=1e-12):
        super().__init__(d_model, eps=eps)
