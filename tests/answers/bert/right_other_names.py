# right
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embed, self.encode, self.pool = embedding, encoder, pooler

    def forward(self, ids, mask=None, segments=None):
        h = self.embed(ids, segments=segments)
        h = self.encode(h, mask)
        p = self.pool(h)
        return h, p
