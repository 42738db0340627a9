# right
class BERTCore(nn.Module):
    def __init__(self, embedding, encoder, pooler):
        super(BERTCore, self).__init__()
        self.parts = nn.ModuleDict({"embedding": embedding, "encoder": encoder, "pooler": pooler})

    def forward(self, ids, mask=None, segments=None):
        x = self.parts["embedding"](ids, segments)
        x = self.parts["encoder"](x, mask)
        return (x, self.parts["pooler"](x))
