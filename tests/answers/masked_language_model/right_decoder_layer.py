# right
class MaskedLanguageModel(nn.Module):
    def __init__(self, word):
        super(MaskedLanguageModel, self).__init__()
        vocab_size, d_model = word.weight.shape
        self.decoder = nn.Linear(d_model, vocab_size, bias=False)
        self.decoder.weight = word.weight
        self.bias = nn.Parameter(torch.zeros(vocab_size))
        self.norm = nn.LayerNorm(d_model, eps=1e-12)
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden, positions=None):
        if positions is not None:
            hidden = torch.take_along_dim(hidden, positions.unsqueeze(-1), dim=1)
        return self.decoder(self.norm(F.gelu(self.dense(hidden)))) + self.bias
