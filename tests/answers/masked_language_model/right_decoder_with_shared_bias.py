# right
class MaskedLanguageModel(nn.Module):
    def __init__(self, word):
        super().__init__()
        vocab_size, d_model = word.weight.shape
        self.bias = nn.Parameter(torch.zeros(vocab_size))
        self.decoder = nn.Linear(d_model, vocab_size)
        self.decoder.weight = word.weight
        self.decoder.bias = self.bias
        self.dense = nn.Linear(d_model, d_model)
        self.norm = nn.LayerNorm(d_model)
        self.gelu = nn.GELU()

    def forward(self, hidden, positions=None):
        if positions is not None:
            hidden = torch.stack([row[places] for row, places in zip(hidden, positions)])
        return self.decoder(self.norm(self.gelu(self.dense(hidden))))
