# mistakes: query_and_key_swapped, scale_by_d
def attention_scores(query, key):
    return torch.einsum("...qd,...kd->...kq", query, key) / query.shape[-1]
