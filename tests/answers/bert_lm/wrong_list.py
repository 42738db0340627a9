# mistakes: not_registered
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.parts = [bert, mlm, nsp]

    def forward(self, ids, mask=None, segments=None, positions=None):
        bert, mlm, nsp = self.parts
        hidden, pooled = bert(ids, mask, segments)
        return mlm(hidden, positions), nsp(pooled)
