# right
def count_parameters(
    vocab_size: int, d_model: int, n_layers: int, d_ff: int, max_len: int = 512, n_segments: int = 2
):
    D, F, L = d_model, d_ff, n_layers
    return (
        D * (vocab_size + max_len + n_segments + 2)
        + L * (4 * D * D + 9 * D + 2 * D * F + F)
        + D * (D + 1)
    )
