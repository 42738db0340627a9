# mistakes: none named
def count_parameters(vocab_size, d_model, n_layers, d_ff, max_len=512, n_segments=2):
    tables = (vocab_size + max_len + n_segments) * d_model
    attention = 4 * d_model * d_model + d_model
    feed_forward = 2 * d_model * d_ff
    return tables + n_layers * (attention + feed_forward) + d_model * d_model
