# mistakes: norms_kept_elsewhere
from bertcourse import LayerNorm


class TransformerBlock(nn.Module):
    def __init__(self, attention, feed_forward, d_model, dropout=0.1):
        super().__init__()
        self.attention = attention
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)
        self.steps = [(attention, self.attention_norm), (feed_forward, self.output_norm)]

    def forward(self, x, *context):
        for sublayer, norm in self.steps:
            given = context if sublayer is self.attention else ()
            x = norm(x + self.dropout(sublayer(x, *given)))
        return x
