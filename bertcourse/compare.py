"""Week 4: two models side by side, step by step: the first place where they diverge.

Both read the same texts, and `taps` says what passes on the way, from the embedding to the heads.
"""

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from bertcourse.taps import (
    OUTPUTS,
    SCORES,
    WEIGHTS,
    Place,
    Tap,
    is_bert,
    part_of,
    run_tapped,
    size,
    undisturbed,
)
from bertcourse.tokenizer import Batch, WordPieceTokenizer
from bertcourse.weights import (
    CONFIG,
    INDEX,
    CheckpointError,
    find_checkpoint,
    from_transformers,
    read_json,
    read_weights,
)

# What belongs at a step, where a sentence can say it.
EXPECTED = {
    "query": "a linear layer of the block's input, as it is",
    "position embedding": "the first token stands at position 0",
    "segment embedding": "0 for the first text and its [SEP], 1 for the second",
    "embedding sum": "word, position and segment, added",
    "embedding output": "LayerNorm of the sum; dropout in training only",
    "attention scores": "query times key over √d, with d the size of a head",
    "context": "the weights mix the values, the heads stand side by side; dropout in training only",
    "attention residual": "x + attention(x), into attention_norm; dropout in training only",
    "attention norm": "LayerNorm of the residual, biased variance, eps inside the root",
    "activation": "GELU in the form that the configuration names, and nothing else",
    "feed-forward residual": "a + feed_forward(a), into output_norm; dropout in training only",
    "hidden state": "LayerNorm of the residual, biased variance, eps inside the root",
    "pooler dense": "made from the first token, [CLS]",
    "pooled": "the tanh of the dense layer",
    "last hidden state": "what the last block gives",
    "pooler output": "what the pooler gives",
    "MLM logits": "the transform times the word table, plus a bias for every piece",
}
TOLERANCES = {torch.float32: 1e-5, torch.float64: 1e-10}
SIZES = ("vocab_size", "d_model", "n_layers", "n_heads", "d_ff", "n_segments")
# A weight, and the fullest model of `transformers` that a checkpoint with it has the weights of.
REFERENCES = {"nsp.classifier.weight": "BertForPreTraining", "mlm.dense.weight": "BertForMaskedLM"}

# --- What comes of it -------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of the computation in both models.

    Attributes:
        name: such as "attention scores".
        layer: the number of the block, None outside the blocks.
        part: where it is printed: "layer 0", "embedding", "pooler"…
        max_difference: the largest absolute difference; inf where a number is not finite or the
            model left the layer out; None if the step was not compared.
        allowed: the difference up to which the step agrees.
        text: the number of the text with the largest difference.
        token: the token there; for scores and weights, the query's.
        note: what to look at, or why the step was not compared.
    """

    name: str
    layer: int | None
    part: str
    max_difference: float | None = None
    allowed: float = 0.0
    text: int | None = None
    token: str | None = None
    note: str = ""

    @property
    def diverges(self) -> bool:
        """Whether the step was compared and differs."""
        return self.max_difference is not None and self.max_difference > self.allowed

    def __str__(self) -> str:
        name = self.name if self.layer is None else f"layer {self.layer}, {self.name}"
        return f"{name}: max difference {self.max_difference:.2g}" if self.diverges else name


@dataclass(frozen=True, repr=False)
class Comparison:
    """Two models step by step; printed, a line for every layer and the verdict.

    Attributes:
        steps: in the order in which the reference computes them.
        tolerance: how far they may differ a layer, see `compare`.
    """

    steps: tuple[Step, ...]
    tolerance: float

    @property
    def first(self) -> Step | None:
        """The first step that differs. Those behind it may be right and have got wrong input."""
        return next((step for step in self.steps if step.diverges), None)

    @property
    def agrees(self) -> bool:
        """Whether no step differs; every layer's hidden state is always compared."""
        return self.first is None

    def __repr__(self) -> str:
        parts = dict.fromkeys(s.part for s in self.steps if s.max_difference is not None)
        reasons = dict.fromkeys(s.note for s in self.steps if s.max_difference is None)
        width = max(map(len, parts))
        lines = [f"{part:{width}}  {self._worst(part)}" for part in parts]
        return "\n".join([*lines, self._verdict(), *map(self._left_out, reasons)])

    def _worst(self, part: str) -> str:
        """The largest difference in a part, but no rounding errors, other on every machine."""
        wrong = [step for step in self.steps if step.part == part and step.diverges]
        if not wrong:
            return "agrees"
        worst = max(wrong, key=lambda step: step.max_difference)
        return f"{worst.max_difference:.2g} ({worst.name})"

    def _verdict(self) -> str:
        if self.first is None:
            compared = sum(step.max_difference is not None for step in self.steps)
            return f"They agree at all {compared} steps, to {self.tolerance:.2g} a layer."
        text = "" if self.first.text is None else f" in text {self.first.text}"
        token = "" if self.first.token is None else f" at {self.first.token!r}"
        note = f" {self.first.note}" if self.first.note else ""
        return f"They diverge first at {self.first}{text}{token}.{note}"

    def _left_out(self, reason: str) -> str:
        steps = [s for s in self.steps if s.max_difference is None and s.note == reason]
        return f"Not compared, {reason}: {', '.join(dict.fromkeys(s.name for s in steps))}."


# --- The comparison ---------------------------------------------------------------------------


def compare(
    model: nn.Module,
    reference: nn.Module,
    tokenizer: WordPieceTokenizer,
    texts: Sequence[str] | Sequence[tuple[str, str]],
    tolerance: float | None = None,
) -> Comparison:
    """Walk two models through the same texts, and find the first step at which they diverge.

    A step agrees if no number differs by more than tolerance · layers so far · max(1, largest
    number of the reference): rounding errors grow with the depth and with the numbers. Only real
    tokens are compared, and scores only where the mask lets them through: what stands for "hidden"
    is convention. Scores and weights that differ while the next step agrees were only written in
    another way.

    Both models run in eval mode and without gradients, and are left as they were.

    Args:
        model: a `BERT` or `BERTLM` of any parts, your own too.
        reference: what it should be like: another of these, or from `transformers` a BertModel,
            BertForMaskedLM or BertForPreTraining; see `load_reference`.
        tokenizer: the one both were trained with.
        texts: texts, or pairs of texts; what is too long for the models is cut. The mask shows only
            with texts of several lengths, segments only with pairs.
        tolerance: 1e-5 in float32 and 1e-10 in float64, unless given.

    Raises:
        TypeError: if a model is no BERT, or the texts are neither texts nor pairs.
        ValueError: if the models differ in size, vocabulary or dtype, are in half precision, or if
            a model of `transformers` computes attention where it cannot be seen.
    """
    _check_models(model, reference, tokenizer)
    tolerance = TOLERANCES[_dtype(model)] if tolerance is None else tolerance
    max_len = min(size(model, "max_len"), size(reference, "max_len"))
    batch = _encode(tokenizer, texts, max_len)
    with undisturbed(model, reference):
        actual, expected = run_tapped(model, batch), run_tapped(reference, batch)
    n_layers = size(reference, "n_layers")
    steps = [
        _step(place, actual, expected, batch, tolerance * _depth(place, n_layers))
        for place in expected
    ]
    alone = [place for place in actual if place not in expected]
    steps += [_named(place, note="not seen in the reference") for place in alone]
    return Comparison(tuple(_forgive(steps)), tolerance)


def _depth(place: Place, n_layers: int) -> int:
    """How many layers a number has come through, at least 1: each adds its rounding errors."""
    if part_of(place) == "embedding":
        return 1
    return n_layers if place[1] is None else place[1] + 1


def _step(
    place: Place,
    actual: dict[Place, Tensor | None],
    expected: dict[Place, Tensor | None],
    batch: Batch,
    tolerance: float,
) -> Step:
    tap, ours, theirs = place[0], actual.get(place), expected[place]
    if ours is not None and theirs is not None and ours.shape == theirs.shape:
        return _difference(place, ours.double(), theirs.double(), batch, tolerance)
    if tap.step == "hidden state" and place not in actual:
        note = "The block is never called: the stack calls each of its own, as block(x, *context)."
        return _named(place, max_difference=math.inf, note=note)
    if tap in OUTPUTS and place in actual:
        return _named(place, max_difference=math.inf, note="It is of another shape.")
    reason = "written in another way in the model" if place in actual else "not seen in the model"
    return _named(place, note=reason)


def _named(place: Place, **more: Any) -> Step:
    tap, layer = place
    return Step(tap.step, layer, part_of(place), **more)


def _difference(place: Place, ours: Tensor, theirs: Tensor, batch: Batch, tolerance: float) -> Step:
    """Compare one step at real tokens: `(B, S, …)`, or `(B, …)` for what is made of whole texts."""
    tap, real = place[0], batch.attention_mask.bool()  # (B, S)
    if tap == SCORES:
        ours, theirs = (x.where(real[:, None, None], 0.0) for x in (ours, theirs))  # (B, S, H, S)
    if tap.per != "text":
        ours, theirs = ours[real], theirs[real]  # (B, S, …) -> (N, …)
    rows = (ours - theirs).abs().nan_to_num(math.inf, math.inf).flatten(1).amax(1)  # (N,)
    allowed = tolerance * max(1.0, float(theirs.abs().max()))
    row = int(rows.argmax())
    text, token = row, None
    if tap.per != "text":
        text, position = real.nonzero()[row].tolist()
        token = batch.encodings[text].tokens[position]
    step = _named(place, max_difference=float(rows[row]), allowed=allowed, text=text, token=token)
    return replace(step, note=_note(tap, ours, theirs, real)) if step.diverges else step


def _note(tap: Tap, ours: Tensor, theirs: Tensor, real: Tensor) -> str:
    """What a difference looks like, and what belongs there."""
    if tap == SCORES and (ours - theirs).min() < -1000:
        return "Tokens are hidden that should be seen: 1 in the mask stands for a token."
    if not ours.isfinite().all():
        return "Not all of its numbers are finite."
    if tap == WEIGHTS:
        return _weights_note(ours, real)
    expected = f"What belongs there: {EXPECTED[tap.step]}." if tap.step in EXPECTED else ""
    factor = float((ours * theirs).sum() / theirs.square().sum())
    is_multiple = torch.allclose(ours, factor * theirs, atol=1e-4 * float(ours.abs().max()))
    if is_multiple and abs(factor - 1) > 0.01:
        return f"It is {factor:.3g} times the reference's. {expected}".rstrip()
    return expected


def _weights_note(weights: Tensor, real: Tensor) -> str:
    """What is wrong with weights `(N, H, S)`, a row for each of the N real tokens."""
    keys = real.repeat_interleave(real.sum(1), dim=0)[:, None]  # (B, S) -> (N, 1, S)
    if (weights.sum(-1) - 1).abs().max() > 1e-3:
        return "Its rows do not sum to one: the softmax runs over the keys, the last axis."
    if (weights * ~keys).max() > 1e-6:
        return "Padding has weight: a masked score is so low that its weight is zero."
    return ""


def _forgive(steps: list[Step]) -> Iterator[Step]:
    """Take back scores and weights that differ if what follows from them does not."""
    caught = (SCORES.step, WEIGHTS.step)
    for i, step in enumerate(steps):
        behind = (s for s in steps[i:] if s.name not in caught and s.max_difference is not None)
        follows = next(behind, None)
        if step.name in caught and step.diverges and follows and not follows.diverges:
            note = "written in another way in the model"
            step = replace(step, max_difference=None, note=note)
        yield step


# --- What can be compared ---------------------------------------------------------------------


def _dtype(model: nn.Module) -> torch.dtype | None:
    """The type of all its parameters, None if they have several."""
    dtypes = {parameter.dtype for parameter in model.parameters()}
    return dtypes.pop() if len(dtypes) == 1 else None


def _check_models(model: nn.Module, reference: nn.Module, tokenizer: WordPieceTokenizer) -> None:
    for name, each in (("model", model), ("reference", reference)):
        if not is_bert(each):
            raise TypeError(
                f"the {name} is a {type(each).__name__}, and only a BERT can be compared: pass "
                "a BERT or BERTLM, or a BertModel, BertForMaskedLM or BertForPreTraining"
            )
        if _dtype(each) not in TOLERANCES:
            raise ValueError(
                f"the {name} is of type {_dtype(each) or 'mixed'}, in which rounding looks like an "
                f"error: load it as float32 (load_reference does), or call {name}.float()"
            )
    if _dtype(model) != _dtype(reference):
        raise ValueError(
            f"the model is of type {_dtype(model)} and the reference of {_dtype(reference)}: bring "
            "both to one, such as reference.double()"
        )
    sizes = {name: (size(model, name), size(reference, name)) for name in SIZES}
    other = [
        f"{name} {ours} and {theirs}" for name, (ours, theirs) in sizes.items() if ours != theirs
    ]
    if other:
        raise ValueError(
            f"model and reference are of different sizes ({', '.join(other)}): load both from the "
            "same checkpoint"
        )
    if len(tokenizer) > sizes["vocab_size"][0]:
        raise ValueError(
            f"the tokenizer has {len(tokenizer)} tokens and the models {sizes['vocab_size'][0]}: "
            "load it from the same checkpoint"
        )


def _encode(tokenizer: WordPieceTokenizer, texts: Sequence[Any], max_len: int) -> Batch:
    if not isinstance(texts, str):
        texts = list(texts)
        if all(isinstance(text, str) for text in texts):
            return tokenizer.encode_batch(texts, max_len=max_len)
        if all(isinstance(text, tuple | list) and len(text) == 2 for text in texts):
            return tokenizer.encode_batch(*zip(*texts, strict=True), max_len=max_len)
    raise TypeError(
        f"texts={texts!r} was given, and a list is expected, all of texts or all of pairs: "
        "['The cat sat.', 'It slept.'] or [('The cat sat.', 'It slept.')]"
    )


# --- The reference ----------------------------------------------------------------------------


def load_reference(path_or_hub_id: str | Path, revision: str | None = None) -> nn.Module:
    """Load a checkpoint into `transformers`, as is needed to compare with it.

    That is in float32, whatever the file has (`transformers` keeps half precision), and with eager
    attention, whose weights can be asked for: under its default, SDPA, it returns none and says
    nothing. The class is the fullest whose weights are all there: BertForPreTraining,
    BertForMaskedLM, or BertModel, with or without a pooler.

    Args:
        path_or_hub_id: a folder, or the id of a model on the Hugging Face Hub.
        revision: the branch, tag or commit to take from the Hub.

    Returns:
        The model in eval mode.

    Raises:
        CheckpointError: if `transformers` is not installed, the checkpoint is not found, or it is
            no BERT or lacks weights.
    """
    try:
        import transformers
    except ImportError as error:
        raise CheckpointError(
            "the reference is a model of transformers, which is not installed: "
            "pip install transformers"
        ) from error
    folder = find_checkpoint(path_or_hub_id, revision, [CONFIG, "model*.safetensors", INDEX])
    kind = read_json(folder / CONFIG).get("model_type", "bert")
    if kind != "bert":
        raise CheckpointError(
            f"{path_or_hub_id} is of model_type {kind!r}, and transformers reads only 'bert' here: "
            "compare with another BERT of this package instead"
        )
    weights = {from_transformers(name) for name in read_weights(folder)}
    name = next((kind for weight, kind in REFERENCES.items() if weight in weights), "BertModel")
    options = {} if name != "BertModel" else {"add_pooling_layer": "pooler.dense.weight" in weights}
    options |= {"attn_implementation": "eager", "use_safetensors": True}
    with _quiet():
        try:
            model, report = getattr(transformers, name).from_pretrained(
                folder, output_loading_info=True, **options
            )
        except Exception as error:  # of many kinds, from damaged files to unknown settings
            raise CheckpointError(
                f"transformers cannot read {path_or_hub_id} ({error}): choose a BERT checkpoint"
            ) from error
    if report["missing_keys"]:
        raise CheckpointError(
            f"{path_or_hub_id} lacks {', '.join(sorted(report['missing_keys']))}, which would "
            "be made up: choose a BERT checkpoint that has them"
        )
    return model.float().eval()


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars and no reports from `transformers` meanwhile."""
    from transformers import logging

    verbosity, has_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.set_verbosity(verbosity)
        if has_bars:
            logging.enable_progress_bar()
