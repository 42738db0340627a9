# mistakes: positions_missing, pooler_bias_missing
def count_parameters(vocab_size, d_model, n_layers, d_ff, max_len=512, n_segments=2):
    norm = 2 * d_model
    embedding = (vocab_size + n_segments) * d_model + norm
    attention = 4 * (d_model**2 + d_model)
    feed_forward = d_model * d_ff + d_ff + d_ff * d_model + d_model
    block = attention + norm + feed_forward + norm
    pooler = d_model**2
    return embedding + n_layers * block + pooler
