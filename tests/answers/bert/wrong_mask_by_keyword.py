# mistakes: mask_by_keyword
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        x = self.embedding(ids, segments)
        hidden = self.encoder(x, mask=mask)
        return hidden, self.pooler(hidden)
