# mistakes: count_not_a_column
def masked_mean(x, mask):
    total = (x * mask.unsqueeze(-1)).sum(1)
    return total / mask.sum(1).clamp(min=1)
