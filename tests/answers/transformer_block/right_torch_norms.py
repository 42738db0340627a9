# right
class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention, self.feed_forward = attention, feed_forward
        self.attention_norm = nn.LayerNorm(d_model, eps=1e-12)
        self.output_norm = nn.LayerNorm(d_model, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, *context):
        for sublayer, norm, more in (
            (self.attention, self.attention_norm, context),
            (self.feed_forward, self.output_norm, ()),
        ):
            x = norm(torch.add(x, self.dropout(sublayer(x, *more))))
        return x
