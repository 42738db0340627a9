# mistakes: not_tied, log_probabilities_returned, transform_missing, positions_ignored
class MaskedLanguageModel(nn.Module):
    def __init__(self, word):
        super().__init__()
        vocab_size, hidden = word.weight.shape
        self.dense = nn.Linear(hidden, hidden)
        self.norm = LayerNorm(hidden)
        self.linear = nn.Parameter(torch.randn(vocab_size, hidden))
        self.bias = nn.Parameter(torch.zeros(vocab_size))
        self.softmax = nn.LogSoftmax(dim=-1)

    def forward(self, x, positions=None):
        return self.softmax(x @ self.linear.T + self.bias)
