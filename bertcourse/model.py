"""Week 4: BERT: builds the pieces a configuration asks for, checks its input, names its outputs.

Source: Devlin et al. (2019), section 3.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from typing import Any, Self

import torch
from torch import Tensor, nn

from bertcourse.attention import (
    RECORDING,
    Attention,
    MultiHeadAttention,
    padding_mask,
    recorded_attention,
    scaled_dot_product_attention,
    split_heads,
)
from bertcourse.config import BERTConfig
from bertcourse.embeddings import PositionalEmbedding, RotaryAttention
from bertcourse.parts import Parts
from bertcourse.weights import Pretrained

WHOLE = (torch.int64, torch.int32)  # what can be an index
SMALL = (torch.bool, torch.uint8, torch.int8, torch.int16)  # what a mask may be, too


class Named:
    """Fields that are read by name, `output.attentions`, and by key, `output["attentions"]`."""

    def __getitem__(self, key: str) -> Any:
        if key not in self.keys():
            raise KeyError(f"no output {key!r}: there are {', '.join(self.keys())}")
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def keys(self) -> list[str]:
        return [field.name for field in fields(self)]


@dataclass
class BERTOutput(Named):
    """What BERT gives, read by name or by key.

    Attributes:
        last_hidden_state: `(B, S, D)`.
        pooler_output: `(B, D)`, or None without a pooler.
        hidden_states: n_layers + 1 times `(B, S, D)`, the embedding first, or None if they were
            not asked for. With post-norm the last is `last_hidden_state`; with pre-norm that has
            passed one more norm.
        attentions: n_layers times `(B, H, S, S)`, or None if they were not asked for.
    """

    last_hidden_state: Tensor
    pooler_output: Tensor | None
    hidden_states: list[Tensor] | None = None
    attentions: list[Tensor] | None = None


class Absent(nn.Module):
    """Stands where a model has no pooler or no head."""

    def forward(self, x: Any) -> None:
        return None


class _NormedEncoder(nn.Module):
    """A stack of pre-norm blocks with the norm that belongs behind it."""

    def __init__(self, encoder: nn.Module, norm: nn.Module):
        super().__init__()
        self.encoder = encoder
        self.norm = norm

    def forward(self, x: Tensor, *context: Any) -> Tensor:
        return self.norm(self.encoder(x, *context))


class BERT(Pretrained, nn.Module):
    """BERT, the encoder: ids in, a vector for every token and one for the whole out.

    Its weights are in `embedding`, `blocks` and `pooler`, under the same names whatever parts it is
    built from. These stay what they are: change their weights, not the modules themselves.

    Args:
        config: its size; BERT-base by default.
        parts: the code it is built from; `Parts.fast()` by default.

    Example:
        model = BERT.from_pretrained("google-bert/bert-base-uncased")
        output = model(input_ids, attention_mask, segment_ids, output_attentions=True)
        output.attentions[0]  # (B, H, S, S)

    Source: Devlin et al. (2019), section 3.
    """

    config_class = BERTConfig

    def __init__(self, config: BERTConfig | None = None, parts: Parts | None = None):
        super().__init__()
        if not isinstance(config, BERTConfig | None):
            raise TypeError(
                f"the configuration is a {type(config).__name__}, and a BERTConfig is expected, "
                "such as BERTConfig.preset('mini')"
            )
        self.config = config = config or BERTConfig()
        self.parts = parts = (parts or Parts.fast()).suited_to(config)
        blocks: list[nn.Module] = []

        def make_block() -> nn.Module:
            blocks.append(_block(config, parts))
            return blocks[-1]

        self.embedding = _embedding(config, parts)
        encoder = parts.stack(make_block, config.n_layers)
        _check_stack(encoder, blocks, config.n_layers)
        self.blocks = nn.ModuleList(blocks)
        self.final_norm = None
        if config.norm == "pre":
            self.final_norm = parts.norm(config.d_model, config.layer_norm_eps)
            encoder = _NormedEncoder(encoder, self.final_norm)
        self.pooler = parts.pooler(config.d_model) if config.pooler else None
        core = parts.bert(self.embedding, encoder, self.pooler or Absent())
        check_core(self, core)
        # In a tuple: their weights are registered once, above.
        self._core = (core, self.embedding, *self.blocks, self.pooler)
        initialise(self.named_parameters(), config.initializer_range)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        segment_ids: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> BERTOutput:
        """Encode a batch.

        Args:
            input_ids: `(B, S)`, integers below `vocab_size`; S at most `max_len`.
            attention_mask: `(B, S)`, 1 for a token and 0 for padding; all tokens by default. A
                sequence that is nothing but padding attends everywhere alike.
            segment_ids: `(B, S)`, 0 for sentence A and 1 for sentence B; all A by default.
            output_attentions: also return the attention weights; this runs the explicit attention.
            output_hidden_states: also return the embedding and every block's output.

        Raises:
            ValueError: if shapes, types or values are not these. When compiled, and while training
                on an accelerator, which would have to be waited for, values are not looked at.
        """
        check_inputs(self, input_ids, attention_mask, segment_ids)
        with self.recorded(output_attentions, output_hidden_states) as recorded:
            hidden, pooled = self.core(input_ids, attention_mask, segment_ids)
        return BERTOutput(hidden, pooled, **recorded)

    @property
    def core(self) -> nn.Module:
        """The flow through the pieces, as `parts.bert` assembled it.

        Raises:
            ValueError: if one of the pieces was exchanged since.
        """
        core, *built = self._core
        check_pieces(built, (self.embedding, *self.blocks, self.pooler))
        return core

    @contextmanager
    def recorded(
        self, attentions: bool, hidden_states: bool
    ) -> Iterator[dict[str, list[Tensor] | None]]:
        """Keep what the core computes meanwhile, as far as it is asked for."""
        states = (
            recorded_outputs([self.embedding, *self.blocks]) if hidden_states else nullcontext()
        )
        weights = recorded_attention(self) if attentions else nullcontext()
        lock = RECORDING if attentions or hidden_states else nullcontext()
        with lock, states as kept_states, weights as kept_weights:
            yield {"hidden_states": kept_states, "attentions": kept_weights}

    def train(self, mode: bool = True) -> Self:
        self.core.train(mode)  # which is not among our children
        return super().train(mode)


@contextmanager
def recorded_outputs(layers: Iterable[nn.Module]) -> Iterator[list[Tensor]]:
    """Keep what these layers return meanwhile to this thread, in the order of computation."""
    outputs: list[Tensor] = []
    recorder = threading.get_ident()

    def record(_layer: nn.Module, _inputs: tuple, output: Tensor) -> None:
        if threading.get_ident() == recorder:
            outputs.append(output)

    handles = [layer.register_forward_hook(record) for layer in layers]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()


@torch.no_grad()
def initialise(parameters: Iterable[tuple[str, nn.Parameter]], std: float) -> None:
    """Begin as google-research/bert does: tables and matrices normal, cut at two σ; biases 0.

    Args:
        parameters: with their names. The scales of norms are vectors that are not called bias, and
            stay at 1.
        std: σ; 0.02 in BERT.
    """
    for name, parameter in parameters:
        if parameter.is_meta:
            continue  # without memory: the model is only looked at
        if parameter.dim() >= 2:
            parameter.normal_(0, std)
            while (far := parameter.abs() > 2 * std).any():
                parameter[far] = parameter.new_empty(int(far.sum())).normal_(0, std)
        elif name.endswith("bias"):
            parameter.zero_()


# The norms that a piece has made for itself are exchanged below for those that the config asks for,
# by their kind and ε; so with an embedding's positions and a feed-forward's activation.


def _embedding(config: BERTConfig, parts: Parts) -> nn.Module:
    sizes = (config.vocab_size, config.d_model, config.max_len, config.n_segments, config.dropout)
    embedding = parts.embedding(*sizes)
    if config.positions != "learned":
        embedding.position = PositionalEmbedding(config.max_len, config.d_model, config.positions)
    norm = parts.norm(config.d_model, config.layer_norm_eps)
    embedding.norm = norm if config.embedding_norm else nn.Identity()
    return embedding


def _block(config: BERTConfig, parts: Parts) -> nn.Module:
    feed_forward = parts.feed_forward(config.d_model, config.d_ff, config.dropout)
    if hasattr(feed_forward, "activation"):
        feed_forward.activation = parts.activation(config.activation)
    block = parts.block(_attention(config, parts), feed_forward, config.d_model, config.dropout)
    block.attention_norm = parts.norm(config.d_model, config.layer_norm_eps)
    block.output_norm = parts.norm(config.d_model, config.layer_norm_eps)
    return block


def check_pieces(built: Sequence[nn.Module | None], now: Sequence[nn.Module | None]) -> None:
    """Refuse pieces that are not those a core was assembled from, for it would not use them."""
    if len(built) != len(now) or any(a is not b for a, b in zip(built, now, strict=True)):
        raise ValueError(
            "a piece of the model (the embedding, a block, the pooler, a head) was exchanged after "
            "it was built, and would not be used: build a new model from a config and parts, and "
            "copy weights with load_state_dict"
        )


def check_core(model: nn.Module, core: nn.Module) -> None:
    """Refuse weights in a core that the model has not, for nobody would train or save them."""
    known = {id(tensor) for tensor in (*model.parameters(), *model.buffers())}
    named = (*core.named_parameters(), *core.named_buffers())
    own = [name for name, tensor in named if id(tensor) not in known]
    if own:
        raise ValueError(
            f"{', '.join(own)}: a {type(core).__name__} and its stack hold weights of their own, "
            "which would be neither trained nor saved: keep weights in the embedding, the blocks, "
            "the pooler and the heads"
        )


def _check_stack(encoder: nn.Module, blocks: list[nn.Module], n_layers: int) -> None:
    kept = set(encoder.modules())
    if len(blocks) != n_layers or not all(block in kept for block in blocks):
        raise ValueError(
            f"the stack made {len(blocks)} blocks and keeps {sum(b in kept for b in blocks)} of "
            f"them, and {n_layers} are expected: call make_block() once for each layer, and keep "
            "what it returns, not a copy, in an nn.ModuleList"
        )


def _attention(config: BERTConfig, parts: Parts) -> nn.Module:
    layer = parts.multi_head_attention(config.d_model, config.n_heads, config.attention_dropout)
    if isinstance(layer, MultiHeadAttention):
        kind = RotaryAttention if config.positions == "rotary" else Attention
        layer.attention = kind(config.attention_dropout, parts.attention)
    elif not any(isinstance(module, Attention) for module in layer.modules()):
        layer.record = None
        layer.n_heads = config.n_heads
        layer.register_forward_hook(_record_weights, with_kwargs=True)
    return layer


@torch.no_grad()
def _record_weights(
    layer: nn.Module, inputs: tuple[Tensor, ...], named: dict[str, Tensor], _output: Tensor
) -> None:
    """Compute the weights of an attention written by somebody else, when they are recorded.

    Where its softmax stands nobody knows; its `query` and `key` layers are in its contract.
    """
    if layer.record is not None:
        x, mask, *_ = (*inputs, *named.values(), None)  # x before mask, by place or by name
        query = split_heads(layer.query(x), layer.n_heads)  # (B, H, S, d)
        key = split_heads(layer.key(x), layer.n_heads)
        mask = None if mask is None else padding_mask(mask)
        layer.record(scaled_dot_product_attention(query, key, key, mask)[1])


def check_inputs(
    model: BERT,
    input_ids: Tensor,
    attention_mask: Tensor | None = None,
    segment_ids: Tensor | None = None,
    positions: Tensor | None = None,
) -> None:
    """Refuse what BERT cannot mean, in words; see `BERT.forward`."""
    config = model.config
    _check_tensor("input_ids", input_ids)
    shape, length = tuple(input_ids.shape), input_ids.size(1)
    if not 1 <= length <= config.max_len:
        raise ValueError(
            f"input_ids of shape {shape} are {length} tokens long, and this BERT takes 1 to "
            f"{config.max_len}: cut the text (encode with max_len={config.max_len}), or split it"
        )
    for name, tensor in (("attention_mask", attention_mask), ("segment_ids", segment_ids)):
        if tensor is not None:
            _check_tensor(name, tensor)
            if tuple(tensor.shape) != shape:
                raise ValueError(
                    f"{name} of shape {tuple(tensor.shape)} do not fit input_ids of shape {shape}: "
                    "there is one number a token"
                )
    if positions is not None:
        _check_tensor("positions", positions)
        if positions.size(0) != shape[0]:
            raise ValueError(
                f"positions of shape {tuple(positions.shape)} do not fit input_ids of shape "
                f"{shape}: there is one row a sequence"
            )
    waits = model.training and input_ids.device.type != "cpu"
    if not waits and not torch.compiler.is_compiling():
        _check_values("input_ids", input_ids, config.vocab_size, "the size of the vocabulary")
        _check_values("attention_mask", attention_mask, 2, "1 = token, 0 = padding")
        _check_values("segment_ids", segment_ids, config.n_segments, "0 = sentence A, 1 = B")
        _check_values("positions", positions, length, "the length of the sequences")


def _check_tensor(name: str, tensor: Tensor) -> None:
    if not isinstance(tensor, Tensor):
        raise ValueError(
            f"{name} is a {type(tensor).__name__}, and a tensor is expected: torch.tensor({name})"
        )
    if tensor.dim() != 2:
        raise ValueError(
            f"{name} has the shape {tuple(tensor.shape)}, and two dimensions are expected, "
            "sequences and tokens: a single sequence is a batch of one, x[None]"
        )
    if tensor.dtype not in (WHOLE if name != "attention_mask" else (*WHOLE, *SMALL)):
        raise ValueError(
            f"{name} is of type {tensor.dtype}, and whole numbers are expected: {name}.long()"
        )


def _check_values(name: str, tensor: Tensor | None, end: int, meaning: str) -> None:
    if tensor is not None and tensor.dtype != torch.bool and tensor.numel():
        lowest, highest = (int(value) for value in tensor.aminmax())
        if lowest < 0 or highest >= end:
            raise ValueError(
                f"{name} holds {lowest if lowest < 0 else highest}, and only 0 to {end - 1} are "
                f"possible here ({meaning}): were two arguments exchanged? Their order is "
                "input_ids, attention_mask, segment_ids"
            )
