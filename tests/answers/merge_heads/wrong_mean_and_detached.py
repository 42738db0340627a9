# mistakes: heads_averaged, gradient_stopped
def merge_heads(x):
    return x.data.mean(1)
