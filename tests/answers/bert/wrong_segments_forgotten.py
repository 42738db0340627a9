# mistakes: segments_ignored
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        x = self.embedding(ids)
        hidden = self.encoder(x, mask)
        return hidden, self.pooler(hidden)
