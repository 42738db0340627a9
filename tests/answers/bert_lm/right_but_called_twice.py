# advice: bert_called_twice
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(self, ids, mask=None, segments=None, positions=None):
        words = self.mlm(self.bert(ids, mask, segments)[0], positions)
        return words, self.nsp(self.bert(ids, mask, segments)[1])
