# mistakes: pieces_not_registered
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.pieces = [embedding, encoder, pooler]

    def forward(self, ids, mask=None, segments=None):
        embedding, encoder, pooler = self.pieces
        hidden = encoder(embedding(ids, segments), mask)
        return hidden, pooler(hidden)
