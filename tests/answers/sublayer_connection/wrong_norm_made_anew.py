# mistakes: norm_made_anew
class SublayerConnection(nn.Module):
    def __init__(self, d_model, dropout=0.1):
        super().__init__()
        self.d_model = d_model
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, sublayer):
        return LayerNorm(self.d_model)(x + self.dropout(sublayer(x)))
