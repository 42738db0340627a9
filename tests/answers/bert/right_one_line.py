# right
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        hidden = self.encoder(self.embedding(ids, segments), mask)
        pooled = self.pooler(hidden)
        return hidden, pooled
