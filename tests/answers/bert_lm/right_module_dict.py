# right
class BERTLMCore(nn.Module):
    def __init__(self, bert, mlm, nsp):
        super(BERTLMCore, self).__init__()
        self.parts = nn.ModuleDict({"bert": bert, "mlm": mlm, "nsp": nsp})

    def forward(self, ids, mask=None, segments=None, positions=None):
        hidden, pooled = self.parts["bert"](ids, mask, segments)
        return self.parts["mlm"](hidden, positions), self.parts["nsp"](pooled)
