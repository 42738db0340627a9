# mistakes: hidden_only, mask_from_ids
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(self, ids, mask=None, segments=None):
        mask = ids > 0
        return self.encoder(self.embedding(ids, segments), mask)
