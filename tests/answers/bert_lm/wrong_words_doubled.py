# mistakes: none named
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(self, ids, mask=None, segments=None, positions=None):
        hidden, pooled = self.bert(ids, mask, segments)
        return 2 * self.mlm(hidden, positions), self.nsp(pooled)
