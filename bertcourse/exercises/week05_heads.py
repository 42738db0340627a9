"""Week 5, fourth part: the two heads, and BERT with both of them."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from bertcourse import heads
from bertcourse.exercises.common import (
    gradient_stopped,
    nothing_returned,
    super_init_missing,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import gradients, numbers, unchanged
from bertcourse.exercises.probes import Probe, Said, describe_type, freeze

V, D = 11, 6


# --- masked_language_model --------------------------------------------------------------------


def _gather(hidden: Tensor, positions: Tensor) -> Tensor:
    return hidden.gather(1, positions[..., None].expand(-1, -1, hidden.size(-1)))


# hidden (B, S, D) and positions (B, P), to (B, P, D).
GATHERS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "right": _gather,
    "late": _gather,
    "ignored": lambda hidden, positions: hidden,
    "all_pairs": lambda hidden, positions: hidden[:, positions],
    "batch_axis": lambda hidden, positions: hidden[positions],
    "first_row": lambda hidden, positions: hidden[:, positions[0]],
    "no_offset": lambda hidden, positions: hidden.flatten(0, 1)[positions],
    "flat": lambda hidden, positions: _gather(hidden, positions).flatten(0, 1),
    "first_tokens": lambda hidden, positions: hidden[:, : positions.size(1)],
    "one_late": lambda hidden, positions: _gather(hidden, (positions + 1) % hidden.size(1)),
}

# What happens between the hidden states and the table, with the layers dense and norm.
TRANSFORMS: dict[str, Callable[[Tensor, nn.Module, nn.Module], Tensor]] = {
    "right": lambda h, dense, norm: norm(F.gelu(dense(h))),
    "none": lambda h, dense, norm: h,
    "no_dense": lambda h, dense, norm: norm(F.gelu(h)),
    "no_gelu": lambda h, dense, norm: norm(dense(h)),
    "no_norm": lambda h, dense, norm: F.gelu(dense(h)),
    "dense_only": lambda h, dense, norm: dense(h),
    "relu": lambda h, dense, norm: norm(F.relu(dense(h))),
    "tanh": lambda h, dense, norm: norm(torch.tanh(dense(h))),
    "norm_first": lambda h, dense, norm: F.gelu(norm(dense(h))),
    "norm_before_dense": lambda h, dense, norm: F.gelu(dense(norm(h))),
    "gelu_first": lambda h, dense, norm: norm(dense(F.gelu(h))),
    "residual": lambda h, dense, norm: norm(h + F.gelu(dense(h))),
}

GIVES: dict[str, Callable[[Tensor], Any]] = {
    "logits": lambda logits: logits,
    "softmax": lambda logits: logits.softmax(dim=-1),
    "log_softmax": lambda logits: logits.log_softmax(dim=-1),
    "best": lambda logits: logits.argmax(dim=-1),
    "nothing": lambda logits: None,
    "swapped": lambda logits: logits.transpose(1, 2),
}


def masked_language_model_family(
    gather: str = "right",
    transform: str = "right",
    table: str = "tied",
    bias: str = "added",
    give: str = "logits",
    init: bool = True,
    optional: bool = True,
    gradient: bool = True,
) -> Any:
    class H(nn.Module):
        def __init__(self, word: nn.Embedding):
            if init:
                super().__init__()
            v, d = word.weight.shape
            self.word = word
            self.dense = nn.Linear(d, d)
            self.norm = nn.LayerNorm(d, eps=1e-12)
            if bias != "missing":
                zeros = torch.zeros(d if bias == "too_short" else v)
                self.bias = zeros if bias == "unregistered" else nn.Parameter(zeros)
            if table == "own":
                self.table = nn.Parameter(torch.zeros(v, d))
            if bias == "twice":
                self.decoder_bias = nn.Parameter(torch.zeros(v))

        def forward(self, hidden: Tensor, positions: Tensor | None = None) -> Any:
            if not optional:
                positions[..., None]
            if positions is not None and gather != "late":
                hidden = GATHERS[gather](hidden, positions)
            if not gradient:
                hidden = hidden.detach()
            hidden = TRANSFORMS[transform](hidden, self.dense, self.norm)
            logits = self.word(hidden) if table == "called" else hidden @ self._table().T
            if bias in ("added", "unregistered", "too_short", "twice"):
                logits = logits + self.bias
            if bias == "twice":
                logits = logits + self.decoder_bias
            if positions is not None and gather == "late":
                logits = _gather(logits, positions)
            return GIVES[give](logits)

        def _table(self) -> Tensor:
            if table == "detached":
                return self.word.weight.detach()
            return self.table if table == "own" else self.word.weight

    return H


MLM_FAULTS = (
    super_init_missing(init=False),
    Fault(
        "not_tied",
        "The output table is not the table of word embeddings",
        "A layer or a copy of its own starts from other numbers and learns apart: 23 million "
        "weights more in BERT-base. Multiply by `word.weight` itself: F.linear(h, word.weight, "
        "bias).",
        {"table": "own"},
    ),
    Fault(
        "table_called",
        "The word embedding is called, as if the vectors were ids",
        "self.word(ids) looks rows up. Here every row is to be compared with the vector: multiply "
        "by the table, F.linear(h, self.word.weight, self.bias).",
        {"table": "called"},
    ),
    Fault(
        "bias_missing",
        "The head has no `bias`",
        "Each piece of the vocabulary has a score of its own to begin with, frequent ones a higher "
        "one: nn.Parameter(torch.zeros(V)), called self.bias.",
        {"bias": "missing"},
    ),
    Fault(
        "bias_not_registered",
        "The bias is a plain tensor",
        "No optimizer sees it and no checkpoint keeps it. nn.Parameter makes it one of the head's "
        "weights.",
        {"bias": "unregistered"},
    ),
    Fault(
        "bias_too_short",
        "The bias has D entries, and V are needed",
        "It is added to the logits, one number for each piece of the vocabulary.",
        {"bias": "too_short"},
    ),
    Fault(
        "second_bias",
        "There is a second bias over the vocabulary",
        "nn.Linear brings one unless it is told bias=False. Only self.bias is kept in checkpoints.",
        {"bias": "twice"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "probabilities_returned",
        "Probabilities are returned, and logits are asked for",
        "The loss applies the softmax itself. Applied twice, it flattens everything and hardly "
        "learns.",
        {"give": "softmax"},
    ),
    Fault(
        "log_probabilities_returned",
        "Logarithms of probabilities are returned, and logits are asked for",
        "The loss applies log_softmax itself. Here it would run over the vocabulary at every "
        "position, for nothing.",
        {"give": "log_softmax"},
    ),
    Fault(
        "best_returned",
        "The best tokens are returned, not the scores",
        "argmax has no gradient, and the loss needs the scores of all V pieces.",
        {"give": "best"},
    ),
    Fault(
        "axes_swapped",
        "Positions and vocabulary are exchanged",
        "The logits are (B, S, V). Whoever needs the vocabulary on axis 1, as F.cross_entropy "
        "does, can swap there.",
        {"give": "swapped"},
    ),
    Fault(
        "transform_missing",
        "The hidden states go straight to the table",
        "Before it come dense, GELU and norm: they turn a vector that describes a token in its "
        "context into one that names a word.",
        {"transform": "none"},
    ),
    Fault(
        "dense_missing",
        "self.dense is not applied",
        "The order is dense, GELU, norm, table.",
        {"transform": "no_dense"},
    ),
    Fault(
        "gelu_missing",
        "There is no GELU",
        "Without it, dense and the table are one linear map. The order is dense, GELU, norm, "
        "table.",
        {"transform": "no_gelu"},
    ),
    Fault(
        "norm_missing",
        "self.norm is not applied",
        "The order is dense, GELU, norm, table.",
        {"transform": "no_norm"},
    ),
    Fault(
        "dense_only",
        "Neither GELU nor norm is applied",
        "The order is dense, GELU, norm, table.",
        {"transform": "dense_only"},
    ),
    Fault(
        "relu",
        "ReLU stands in place of GELU",
        "It cuts off at zero what GELU lets through a little. BERT has GELU everywhere.",
        {"transform": "relu"},
    ),
    Fault(
        "tanh",
        "tanh stands in place of GELU",
        "tanh belongs to the pooler. Here it is GELU.",
        {"transform": "tanh"},
    ),
    Fault(
        "norm_before_gelu",
        "The norm comes before GELU",
        "The order is dense, GELU, norm, table.",
        {"transform": "norm_first"},
    ),
    Fault(
        "norm_before_dense",
        "The norm comes before dense",
        "The order is dense, GELU, norm, table.",
        {"transform": "norm_before_dense"},
    ),
    Fault(
        "gelu_before_dense",
        "GELU comes before dense",
        "The order is dense, GELU, norm, table.",
        {"transform": "gelu_first"},
    ),
    Fault(
        "residual_added",
        "The hidden states are added once more",
        "There is no residual connection in this head.",
        {"transform": "residual"},
    ),
    Fault(
        "bias_not_added",
        "self.bias is not added",
        "The logits are h Eᵀ + c: F.linear(h, word.weight, self.bias) does both.",
        {"bias": "not_added"},
    ),
    Fault(
        "positions_required",
        "The code does not work without positions",
        "`positions` is None unless the caller passes some, and then all tokens are scored: gather "
        "only if positions is not None.",
        {"optional": False},
    ),
    Fault(
        "positions_ignored",
        "The positions are not used",
        "With positions (B, P) the result is (B, P, V): only the vectors at these places are "
        "scored.",
        {"gather": "ignored"},
    ),
    Fault(
        "positions_of_all_rows",
        "Every sentence is read at the positions of all sentences",
        "`hidden[:, positions]` combines each row with each row, (B, B, P, D). gather takes for "
        "each row its own: hidden.gather(1, positions[..., None].expand(-1, -1, D)).",
        {"gather": "all_pairs"},
    ),
    Fault(
        "positions_pick_sentences",
        "The positions pick sentences, not tokens",
        "`hidden[positions]` indexes the first axis, the batch. Each row has positions of its own "
        "on axis 1: gather.",
        {"gather": "batch_axis"},
    ),
    Fault(
        "positions_of_first_row",
        "All sentences are read at the positions of the first",
        "Each row has positions of its own: hidden.gather(1, positions[..., None].expand(-1, -1, "
        "D)).",
        {"gather": "first_row"},
    ),
    Fault(
        "positions_without_offset",
        "All positions are read in the first sentence",
        "After the batch has been flattened, row b begins at b · S: add that to its positions, or "
        "use gather.",
        {"gather": "no_offset"},
    ),
    Fault(
        "batch_flattened",
        "Batch and positions are one axis",
        "The result is (B, P, V), with an axis for the sentences.",
        {"gather": "flat"},
    ),
    Fault(
        "first_tokens_read",
        "The first P tokens are read, not those at the positions",
        "The numbers in `positions` say where: gather them along axis 1.",
        {"gather": "first_tokens"},
    ),
    Fault(
        "positions_one_late",
        "The vectors behind the positions are read",
        "Positions count from 0, and [CLS] is position 0. In BERT a token is predicted at its own "
        "place.",
        {"gather": "one_late"},
    ),
    gradient_stopped(gradient=False),
    Fault(
        "table_not_trained",
        "No gradient reaches the table",
        "`detach` and `.data` cut the graph: the table would learn as an input, not as an output.",
        {"table": "detached"},
    ),
    Fault(
        "scored_everywhere",
        "All positions are scored before a few are picked",
        "The result is right. But the scores are by far the largest tensor of BERT, and 85 % of "
        "them are thrown away: gather the hidden states first.",
        {"gather": "late"},
    ),
)

KNOWN = ("dense.weight", "dense.bias", "norm.weight", "norm.bias", "bias")


def _head(H: Any, v: int = V, d: int = D) -> tuple[nn.Module, nn.Embedding]:
    """A head whose numbers depend on the names and shapes of its parameters alone."""
    word = nn.Embedding(v, d)
    head = H(word).eval()
    with torch.no_grad():
        for name, parameter in head.named_parameters():
            seed = KNOWN.index(name) if name in KNOWN else 90 + parameter.dim()
            parameter.copy_(0.5 * numbers(*parameter.shape, seed=seed))
        word.weight.copy_(numbers(v, d, seed=50))
    return head, word


def _places(*rows: list[int]) -> Tensor:
    return torch.tensor(rows)


def _mlm_parameters(H: Any) -> dict[str, Any]:
    head, word = _head(H)
    others = [p for p in head.parameters() if p is not word.weight]
    named = dict(head.named_parameters())
    shapes = {
        name: str(tuple(named[name].shape)) if name in named else Said(f"{name} is missing")
        for name in KNOWN
    }
    vectors = sum(tuple(p.shape) == (V,) for p in others)
    tables = sum(tuple(p.shape) == (V, D) for p in others)
    return {
        **shapes,
        "tables of its own": tables,
        "biases over the vocabulary": vectors,
    }


def _mlm(H: Any, *more: Tensor, v: int = V, d: int = D, shape: tuple = (2, 5)) -> Any:
    return _head(H, v, d)[0](numbers(*shape, d), *more)


def _mlm_kind(H: Any) -> Said:
    result = _mlm(H)
    shown = tuple(result.shape) if isinstance(result, Tensor) else describe_type(freeze(result))
    return Said(f"the result is {shown}")


def _mlm_gradients(H: Any) -> dict[str, Any]:
    head, word = _head(H)
    hidden = numbers(2, 5, D).requires_grad_()
    inputs = {"hidden": hidden, "the table": word.weight, "bias": head.bias}
    flows = gradients(head(hidden), **inputs)
    return {
        name: flow if isinstance(flow, str) else Said("a gradient") for name, flow in flows.items()
    }


def _mlm_double(H: Any) -> Any:
    head, _ = _head(H)
    return head.double()(numbers(2, 5, D, dtype=torch.float64))


class _Largest(TorchFunctionMode):
    """Remembers how many numbers the largest tensor had that was computed meanwhile."""

    numel = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self.numel = max(self.numel, result.numel())
        return result


def _work(H: Any) -> dict[str, bool]:
    """Whether the scores are computed at the chosen positions only."""
    head, _ = _head(H, 50, 4)
    with _Largest() as largest:
        head(numbers(3, 20, 4), _places([1, 2], [3, 4], [5, 6]))
    return {"scores are computed where none are asked for": largest.numel >= 3 * 20 * 50}


def _simple_head(H: Any, hidden: Tensor, positions: Any = None, **_: str) -> Any:
    """Layers that a person can follow: dense doubles, the table has three words of two features."""
    word = nn.Embedding(3, 2)
    head = H(word).eval()
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.zero_()
        word.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]]))
        head.dense.weight.copy_(2 * torch.eye(2))
        head.norm.weight.fill_(1.0)
        head.bias.copy_(torch.tensor([0.0, 0.0, 5.0]))
    return head(hidden, *([] if positions is None else [positions]))


SIMPLE = {
    "dense": "times 2",
    "norm": "as at the start",
    "word.weight": "[[1, 0], [0, 1], [2, 2]]",
    "bias": "[0, 0, 5]",
}

MASKED_LANGUAGE_MODEL = Exercise(
    id="masked_language_model",
    week=5,
    title="The masked word head",
    difficulty=2,
    minutes=14,
    hints=(
        "Two parts. If there are positions, replace the hidden states by those at the positions, "
        "(B, S, D) to (B, P, D). Then, in both cases: dense, GELU, norm, the table, the bias.",
        "`hidden.gather(1, index)` wants an index of the shape of the result, (B, P, D): "
        "`positions[..., None].expand(-1, -1, hidden.size(-1))`.",
        "`hidden = self.norm(self.activation(self.dense(hidden)))`, then `return F.linear(hidden, "
        "self.word.weight, self.bias)`: F.linear multiplies by the transposed table and adds the "
        "bias.",
    ),
    reference=heads.MaskedLanguageModel,
    family=Family(masked_language_model_family, MLM_FAULTS),
    probes=(
        Probe("parameters", "in its weights", _mlm_parameters),
        Probe("kind", "on a first call, without positions", _mlm_kind),
        # The two forms of GELU differ by up to 0.0005, and the table makes more of it.
        Probe("values", "on plain values, without positions", _mlm, 0.02),
        Probe(
            "positions",
            "with positions",
            lambda H: _mlm(H, _places([3, 0, 2], [1, 4, 4])),
            0.02,
        ),
        Probe(
            "sizes",
            "with one sentence, one token, one position and other sizes",
            lambda H: (
                _mlm(H, _places([2]), v=7, d=4, shape=(1, 3)),
                _mlm(H, v=5, d=8, shape=(3, 1)),
            ),
            0.02,
        ),
        Probe("gradients", "in where gradients flow", _mlm_gradients),
        Probe("double", "in double precision", _mlm_double, 0.02),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda H: unchanged(
                _head(H)[0], hidden=numbers(2, 5, D), positions=_places([3, 0], [1, 4])
            ),
        ),
        Probe("work", "in how much it computes", _work, advice=True),
    ),
    examples=(
        Example(
            lambda: {**SIMPLE, "hidden": torch.tensor([[[1.0, 0.0], [-1.0, 2.0]]])},
            _simple_head,
        ),
        Example(
            lambda: {
                **SIMPLE,
                "hidden": torch.tensor([[[1.0, 0.0], [0.0, 3.0]], [[-2.0, 1.0], [2.0, 2.5]]]),
                "positions": _places([1, 1], [0, 1]),
            },
            _simple_head,
        ),
        Example(
            lambda: {"weights": "random", "hidden": numbers(1, 2, D).round(decimals=1)},
            lambda H, weights, hidden: _head(H, 4)[0](hidden),
        ),
        Example(lambda: {"word": f"a table ({V}, {D})"}, lambda H, word: _mlm_parameters(H)),
        Example(lambda: {"hidden": f"(2, 5, {D})"}, lambda H, hidden: _mlm_gradients(H)),
    ),
)

# --- next_sentence_prediction -----------------------------------------------------------------

NSP_GIVES: dict[str, Callable[[Tensor], Any]] = {
    **{name: GIVES[name] for name in ("logits", "softmax", "log_softmax", "best", "nothing")},
    "sigmoid": lambda logits: logits.sigmoid(),
    "tanh": lambda logits: logits.tanh(),
    "relu": lambda logits: logits.relu(),
    "first": lambda logits: logits[:, 0],
    "difference": lambda logits: logits[:, 1] - logits[:, 0],
}


def next_sentence_prediction_family(
    give: str = "logits",
    n_out: int = 2,
    bias: bool = True,
    init: bool = True,
    first: str = "tanh",
    softmax: str = "none",
    gradient: bool = True,
) -> Any:
    class N(nn.Module):
        def __init__(self, d_model: int):
            if init:
                super().__init__()
            self.classifier = nn.Linear(d_model, n_out, bias=bias)
            if softmax == "misspelt":
                self.softmaz = nn.LogSoftmax(dim=-1)

        def forward(self, pooled: Tensor) -> Any:
            if first == "token":
                pooled = pooled[:, 0]
            if first == "tanh_again":
                pooled = pooled.tanh()
            logits = self.classifier(pooled if gradient else pooled.detach())
            if softmax == "misspelt":
                return self.softmax(logits)
            return NSP_GIVES[give](logits)

    return N


NSP_FAULTS = (
    super_init_missing(init=False),
    Fault(
        "one_logit",
        "There is one output, and two are needed",
        "There is a logit for each label, 0 = IsNext and 1 = NotNext: nn.Linear(d_model, 2).",
        {"n_out": 1},
    ),
    Fault(
        "bias_missing",
        "The layer has no bias",
        "BERT's has one: nn.Linear(d_model, 2) as it is.",
        {"bias": False},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "softmax_misspelt",
        "self.softmax is used, but another name was given to it",
        "The study note's code calls it softmaz in one place and softmax in the other. No softmax "
        "is needed here: logits are asked for.",
        {"softmax": "misspelt"},
    ),
    Fault(
        "first_token_again",
        "The first token is taken once more",
        "`pooled` is (B, D): the pooler has already taken the first token and passed it on.",
        {"first": "token"},
    ),
    Fault(
        "tanh_again",
        "tanh is applied to the pooled vector once more",
        "The pooler has already applied it.",
        {"first": "tanh_again"},
    ),
    Fault(
        "probabilities_returned",
        "Probabilities are returned, and logits are asked for",
        "The loss applies the softmax itself. Applied twice, it flattens everything and hardly "
        "learns.",
        {"give": "softmax"},
    ),
    Fault(
        "log_probabilities_returned",
        "Logarithms of probabilities are returned, and logits are asked for",
        "The loss applies log_softmax itself.",
        {"give": "log_softmax"},
    ),
    Fault(
        "sigmoid",
        "A sigmoid is applied",
        "The two labels compete in one softmax, which the loss applies. Return the logits as they "
        "are.",
        {"give": "sigmoid"},
    ),
    Fault(
        "tanh_at_the_end",
        "tanh is applied to the logits",
        "It belongs into the pooler. Logits may be any numbers.",
        {"give": "tanh"},
    ),
    Fault(
        "relu",
        "ReLU is applied to the logits",
        "A negative logit says that a label is unlikely, and must stay negative.",
        {"give": "relu"},
    ),
    Fault(
        "one_of_two_returned",
        "Only the first of the two logits is returned",
        "The loss needs the logits of both labels, (B, 2).",
        {"give": "first"},
    ),
    Fault(
        "difference_returned",
        "The difference of the logits is returned",
        "It would do for a sigmoid. The contract asks for both logits, (B, 2).",
        {"give": "difference"},
    ),
    Fault(
        "best_returned",
        "The more likely label is returned, not the logits",
        "argmax has no gradient, and the loss needs both logits.",
        {"give": "best"},
    ),
    gradient_stopped(gradient=False),
)


def _nsp(N: Any, d: int = D, batch: int = 3) -> Any:
    return _filled(N, d)(numbers(batch, d))


def _filled(N: Any, d: int = D) -> nn.Module:
    module = N(d).eval()
    with torch.no_grad():
        for seed, parameter in enumerate(module.parameters()):
            parameter.copy_(numbers(*parameter.shape, seed=seed))
    return module


def _nsp_parameters(N: Any) -> dict[str, str]:
    return {name: str(tuple(p.shape)) for name, p in N(D).named_parameters()}


def _nsp_gradients(N: Any) -> dict[str, Any]:
    module, pooled = _filled(N), numbers(3, D).requires_grad_()
    return gradients(module(pooled), pooled=pooled)


def _simple_nsp(N: Any, pooled: Tensor, **_: str) -> Any:
    module = N(2).eval()
    with torch.no_grad():
        module.classifier.weight.copy_(torch.eye(2)[: module.classifier.weight.size(0)])
        if module.classifier.bias is not None:
            module.classifier.bias.copy_(torch.tensor([0.0, 1.0])[: len(module.classifier.bias)])
    return module(pooled)


NEXT_SENTENCE_PREDICTION = Exercise(
    id="next_sentence_prediction",
    week=5,
    title="The next sentence head",
    difficulty=1,
    minutes=3,
    hints=(
        "One linear layer from D features to two logits, and nothing behind it: the loss applies "
        "the softmax.",
        "`return self.classifier(pooled)`",
    ),
    reference=heads.NextSentencePrediction,
    family=Family(next_sentence_prediction_family, NSP_FAULTS),
    probes=(
        Probe("parameters", "in its layer", _nsp_parameters),
        Probe("values", "on three pooled vectors", _nsp),
        Probe("sizes", "with other sizes", lambda N: (_nsp(N, 4, 1), _nsp(N, 2, 5))),
        Probe("gradients", "in the gradient", _nsp_gradients),
        Probe(
            "double",
            "in double precision",
            lambda N: _filled(N).double()(numbers(3, D, dtype=torch.float64)),
            1e-6,
        ),
    ),
    examples=(
        Example(
            lambda: {
                "classifier": "adds 1 to the second feature",
                "pooled": torch.tensor([[0.5, -0.5], [-2.0, -3.0]]),
            },
            _simple_nsp,
        ),
        Example(lambda: {"d_model": D}, lambda N, d_model: _nsp_parameters(N)),
        Example(
            lambda: {"pooled": torch.tensor([[0.5, -0.5]])},
            lambda N, pooled: {
                "gradient": gradients(_simple_nsp(N, pooled.requires_grad_()), p=pooled)["p"]
            },
        ),
    ),
)

# --- bert_lm ----------------------------------------------------------------------------------


class _Bert(nn.Module):
    """A stand-in: hidden states and pooled tell what was passed."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Parameter(numbers(20, 4, seed=1))
        self.calls = 0

    def forward(self, ids: Tensor, mask: Any = None, segments: Any = None) -> tuple[Tensor, Tensor]:
        self.calls += 1
        hidden = self.table[ids]  # (B, S, 4)
        if mask is not None:
            hidden = hidden * (1 + mask[..., None])
        if segments is not None:
            hidden = hidden + 3 * segments[..., None]
        return hidden, 10 * hidden.mean(dim=1) + 1


class _Words(nn.Module):
    """A stand-in for the masked word head."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(numbers(4, 7, seed=2))

    def forward(self, hidden: Tensor, positions: Tensor | None = None) -> Tensor:
        if positions is not None:
            hidden = _gather(hidden, positions)
        return hidden @ self.weight


class _Pairs(nn.Module):
    """A stand-in for the next sentence head."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(numbers(4, 2, seed=3))

    def forward(self, pooled: Tensor) -> Tensor:
        return pooled @ self.weight


# What is passed to the encoder besides the ids.
PASSED: dict[str, Callable[[Any, Any], tuple]] = {
    "right": lambda mask, segments: (mask, segments),
    "no_mask": lambda mask, segments: (None, segments),
    "no_segments": lambda mask, segments: (mask, None),
    "exchanged": lambda mask, segments: (segments, mask),
    "neither": lambda mask, segments: (),
}


def bert_lm_family(
    passed: str = "right",
    words_from: str = "hidden",
    pair_from: str = "pooled",
    positions_used: bool = True,
    give: str = "pair",
    init: bool = True,
    keep: str = "modules",
    unpacked: bool = True,
    calls: str = "once",
    optional: bool = True,
) -> Any:
    class L(nn.Module):
        def __init__(self, bert: nn.Module, mlm: nn.Module, nsp: nn.Module):
            if init:
                super().__init__()
            if keep == "list":
                self.parts = [bert, mlm, nsp]
            else:
                self.bert, self.mlm, self.nsp = bert, mlm, nsp

        def forward(
            self, ids: Tensor, mask: Any = None, segments: Any = None, positions: Any = None
        ) -> Any:
            bert, mlm, nsp = self.parts if keep == "list" else (self.bert, self.mlm, self.nsp)
            if not optional:
                mask = mask.float()
            given = PASSED[passed](mask, segments)
            if calls == "forward":
                hidden, pooled = bert.forward(ids, *given)
            elif calls == "twice":
                hidden, pooled = bert(ids, *given)[0], bert(ids, *given)[1]
            else:
                hidden, pooled = bert(ids, *given)
            states = {
                "hidden": hidden,
                "pooled": pooled,
                "cls": hidden[:, 0],
                "both": (hidden, pooled),
            }
            if not unpacked:
                return mlm((hidden, pooled), positions), nsp((hidden, pooled))
            if give == "uncalled":
                return mlm, nsp
            if give == "words_uncalled":
                return mlm, nsp(states[pair_from])
            words = mlm(states[words_from], positions if positions_used else None)
            pair = nsp(states[pair_from])
            return {
                "pair": (words, pair),
                "swapped": (pair, words),
                "words": words,
                "next": pair,
                "nothing": None,
                "transposed": (words.transpose(1, 2), pair),
                "softmax": (words.softmax(-1), pair.softmax(-1)),
                "log_softmax": (words.log_softmax(-1), pair.log_softmax(-1)),
                "states": (hidden, pooled),
                "three": (words, pair, hidden),
            }[give]

    return L


BERT_LM_FAULTS = (
    super_init_missing(init=False),
    Fault(
        "not_registered",
        "The three parts are not registered",
        "A plain Python list hides its modules from nn.Module: no optimizer sees them. Assign them "
        "to self.bert, self.mlm and self.nsp.",
        {"keep": "list"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "heads_not_called",
        "The heads are returned, not what they say",
        "`self.mlm` is a module; `self.mlm(hidden, positions)` calls it.",
        {"give": "uncalled"},
    ),
    Fault(
        "word_head_not_called",
        "The masked word head is returned, not what it says",
        "`self.mlm` is a module; `self.mlm(hidden, positions)` calls it. The study note has this "
        "slip.",
        {"give": "words_uncalled"},
    ),
    Fault(
        "results_not_unpacked",
        "BERT's two results are taken for one",
        "It returns a pair. Unpack it: hidden, pooled = self.bert(…).",
        {"unpacked": False},
    ),
    Fault(
        "next_sentence_from_hidden",
        "The next sentence is guessed from all hidden states",
        "It is guessed once for each pair, from the pooled vector.",
        {"pair_from": "hidden"},
    ),
    Fault(
        "next_sentence_from_cls",
        "The next sentence is guessed from the raw [CLS] vector",
        "BERT has the pooler in between, dense and tanh: pass `pooled`.",
        {"pair_from": "cls"},
    ),
    Fault(
        "words_from_pooled",
        "The words are guessed from the pooled vector",
        "Each token is guessed from its own hidden state.",
        {"words_from": "pooled"},
    ),
    Fault(
        "outputs_swapped",
        "The outputs are exchanged",
        "The masked words come first, then the next sentence.",
        {"give": "swapped"},
    ),
    Fault(
        "words_only",
        "Only the words' logits are returned",
        "Both heads are asked for: (mlm_logits, nsp_logits).",
        {"give": "words"},
    ),
    Fault(
        "next_sentence_only",
        "Only the next sentence's logits are returned",
        "Both heads are asked for: (mlm_logits, nsp_logits).",
        {"give": "next"},
    ),
    Fault(
        "states_returned",
        "The hidden states are returned, without the heads",
        "The heads turn them into logits: self.mlm(hidden, positions) and self.nsp(pooled).",
        {"give": "states"},
    ),
    Fault(
        "three_returned",
        "A third value is returned",
        "The contract asks for two, so that the caller can unpack them.",
        {"give": "three"},
    ),
    Fault(
        "words_transposed",
        "The words' logits are transposed",
        "They are (B, S, V). Whoever needs the vocabulary on axis 1 can swap there.",
        {"give": "transposed"},
    ),
    Fault(
        "probabilities_returned",
        "Probabilities are returned, and logits are asked for",
        "The loss applies the softmax itself.",
        {"give": "softmax"},
    ),
    Fault(
        "log_probabilities_returned",
        "Logarithms of probabilities are returned, and logits are asked for",
        "The loss applies log_softmax itself.",
        {"give": "log_softmax"},
    ),
    Fault(
        "mask_not_passed",
        "The mask is not passed on",
        "Without it BERT attends to the padding: self.bert(ids, mask, segments).",
        {"passed": "no_mask"},
    ),
    Fault(
        "segments_not_passed",
        "The segments are not passed on",
        "Without them BERT does not know where sentence B begins: self.bert(ids, mask, segments).",
        {"passed": "no_segments"},
    ),
    Fault(
        "only_ids_passed",
        "Neither mask nor segments are passed on",
        "self.bert(ids, mask, segments): without them BERT attends to the padding, and does not "
        "know where sentence B begins.",
        {"passed": "neither"},
    ),
    Fault(
        "mask_and_segments_exchanged",
        "Mask and segments are exchanged",
        "The order is ids, mask, segments.",
        {"passed": "exchanged"},
    ),
    Fault(
        "positions_not_passed",
        "The positions are not passed on",
        "The masked word head needs them to score the chosen places only: self.mlm(hidden, "
        "positions).",
        {"positions_used": False},
    ),
    Fault(
        "all_required",
        "The code does not work with ids alone",
        "mask, segments and positions are None unless the caller passes them; BERT and the head "
        "know what to do then.",
        {"optional": False},
    ),
    Fault(
        "forward_called",
        "`.forward` is called directly",
        "The results are right, but hooks are skipped: whoever records attention weights would "
        "see nothing. Call the module itself: self.bert(…).",
        {"calls": "forward"},
    ),
    Fault(
        "bert_called_twice",
        "BERT runs twice",
        "That takes twice as long, and with dropout the two runs differ. Call it once and unpack: "
        "hidden, pooled = self.bert(…).",
        {"calls": "twice"},
    ),
)


def _lm(L: Any) -> nn.Module:
    return L(_Bert(), _Words(), _Pairs()).eval()


def _ids(seed: int = 0) -> Tensor:
    return torch.randint(20, (2, 5), generator=torch.Generator().manual_seed(seed))


def _lm_inputs() -> tuple[Tensor, Tensor, Tensor]:
    mask = torch.tensor([[1, 1, 1, 1, 0], [1, 1, 1, 0, 0]])
    segments = torch.tensor([[0, 0, 0, 1, 0], [0, 1, 1, 0, 0]])
    return _ids(), mask, segments


def _lm_parameters(L: Any) -> dict[str, int]:
    return {"weights that are registered": len({id(p) for p in _lm(L).parameters()})}


def _lm_kind(L: Any) -> Said:
    result = _lm(L)(*_lm_inputs())
    if not isinstance(result, tuple | list):
        return Said(f"the result is {describe_type(freeze(result))}")
    parts = [describe_type(freeze(part)) for part in result]
    if all(isinstance(part, Tensor) for part in result):
        parts = [str(tuple(part.shape)) for part in result]
    return Said(f"the result is {' and '.join(parts)}")


def _called(L: Any) -> dict[str, bool]:
    """Whether BERT is called as a module, and once."""
    bert, seen = _Bert(), []
    bert.register_forward_hook(lambda *_: seen.append(True))
    L(bert, _Words(), _Pairs()).eval()(*_lm_inputs())
    return {"hooks of BERT are called": bool(seen), "BERT is called more than once": bert.calls > 1}


def _lm_gradients(L: Any) -> dict[str, Any]:
    model = _lm(L)
    words, pair = model(*_lm_inputs())
    (words.sum() + pair.sum()).backward()
    grads = [p.grad is not None and bool(p.grad.abs().sum() > 0) for p in model.parameters()]
    return {"weights that a gradient reaches": sum(grads)}


def _lm_example(L: Any, ids: Tensor, **more: Any) -> Any:
    given = {name: value for name, value in more.items() if isinstance(value, Tensor)}
    model = _lm(L)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.ones_like(parameter).cumsum(-1).cumsum(0) / 10)
    values = [given.get(name) for name in ("mask", "segments", "positions")]
    return model(ids, *(values if given else []))


STAND_INS = {"bert, mlm, nsp": "small stand-ins"}

BERT_LM = Exercise(
    id="bert_lm",
    week=5,
    title="BERT with both heads",
    difficulty=1,
    minutes=5,
    hints=(
        "`self.bert(ids, mask, segments)` returns two things: hidden states (B, S, D) and pooled "
        "vectors (B, D). Which head needs which?",
        "`hidden, pooled = self.bert(ids, mask, segments)`, then `return self.mlm(hidden, "
        "positions), self.nsp(pooled)`",
    ),
    reference=heads.BERTLMCore,
    family=Family(bert_lm_family, BERT_LM_FAULTS),
    probes=(
        Probe("parameters", "in its weights", _lm_parameters),
        Probe("kind", "in what it returns", _lm_kind),
        Probe("ids", "with ids alone", lambda L: _lm(L)(_ids())),
        Probe("values", "with mask and segments", lambda L: _lm(L)(*_lm_inputs())),
        Probe(
            "mask",
            "with a mask alone",
            lambda L: _lm(L)(_ids(), torch.tensor([[1, 1, 0, 0, 0], [1, 1, 1, 1, 0]])),
        ),
        Probe(
            "positions",
            "with positions",
            lambda L: _lm(L)(*_lm_inputs(), _places([3, 0, 2], [1, 1, 4])),
        ),
        Probe("gradients", "in where gradients flow", _lm_gradients),
        Probe("calls", "in how BERT is called", _called, advice=True),
    ),
    examples=(
        Example(lambda: {**STAND_INS, "ids": _places([3, 7])}, _lm_example),
        Example(
            lambda: {**STAND_INS, "ids": _places([3, 7]), "mask": _places([1, 0])}, _lm_example
        ),
        Example(
            lambda: {**STAND_INS, "ids": _places([3, 7]), "segments": _places([0, 1])},
            _lm_example,
        ),
        Example(
            lambda: {**STAND_INS, "ids": _places([3, 7]), "positions": _places([1])}, _lm_example
        ),
        Example(lambda: dict(STAND_INS), lambda L, **_: _lm_parameters(L)),
    ),
)
