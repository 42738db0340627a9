# mistakes: mask_not_passed
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(self, ids, mask=None, segments=None, positions=None):
        hidden, pooled = self.bert(ids, segments=segments)
        return self.mlm(hidden, positions), self.nsp(pooled)
