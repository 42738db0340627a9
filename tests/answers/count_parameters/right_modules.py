# right
from bertcourse import BERTEmbedding, PositionwiseFeedForward


def count_parameters(vocab_size, d_model, n_layers, d_ff, max_len=512, n_segments=2):
    block = TransformerBlock(
        MultiHeadAttention(d_model, 1), PositionwiseFeedForward(d_model, d_ff), d_model
    )
    embedding = BERTEmbedding(vocab_size, d_model, max_len, n_segments)
    sizes = [
        sum(parameter.numel() for parameter in module.parameters())
        for module in (embedding, block, Pooler(d_model))
    ]
    return sizes[0] + n_layers * sizes[1] + sizes[2]
