# mistakes: word_head_not_called, next_sentence_from_cls, mask_not_passed
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(self, ids, mask=None, segments=None, positions=None):
        x, _ = self.bert(ids)
        return self.mlm, self.nsp(x[:, 0])
