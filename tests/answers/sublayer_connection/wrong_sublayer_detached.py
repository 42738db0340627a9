# mistakes: sublayer_detached
class SublayerConnection(nn.Module):
    def __init__(self, d_model, dropout=0.1):
        super().__init__()
        self.norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, sublayer):
        with torch.no_grad():
            y = sublayer(x)
        return self.norm(x + self.dropout(y))
