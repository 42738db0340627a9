# right
class BERTEmbedding(nn.Module):
    def __init__(self, vocab_size, d_model, max_len=512, n_segments=2, dropout=0.1):
        super().__init__()
        self.word = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(max_len, d_model)
        self.segment = nn.Embedding(n_segments, d_model)
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, segments=None):
        if segments is None:
            segments = torch.zeros_like(ids)
        places = torch.arange(ids.size(1), device=ids.device)
        x = self.word(ids) + self.position(places) + self.segment(segments)
        return self.dropout(self.norm(x))
