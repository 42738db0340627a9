"""Week 4: looking inside a model while it computes, whoever wrote it: what `compare` compares.

Two tables say at which modules to look, in our models and in those of `transformers`, and whether
at what goes in or at what comes out. The attention scores and weights are neither, so they are
caught at the softmax itself, whatever the code around it.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from bertcourse.attention import causal_mask
from bertcourse.config import SETTINGS
from bertcourse.tokenizer import Batch


class Tap(NamedTuple):
    """A step's name, and the module that it goes into or comes out of, ours and `transformers`'."""

    step: str
    ours: str
    theirs: str | None  # None: there is no such module
    side: Literal["in", "out"] = "out"
    per: Literal["token", "text", "head"] = "token"  # what the tensor has rows for


# Behind `blocks.0.` or `encoder.layer.0.`, and so on for every layer.
LAYER_TAPS = (
    Tap("query", "attention.query", "attention.self.query"),
    Tap("key", "attention.key", "attention.self.key"),
    Tap("value", "attention.value", "attention.self.value"),
    Tap("context", "attention.output", "attention.output.dense", "in"),
    Tap("attention output", "attention.output", "attention.output.dense"),
    Tap("attention residual", "attention_norm", "attention.output.LayerNorm", "in"),
    Tap("attention norm", "attention_norm", "attention.output.LayerNorm"),
    Tap("feed-forward inner", "feed_forward.inner", "intermediate.dense"),
    Tap("activation", "feed_forward.outer", "output.dense", "in"),
    Tap("feed-forward output", "feed_forward.outer", "output.dense"),
    Tap("feed-forward residual", "output_norm", "output.LayerNorm", "in"),
    Tap("hidden state", "", ""),
)
# A softmax in here is the attention's: the scores go in, the weights come out.
SCORES = Tap("attention scores", "attention", "attention.self", "in", "head")
WEIGHTS = Tap("attention weights", "attention", "attention.self", "out", "head")
SOFTMAX = {torch.softmax, torch.special.softmax, Tensor.softmax, F.softmax}

OTHER_TAPS = (
    Tap("word embedding", "embedding.word", "embeddings.word_embeddings"),
    Tap("position embedding", "embedding.position", "embeddings.position_embeddings"),
    Tap("segment embedding", "embedding.segment", "embeddings.token_type_embeddings"),
    Tap("embedding sum", "embedding.norm", "embeddings.LayerNorm", "in"),
    Tap("embedding output", "embedding", "embeddings"),
    Tap("final norm", "final_norm", None),
    Tap("pooler dense", "pooler.dense", "pooler.dense", per="text"),
    Tap("pooled", "pooler", "pooler", per="text"),
    Tap("MLM dense", "mlm.dense", "cls.predictions.transform.dense"),
    Tap("MLM activation", "mlm.norm", "cls.predictions.transform.LayerNorm", "in"),
    Tap("MLM transform", "mlm.norm", "cls.predictions.transform.LayerNorm"),
    Tap("MLM logits", "mlm", "cls.predictions"),
    Tap("NSP logits", "nsp", "cls.seq_relationship", per="text"),
)
# What the model returns, by the names that it may have there.
OUTPUTS = {
    Tap("last hidden state", "output", None): ("last_hidden_state",),
    Tap("pooler output", "output", None, per="text"): ("pooler_output",),
    Tap("MLM output", "output", None): ("mlm_logits", "prediction_logits", "logits"),
    Tap("NSP output", "output", None, per="text"): ("nsp_logits", "seq_relationship_logits"),
}
# What these belong to, by the module of ours that they are in.
PARTS = {
    "embedding": "embedding",
    "final_norm": "final norm",
    "pooler": "pooler",
    "mlm": "MLM head",
    "nsp": "NSP head",
    "output": "output",
}

Place = tuple[Tap, int | None]  # which step, and in which layer


def part_of(place: Place) -> str:
    """Such as "layer 0", "embedding" or "MLM head"."""
    tap, layer = place
    return PARTS[tap.ours.split(".")[0]] if layer is None else f"layer {layer}"


def is_ours(model: nn.Module) -> bool:
    """Whether its modules have our names, and not those of `transformers`."""
    return _find(model, "embedding.word") is not None


def size(model: nn.Module, name: str) -> int:
    """A setting by our name, in our configuration or in that of `transformers`."""
    return getattr(model.config, name if is_ours(model) else SETTINGS[name])


def is_bert(model: Any) -> bool:
    """Whether this is a model with the modules of a BERT, under our names or the others."""
    known = ("embedding.word", "embeddings.word_embeddings")
    return isinstance(model, nn.Module) and any(_find(model, path) is not None for path in known)


def _find(model: nn.Module, path: str) -> nn.Module | None:
    """The module of that name, in the model or in the encoder inside it."""
    for name in (path, f"bert.{path}"):
        try:
            return model.get_submodule(name)
        except AttributeError:
            pass
    return None


def run_tapped(model: nn.Module, batch: Batch) -> dict[Place, Tensor | None]:
    """What passes the taps while a model reads a batch, in the order of computation.

    Returns:
        Tensors `(B, S, …)`, or `(B, D)` for whole texts; None where one is of another form.

    Raises:
        ValueError: if a model of `transformers` computes attention where it cannot be seen.
    """
    device = next(model.parameters()).device
    segments = "segment_ids" if is_ours(model) else "token_type_ids"
    with _tapped(model) as values:
        output = model(
            input_ids=batch.input_ids.to(device),
            attention_mask=batch.attention_mask.to(device),
            **{segments: batch.segment_ids.to(device)},
        )
    _check_attentions(model, values)
    for tap, names in OUTPUTS.items():
        for name in names:
            if (value := getattr(output, name, None)) is not None:
                values[tap, None] = value.cpu()
    n_heads = size(model, "n_heads")
    return {place: _rows(value, place[0], batch, n_heads) for place, value in values.items()}


def _check_attentions(model: nn.Module, values: dict[Place, Tensor]) -> None:
    """A learner may compute a softmax by hand; a reference that hides it proves nothing."""
    seen = all((WEIGHTS, layer) in values for layer in range(size(model, "n_layers")))
    if not seen and not is_ours(model):
        raise ValueError(
            f"this {type(model).__name__} computes attention where it cannot be seen "
            f"(attn_implementation={model.config._attn_implementation!r}): load it with "
            "load_reference, or with attn_implementation='eager'"
        )


def _rows(value: Tensor, tap: Tap, batch: Batch, n_heads: int) -> Tensor | None:
    """Bring a tensor into the form of its kind of step; None if it has another."""
    n_texts, length = batch.input_ids.shape
    if tap.per == "text":
        return value if value.dim() == 2 and len(value) == n_texts else None
    if tap.per == "head":
        heads = (n_texts, n_heads, length, length)
        if value.shape not in (heads, (n_texts * n_heads, length, length)):
            return None
        return value.reshape(heads).transpose(1, 2)  # -> (B, S, H, S)
    if value.dim() == 2 or len(value) == 1:  # positions, which are the same in all texts
        value = value.expand(n_texts, *value.shape[-2:])
    return value if value.shape[:2] == (n_texts, length) else None


@contextmanager
def undisturbed(*models: nn.Module) -> Iterator[None]:
    """Eval mode, no gradients and fixed random numbers; afterwards everything as it was."""
    modes = [(module, module.training) for model in models for module in _modules(model)]
    try:
        with torch.no_grad(), torch.random.fork_rng(range(torch.cuda.device_count())):
            torch.default_generator.manual_seed(0)  # for a dropout that heeds no eval mode
            for model in models:
                model.eval()
            yield
    finally:
        for module, training in modes:
            module.training = training


def _modules(model: nn.Module) -> Iterator[nn.Module]:
    """All modules, those of a BERT's core too, which is not among its children."""
    for module in model.modules():
        yield module
        if isinstance(core := getattr(module, "core", None), nn.Module):
            yield from core.modules()


@contextmanager
def _tapped(model: nn.Module) -> Iterator[dict[Place, Tensor]]:
    """Keep what passes the taps meanwhile; of several calls of a module, the first."""
    values: dict[Place, Tensor] = {}

    def keep(place: Place, value: Any) -> None:
        value = value[0] if isinstance(value, tuple) and value else value
        if isinstance(value, Tensor) and value.dim():
            values.setdefault(place, value.detach().to("cpu", copy=True))

    attention = _SoftmaxTap(keep)
    handles = []
    try:
        for place in _places(model):
            handles += _hooks(place, _module(model, place), keep, attention)
        with attention:
            yield values
    finally:
        for handle in handles:
            handle.remove()


def _places(model: nn.Module) -> list[Place]:
    layers = range(size(model, "n_layers"))
    inside = [(tap, layer) for layer in layers for tap in (*LAYER_TAPS, WEIGHTS)]
    return [*inside, *((tap, None) for tap in OTHER_TAPS)]


def _hooks(
    place: Place, module: nn.Module | None, keep: Callable, attention: "_SoftmaxTap"
) -> list[Any]:
    if module is None:
        return []
    tap, layer = place
    if tap == WEIGHTS:
        return [
            module.register_forward_pre_hook(lambda *_: attention.enter(layer)),
            module.register_forward_hook(lambda *_: attention.enter(None)),
        ]
    if tap.side == "in":
        return [module.register_forward_pre_hook(lambda _, inputs: keep(place, inputs))]
    return [module.register_forward_hook(lambda _module, _inputs, output: keep(place, output))]


def _module(model: nn.Module, place: Place) -> nn.Module | None:
    tap, layer = place
    path = tap.ours if is_ours(model) else tap.theirs
    if layer is not None:
        path = (f"blocks.{layer}." if is_ours(model) else f"encoder.layer.{layer}.") + path
    return path and _find(model, path.removesuffix("."))


class _SoftmaxTap(TorchFunctionMode):
    """Sees every call of a torch function, and keeps scores and weights of those in an attention.

    Args:
        keep: takes a place and what passed there.
    """

    def __init__(self, keep: Callable[[Place, Tensor], None]):
        super().__init__()
        self.keep = keep
        self.layer: int | None = None  # whose attention is at work

    def enter(self, layer: int | None) -> None:
        self.layer = layer

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if self.layer is not None and func in SOFTMAX:
            self.keep((SCORES, self.layer), args[0] if args else kwargs["input"])
            weights = func(*args, **kwargs)
            self.keep((WEIGHTS, self.layer), weights)
            return weights
        if self.layer is not None and func is F.scaled_dot_product_attention:
            scores = _fused_scores(*args, **kwargs)
            self.keep((SCORES, self.layer), scores)
            self.keep((WEIGHTS, self.layer), scores.softmax(-1))
        return func(*args, **kwargs)


def _fused_scores(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    **_: Any,
) -> Tensor:
    """The scores that PyTorch's fused kernel computes and does not give away."""
    scores = query @ key.transpose(-2, -1) * (scale or query.size(-1) ** -0.5)  # (B, H, S, S)
    if is_causal:
        attn_mask = causal_mask(query.size(-2)).to(query.device)
    if attn_mask is None:
        return scores
    if attn_mask.dtype == torch.bool:
        return scores.masked_fill(~attn_mask, -math.inf)
    return scores + attn_mask
