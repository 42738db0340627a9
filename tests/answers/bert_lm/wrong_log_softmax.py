# mistakes: log_probabilities_returned
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(self, ids, mask=None, segments=None, positions=None):
        hidden, pooled = self.bert(ids, mask, segments)
        words, pair = self.mlm(hidden, positions), self.nsp(pooled)
        return words.log_softmax(-1), pair.log_softmax(-1)
