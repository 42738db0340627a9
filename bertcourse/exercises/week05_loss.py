"""Week 5, last part: the mean over what is predicted, and the joint loss."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from bertcourse import objectives
from bertcourse.exercises.common import gradient_stopped, nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import finite, gradients, numbers, unchanged
from bertcourse.exercises.probes import Probe, Said, describe_type, freeze


def _flat(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    return logits.reshape(-1, logits.size(-1)), labels.reshape(-1)


def _entropy(logits: Tensor, labels: Tensor, **options: Any) -> Tensor:
    return F.cross_entropy(*_flat(logits, labels), **options)


def _per_row(logits: Tensor, labels: Tensor) -> Tensor:
    if labels.dim() < 2:
        return _entropy(logits, labels)
    rows = zip(logits.flatten(0, -3), labels.flatten(0, -2), strict=True)
    return torch.stack([_entropy(*row) for row in rows]).mean()


def _unstable(logits: Tensor, labels: Tensor) -> Tensor:
    return F.nll_loss(logits.reshape(-1, logits.size(-1)).softmax(-1).log(), labels.reshape(-1))


# Logits (…, V) and labels (…), to one number.
ENTROPIES: dict[str, Callable[[Tensor, Tensor], Any]] = {
    "right": objectives.mean_cross_entropy,
    "nan": _entropy,
    "sum": lambda x, y: _entropy(x, y, reduction="sum"),
    "all": lambda x, y: _entropy(x, y, reduction="sum") / max(1, y.numel()),
    "first_axis": lambda x, y: _entropy(x, y, reduction="sum") / len(y),
    "each": lambda x, y: _entropy(x, y, reduction="none").view(y.shape),
    "per_row": _per_row,
    "zero_ignored": lambda x, y: _entropy(x, y, ignore_index=0),
    "both_ignored": lambda x, y: _entropy(x, y.masked_fill(y == 0, -100)),
    "as_zero": lambda x, y: _entropy(x, y.clamp(min=0)),
    "softmax": lambda x, y: _entropy(x.softmax(-1), y),
    "of_logits": lambda x, y: F.nll_loss(*_flat(x, y)),
    "of_probabilities": lambda x, y: F.nll_loss(*_flat(x.softmax(-1), y)),
    "positive": lambda x, y: -_entropy(x, y),
    "base_two": lambda x, y: _entropy(x, y) / torch.log(torch.tensor(2.0)),
    "axis_one": lambda x, y: F.cross_entropy(x.transpose(1, 2), y),
    "axes_not_joined": lambda x, y: F.cross_entropy(x, y),
    "wrong_axis": lambda x, y: F.nll_loss(*_flat(x.log_softmax(0), y)),
    "unstable": _unstable,
    "accuracy": lambda x, y: (x.argmax(-1) == y)[y != -100].float().mean(),
    "missing": lambda x, y: torch.zeros(()),
}

# --- mean_cross_entropy -----------------------------------------------------------------------


def mean_cross_entropy_family(
    form: str = "right", give: str = "loss", gradient: bool = True, cast: bool = False
) -> Any:
    def mean_cross_entropy(logits: Tensor, labels: Tensor) -> Any:
        logits = logits if gradient else logits.detach()
        loss = ENTROPIES[form](logits.float() if cast else logits, labels)
        return {"loss": lambda: loss, "number": loss.item, "nothing": lambda: None}[give]()

    return mean_cross_entropy


MEAN_CROSS_ENTROPY_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "number_returned",
        "A Python number is returned",
        "`.item()` and `float()` cut the gradient off. Return the tensor.",
        {"give": "number"},
    ),
    Fault(
        "sign_missing",
        "The sign is wrong",
        "log p is negative. Training makes the loss small, so it is − log p that is averaged.",
        {"form": "positive"},
    ),
    Fault(
        "summed",
        "The losses are summed, not averaged",
        "Then a batch with more predictions takes larger steps. Divide by the number of labels "
        "that are predicted.",
        {"form": "sum"},
    ),
    Fault(
        "averaged_over_all",
        "The mean runs over all positions, predicted or not",
        "Of 100 tokens 15 are predicted: dividing by 100 makes the loss look nearly seven times as "
        "small. Divide by the number of labels that are not −100.",
        {"form": "all"},
    ),
    Fault(
        "divided_by_first_axis",
        "The sum is divided by the size of the first axis",
        "len(labels) counts sentences. Divide by the number of labels that are not −100.",
        {"form": "first_axis"},
    ),
    Fault(
        "not_averaged",
        "There is a loss for each label",
        "One number is asked for, the mean.",
        {"form": "each"},
    ),
    Fault(
        "mean_of_means",
        "Each sentence is averaged first, and then the sentences",
        "A token of a sentence with few predictions then counts more. Average over all predicted "
        "tokens at once.",
        {"form": "per_row"},
    ),
    Fault(
        "zero_ignored",
        "Label 0 is passed over, and −100 is not",
        "ignore_index=0 makes a class of its own disappear: for next sentences, every IsNext. "
        "PyTorch ignores −100 by itself.",
        {"form": "zero_ignored"},
    ),
    Fault(
        "zero_ignored_as_well",
        "Label 0 is passed over as well",
        "0 is a class like any other: an id of the vocabulary, or IsNext. Only −100 means not "
        "predicted.",
        {"form": "both_ignored"},
    ),
    Fault(
        "ignored_taken_for_zero",
        "Labels of −100 are taken for label 0",
        "The model would learn to answer with id 0 wherever nothing is asked. Leave these "
        "positions out.",
        {"form": "as_zero"},
    ),
    Fault(
        "softmax_twice",
        "The softmax is applied twice",
        "F.cross_entropy applies it itself. Give it the logits.",
        {"form": "softmax"},
    ),
    Fault(
        "of_logits",
        "The logits are averaged, not log-probabilities",
        "F.nll_loss expects log-probabilities, and does not make them: log_softmax first, or "
        "F.cross_entropy.",
        {"form": "of_logits"},
    ),
    Fault(
        "of_probabilities",
        "Probabilities are averaged, not their logarithms",
        "F.nll_loss expects log-probabilities: log_softmax, not softmax.",
        {"form": "of_probabilities"},
    ),
    Fault(
        "base_two",
        "The logarithm has base 2",
        "The natural logarithm is meant, torch.log.",
        {"form": "base_two"},
    ),
    Fault(
        "always_three_axes",
        "The code works with three axes only",
        "transpose(1, 2) is right for (B, S, V). Next sentences come as (B, 2): bring any number "
        "of axes to two, logits.reshape(-1, V) and labels.reshape(-1).",
        {"form": "axis_one"},
    ),
    Fault(
        "axes_not_joined",
        "The code works with two axes only",
        "F.cross_entropy looks for the classes on axis 1, and here they are last: "
        "logits.reshape(-1, V) and labels.reshape(-1).",
        {"form": "axes_not_joined"},
    ),
    Fault(
        "softmax_over_examples",
        "The softmax runs over the examples",
        "The classes are the last axis: log_softmax(dim=-1).",
        {"form": "wrong_axis"},
    ),
    Fault(
        "accuracy",
        "The share of right answers is returned",
        "It has no gradient. The loss is the mean of − log p of the right answers.",
        {"form": "accuracy"},
    ),
    gradient_stopped(gradient=False),
    Fault(
        "cast_to_float",
        "Everything is cast to float32",
        "`.float()` loses precision for float64. Leave the dtype to the inputs.",
        {"cast": True},
    ),
    Fault(
        "nothing_predicted_nan",
        "The loss is NaN where nothing is predicted",
        "The mean of nothing is 0/0, and one NaN spoils all weights. Sum up, and divide by at "
        "least 1.",
        {"form": "nan"},
    ),
    Fault(
        "unstable",
        "The logarithm of a softmax overflows",
        "A probability below 1e-45 is 0 in float32, and its logarithm infinite. log_softmax and "
        "F.cross_entropy compute both in one step.",
        {"form": "unstable"},
    ),
)


def _labels(*rows: list[int]) -> Tensor:
    return torch.tensor(rows if len(rows) > 1 else rows[0])


PREDICTED = ([3, 1, 4, 2], [3, -100, 4, -100, 2], [0, -100, 4, 0, 2])
TOKENS = ([-100, 3, -100, 1], [2, -100, 4, 1], [-100, -100, -100, 3])


def _kind(f: Any) -> Said:
    return _said(f(numbers(4, 5), _labels(PREDICTED[0])))


def _said(result: Any) -> Said:
    if isinstance(result, Tensor):
        return Said(f"a tensor of shape {tuple(result.shape)}")
    return Said(describe_type(freeze(result)))


def _entropy_gradients(f: Any) -> Any:
    logits = numbers(3, 4, 5).requires_grad_()
    return gradients(f(logits, _labels(*TOKENS)).reshape(1), logits=logits)


def _none_predicted(f: Any) -> dict[str, Any]:
    logits = numbers(3, 5).requires_grad_()
    loss = f(logits, torch.full((3,), -100))
    return {"loss": finite(loss)}


def _by_hand() -> dict[str, Tensor]:
    """Logits whose softmax is 1/2, 1/2 and 1/4, 3/4."""
    return {"logits": torch.tensor([[0.0, 0.0], [0.0, 1.0986]]), "labels": _labels([1, 1])}


def _one_ignored() -> dict[str, Tensor]:
    logits = torch.tensor([[[0.0, 0.0], [0.0, 1.0986]], [[2.0, 0.0], [0.0, 0.0]]])
    return {"logits": logits, "labels": _labels([1, 1], [-100, 0])}


MEAN_CROSS_ENTROPY = Exercise(
    id="mean_cross_entropy",
    week=5,
    title="The mean over what is predicted",
    difficulty=2,
    minutes=7,
    hints=(
        "`F.cross_entropy(logits, labels)` does nearly everything, for logits (N, V) and labels "
        "(N,): softmax, logarithm, mean, and it passes over −100. What about more axes?",
        "`logits.reshape(-1, logits.size(-1))` and `labels.reshape(-1)` bring any axes to that "
        "form.",
        'Where nothing is predicted the mean is 0/0. `F.cross_entropy(…, reduction="sum") / max(1, '
        "n)` with `n = int((labels != -100).sum())` is 0 then.",
    ),
    reference=objectives.mean_cross_entropy,
    family=Family(mean_cross_entropy_family, MEAN_CROSS_ENTROPY_FAULTS),
    probes=(
        Probe("kind", "in what it returns", _kind),
        Probe(
            "values",
            "on four labels, and on three",
            lambda f: (
                f(numbers(4, 5), _labels(PREDICTED[0])),
                f(numbers(3, 7, seed=4), _labels([6, 1, 2])),
            ),
        ),
        Probe(
            "ignored",
            "where some labels are −100",
            lambda f: f(numbers(5, 5), _labels(PREDICTED[1])),
        ),
        Probe("zero", "where labels are 0", lambda f: f(numbers(5, 5), _labels(PREDICTED[2]))),
        Probe("axes", "on a batch of sentences", lambda f: f(numbers(3, 4, 5), _labels(*TOKENS))),
        Probe("gradients", "in the gradient", _entropy_gradients),
        Probe(
            "double",
            "in double precision",
            lambda f: f(numbers(3, 4, 5, dtype=torch.float64), _labels(*TOKENS)),
            1e-6,
        ),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda f: unchanged(f, logits=numbers(3, 4, 5), labels=_labels(*TOKENS)),
        ),
        Probe("nothing", "where nothing is predicted", _none_predicted, advice=True),
        Probe(
            "large",
            "on large logits",
            lambda f: f(200 * numbers(4, 5), _labels(PREDICTED[0])),
            advice=True,
        ),
    ),
    examples=(
        Example(_by_hand, lambda f, logits, labels: f(logits, labels)),
        Example(
            lambda: {**_by_hand(), "labels": _labels([1, -100])},
            lambda f, logits, labels: f(logits, labels),
        ),
        Example(
            lambda: {
                "logits": torch.tensor([[0.0, 0.0], [0.0, 1.0986]]),
                "labels": _labels([0, 1]),
            },
            lambda f, logits, labels: f(logits, labels),
        ),
        Example(_one_ignored, lambda f, logits, labels: f(logits, labels)),
        Example(
            _by_hand,
            lambda f, logits, labels: {
                "gradient": gradients(f(logits.requires_grad_(), labels).reshape(1), x=logits)["x"]
            },
        ),
        Example(
            lambda: {n: t.double() if n == "logits" else t for n, t in _by_hand().items()},
            lambda f, logits, labels: f(logits, labels),
        ),
    ),
)

# --- pretraining_loss -------------------------------------------------------------------------

COMBINED: dict[str, Callable[[Tensor, Tensor], Any]] = {
    "sum": lambda words, pairs: words + pairs,
    "mean": lambda words, pairs: (words + pairs) / 2,
    "product": lambda words, pairs: words * pairs,
    "difference": lambda words, pairs: words - pairs,
    "largest": torch.maximum,
    "pair": lambda words, pairs: (words, pairs),
    "number": lambda words, pairs: (words + pairs).item(),
    "nothing": lambda words, pairs: None,
}


def pretraining_loss_family(
    words: str = "right",
    pairs: str = "right",
    combine: str = "sum",
    inverted: bool = False,
    together: bool = False,
    gradient: str = "both",
) -> Any:
    def pretraining_loss(
        mlm_logits: Tensor, nsp_logits: Tensor, mlm_labels: Tensor, nsp_labels: Tensor
    ) -> Any:
        if gradient in ("pairs", "none"):
            mlm_logits = mlm_logits.detach()
        if gradient in ("words", "none"):
            nsp_logits = nsp_logits.detach()
        nsp_labels = 1 - nsp_labels if inverted else nsp_labels
        if together:
            return _all_answers_alike(mlm_logits, nsp_logits, mlm_labels, nsp_labels)
        word_loss = ENTROPIES[words](mlm_logits, mlm_labels)
        pair_loss = ENTROPIES[pairs](nsp_logits, nsp_labels)
        return COMBINED[combine](word_loss, pair_loss)

    return pretraining_loss


def _all_answers_alike(
    mlm_logits: Tensor, nsp_logits: Tensor, mlm_labels: Tensor, nsp_labels: Tensor
) -> Tensor:
    """The mean over tokens and pairs together, so that many tokens drown the pairs."""
    total = ENTROPIES["sum"](mlm_logits, mlm_labels) + ENTROPIES["sum"](nsp_logits, nsp_labels)
    return total / ((mlm_labels != -100).sum() + len(nsp_labels))


PRETRAINING_LOSS_FAULTS = (
    nothing_returned(combine="nothing"),
    Fault(
        "two_losses",
        "Two losses are returned, not their sum",
        "One number is asked for, on which backward can be called.",
        {"combine": "pair"},
    ),
    Fault(
        "number_returned",
        "A Python number is returned",
        "`.item()` and `float()` cut the gradient off. Return the tensor.",
        {"combine": "number"},
    ),
    Fault(
        "halved",
        "The mean of the two losses is returned",
        "The paper adds them up. Half the loss is half the gradient.",
        {"combine": "mean"},
    ),
    Fault(
        "multiplied",
        "The two losses are multiplied",
        "They are added: otherwise one task learns nothing once the other is solved.",
        {"combine": "product"},
    ),
    Fault(
        "subtracted",
        "The second loss is subtracted",
        "Then the model would be trained to get the pairs wrong. They are added.",
        {"combine": "difference"},
    ),
    Fault(
        "larger_one",
        "Only the larger of the two losses counts",
        "They are added, so that both tasks learn in every step.",
        {"combine": "largest"},
    ),
    Fault(
        "one_mean_for_all",
        "Tokens and pairs are averaged together",
        "Of 20 answers a sequence, one is about the pair: it would hardly count. Each task has a "
        "mean of its own, and the two are added.",
        {"together": True},
    ),
    Fault(
        "words_only",
        "Only the masked words count",
        "The loss of the sentence pairs is missing.",
        {"pairs": "missing"},
    ),
    Fault(
        "pairs_only",
        "Only the sentence pairs count",
        "The loss of the masked words is missing.",
        {"words": "missing"},
    ),
    Fault(
        "words_summed",
        "The losses of the words are summed, not averaged",
        "There are some 20 predictions in a sequence, and they would drown the pairs.",
        {"words": "sum"},
    ),
    Fault(
        "words_averaged_over_all",
        "The words' loss is divided by all tokens, predicted or not",
        "It is the mean over the predicted ones, whose labels are not −100.",
        {"words": "all"},
    ),
    Fault(
        "words_mean_of_means",
        "Each sentence's words are averaged first, and then the sentences",
        "The mean runs over all predicted tokens of the batch at once.",
        {"words": "per_row"},
    ),
    Fault(
        "words_softmax_twice",
        "The softmax over the words is applied twice",
        "F.cross_entropy applies it itself. Give it the logits.",
        {"words": "softmax"},
    ),
    Fault(
        "words_of_logits",
        "The words' logits are averaged, not log-probabilities",
        "F.nll_loss expects log-probabilities, and does not make them.",
        {"words": "of_logits"},
    ),
    Fault(
        "words_axes_not_joined",
        "The words' classes are looked for on axis 1",
        "F.cross_entropy expects (N, V), or the classes on axis 1. The logits are (B, S, V): "
        "flatten the first two axes, or transpose(1, 2).",
        {"words": "axes_not_joined"},
    ),
    Fault(
        "word_zero_ignored",
        "In the words' loss label 0 is passed over, and −100 is not",
        "ignore_index=0 is from code in which 0 means not predicted. Here −100 does, which PyTorch "
        "ignores by itself, and 0 is an id like any other.",
        {"words": "zero_ignored"},
    ),
    Fault(
        "word_zero_ignored_as_well",
        "In the words' loss label 0 is passed over as well",
        "0 is an id like any other. Only −100 means not predicted.",
        {"words": "both_ignored"},
    ),
    Fault(
        "word_ignored_taken_for_zero",
        "Tokens that are not predicted count as if their label were 0",
        "The model would learn to answer with id 0 wherever nothing is asked. Leave them out.",
        {"words": "as_zero"},
    ),
    Fault(
        "is_next_ignored",
        "Pairs with label 0 do not count",
        "ignore_index=0 swallows every IsNext: the model only ever hears of NotNext, and soon says "
        "nothing else. In pairs both labels count.",
        {"pairs": "zero_ignored"},
    ),
    Fault(
        "pairs_summed",
        "The losses of the pairs are summed, not averaged",
        "Then they count the more, the larger the batch. Average them.",
        {"pairs": "sum"},
    ),
    Fault(
        "pairs_softmax_twice",
        "The softmax over the two labels is applied twice",
        "F.cross_entropy applies it itself. Give it the logits.",
        {"pairs": "softmax"},
    ),
    Fault(
        "pairs_of_logits",
        "The pairs' logits are averaged, not log-probabilities",
        "F.nll_loss expects log-probabilities, and does not make them.",
        {"pairs": "of_logits"},
    ),
    Fault(
        "pairs_inverted",
        "The pairs' labels are exchanged",
        "0 means IsNext and 1 NotNext, in the labels and in the logits.",
        {"inverted": True},
    ),
    Fault(
        "words_gradient_stopped",
        "No gradient flows back through the words' logits",
        "`detach`, `.data`, `.item()` or `no_grad` cut the graph there: the word head would not "
        "learn.",
        {"gradient": "pairs"},
    ),
    Fault(
        "pairs_gradient_stopped",
        "No gradient flows back through the pairs' logits",
        "`detach`, `.data`, `.item()` or `no_grad` cut the graph there: the pair head would not "
        "learn.",
        {"gradient": "words"},
    ),
    gradient_stopped(gradient="none"),
    Fault(
        "nothing_predicted_nan",
        "The loss is NaN where no word is predicted",
        "The mean of nothing is 0/0, and one NaN spoils all weights. Your mean_cross_entropy can "
        "see to it: sum up, and divide by at least 1.",
        {"words": "nan"},
    ),
)


def _batch(
    tokens: tuple[list[int], ...] = TOKENS, pairs: tuple[int, ...] = (1, 1, 1), **kind: Any
) -> tuple[Tensor, ...]:
    mlm_labels = _labels(*tokens)
    mlm_logits = numbers(*mlm_labels.shape, 5, seed=1, **kind)
    return mlm_logits, numbers(len(pairs), 2, seed=2, **kind), mlm_labels, torch.tensor(pairs)


ALL_PREDICTED = ([3, 3, 2, 1], [2, 4, 4, 1], [1, 2, 3, 3])
WITH_ZEROS = ([-100, 0, -100, 1], [2, -100, 4, 0], [-100, -100, -100, 3])


def _loss_gradients(f: Any) -> Any:
    mlm_logits, nsp_logits, *labels = _batch()
    inputs = {"mlm_logits": mlm_logits.requires_grad_(), "nsp_logits": nsp_logits.requires_grad_()}
    return gradients(f(mlm_logits, nsp_logits, *labels).reshape(1), **inputs)


def _no_word(f: Any) -> dict[str, Said]:
    return {"loss": finite(f(*_batch(([-100] * 4, [-100] * 4, [-100] * 4))))}


def _loss_unchanged(f: Any) -> Any:
    names = ("mlm_logits", "nsp_logits", "mlm_labels", "nsp_labels")
    return unchanged(f, **dict(zip(names, _batch(), strict=True)))


def _small_batch(mlm_labels: list[list[int]], nsp_labels: list[int]) -> dict[str, Tensor]:
    words = torch.tensor([[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]], [[0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]])
    return {
        "mlm_logits": words,
        "nsp_logits": torch.tensor([[0.0, 1.0986], [2.0, 0.0]]),
        "mlm_labels": torch.tensor(mlm_labels),
        "nsp_labels": torch.tensor(nsp_labels),
    }


def _loss(f: Any, **inputs: Tensor) -> Any:
    return f(*inputs.values())


def _loss_gradient_shown(f: Any, **inputs: Tensor) -> dict[str, Any]:
    logits = {n: t.requires_grad_() for n, t in inputs.items() if n.endswith("logits")}
    flows = gradients(f(*inputs.values()).reshape(1), **logits)
    return {f"gradient of {name}": flow for name, flow in flows.items()}


PRETRAINING_LOSS = Exercise(
    id="pretraining_loss",
    week=5,
    title="The joint loss",
    difficulty=1,
    minutes=4,
    hints=(
        "Two means, added up: one over the predicted tokens, one over the pairs. You have a "
        "function for each of them.",
        "`return mean_cross_entropy(mlm_logits, mlm_labels) + mean_cross_entropy(nsp_logits, "
        "nsp_labels)`",
    ),
    reference=objectives.pretraining_loss,
    family=Family(pretraining_loss_family, PRETRAINING_LOSS_FAULTS),
    probes=(
        Probe("kind", "in what it returns", lambda f: _said(f(*_batch(ALL_PREDICTED)))),
        Probe("values", "where every token is predicted", lambda f: f(*_batch(ALL_PREDICTED))),
        Probe("ignored", "where some tokens are not predicted", lambda f: f(*_batch())),
        Probe("zero tokens", "where words have the id 0", lambda f: f(*_batch(WITH_ZEROS))),
        Probe("both labels", "on pairs of both labels", lambda f: f(*_batch(pairs=(0, 1, 0)))),
        Probe("is next", "on a batch of true pairs", lambda f: f(*_batch(pairs=(0, 0, 0)))),
        Probe("gradients", "in the gradients", _loss_gradients),
        Probe("double", "in double precision", lambda f: f(*_batch(dtype=torch.float64)), 1e-6),
        Probe("unchanged", "in what it leaves behind", _loss_unchanged),
        Probe("nothing", "where no token is predicted", _no_word, advice=True),
    ),
    examples=(
        Example(lambda: _small_batch([[2, 2], [0, 1]], [1, 1]), _loss),
        Example(lambda: _small_batch([[2, -100], [-100, 1]], [1, 1]), _loss),
        Example(lambda: _small_batch([[-100, 2], [1, 1]], [1, 1]), _loss),
        Example(lambda: _small_batch([[2, -100], [0, 0]], [1, 0]), _loss),
        Example(lambda: _small_batch([[2, -100], [-100, 1]], [1, 1]), _loss_gradient_shown),
    ),
)
