"""Week 6, first part: one step of AdamW."""

import math
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from bertcourse import optim
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import numbers, unchanged
from bertcourse.exercises.probes import Probe

# --- The family -------------------------------------------------------------------------------

# The running mean of the gradient, from the old one.
FIRST_MOMENTS = {
    "right": lambda m, g, b1, b2: b1 * m + (1 - b1) * g,
    "none": lambda m, g, b1, b2: g.clone(),
    "beta2": lambda m, g, b1, b2: b2 * m + (1 - b2) * g,
    "weights_swapped": lambda m, g, b1, b2: (1 - b1) * m + b1 * g,
    "sum": lambda m, g, b1, b2: b1 * m + g,
}

# The running mean of its square, from the old one.
SECOND_MOMENTS = {
    "right": lambda v, g, m, b1, b2: b2 * v + (1 - b2) * g * g,
    "beta1": lambda v, g, m, b1, b2: b1 * v + (1 - b1) * g * g,
    "weights_swapped": lambda v, g, m, b1, b2: (1 - b2) * v + b2 * g * g,
    "sum": lambda v, g, m, b1, b2: b2 * v + g * g,
    "not_squared": lambda v, g, m, b1, b2: b2 * v + (1 - b2) * g,
    "absolute": lambda v, g, m, b1, b2: b2 * v + (1 - b2) * g.abs(),
    "of_the_mean": lambda v, g, m, b1, b2: b2 * v + (1 - b2) * m * m,
    "of_the_length": lambda v, g, m, b1, b2: b2 * v + (1 - b2) * (g * g).mean(),
}

# What the means are divided by at step t.
CORRECTIONS = {
    "right": lambda t, b1, b2: (1 - b1**t, 1 - b2**t),
    "none": lambda t, b1, b2: (1.0, 1.0),
    "no_power": lambda t, b1, b2: (1 - b1, 1 - b2),
    "power_outside": lambda t, b1, b2: ((1 - b1) ** t, (1 - b2) ** t),
    "times_t": lambda t, b1, b2: (1 - b1 * t, 1 - b2 * t),
    "only_m": lambda t, b1, b2: (1 - b1**t, 1.0),
    "only_v": lambda t, b1, b2: (1.0, 1 - b2**t),
    "multiplied": lambda t, b1, b2: (1 / (1 - b1**t), 1 / (1 - b2**t)),
    "by_zero": lambda t, b1, b2: (1 - b1 ** (t - 1), 1 - b2 ** (t - 1)),
    "by_zero_number": lambda t, b1, b2: (1 / (1 / (1 - b1 ** (t - 1))), 1 - b2 ** (t - 1)),
    "from_2": lambda t, b1, b2: (1 - b1 ** (t + 1), 1 - b2 ** (t + 1)),
}

# The length of the step, before the learning rate.
DENOMINATORS = {
    "right": lambda v, c, eps: (v / c).sqrt() + eps,
    "no_root": lambda v, c, eps: v / c + eps,
    "inside": lambda v, c, eps: (v / c + eps).sqrt(),
    "missing": lambda v, c, eps: (v / c).sqrt(),
    "correction_outside": lambda v, c, eps: v.sqrt() / c + eps,
    "before_correction": lambda v, c, eps: (v.sqrt() + eps) / math.sqrt(c),
    "none": lambda v, c, eps: 1.0,
}

# What the decay is multiplied by, beside λ and the weight; other kinds enter elsewhere.
SHRINKS = {
    "right": lambda lr: -lr,
    "after": lambda lr: -lr,
    "without_lr": lambda lr: -1.0,
    "grows": lambda lr: lr,
}


def adamw_family(
    first: str = "right",
    second: str = "right",
    correction: str = "right",
    switch: str = "right",
    denominator: str = "right",
    decay: str = "right",
    kept: str = "all",
    sign: int = -1,
    moves: bool = True,
    records: bool = False,
    overwrites: bool = False,
) -> Any:
    def adamw_step(
        param: Tensor,
        grad: Tensor,
        state: dict[str, Any],
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        correct_bias: bool = True,
    ) -> None:
        if kept == "nothing":
            state.clear()
        if not state:
            start = grad.clone() if kept == "starts_at_gradient" else torch.zeros_like(param)
            state.update(t=0, m=start.detach(), v=torch.zeros_like(param).detach())
        state["t"] += 1
        theta = param.detach()
        g = grad + weight_decay * theta if decay == "coupled" else grad
        m = FIRST_MOMENTS[first](state["m"], g, *betas)
        v = SECOND_MOMENTS[second](m if kept == "aliased" else state["v"], g, m, *betas)
        m = v if kept == "aliased" else m
        if kept not in ("only_count", "only_v"):
            state["m"] = m
        if kept not in ("only_count", "only_m"):
            state["v"] = v
        wanted = {"right": correct_bias, "always": True, "inverted": not correct_bias}[switch]
        c1, c2 = CORRECTIONS[correction](state["t"], *betas) if wanted else (1.0, 1.0)
        m_hat = m / c1
        if kept == "corrected":
            state["m"], state["v"] = m_hat, v / c2
        if decay == "over_the_root":
            m_hat = m_hat + weight_decay * theta
        change = sign * lr * m_hat / DENOMINATORS[denominator](v, c2, eps)
        if decay in SHRINKS:
            decaying = theta + change if decay == "after" else theta
            change = change + SHRINKS[decay](lr) * weight_decay * decaying
        if overwrites:
            grad.add_(weight_decay)
        if moves:
            with nullcontext() if records else torch.no_grad():
                param.add_(change)

    return adamw_step


ADAMW_FAULTS = (
    Fault(
        "weight_not_moved",
        "The weight stays where it is",
        "`param = param - …` makes a new tensor and leaves the caller's as it was. Change it in "
        "place: `param.sub_(…)`, `param -= …` or `param.copy_(…)`.",
        {"moves": False},
    ),
    Fault(
        "uphill",
        "The step goes uphill",
        "The gradient points to where the loss grows. The weight moves against it: minus.",
        {"sign": 1},
    ),
    Fault(
        "no_running_mean",
        "The gradient itself is used in place of its running mean",
        "The numerator is m, which remembers earlier gradients and smooths out their noise.",
        {"first": "none"},
    ),
    Fault(
        "beta2_for_m",
        "The mean of the gradient is kept with β₂",
        "betas is (β₁, β₂): the first, the shorter memory, belongs to m.",
        {"first": "beta2"},
    ),
    Fault(
        "weights_swapped_in_m",
        "In m, β₁ and 1 − β₁ are exchanged",
        "The mean keeps β₁ = 0.9 of its past and takes in 0.1 of the new gradient. Here it "
        "forgets nearly all at every step.",
        {"first": "weights_swapped"},
    ),
    Fault(
        "m_is_a_sum",
        "m is a sum, not a mean",
        "β₁ m + g is the momentum of plain SGD, ten times as large. A running mean takes in "
        "(1 − β₁) g.",
        {"first": "sum"},
    ),
    Fault(
        "beta1_for_v",
        "The mean of the square is kept with β₁",
        "betas is (β₁, β₂): the second, the longer memory, belongs to v.",
        {"second": "beta1"},
    ),
    Fault(
        "weights_swapped_in_v",
        "In v, β₂ and 1 − β₂ are exchanged",
        "The mean keeps β₂ = 0.999 of its past and takes in 0.001 of the new square.",
        {"second": "weights_swapped"},
    ),
    Fault(
        "v_is_a_sum",
        "v is a sum, not a mean",
        "β₂ v + g² grows up to a thousand times too large, and the steps get too short. A running "
        "mean takes in (1 − β₂) g².",
        {"second": "sum"},
    ),
    Fault(
        "gradient_not_squared",
        "The gradient is not squared in v",
        "v is the mean of g², which is never negative. Without the square its root is NaN "
        "wherever gradients are negative.",
        {"second": "not_squared"},
    ),
    Fault(
        "absolute_gradient",
        "v is the mean of the absolute gradient",
        "|g| has another unit than g²: its root does not cancel the gradient's size. Square it.",
        {"second": "absolute"},
    ),
    Fault(
        "mean_squared",
        "v takes in the square of m, not of the gradient",
        "m² forgets how much gradients of changing sign vary, and that is what v is there for. "
        "Square the gradient itself.",
        {"second": "of_the_mean"},
    ),
    Fault(
        "one_v_for_all",
        "All weights share one v",
        "Every weight has a v of its own, of the shape of the weight: that is what makes the step "
        "adaptive. g² is taken element by element, without a sum or mean.",
        {"second": "of_the_length"},
    ),
    Fault(
        "root_missing",
        "The step is divided by v, not by its root",
        "√v has the unit of a gradient, so that m / √v has none. Divided by v itself, small "
        "gradients make huge steps.",
        {"denominator": "no_root"},
    ),
    Fault(
        "not_adaptive",
        "The step is not divided by √v",
        "That is SGD with momentum: weights with small gradients hardly move.",
        {"denominator": "none"},
    ),
    Fault(
        "correction_missing",
        "The means are never corrected",
        "Both start at 0 and are too small at first. Where correct_bias is true, divide m by "
        "1 − β₁ᵗ and v by 1 − β₂ᵗ.",
        {"correction": "none"},
    ),
    Fault(
        "correction_without_power",
        "The correction is the same at every step",
        "1 − βᵗ has to fade. Either its power is missing, or t stays at 1: a number from the state "
        "has to be written back.",
        {"correction": "no_power"},
    ),
    Fault(
        "power_outside",
        "(1 − β)ᵗ stands for 1 − βᵗ",
        "The power belongs to β alone: 1 - beta ** t. The other shrinks towards 0, and the steps "
        "explode.",
        {"correction": "power_outside"},
    ),
    Fault(
        "times_t",
        "1 − β·t stands for 1 − βᵗ",
        "A power in Python is `**`. The product turns negative after a step or two.",
        {"correction": "times_t"},
    ),
    Fault(
        "v_not_corrected",
        "Only m is corrected",
        "v starts at 0 as well, and further below its mean than m. Divide it by 1 − β₂ᵗ.",
        {"correction": "only_m"},
    ),
    Fault(
        "m_not_corrected",
        "Only v is corrected",
        "m starts at 0 as well. Divide it by 1 − β₁ᵗ.",
        {"correction": "only_v"},
    ),
    Fault(
        "correction_multiplied",
        "The means are multiplied by the correction",
        "They are too small at first, and 1 − βᵗ is below 1: dividing makes them larger.",
        {"correction": "multiplied"},
    ),
    Fault(
        "counted_from_0",
        "The first step counts as step 0",
        "1 − β⁰ is 0, and dividing by it gives infinity or NaN. Count the step before you use it: "
        "the first is t = 1.",
        {"correction": "by_zero"},
    ),
    Fault(
        "division_by_zero",
        "The first step counts as step 0, and divides by 1 − β⁰",
        "1 − β⁰ is 0. Count the step before you use it: the first is t = 1.",
        {"correction": "by_zero_number"},
    ),
    Fault(
        "counted_from_2",
        "The first step counts as step 2",
        "The count starts at 0 and goes up by one before it is used: once, and not at the start "
        "as well.",
        {"correction": "from_2"},
    ),
    Fault(
        "root_before_correction",
        "√v is divided by 1 − β₂ᵗ, outside the root",
        "v is what is corrected, and then the root is taken: √(v / (1 − β₂ᵗ)).",
        {"denominator": "correction_outside"},
    ),
    Fault(
        "always_corrected",
        "correct_bias is not looked at",
        "With correct_bias=False, as in google-research/bert, m and v are used as they are.",
        {"switch": "always"},
    ),
    Fault(
        "switch_inverted",
        "correct_bias works the other way round",
        "True means that m and v are corrected, False that they are used as they are.",
        {"switch": "inverted"},
    ),
    Fault(
        "nothing_kept",
        "Every call begins anew",
        "m, v and the count of steps belong into `state`, which the caller hands in again at the "
        "next step. Fill it once, when it is empty.",
        {"kept": "nothing"},
    ),
    Fault(
        "means_not_written_back",
        "The new m and v are not written back into the state",
        "`m = β₁ m + …` makes a new tensor that only this call knows. Write it back, or change "
        "the state's own in place.",
        {"kept": "only_count"},
    ),
    Fault(
        "m_not_written_back",
        "The new m is not written back into the state",
        "`m = β₁ m + …` makes a new tensor that only this call knows.",
        {"kept": "only_v"},
    ),
    Fault(
        "v_not_written_back",
        "The new v is not written back into the state",
        "`v = β₂ v + …` makes a new tensor that only this call knows.",
        {"kept": "only_m"},
    ),
    Fault(
        "corrected_in_the_state",
        "The corrected means are kept in the state",
        "m̂ and v̂ are for this step only. The next goes on from m and v themselves, or the "
        "corrections pile up.",
        {"kept": "corrected"},
    ),
    Fault(
        "one_tensor_for_both",
        "m and v are one and the same tensor",
        "`m = v = torch.zeros_like(param)` makes one tensor with two names. Each needs its own.",
        {"kept": "aliased"},
    ),
    Fault(
        "starts_at_gradient",
        "m starts at the first gradient",
        "Both means start at 0, and the correction is made for that: a mean that starts elsewhere "
        "is overcorrected.",
        {"kept": "starts_at_gradient"},
    ),
    Fault(
        "eps_inside",
        "ε stands inside the root",
        "√(v̂ + ε) has a floor of √ε: 1e-4 for ε = 1e-8, and small gradients are slowed down. "
        "√v̂ + ε.",
        {"denominator": "inside"},
    ),
    Fault(
        "eps_missing",
        "ε is missing",
        "A weight whose gradients were all 0, as that of a word which did not occur, gets 0 / 0, "
        "which is NaN.",
        {"denominator": "missing"},
    ),
    Fault(
        "decay_ignored",
        "The weight does not decay",
        "AdamW also takes lr · λ of the weight away at every step.",
        {"decay": "ignored"},
    ),
    Fault(
        "decay_coupled",
        "The decay is added to the gradient",
        "That is Adam with L2: the decay is divided by √v̂ too, and weights with large gradients "
        "hardly decay. AdamW takes lr · λ · θ off the weight itself.",
        {"decay": "coupled"},
    ),
    Fault(
        "decay_over_the_root",
        "The decay is divided by √v̂",
        "λ θ was added to m̂, above the fraction. It stands outside: lr · (m̂ / (√v̂ + ε) + λ θ).",
        {"decay": "over_the_root"},
    ),
    Fault(
        "decay_without_lr",
        "The decay is not multiplied by the learning rate",
        "λ = 0.01 would then halve a weight in 70 steps, and decay would not follow the schedule. "
        "It is lr · λ · θ.",
        {"decay": "without_lr"},
    ),
    Fault(
        "decay_grows",
        "The weight grows in place of decaying",
        "Decay pulls towards 0: minus lr · λ · θ, or times (1 − lr · λ).",
        {"decay": "grows"},
    ),
    Fault(
        "gradient_recorded",
        "The step is taken outside torch.no_grad()",
        "A weight that learns is a leaf of the graph, and PyTorch refuses to change it in place "
        "while it records. Keep `@torch.no_grad()` above the function.",
        {"records": True},
    ),
    Fault(
        "gradient_overwritten",
        "The gradient is changed in place",
        "`grad += …` and `grad.mul_(…)` write into the caller's tensor, which may still be looked "
        "at, to clip or to log it. Make a new one.",
        {"overwrites": True},
    ),
    Fault(
        "decay_after",
        "The decay is taken from the weight that has moved already",
        "It is that of the old weight in the formula. The two differ by lr² λ, which is next to "
        "nothing.",
        {"decay": "after"},
    ),
    Fault(
        "eps_before_correction",
        "ε is added before the correction",
        "Then it is divided by √(1 − β₂ᵗ) too, and up to thirty times as large in early steps. "
        "The formula has √v̂ + ε.",
        {"denominator": "before_correction"},
    ),
)

# --- Probes -----------------------------------------------------------------------------------

LR = 1e-3
BETAS = (0.8, 0.95)


def moved(
    f: Any,
    *shape: int,
    calls: int = 1,
    lr: float = LR,
    betas: tuple[float, float] = BETAS,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    correct_bias: bool = True,
    first_gradient: float | None = None,
) -> Tensor:
    """How far a weight moves in some calls, in units of the learning rate.

    `first_gradient` is the first number of every gradient; otherwise all are random.
    """
    param, state = numbers(*shape, seed=1), {}
    start = param.clone()
    for call in range(calls):
        grad = numbers(*shape, seed=10 + call)
        if first_gradient is not None:
            grad[0] = first_gradient
        f(param, grad, state, lr, betas, eps, weight_decay, correct_bias)
    return (param - start) / lr


def _taking_turns(f: Any) -> tuple[Tensor, Tensor]:
    """Two weights, each with a state of its own, moved in turn."""
    params, states = (numbers(3, seed=1), numbers(2, seed=2)), ({}, {})
    starts = [param.clone() for param in params]
    for call in range(3):
        for param, state in zip(params, states, strict=True):
            grad = numbers(len(param), seed=20 + call)
            f(param, grad, state, LR, BETAS, 1e-8, 0.0)
    return tuple((param - start) / LR for param, start in zip(params, starts, strict=True))


def _as_a_parameter(f: Any) -> Tensor:
    param = nn.Parameter(numbers(4, seed=1))
    start = param.detach().clone()
    f(param, numbers(4, seed=2), {}, LR, BETAS, 1e-8, 0.1)
    return (param.detach() - start) / LR


def _gradient_kept(f: Any) -> Any:
    param = numbers(4, seed=1)
    return unchanged(lambda grad: f(param, grad, {}, LR, BETAS, 1e-8, 0.5), grad=numbers(4, seed=2))


def _in_double_precision(f: Any) -> Tensor:
    param, state = numbers(4, seed=1, dtype=torch.float64), {}
    start = param.clone()
    for call in range(2):
        f(param, numbers(4, seed=call).double(), state, LR, BETAS, 1e-8, 0.1)
    return (param - start) / LR


PROBES = (
    Probe(
        "first step",
        "in the first step",
        lambda f: {"rows": moved(f, 3, 2), "row": moved(f, 5)},
        2e-3,
    ),
    Probe("three steps", "in three steps", lambda f: moved(f, 3, 2, calls=3), 2e-3),
    Probe(
        "uncorrected",
        "with correct_bias=False",
        lambda f: moved(f, 5, calls=3, correct_bias=False),
        2e-3,
    ),
    Probe("taking turns", "for two weights moved in turn", _taking_turns, 2e-3),
    Probe(
        "eps",
        "with a large ε, and a gradient of 0",
        lambda f: moved(f, 5, calls=2, eps=0.1, correct_bias=False, first_gradient=0.0),
        2e-3,
    ),
    Probe(
        "decay",
        "with weight decay",
        lambda f: moved(f, 5, calls=3, weight_decay=0.1, first_gradient=50.0),
        2e-3,
    ),
    Probe("parameter", "on a parameter that learns", _as_a_parameter, 2e-3),
    Probe("unchanged", "in what it leaves behind", _gradient_kept),
    Probe(
        "order",
        "with a learning rate and a decay of 0.5",
        lambda f: moved(f, 5, calls=2, lr=0.5, weight_decay=0.5),
        2e-3,
        advice=True,
    ),
    Probe(
        "corrected eps",
        "with a large ε and corrected means",
        lambda f: moved(f, 5, calls=2, eps=0.1),
        2e-3,
        advice=True,
    ),
    Probe("double", "in double precision", _in_double_precision, 1e-5, advice=True),
)

# --- Examples ---------------------------------------------------------------------------------


def _example(**settings: Any) -> Example:
    """A weight of two numbers, moved by the same gradient at every call."""

    def inputs() -> dict[str, Any]:
        usual = {
            "param": torch.tensor([1.0, -2.0]),
            "grad": torch.tensor([0.5, -2.0]),
            "lr": 0.1,
            "betas": (0.75, 0.9),
            "eps": 1e-8,
            "weight_decay": 0.0,
            "correct_bias": True,
            "calls": 1,
        }
        return usual | {
            name: torch.tensor(value) if isinstance(value, list) else value
            for name, value in settings.items()
        }

    return Example(inputs, _param_afterwards)


def _param_afterwards(f: Any, calls: int, param: Tensor, grad: Tensor, **settings: Any) -> Any:
    state: dict[str, Any] = {}
    gradient_before = grad.clone()
    for _ in range(calls):
        f(param, grad, state, *settings.values())
    seen = {"param afterwards": param}
    return seen if torch.equal(grad, gradient_before) else seen | {"grad afterwards": grad}


ADAMW_STEP = Exercise(
    id="adamw_step",
    week=6,
    title="One step of the optimizer",
    difficulty=3,
    minutes=20,
    hints=(
        "Three things live in `state` from one call to the next: the count of steps, m and v. When "
        "`state` is empty, begin with 0 and two tensors of zeros: torch.zeros_like(param).",
        "Count the step first, so that the first is t = 1. Then bring m and v up to date and write "
        'them back into `state`: `m = beta1 * state["m"] + (1 - beta1) * grad`, and likewise v '
        "with grad ** 2.",
        "With correct_bias, m_hat = m / (1 - beta1 ** t) and v_hat = v / (1 - beta2 ** t); "
        "without, m_hat = m and v_hat = v. Do not keep these two.",
        "`param.sub_(lr * (m_hat / (v_hat.sqrt() + eps) + weight_decay * param))` changes the "
        "weight in place.",
    ),
    reference=optim.adamw_step,
    family=Family(adamw_family, ADAMW_FAULTS),
    probes=PROBES,
    examples=(
        _example(),
        _example(calls=2),
        _example(calls=2, correct_bias=False),
        _example(weight_decay=0.5),
        _example(calls=2, weight_decay=0.5, correct_bias=False),
        _example(grad=[0.0, -2.0], eps=0.1),
        _example(grad=[0.5, -2.0], calls=2, eps=0.1, correct_bias=False),
    ),
)
