# right
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
            rows = torch.arange(hidden.size(0)).unsqueeze(1)  # (B, 1)
            hidden = hidden[rows, positions]
        hidden = self.norm(F.gelu(self.dense(hidden), approximate="tanh"))
        return hidden @ self.word.weight.T + self.bias
