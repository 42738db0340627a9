# mistakes: three_segments, norm_layer_missing, both_rows_frozen
class BERTEmbedding(nn.Module):
    def __init__(self, vocab_size, d_model, max_len=512, n_segments=2, dropout=0.1):
        super().__init__()
        self.word = nn.Embedding(vocab_size, d_model, padding_idx=0)
        self.position = nn.Embedding(max_len, d_model)
        self.segment = nn.Embedding(3, d_model, padding_idx=0)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids, segments=None):
        if segments is None:
            segments = torch.zeros_like(ids)
        places = torch.arange(ids.size(1), device=ids.device)
        x = self.word(ids) + self.position(places) + self.segment(segments)
        return self.dropout(x)
