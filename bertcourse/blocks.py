"""Week 4: the encoder: a block, the stack of blocks, the pooler, and the three put together.

Nothing here knows sizes or configurations: each piece is given the pieces it is made of.

Source: Devlin et al. (2019), sections 3 and 3.1, appendix A.2.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from bertcourse.layers import LayerNorm


class TransformerBlock(nn.Module):
    """One layer of BERT: attention between the tokens, then a feed-forward on each.

    Formula:
        a = LayerNorm(x + Dropout(attention(x)))
        y = LayerNorm(a + Dropout(feed_forward(a)))

    Args:
        attention: a layer from `(B, S, D)` to `(B, S, D)`.
        feed_forward: another.
        d_model: D, features a token.
        dropout: probability of dropping a feature of either output in training.

    Each line of the formula is a `SublayerConnection` of week 2, written out, so that the norms
    have names of their own for weights to be copied to.

    Source: Devlin et al. (2019), section 3; Vaswani et al. (2017), section 3.1 and figure 1.
    """

    def __init__(
        self, attention: nn.Module, feed_forward: nn.Module, d_model: int, dropout: float = 0.1
    ):
        super().__init__()
        self.attention = attention
        self.attention_norm = LayerNorm(d_model)
        self.feed_forward = feed_forward
        self.output_norm = LayerNorm(d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, *context: Any) -> Tensor:
        """Pass `(B, S, D)` through; the context, such as the mask, is attention's."""
        a = self.attention_norm(x + self.dropout(self.attention(x, *context)))
        return self.output_norm(a + self.dropout(self.feed_forward(a)))


class PreNormBlock(TransformerBlock):
    """The same block with each norm in front of its sublayer, so that the residual runs free.

    Formula:
        a = x + Dropout(attention(LayerNorm(x)))
        y = a + Dropout(feed_forward(LayerNorm(a)))

    The stack of such blocks needs a norm of its own behind the last. Args as in `TransformerBlock`.

    Source: Xiong et al. (2020), figure 1.
    """

    def forward(self, x: Tensor, *context: Any) -> Tensor:
        a = x + self.dropout(self.attention(self.attention_norm(x), *context))
        return a + self.dropout(self.feed_forward(self.output_norm(a)))


class EncoderStack(nn.Module):
    """Blocks one behind the other, each with weights of its own.

    Args:
        make_block: makes a new block at every call.
        n: how many.
    """

    def __init__(self, make_block: Callable[[], nn.Module], n: int):
        super().__init__()
        self.blocks = nn.ModuleList(make_block() for _ in range(n))

    def forward(self, x: Tensor, *context: Any) -> Tensor:
        """Pass `(B, S, D)` through all blocks, handing each the same context."""
        for block in self.blocks:
            x = block(x, *context)
        return x


class Pooler(nn.Module):
    """One vector for a whole sequence, made from its first token, [CLS].

    Formula:
        pooled = tanh(h_[CLS] W + b)

    Args:
        d_model: D, features a token.

    Shapes: hidden states `(B, S, D)` to `(B, D)`.

    Source: google-research/bert; Devlin et al. (2019), section 3.1, call its input C.
    """

    def __init__(self, d_model: int):
        super().__init__()
        self.dense = nn.Linear(d_model, d_model)

    def forward(self, hidden: Tensor) -> Tensor:
        return torch.tanh(self.dense(hidden[:, 0]))  # (B, S, D) -> (B, D)


class BERTCore(nn.Module):
    """The three steps of BERT: embed the ids, encode them under the padding mask, pool.

    Args:
        embedding: from ids and segments to `(B, S, D)`.
        encoder: from `(B, S, D)` and the mask to `(B, S, D)`.
        pooler: from `(B, S, D)` to `(B, D)`.
    """

    def __init__(self, embedding: nn.Module, encoder: nn.Module, pooler: nn.Module):
        super().__init__()
        self.embedding = embedding
        self.encoder = encoder
        self.pooler = pooler

    def forward(
        self, ids: Tensor, mask: Tensor | None = None, segments: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return hidden states `(B, S, D)` and the pooled output `(B, D)`.

        Args:
            ids: `(B, S)`.
            mask: `(B, S)`, 1 = token, 0 = padding; all tokens by default.
            segments: `(B, S)`, 0 = sentence A, 1 = sentence B; all A by default.
        """
        x = self.embedding(ids, segments)  # (B, S) -> (B, S, D)
        hidden = self.encoder(x, mask)  # (B, S, D)
        return hidden, self.pooler(hidden)
