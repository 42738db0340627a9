# mistakes: d_ff_not_used
def count_parameters(vocab_size, d_model, n_layers, d_ff, max_len=512, n_segments=2):
    norm = 2 * d_model
    embedding = (vocab_size + max_len + n_segments) * d_model + norm
    d_ff = 4 * d_model
    attention = 4 * (d_model**2 + d_model)
    feed_forward = d_model * d_ff + d_ff + d_ff * d_model + d_model
    block = attention + norm + feed_forward + norm
    pooler = d_model**2 + d_model
    return embedding + n_layers * block + pooler
