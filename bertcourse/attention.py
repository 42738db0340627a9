"""Week 1: attention, from one dot product to many heads.

The file grows in four steps: scores, scaled dot-product attention, the two kinds of mask, and
multi-head attention. Shapes are written as comments, with B sentences of S tokens, H heads of d
features each, and D = H·d features a token (`d_model`).

Source: Vaswani et al. (2017), "Attention Is All You Need", section 3.2, as used unchanged by Devlin
et al. (2019), section 3.
"""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from torch import Tensor, nn

RECORDING = threading.RLock()  # one thread at a time changes what layers record


def attention_scores(query: Tensor, key: Tensor) -> Tensor:
    """How well every query matches every key.

    Formula:
        scores = Q Kᵀ / √d

    Dot products of d random features of variance 1 have variance d; dividing by √d brings them back
    to variance 1, so that the softmax after them does not saturate as heads get wider.

    Args:
        query: `(…, S_q, d)`.
        key: `(…, S_k, d)`, with leading dimensions that broadcast with the query's.

    Returns:
        `(…, S_q, S_k)`; row i holds query i against all keys.

    Source: Vaswani et al. (2017), section 3.2.1.
    """
    return query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))  # (…, S_q, S_k)


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    dropout: Callable[[Tensor], Tensor] | None = None,
) -> tuple[Tensor, Tensor]:
    """Mix the values, each query weighing them by how well it matches their keys.

    Formula:
        Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, the softmax over the keys.

    Args:
        query: `(…, S_q, d)`.
        key: `(…, S_k, d)`.
        value: `(…, S_k, d_v)`.
        mask: bool, or 0/1 of any dtype, broadcastable to `(…, S_q, S_k)`; 1 = may attend. A masked
            score becomes the lowest finite number, so its weight is exactly 0, and a query with no
            key to attend to gets equal weights instead of NaN.
        dropout: a callable applied to the weights (in training, `nn.Dropout`).

    Returns:
        context `(…, S_q, d_v)` and weights `(…, S_q, S_k)`, as they were used (after dropout).

    Source: Vaswani et al. (2017), section 3.2.1, equation 1.
    """
    scores = attention_scores(query, key)  # (…, S_q, S_k)
    if mask is not None:
        scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)  # every row sums to 1
    if dropout is not None:
        weights = dropout(weights)
    return weights @ value, weights  # (…, S_q, d_v), (…, S_q, S_k)


class Attention(nn.Module):
    """Attention as a layer: the function, the dropout on its weights, and the choice of a kernel.

    Without a `function` it computes on PyTorch's fused kernel, which never writes the S × S weights
    to memory; when the weights are asked for or recorded, and always with a `function`, it calls
    the explicit one. Both give the same context.

    Args:
        dropout: probability of dropping a weight in training.
        function: an attention function with the signature of `scaled_dot_product_attention`,
            such as the one you wrote in week 1.

    Shapes are those of `scaled_dot_product_attention`.
    """

    def __init__(self, dropout: float = 0.1, function: Callable | None = None):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.function = function
        self.record: Callable[[Tensor], None] | None = None  # see `recorded_attention`

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        mask: Tensor | None = None,
        return_weights: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Return the context `(…, S_q, d_v)`, and the weights if asked for, or None."""
        if self.function is None and self.record is None and not return_weights:
            return self._fused(query, key, value, mask), None
        function = self.function or scaled_dot_product_attention
        context, weights = function(query, key, value, mask, self.dropout)
        if self.record is not None:
            self.record(weights)
        return context, weights if return_weights else None

    def _fused(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        if mask is not None:
            # The kernel's boolean mask gives zeros for a query with no key; an added one agrees
            # with the explicit function there too.
            lowest = torch.finfo(query.dtype).min
            mask = torch.zeros_like(mask, dtype=query.dtype).masked_fill(mask == 0, lowest)
            mask = torch.atleast_2d(mask)  # it wants an axis for the queries, too
        p = self.dropout.p if self.training else 0.0
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=p)


@contextmanager
def recorded_attention(model: nn.Module) -> Iterator[list[Tensor]]:
    """Keep the attention weights of everything that a model computes meanwhile.

    Example:
        with recorded_attention(model) as weights:
            model(input_ids)

    Args:
        model: any module that holds attention layers.

    Returns:
        A list that grows by one `(…, S_q, S_k)` at each attention, in the order of computation.
        What other threads compute is not in it; one thread at a time can record.
    """
    layers = [layer for layer in model.modules() if hasattr(layer, "record")]
    weights: list[Tensor] = []
    recorder = threading.get_ident()

    def record_too(before: Callable[[Tensor], None] | None) -> Callable[[Tensor], None]:
        def record(found: Tensor) -> None:
            if threading.get_ident() == recorder:
                weights.append(found)
            if before is not None:
                before(found)

        return record

    with RECORDING:
        earlier = [layer.record for layer in layers]
        for layer in layers:
            layer.record = record_too(layer.record)
        try:
            yield weights
        finally:
            for layer, before in zip(layers, earlier, strict=True):
                layer.record = before


def padding_mask(mask: Tensor) -> Tensor:
    """Give a mask over tokens the shape that attention scores broadcast with.

    Args:
        mask: `(B, S)` with 1 for a token and 0 for padding, or `(B, S, S)` with a row of its own
            for every query; bool or 0/1 of any dtype.

    Returns:
        bool `(B, 1, 1, S)` or `(B, 1, S, S)`: the same for all heads, True = may attend.

    Raises:
        ValueError: if the mask has another number of dimensions.
    """
    if mask.dim() == 2:
        return mask[:, None, None, :] != 0  # (B, S) -> (B, 1, 1, S)
    if mask.dim() == 3:
        return mask[:, None, :, :] != 0  # (B, S, S) -> (B, 1, S, S)
    raise ValueError(
        f"a mask of shape {tuple(mask.shape)} was given, but a padding mask is (B, S), one number "
        "a token, or (B, S, S), one row a query: add or remove dimensions before passing it"
    )


def causal_mask(n: int) -> Tensor:
    """The mask of a left-to-right model: position i may see positions 0 to i.

    BERT does without it; that is what makes it bidirectional (Devlin et al., 2019, figure 3).

    Args:
        n: the number of positions.

    Returns:
        bool `(n, n)`, True on and below the diagonal.
    """
    return torch.ones(n, n, dtype=torch.bool).tril()


def split_heads(x: Tensor, n_heads: int) -> Tensor:
    """Cut every token's features into heads, and put the heads before the tokens.

    Args:
        x: `(B, S, D)`.
        n_heads: H, a divisor of D.

    Returns:
        `(B, H, S, d)` with d = D / H; head h holds the features h·d to (h+1)·d − 1.
    """
    batch, length, d_model = x.shape
    x = x.reshape(batch, length, n_heads, d_model // n_heads)  # (B, S, D) -> (B, S, H, d)
    return x.transpose(1, 2)  # (B, S, H, d) -> (B, H, S, d)


def merge_heads(x: Tensor) -> Tensor:
    """Undo `split_heads`: lay the heads of every token side by side again.

    Args:
        x: `(B, H, S, d)`.

    Returns:
        `(B, S, H·d)`.
    """
    batch, n_heads, length, d_head = x.shape
    x = x.transpose(1, 2)  # (B, H, S, d) -> (B, S, H, d)
    return x.reshape(batch, length, n_heads * d_head)  # (B, S, H, d) -> (B, S, D)


class MultiHeadAttention(nn.Module):
    """Several attentions side by side, each in its own slice of the features.

    Formula:
        MultiHead(x) = Concat(head_1, …, head_H) W_O + b_O
        head_h = Attention(x W_Q^h + b_Q^h, x W_K^h + b_K^h, x W_V^h + b_V^h)

    Args:
        d_model: D, features a token.
        n_heads: H, a divisor of D.
        dropout: probability of dropping an attention weight in training.
        attention: a layer to use in place of `Attention(dropout)`.

    Raises:
        ValueError: if `d_model` is not divisible by `n_heads`.

    Source: Vaswani et al. (2017), section 3.2.2; BERT has d = 64 in both sizes (Devlin et al.,
    2019, section 3).
    """

    def __init__(
        self, d_model: int, n_heads: int, dropout: float = 0.1, attention: nn.Module | None = None
    ):
        super().__init__()
        if n_heads < 1 or d_model % n_heads != 0:
            divisors = ", ".join(str(h) for h in range(1, d_model + 1) if d_model % h == 0)
            raise ValueError(
                f"d_model={d_model} is not divisible by n_heads={n_heads}: "
                f"choose n_heads from {divisors}"
            )
        self.n_heads = n_heads
        self.query = nn.Linear(d_model, d_model)
        self.key = nn.Linear(d_model, d_model)
        self.value = nn.Linear(d_model, d_model)
        self.output = nn.Linear(d_model, d_model)
        self.attention = attention or Attention(dropout)

    def forward(
        self, x: Tensor, mask: Tensor | None = None, return_weights: bool = False
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Attend within every sentence of a batch.

        Args:
            x: `(B, S, D)`.
            mask: `(B, S)`, 1 = token and 0 = padding, or `(B, S, S)`, a row for every query.
            return_weights: also return the weights `(B, H, S, S)`.

        Returns:
            `(B, S, D)`, with the weights after it if they were asked for.
        """
        if mask is not None:
            mask = padding_mask(mask)  # -> (B, 1, 1 or S, S)
        query = split_heads(self.query(x), self.n_heads)  # (B, S, D) -> (B, H, S, d)
        key = split_heads(self.key(x), self.n_heads)
        value = split_heads(self.value(x), self.n_heads)
        context, weights = self.attention(query, key, value, mask, return_weights)
        output = self.output(merge_heads(context))  # (B, H, S, d) -> (B, S, D)
        return (output, weights) if return_weights else output
