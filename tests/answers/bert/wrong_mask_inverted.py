# mistakes: mask_inverted
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        if mask is not None:
            mask = mask == 0
        x = self.embedding(ids, segments)
        hidden = self.encoder(x, mask)
        return hidden, self.pooler(hidden)
