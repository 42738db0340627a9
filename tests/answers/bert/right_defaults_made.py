# right
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        if mask is None:
            mask = torch.ones_like(ids)
        if segments is None:
            segments = torch.zeros_like(ids)
        x = self.embedding(ids, segments)
        hidden = self.encoder(x, mask)
        return hidden, self.pooler(hidden)
