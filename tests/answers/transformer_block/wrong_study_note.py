# mistakes: none named
# As many from-scratch codes have it: sizes in place of pieces, pre-norm, a dropout at the end.
class TransformerBlock(nn.Module):
    def __init__(self, hidden, attn_heads, feed_forward_hidden, dropout):
        super().__init__()
        self.attention = MultiHeadAttention(hidden, attn_heads)
        self.attention_norm = nn.LayerNorm(hidden)
        self.feed_forward = nn.Sequential(
            nn.Linear(hidden, feed_forward_hidden),
            nn.GELU(),
            nn.Linear(feed_forward_hidden, hidden),
        )
        self.output_norm = nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        x = x + self.dropout(self.attention(self.attention_norm(x), mask))
        x = x + self.dropout(self.feed_forward(self.output_norm(x)))
        return self.dropout(x)
