# right
def count_parameters(vocab_size, d_model, n_layers, d_ff, max_len=512, n_segments=2):
    shapes = [(vocab_size, d_model), (max_len, d_model), (n_segments, d_model), (2, d_model)]
    shapes += [(d_model + 1, d_model)] * (4 * n_layers + 1)
    shapes += [(d_model + 1, d_ff), (d_ff + 1, d_model), (4, d_model)] * n_layers
    return sum(rows * columns for rows, columns in shapes)
