# mistakes: view_without_transpose, gradient_stopped
def split_heads(x, n_heads):
    B, S, D = x.shape
    return x.detach().reshape(B, n_heads, S, D // n_heads)
