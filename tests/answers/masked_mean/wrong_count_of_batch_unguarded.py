# mistakes: divided_by_all_tokens
def masked_mean(x, mask):
    m = mask.float().unsqueeze(2)
    return (x * m).sum(1) / m.sum()
