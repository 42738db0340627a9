# right
class MaskedLanguageModel(nn.Module):
    def __init__(self, word):
        super().__init__()
        self.table = word.weight
        self.dense = nn.Linear(word.embedding_dim, word.embedding_dim)
        self.norm = LayerNorm(word.embedding_dim)
        self.bias = nn.Parameter(self.table.new_zeros(word.num_embeddings))

    def forward(self, hidden, positions=None):
        if positions is not None:
            chosen = F.one_hot(positions, hidden.size(1)).to(hidden.dtype)  # (B, P, S)
            hidden = chosen @ hidden
        transformed = self.norm(F.gelu(self.dense(hidden)))
        return torch.einsum("bpd,vd->bpv", transformed, self.table) + self.bias
