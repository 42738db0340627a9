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
        word = (
            F.one_hot(ids, self.word.num_embeddings).to(self.word.weight.dtype) @ self.word.weight
        )
        position = self.position(torch.arange(ids.shape[1])).unsqueeze(0).expand_as(word)
        if segments is None:
            segment = self.segment(torch.tensor(0))
        else:
            segment = self.segment(segments)
        return self.dropout(
            self.norm(torch.stack([word, position, segment.expand_as(word)]).sum(0))
        )
