# right
class SublayerConnection(nn.Module):
    def __init__(self, d_model, dropout=0.1):
        super().__init__()
        self.norm = LayerNorm(d_model)
        self.p = dropout

    def forward(self, x, sublayer):
        return self.norm(x + F.dropout(sublayer(x), self.p, self.training))
