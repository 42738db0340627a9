"""Week 0: the tensor moves that attention is made of, on their own.

Three small functions: arithmetic on a whole tensor, every vector against every other, and a mean
that leaves some positions out. Week 1 puts them together.
"""

from torch import Tensor


def first_function(x: Tensor) -> Tensor:
    """Double every number and add one.

    Formula:
        y = 2·x + 1, element by element.

    Args:
        x: a tensor of any shape.

    Returns:
        A new tensor of the same shape; `x` is left as it was.
    """
    return 2 * x + 1


def dot_products(vectors: Tensor) -> Tensor:
    """Compare every vector with every other by its dot product.

    Formula:
        out[…, i, j] = Σ_k vectors[…, i, k] · vectors[…, j, k]

    Args:
        vectors: `(…, n, d)`, n vectors of length d, with any leading dimensions.

    Returns:
        `(…, n, n)`; row i holds vector i against all vectors. Symmetric, because a·b = b·a.
    """
    return vectors @ vectors.transpose(-2, -1)  # (…, n, d) @ (…, d, n) -> (…, n, n)


def masked_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Average the vectors of a sentence over its real tokens only.

    Formula:
        out[b] = Σ_s mask[b, s] · x[b, s] / max(1, Σ_s mask[b, s])

    Args:
        x: `(B, S, D)`, a batch of sentences padded to the same length.
        mask: `(B, S)`, 1 for a real token and 0 for padding; bool or any number type.

    Returns:
        `(B, D)`; zeros for a sentence that has no real token at all.
    """
    keep = mask.unsqueeze(-1).to(x.dtype)  # (B, S) -> (B, S, 1)
    total = (x * keep).sum(dim=1)  # (B, S, D) -> (B, D)
    return total / keep.sum(dim=1).clamp(min=1)  # divided by (B, 1)
