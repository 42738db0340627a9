"""Week 4: which code a BERT is built from: the lesson's, the fast one, or yours."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from torch import Tensor, nn

from bertcourse.attention import MultiHeadAttention, scaled_dot_product_attention
from bertcourse.blocks import BERTCore, EncoderStack, Pooler, PreNormBlock, TransformerBlock
from bertcourse.config import BERTConfig
from bertcourse.embeddings import BERTEmbedding
from bertcourse.layers import GELU, LayerNorm, PositionwiseFeedForward
from bertcourse.workbook import Workbook, WorkbookError

# The field of `Parts`, and the exercise in which a learner writes that piece.
PIECES = {
    "attention": "scaled_dot_product_attention",
    "multi_head_attention": "multi_head_attention",
    "activation": "gelu",
    "norm": "layer_norm",
    "feed_forward": "feed_forward",
    "embedding": "bert_embedding",
    "block": "transformer_block",
    "stack": "encoder_stack",
    "pooler": "pooler",
    "bert": "bert",
    "mlm": "masked_language_model",
    "nsp": "next_sentence_prediction",
    "bert_lm": "bert_lm",
}


class FunctionLayer(nn.Module):
    """A function of one tensor as a layer."""

    def __init__(self, function: Callable[[Tensor], Tensor]):
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


@dataclass(frozen=True)
class Parts:
    """The pieces a BERT is built from, each a class or function with a fixed signature.

    `Parts.lesson()` has the formulas as the weeks teach them, `Parts.fast()` the same on PyTorch's
    fused kernels, `Parts.mine()` what you have written yourself. Weights fit all three, and their
    outputs agree. Other pieces go in one by one: `replace(Parts.fast(), norm=MyNorm)`.

    Args:
        attention: `f(query, key, value, mask, dropout) -> (context, weights)`; None is the fused
            kernel.
        multi_head_attention: `M(d_model, n_heads, dropout)`.
        activation: from a form of GELU, "none" or "tanh", to a layer.
        norm: `N(d_model, eps)`.
        feed_forward: `F(d_model, d_ff, dropout)`.
        embedding: `E(vocab_size, d_model, max_len, n_segments, dropout)`.
        block: `K(attention, feed_forward, d_model, dropout)`.
        stack: `T(make_block, n)`.
        pooler: `P(d_model)`.
        bert: `B(embedding, encoder, pooler)`, from which `BERT` gets hidden states and pooled.
        mlm: `H(word)`; None is `MaskedLanguageModel`.
        nsp: `N(d_model)`; None is `NextSentencePrediction`.
        bert_lm: `L(bert, mlm, nsp)`; None is `BERTLMCore`.
        learners: the exercises whose solution by the learner is among these.
    """

    attention: Callable[..., tuple[Tensor, Tensor]] | None = None
    multi_head_attention: Callable[..., nn.Module] = MultiHeadAttention
    activation: Callable[[str], nn.Module] = nn.GELU
    norm: Callable[..., nn.Module] = nn.LayerNorm
    feed_forward: Callable[..., nn.Module] = PositionwiseFeedForward
    embedding: Callable[..., nn.Module] = BERTEmbedding
    block: Callable[..., nn.Module] = TransformerBlock
    stack: Callable[..., nn.Module] = EncoderStack
    pooler: Callable[..., nn.Module] = Pooler
    bert: Callable[..., nn.Module] = BERTCore
    mlm: Callable[..., nn.Module] | None = None
    nsp: Callable[..., nn.Module] | None = None
    bert_lm: Callable[..., nn.Module] | None = None
    learners: tuple[str, ...] = ()

    @classmethod
    def fast(cls) -> Self:
        """The same mathematics on PyTorch's fused kernels: attention, GELU and layer norm."""
        return cls()

    @classmethod
    def lesson(cls) -> Self:
        """The formulas exactly as the weeks teach them."""
        return cls(attention=scaled_dot_product_attention, activation=GELU, norm=LayerNorm)

    @classmethod
    def mine(cls, workbook: Workbook | None = None) -> Self:
        """What you have solved, from your workbook; the lesson's where a piece is missing.

        A piece whose file is damaged is left out with a warning. `learners` tells which are yours.
        Your `gelu` has the one form that you gave it, whatever a checkpoint asks for; and classes
        from the workbook cannot be pickled.

        Args:
            workbook: the one to read; your own by default.
        """
        workbook = workbook or Workbook()
        solved = workbook.pieces()
        found = {}
        for field, piece in PIECES.items():
            if piece in solved:
                try:
                    found[field] = workbook.load(piece)
                except WorkbookError as error:
                    warnings.warn(f"{error}. The lesson's {piece} is used", stacklevel=2)
        learners = tuple(PIECES[field] for field in found)
        if "activation" in found:
            gelu = found["activation"]
            found["activation"] = lambda form: FunctionLayer(gelu)
        return replace(cls.lesson(), **found, learners=learners)

    def suited_to(self, config: BERTConfig) -> Self:
        """These pieces, with the package's own where a config asks for what BERT does not have.

        Rotary positions live in attention, and pre-norm in the block, so a piece that was written
        for BERT cannot serve there.
        """
        changes: dict[str, Any] = {}
        if config.positions == "rotary":
            changes["multi_head_attention"] = MultiHeadAttention
        if config.norm == "pre":
            changes["block"] = PreNormBlock
        replaced = {PIECES[field] for field in changes}
        learners = tuple(piece for piece in self.learners if piece not in replaced)
        return replace(self, **changes, learners=learners)
