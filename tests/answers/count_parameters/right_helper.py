# right
def linear(a, b):
    return a * b + b


def count_parameters(vocab_size, d_model, n_layers, d_ff, max_len=512, n_segments=2):
    total = d_model * (vocab_size + max_len + n_segments) + 2 * d_model
    for _ in range(n_layers):
        total += 4 * linear(d_model, d_model) + 2 * d_model
        total += linear(d_model, d_ff) + linear(d_ff, d_model) + 2 * d_model
    return total + linear(d_model, d_model)
