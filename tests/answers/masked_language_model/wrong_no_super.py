# mistakes: super_init_missing
class MaskedLanguageModel(nn.Module):
    def __init__(self, word):
        vocab_size, d_model = word.weight.shape
        self.word = word
        self.dense = nn.Linear(d_model, d_model)
        self.activation = GELU()
        self.norm = LayerNorm(d_model)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, hidden, positions=None):
        if positions is not None:
            index = positions[..., None].expand(-1, -1, hidden.size(-1))
            hidden = hidden.gather(1, index)
        hidden = self.norm(self.activation(self.dense(hidden)))
        return F.linear(hidden, self.word.weight, self.bias)
