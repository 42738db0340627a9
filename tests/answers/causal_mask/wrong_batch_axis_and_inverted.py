# mistakes: mask_inverted, small_whole_numbers, batch_axis
def causal_mask(n):
    return torch.triu(torch.ones((1, n, n)), diagonal=1).type(torch.uint8)
