# right
class LayerNorm(nn.Module):
    def __init__(self, features, epsilon=1e-12):
        super(LayerNorm, self).__init__()
        self.epsilon = epsilon
        self.register_parameter("bias", nn.Parameter(torch.zeros(features)))
        self.register_parameter("weight", nn.Parameter(torch.ones(features)))

    def forward(self, inputs):
        mu = inputs.mean(-1, True)
        sigma = ((inputs - mu).square().mean(-1, True) + self.epsilon).sqrt()
        return (inputs - mu) / sigma * self.weight + self.bias
