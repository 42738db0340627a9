# mistakes: self_hidden, small_whole_numbers
def causal_mask(n):
    return torch.tril(torch.ones(n, n), diagonal=-1).type(torch.uint8)
