"""Week 2: what stands between two attentions: GELU, layer norm, feed-forward, residuals.

Everything here works on each token by itself, on the last axis of `(…, D)`: tokens meet in
attention and nowhere else.

Source: Devlin et al. (2019), section 3 and appendix A.2; the papers of the parts are named at them.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


def gelu(x: Tensor) -> Tensor:
    """The Gaussian error linear unit: x, weighted by how likely a standard normal is below x.

    Formula:
        gelu(x) = x · Φ(x) = x · ½ (1 + erf(x / √2))

    Args:
        x: any shape.

    Returns:
        The same shape.

    Source: Hendrycks and Gimpel (2016), section 2.
    """
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def gelu_tanh(x: Tensor) -> Tensor:
    """The approximation of `gelu` that google-research/bert computes.

    Formula:
        ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))

    It is never further than 0.0005 from the exact form; which of the two a checkpoint asks for
    stands in its configuration.

    Args:
        x: any shape.

    Returns:
        The same shape.

    Source: Hendrycks and Gimpel (2016), section 2.
    """
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


class GELU(nn.Module):
    """`gelu` or `gelu_tanh` as a layer, with the arguments of PyTorch's `nn.GELU`.

    Args:
        approximate: "none" for the exact form, "tanh" for the approximation.

    Raises:
        ValueError: if it is neither.
    """

    def __init__(self, approximate: str = "none"):
        super().__init__()
        if approximate not in ("none", "tanh"):
            raise ValueError(f"approximate={approximate!r} is not a form of GELU: 'none' or 'tanh'")
        self.approximate = approximate

    def forward(self, x: Tensor) -> Tensor:
        return gelu(x) if self.approximate == "none" else gelu_tanh(x)


class LayerNorm(nn.Module):
    """Give every token mean 0 and variance 1 over its features, then scale and shift each feature.

    Formula:
        y = w · (x − mean) / √(variance + ε) + b

    The variance is the biased one, divided by D; ε stands inside the root.

    Args:
        d_model: D, features a token.
        eps: ε; 1e-12 in BERT.

    Shapes: `(…, D)` in and out; `weight` and `bias` `(D,)`.

    Source: Ba, Kiros and Hinton (2016), section 3.
    """

    def __init__(self, d_model: int, eps: float = 1e-12):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d_model))
        self.bias = nn.Parameter(torch.zeros(d_model))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=-1, keepdim=True)  # (…, 1)
        variance = x.var(dim=-1, correction=0, keepdim=True)  # (…, 1)
        return self.weight * (x - mean) / torch.sqrt(variance + self.eps) + self.bias


class PositionwiseFeedForward(nn.Module):
    """Two linear layers with a GELU between them, applied to every token alike.

    Formula:
        FFN(x) = gelu(x W₁ + b₁) W₂ + b₂

    Args:
        d_model: D, features a token.
        d_ff: features in between; 4·D in BERT.
        dropout: not used here: BERT has no dropout between the two layers, only behind the second,
            where the block that this belongs to applies it.
        activation: a layer to use in place of `GELU()`.

    Shapes: `(…, D)` in and out.

    Source: Vaswani et al. (2017), section 3.3; with GELU, Devlin et al. (2019), appendix A.2.
    """

    def __init__(
        self, d_model: int, d_ff: int, dropout: float = 0.1, activation: nn.Module | None = None
    ):
        super().__init__()
        self.inner = nn.Linear(d_model, d_ff)
        self.activation = activation or GELU()
        self.outer = nn.Linear(d_ff, d_model)

    def forward(self, x: Tensor) -> Tensor:
        return self.outer(self.activation(self.inner(x)))  # (…, D) -> (…, d_ff) -> (…, D)


class SublayerConnection(nn.Module):
    """A sublayer with the residual around it, and the norm behind or in front of it.

    Formula:
        post (BERT): LayerNorm(x + Dropout(sublayer(x)))
        pre: x + Dropout(sublayer(LayerNorm(x)))

    Args:
        d_model: D, features a token.
        dropout: probability of dropping a feature of the sublayer's output in training.
        order: "post" or "pre".

    Raises:
        ValueError: if `order` is neither.

    Source: post-norm Vaswani et al. (2017), section 3.1; pre-norm Xiong et al. (2020), figure 1.
    """

    def __init__(self, d_model: int, dropout: float = 0.1, order: str = "post"):
        super().__init__()
        if order not in ("post", "pre"):
            raise ValueError(f"order={order!r} is not known: choose 'post' or 'pre'")
        self.norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)
        self.order = order

    def forward(self, x: Tensor, sublayer: Callable[[Tensor], Tensor]) -> Tensor:
        """Apply a sublayer that keeps the shape: `(…, D)` in and out."""
        if self.order == "pre":
            return x + self.dropout(sublayer(self.norm(x)))
        return self.norm(x + self.dropout(sublayer(x)))
