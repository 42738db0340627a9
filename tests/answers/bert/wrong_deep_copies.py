# mistakes: pieces_copied
import copy


class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super().__init__()
        self.embedding = copy.deepcopy(embedding)
        self.encoder = copy.deepcopy(encoder)
        self.pooler = copy.deepcopy(pooler)

    def forward(self, ids, mask=None, segments=None):
        x = self.embedding(ids, segments)
        hidden = self.encoder(x, mask)
        return hidden, self.pooler(hidden)
