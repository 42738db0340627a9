# right
from bertcourse import LayerNorm, PositionalEmbedding, SegmentEmbedding, TokenEmbedding


class BERTEmbedding(nn.Module):
    def __init__(self, vocab_size, d_model, max_len=512, n_segments=2, dropout=0.1):
        super(BERTEmbedding, self).__init__()
        self.dropout = nn.Dropout(p=dropout)
        self.norm = LayerNorm(d_model)
        self.segment = SegmentEmbedding(d_model, n_segments)
        self.position = PositionalEmbedding(max_len, d_model)
        self.word = TokenEmbedding(vocab_size, d_model)

    def forward(self, ids, segments=None):
        segments = torch.zeros(ids.shape, dtype=torch.long) if segments is None else segments
        places = torch.cumsum(torch.ones_like(ids), dim=1) - 1
        parts = (self.segment(segments), self.position(places), self.word(ids))
        return self.dropout(self.norm(sum(parts)))
