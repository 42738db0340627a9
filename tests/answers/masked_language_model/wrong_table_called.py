# mistakes: table_called
class MaskedLanguageModel(nn.Module):
    def __init__(self, word):
        super().__init__()
        vocab_size, d_model = word.weight.shape
        self.word = word
        self.dense = nn.Linear(d_model, d_model)
        self.activation = GELU()
        self.norm = LayerNorm(d_model)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, hidden, positions=None):
        if positions is not None:
            hidden = hidden[torch.arange(len(hidden))[:, None], positions]
        x = self.norm(self.activation(self.dense(hidden)))
        return self.word(x) + self.bias
