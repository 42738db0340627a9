# right
def merge_heads(heads):
    batch, _, seq_len, _ = heads.size()
    return heads.movedim(1, 2).reshape(batch, seq_len, -1)
