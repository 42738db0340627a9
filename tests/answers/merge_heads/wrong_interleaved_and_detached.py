# mistakes: heads_interleaved, gradient_stopped
def merge_heads(x):
    B, H, S, d = x.shape
    return x.detach().permute(0, 2, 3, 1).reshape(B, S, H * d)
