"""Week 3: from ids to vectors: what a token is, where it stands, and in which sentence.

Three tables are looked up and their rows added: words, positions, segments. The file also holds
the other ways to tell a model where a token stands: fixed sinusoids, and rotary positions, which
are not added here but turn queries and keys inside attention.

Source: Devlin et al. (2019), section 3 and figure 2.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse.attention import Attention
from bertcourse.layers import LayerNorm


class TokenEmbedding(nn.Embedding):
    """One learned vector a piece of the vocabulary.

    [PAD] has an ordinary row, as in google-research/bert: padding is hidden by the attention mask.

    Args:
        vocab_size: V, pieces in the vocabulary.
        d_model: D, features a token.

    Shapes: ids `(…)` of integers below V, to `(…, D)`; `weight` `(V, D)`.
    """

    def __init__(self, vocab_size: int, d_model: int):
        super().__init__(vocab_size, d_model)


class SegmentEmbedding(nn.Embedding):
    """One learned vector for "sentence A" and one for "sentence B".

    Args:
        d_model: D, features a token.
        n_segments: 2 in BERT.

    Shapes: segments `(…)` of 0 and 1, to `(…, D)`; `weight` `(n_segments, D)`.
    """

    def __init__(self, d_model: int, n_segments: int = 2):
        super().__init__(n_segments, d_model)


def sinusoidal_positions(max_len: int, d_model: int) -> Tensor:
    """A fixed vector a position: sines and cosines whose wavelengths grow from 2π to 10 000 · 2π.

    Formula:
        P[t, 2i] = sin(t / 10000^(2i/D)),  P[t, 2i+1] = cos(t / 10000^(2i/D))

    Args:
        max_len: T, the number of positions.
        d_model: D, features a token; for an odd D the last feature is a sine.

    Returns:
        `(T, D)`, in PyTorch's default type.

    Source: Vaswani et al. (2017), section 3.5.
    """
    positions = torch.arange(max_len, dtype=torch.float64)[:, None]  # (T, 1)
    even = torch.arange(0, d_model, 2, dtype=torch.float64)  # (⌈D/2⌉,), the 2i of the formula
    angles = positions / 10_000 ** (even / d_model)  # (T, ⌈D/2⌉)
    table = torch.empty(max_len, d_model)
    table[:, 0::2] = angles.sin()
    table[:, 1::2] = angles.cos()[:, : d_model // 2]
    return table


class PositionalEmbedding(nn.Module):
    """One vector a position, added to what stands there.

    Args:
        max_len: T, the longest sequence; 512 in BERT.
        d_model: D, features a token.
        kind: "learned" (BERT): a table that is trained; "sinusoidal": a fixed table; "rotary":
            a zero, since attention turns queries and keys instead (see `RotaryAttention`).

    Raises:
        ValueError: if the kind is none of these.

    Shapes: positions `(…)` of integers below T, to `(…, D)`, or to `()` for the rotary kind;
    `weight` `(T, D)`, a parameter if it is learned, or None.
    """

    def __init__(self, max_len: int, d_model: int, kind: str = "learned"):
        super().__init__()
        if kind == "learned":
            self.weight = nn.Parameter(torch.randn(max_len, d_model))
        elif kind == "sinusoidal":
            table = sinusoidal_positions(max_len, d_model)
            self.register_buffer("weight", table, persistent=False)
        elif kind == "rotary":
            self.weight = None
        else:
            raise ValueError(
                f"positions of the kind {kind!r} are not known: "
                "choose 'learned', 'sinusoidal' or 'rotary'"
            )

    def forward(self, positions: Tensor) -> Tensor:
        if self.weight is None:
            return torch.zeros((), device=positions.device)
        return F.embedding(positions, self.weight)


class BERTEmbedding(nn.Module):
    """The input of BERT: the sum of three embeddings, normalised, with dropout.

    Formula:
        E = Dropout(LayerNorm(word[ids] + position[0 … S−1] + segment[segments]))

    Args:
        vocab_size: V, pieces in the vocabulary.
        d_model: D, features a token.
        max_len: the longest sequence.
        n_segments: 2 in BERT.
        dropout: probability of dropping a feature in training.

    Source: Devlin et al. (2019), section 3, "Input/Output Representations".
    """

    def __init__(
        self,
        vocab_size: int,
        d_model: int,
        max_len: int = 512,
        n_segments: int = 2,
        dropout: float = 0.1,
    ):
        super().__init__()
        self.word = TokenEmbedding(vocab_size, d_model)
        self.position = PositionalEmbedding(max_len, d_model)
        self.segment = SegmentEmbedding(d_model, n_segments)
        self.norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, segments: Tensor | None = None) -> Tensor:
        """Embed a batch.

        Args:
            ids: `(B, S)`, integers below V.
            segments: `(B, S)`, 0 for sentence A and 1 for sentence B; all A by default.

        Returns:
            `(B, S, D)`.
        """
        if segments is None:
            segments = torch.zeros_like(ids)
        positions = torch.arange(ids.size(1), device=ids.device)  # (S,)
        x = self.word(ids) + self.position(positions) + self.segment(segments)  # (B, S, D)
        return self.dropout(self.norm(x))


def rotate(x: Tensor, base: float = 10_000.0) -> Tensor:
    """Turn every pair of features by an angle that grows with the position.

    Formula:
        (x_i, x_{i+d/2}) at position t is turned by t / base^(2i/d)

    A dot product of two turned vectors depends on their contents and on how far apart they stand,
    but not on where they stand.

    Args:
        x: `(…, S, d)` with an even d.
        base: the longest wavelength is about 2π · base positions.

    Returns:
        `(…, S, d)`; position 0 is left as it is, and lengths of vectors are kept.

    Raises:
        ValueError: if d is odd.

    Source: Su et al. (2021), section 3.2.2; pairing feature i with i + d/2 is common practice.
    """
    length, d_head = x.shape[-2:]
    if d_head % 2:
        raise ValueError(
            f"rotary positions turn pairs of features, but a head has {d_head}: "
            "choose n_heads so that d_model / n_heads is even"
        )
    exact = torch.promote_types(x.dtype, torch.float32)  # half precision has too few digits
    half = torch.arange(d_head // 2, device=x.device, dtype=exact)
    position = torch.arange(length, device=x.device, dtype=exact)
    angles = position[:, None] / base ** (2 * half / d_head)  # (S, d/2)
    cos, sin = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    first, second = x.chunk(2, dim=-1)  # (…, S, d/2) each
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class RotaryAttention(Attention):
    """Attention that knows where its queries and keys stand, and needs no position table.

    Args and shapes are those of `Attention`.
    """

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        mask: Tensor | None = None,
        return_weights: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        return super().forward(rotate(query), rotate(key), value, mask, return_weights)
