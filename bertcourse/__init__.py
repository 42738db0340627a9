"""Build BERT yourself, week by week: the code behind the notebooks.

The files read in the order of the weeks, and each imports only from those above it. What is public
is imported from here, as in `from bertcourse import MultiHeadAttention`; this needs torch alone.
"""

from bertcourse.attention import (
    Attention,
    MultiHeadAttention,
    attention_scores,
    causal_mask,
    merge_heads,
    padding_mask,
    scaled_dot_product_attention,
    split_heads,
)
from bertcourse.warmup import dot_products, first_function, masked_mean

__version__ = "0.1.0"

__all__ = [
    "Attention",
    "MultiHeadAttention",
    "attention_scores",
    "causal_mask",
    "dot_products",
    "first_function",
    "masked_mean",
    "merge_heads",
    "padding_mask",
    "scaled_dot_product_attention",
    "split_heads",
]
