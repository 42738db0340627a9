# mistakes: mask_from_ids, segments_ignored
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        mask = ids > 0
        hidden = self.encoder(self.embedding(ids), mask)
        return hidden, self.pooler(hidden)
