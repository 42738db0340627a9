# mistakes: heads_and_tokens_joined
def merge_heads(x):
    return x.flatten(1, 2)
