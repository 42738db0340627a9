# right
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super().__init__()
        self.bert = bert
        self.mlm = mlm
        self.nsp = nsp

    def forward(self, ids, mask=None, segments=None, positions=None):
        hidden, pooled = self.bert(ids, segments=segments, mask=mask)
        mlm_logits = self.mlm(hidden, positions=positions)
        nsp_logits = self.nsp(pooled)
        return mlm_logits, nsp_logits
