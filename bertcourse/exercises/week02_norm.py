"""Week 2, second half: layer norm, and the residual connection that it belongs to."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse import layers
from bertcourse.exercises.common import (
    cast_to_float,
    dropout_fixed,
    dropout_in_eval,
    gradient_stopped,
    nothing_returned,
    super_init_missing,
    super_init_misspelt,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import fill, finite, gradients, numbers, unchanged
from bertcourse.exercises.probes import Probe, Said
from bertcourse.exercises.week02_feed_forward import input_changed_in_place

# --- layer_norm -------------------------------------------------------------------------------

# The axes that share one mean and one variance; None is all of them.
AXES = {
    "features": -1,
    "tokens": -2,
    "axis_1": 1,
    "axis_2": 2,
    "batch": 0,
    "batch_and_tokens": (0, 1),
    "sentence": (-2, -1),
    "everything": None,
}

# What the centred token is divided by, from its variance and eps.
DIVISORS = {
    "right": lambda v, eps: torch.sqrt(v + eps),
    "outside": lambda v, eps: torch.sqrt(v) + eps,
    "missing": lambda v, eps: torch.sqrt(v),
    "fixed": lambda v, eps: torch.sqrt(v + 1e-12),
    "fixed_by_pytorch": lambda v, eps: torch.sqrt(v + 1e-5),
    "squared": lambda v, eps: torch.sqrt(v + eps**2),
    "least_variance": lambda v, eps: torch.sqrt(v.clamp(min=eps)),
    "least_deviation": lambda v, eps: torch.sqrt(v).clamp(min=eps),
    "variance": lambda v, eps: v + eps,
    "one": lambda v, eps: torch.ones_like(v),
    "inverse": lambda v, eps: 1 / torch.sqrt(v + eps),
}

AFFINE = {
    "right": lambda y, w, b: w * y + b,
    "no_weight": lambda y, w, b: y + b,
    "no_bias": lambda y, w, b: w * y,
    "none": lambda y, w, b: y,
    "exchanged": lambda y, w, b: b * y + w,
    "bias_first": lambda y, w, b: w * (y + b),
    "subtracted": lambda y, w, b: w * y - b,
    "one_more": lambda y, w, b: (1 + w) * y + b,
}

STARTS = {
    "right": (torch.ones, torch.zeros),
    "zeros": (torch.zeros, torch.zeros),
    "ones": (torch.ones, torch.ones),
    "exchanged": (torch.zeros, torch.ones),
    "random": (torch.randn, torch.randn),
    "random_weight": (torch.randn, torch.zeros),
}


def _reduce(x: Tensor, axes: Any, keep: bool) -> Tensor:
    return x.mean() if axes is None else x.mean(dim=axes, keepdim=keep)


def _spread(x: Tensor, mean: Tensor, kind: str, axes: Any, keep: bool) -> Tensor:
    """The variance as different people compute it."""
    correction = 1 if kind == "bessel" else 0
    if kind == "around_zero":
        return _reduce(x**2, axes, keep)
    if kind == "difference":
        return _reduce(x**2, axes, keep) - _reduce(x, axes, keep) ** 2
    if kind == "sum":
        return _reduce((x - mean) ** 2, axes, keep) * (x.numel() if axes is None else x.size(-1))
    if kind == "absolute":
        return _reduce((x - mean).abs(), axes, keep) ** 2
    if axes is None:
        return x.var(correction=correction)
    if kind == "by_deviation":
        return x.var(dim=axes, correction=0, keepdim=keep).sqrt() ** 2
    return x.var(dim=axes, correction=correction, keepdim=keep)


def layer_norm_family(
    axis: str = "features",
    centre: bool = True,
    spread: str = "right",
    keep_mean: bool = True,
    keep_variance: bool = True,
    divisor: str = "right",
    default: float = 1e-12,
    affine: str = "right",
    register: str = "right",
    start: str = "right",
    give: str = "right",
    stop: str = "nowhere",
    cast: bool = False,
    in_place: bool = False,
) -> Any:
    class N(nn.Module):
        def __init__(self, d_model: int, eps: float = default):
            if register != "no_super":
                super().__init__()
            if register == "mangled":
                super().__init()
            made = [make(1 if register == "single" else d_model) for make in STARTS[start]]
            if register != "tensors":
                made = [nn.Parameter(tensor) for tensor in made]
            self.weight, self.bias = made
            self.eps = eps

        def forward(self, x: Tensor) -> Tensor | None:
            x = x.float() if cast else x
            axes = AXES[axis]
            mean = _reduce(x, axes, keep_mean)
            variance = _spread(x, mean, spread, axes, keep_variance)
            if stop == "statistics":
                mean, variance = mean.detach(), variance.detach()
            if in_place:
                x -= mean
            centred = x if in_place or not centre else x - mean
            y = centred / DIVISORS[divisor](variance, self.eps)
            y = AFFINE[affine](y, self.weight, self.bias)
            if stop == "everywhere":
                y = y.detach()
            return None if give == "nothing" else y

    return N


LAYER_NORM_FAULTS = (
    super_init_missing(register="no_super"),
    super_init_misspelt(register="mangled"),
    Fault(
        "parameters_not_registered",
        "weight and bias are plain tensors",
        "No optimizer sees them and no checkpoint keeps them. nn.Parameter registers a tensor.",
        {"register": "tensors"},
    ),
    Fault(
        "one_number_for_all_features",
        "weight and bias are single numbers",
        "Every feature has a scale and a shift of its own: d_model of each.",
        {"register": "single"},
    ),
    Fault(
        "weight_starts_at_zero",
        "The weight starts at 0",
        "Then the layer gives nothing but zeros, and what comes before it gets no gradient. It "
        "starts at 1.",
        {"start": "zeros"},
    ),
    Fault(
        "bias_starts_at_one",
        "The bias starts at 1",
        "The weight starts at 1 and the bias at 0, so that at first nothing is scaled or shifted.",
        {"start": "ones"},
    ),
    Fault(
        "starts_exchanged",
        "The weight starts at 0 and the bias at 1",
        "It is the other way round, so that at first nothing is scaled or shifted.",
        {"start": "exchanged"},
    ),
    Fault(
        "starts_at_random",
        "weight and bias start at random",
        "They start at 1 and 0, so that at first nothing is scaled or shifted.",
        {"start": "random"},
    ),
    Fault(
        "weight_starts_at_random",
        "The weight starts at random",
        "It starts at 1, so that at first nothing is scaled.",
        {"start": "random_weight"},
    ),
    nothing_returned(give="nothing"),
    Fault(
        "over_tokens",
        "Mean and variance run over the tokens",
        "dim=-2 mixes the words of a sentence. Every token is normalised by itself, over its "
        "features: dim=-1.",
        {"axis": "tokens"},
    ),
    Fault(
        "over_axis_1",
        "Mean and variance run over axis 1",
        "In (B, S, D) that is the tokens. Every token is normalised by itself, over its features, "
        "whatever stands in front: dim=-1.",
        {"axis": "axis_1"},
    ),
    Fault(
        "over_axis_2",
        "Mean and variance run over axis 2",
        "Counted from the front, dim=2 is right for (B, S, D) alone. Count from the end: dim=-1.",
        {"axis": "axis_2"},
    ),
    Fault(
        "over_batch",
        "Mean and variance run over the batch",
        "What comes out of a sentence then depends on which others are in its batch. Every token "
        "is normalised by itself: dim=-1.",
        {"axis": "batch"},
    ),
    Fault(
        "batch_norm",
        "Mean and variance run over batch and tokens",
        "That is batch norm: each feature is compared with itself in all other tokens, padding "
        "included. Layer norm compares the features of one token: dim=-1.",
        {"axis": "batch_and_tokens"},
    ),
    Fault(
        "over_sentence",
        "Mean and variance run over a whole sentence",
        "All tokens share one mean, the padding's too. Every token has its own: dim=-1.",
        {"axis": "sentence"},
    ),
    Fault(
        "over_everything",
        "Mean and variance run over the whole tensor",
        "Without dim there is one mean for all tokens of all sentences. Every token has its own: "
        "dim=-1, keepdim=True.",
        {"axis": "everything"},
    ),
    Fault(
        "mean_without_keepdim",
        "The mean has lost its last axis",
        "x.mean(dim=-1) is (B, S), and lines up with the wrong axes of (B, S, D). keepdim=True "
        "makes it (B, S, 1), which broadcasts over the features.",
        {"keep_mean": False},
    ),
    Fault(
        "variance_without_keepdim",
        "The variance has lost its last axis",
        "x.var(dim=-1) is (B, S), and lines up with the wrong axes of (B, S, D). keepdim=True "
        "makes it (B, S, 1), which broadcasts over the features.",
        {"keep_variance": False},
    ),
    Fault(
        "mean_not_subtracted",
        "The mean is not subtracted",
        "The variance is right, but the token keeps its offset: (x - mean) / ….",
        {"centre": False},
    ),
    Fault(
        "rms_norm",
        "That is RMSNorm",
        "It divides by the root of the mean square and subtracts nothing. Some later models do so; "
        "BERT subtracts the mean first.",
        {"centre": False, "spread": "around_zero"},
    ),
    Fault(
        "variance_around_zero",
        "The variance is taken around 0",
        "The mean of x² is the variance only if the mean of x is 0: square x - mean.",
        {"spread": "around_zero"},
    ),
    Fault(
        "bessel",
        "The variance is divided by d - 1",
        "x.var() and x.std() estimate the spread of a larger population, and divide by d - 1. "
        "Layer norm wants the spread of these d numbers: correction=0. At d = 768 one hardly sees "
        "it.",
        {"spread": "bessel"},
    ),
    Fault(
        "squares_summed",
        "The squares are summed, not averaged",
        "The result gets shorter by √d. The variance is the mean of (x - mean)².",
        {"spread": "sum"},
    ),
    Fault(
        "mean_absolute_deviation",
        "The mean absolute deviation is used",
        "Layer norm divides by the standard deviation, the root of the mean of (x - mean)².",
        {"spread": "absolute"},
    ),
    Fault(
        "root_missing",
        "x is divided by the variance, not by its root",
        "Twice as large numbers would come out half as large. The standard deviation is the root "
        "of the variance.",
        {"divisor": "variance"},
    ),
    Fault(
        "not_divided",
        "Nothing is divided",
        "The mean is subtracted, but the spread stays as it was: divide by √(variance + eps).",
        {"divisor": "one"},
    ),
    Fault(
        "multiplied",
        "x is multiplied by the standard deviation",
        "That makes large spreads larger: divide.",
        {"divisor": "inverse"},
    ),
    Fault(
        "weight_unused",
        "The weight is not used",
        "The network learns how far each feature should spread: weight * ….",
        {"affine": "no_weight"},
    ),
    Fault(
        "bias_unused",
        "The bias is not used",
        "The network learns where each feature should lie: … + bias.",
        {"affine": "no_bias"},
    ),
    Fault(
        "weight_and_bias_unused",
        "weight and bias are not used",
        "The network learns how far each feature should spread and where it should lie: "
        "weight * … + bias.",
        {"affine": "none"},
    ),
    Fault(
        "weight_and_bias_exchanged",
        "weight and bias are exchanged",
        "The weight multiplies, the bias is added.",
        {"affine": "exchanged"},
    ),
    Fault(
        "bias_first",
        "The bias is added before the weight multiplies",
        "weight * y + bias: the bias is not scaled.",
        {"affine": "bias_first"},
    ),
    Fault(
        "bias_subtracted",
        "The bias is subtracted",
        "It would learn just as well, but the weights of a published BERT would shift the wrong "
        "way.",
        {"affine": "subtracted"},
    ),
    Fault(
        "one_plus_weight",
        "The features are multiplied by 1 + weight",
        "Some later models do so and start the weight at 0. BERT's starts at 1 and multiplies as "
        "it is.",
        {"affine": "one_more"},
    ),
    Fault(
        "eps_outside",
        "eps is added outside the root",
        "√variance + eps is not √(variance + eps). It shows for tokens that hardly vary. Inside, "
        "eps also keeps the root away from 0, where its slope is infinite.",
        {"divisor": "outside"},
    ),
    Fault(
        "eps_missing",
        "eps is not used",
        "A token whose features are all equal has variance 0, and 0/0 is NaN. eps keeps the root "
        "away from 0.",
        {"divisor": "missing"},
    ),
    Fault(
        "eps_fixed",
        "The eps argument is not used",
        "1e-12 is fixed in the code. Use self.eps, which the caller may choose.",
        {"divisor": "fixed"},
    ),
    Fault(
        "eps_left_to_pytorch",
        "PyTorch's own eps is used",
        "F.layer_norm takes 1e-5 unless it is told another. Pass self.eps on.",
        {"divisor": "fixed_by_pytorch"},
    ),
    Fault(
        "eps_squared",
        "eps is squared",
        "√(variance + eps²) is not √(variance + eps). eps stands beside the variance as it is.",
        {"divisor": "squared"},
    ),
    Fault(
        "eps_as_least_variance",
        "eps is the least variance, not added to it",
        "clamp leaves large variances alone and cuts off the gradient of small ones. eps is added.",
        {"divisor": "least_variance"},
    ),
    Fault(
        "eps_as_least_deviation",
        "eps is the least standard deviation",
        "clamp leaves large ones alone and cuts off the gradient of small ones. eps is added to "
        "the variance, inside the root.",
        {"divisor": "least_deviation"},
    ),
    Fault(
        "eps_of_pytorch",
        "eps is 1e-5 by default",
        "That is PyTorch's default. BERT has 1e-12, which changes the result for tokens that "
        "hardly vary.",
        {"default": 1e-5},
    ),
    Fault(
        "eps_of_transformer",
        "eps is 1e-6 by default",
        "That is the default of many a Transformer. BERT has 1e-12, which changes the result for "
        "tokens that hardly vary.",
        {"default": 1e-6},
    ),
    Fault(
        "statistics_detached",
        "No gradient flows through mean and variance",
        "They depend on x, and the gradient has to know. Under no_grad or after detach they count "
        "as constants.",
        {"stop": "statistics"},
    ),
    gradient_stopped(stop="everywhere"),
    cast_to_float(cast=True),
    input_changed_in_place(in_place=True),
    Fault(
        "variance_by_difference",
        "The variance is a difference of large numbers",
        "mean(x²) - mean(x)² is right on paper. If the mean is large, most digits cancel, and the "
        "rest may even be negative. mean((x - mean)²) keeps them.",
        {"spread": "difference"},
    ),
    Fault(
        "variance_by_deviation",
        "The root is taken before eps is added",
        "The root's slope is infinite at 0, so a token whose features are all equal gets a "
        "gradient of NaN, even if the root is squared again. Add eps first.",
        {"spread": "by_deviation"},
    ),
)


def norming(N: Any, *sizes: Any) -> Any:
    """A norm whose weight and bias depend on their names alone."""
    return fill(N(*sizes)).eval()


def _norm_parameters(N: Any) -> dict[str, str | Said]:
    norm = N(6)
    shapes = {name: str(tuple(parameter.shape)) for name, parameter in norm.named_parameters()}
    starts = {f"{name} at first": _constant(p.detach()) for name, p in norm.named_parameters()}
    return {**shapes, **starts}


def _constant(tensor: Tensor) -> Said:
    """What all of a tensor's numbers are, if they are the same."""
    first = tensor.flatten()[0].item()
    return Said(f"{first:g} everywhere" if bool((tensor == first).all()) else "different numbers")


def _constant_token(N: Any) -> dict[str, Any]:
    """Rounding is all that there is to divide in such a token, so it need only be finite."""
    x = 3 * numbers(2, 3, 6)
    x[0, 1] = 4.0
    y = norming(N, 6)(x)
    return {"other sentence": y[1], "the token": finite(y[0, 1])}


def _norm_gradients(N: Any) -> dict[str, Any]:
    norm, x = norming(N, 6), numbers(2, 5, 6).requires_grad_()
    return gradients(norm(x), x=x, **dict(norm.named_parameters()))


def _constant_token_gradient(N: Any) -> dict[str, Any]:
    norm, x = norming(N, 6, 0.5), torch.full((1, 6), 4.0).requires_grad_()
    return gradients(norm(x), x=x)


def _norm_half(N: Any) -> dict[str, bool]:
    x = numbers(2, 5, 6)
    exact = norming(layers.LayerNorm, 6)(x)
    seen = {}
    for dtype in (torch.float16, torch.bfloat16):
        y = norming(N, 6).to(dtype)(x.to(dtype))
        seen[str(dtype)] = y.dtype == dtype and torch.allclose(y.float(), exact, atol=0.1)
    return seen


def _offset(N: Any) -> Tensor:
    """Tokens far away from zero, with a spread that float32 still holds exactly."""
    steps = torch.tensor([[0.0, 1.0, 2.0, 5.0, 6.0, 10.0]])
    return N(6)(4096 + steps / 4)


def _means_are_not_zero(N: Any) -> str | None:
    means = N(8)(3 * numbers(4, 8) + 1).mean(dim=-1)
    if bool((means.abs() < 1e-3).all()):
        return None
    return f"A new layer should give every token mean 0; one has {means[means.abs().argmax()]:.3g}."


def _variances_are_not_one(N: Any) -> str | None:
    variances = N(8)(3 * numbers(4, 8) + 1).var(dim=-1, correction=0)
    away = (variances - 1).abs()
    if bool((away < 1e-3).all()):
        return None
    return (
        f"A new layer should give every token variance 1; one has {variances[away.argmax()]:.3g}."
    )


def _others_matter(N: Any) -> str | None:
    norm, x = N(6), numbers(3, 4, 6)
    if torch.allclose(norm(x)[:1, :1], norm(x[:1, :1]), atol=1e-4):
        return None
    return "A token gives another result alone than among others: they should not be mixed."


def _norm_example(
    N: Any, x: Tensor, eps: float = 1e-12, weight: Any = None, bias: Any = None
) -> Any:
    norm = N(x.size(-1), eps)
    with torch.no_grad():
        if weight is not None:
            norm.weight.copy_(weight)
        if bias is not None:
            norm.bias.copy_(bias)
    return norm.to(x.dtype)(x)


def _norm_gradient_by_hand(N: Any, x: Tensor) -> dict[str, Any]:
    flows = gradients(N(x.size(-1))(x.requires_grad_()), x=x)
    return {f"gradient of {name}": flow for name, flow in flows.items()}


LAYER_NORM = Exercise(
    id="layer_norm",
    week=2,
    title="Layer norm",
    difficulty=2,
    minutes=15,
    hints=(
        "Four steps, one line each: the mean of every token; its variance; the token minus its "
        "mean, divided by the root; scaled and shifted. `dim=-1` is the features.",
        "With `keepdim=True` the mean is (…, 1) and broadcasts over the features. `x.var` divides "
        "by d - 1 unless you say `correction=0`. `self.eps` goes inside the root.",
        "`mean = x.mean(dim=-1, keepdim=True)`, then `variance = x.var(dim=-1, correction=0, "
        "keepdim=True)`, then `return self.weight * (x - mean) / torch.sqrt(variance + self.eps) "
        "+ self.bias`",
    ),
    reference=layers.LayerNorm,
    family=Family(layer_norm_family, LAYER_NORM_FAULTS),
    probes=(
        Probe("parameters", "in its parameters", _norm_parameters),
        Probe("values", "on plain values", lambda N: N(6)(3 * numbers(2, 5, 6) + 1)),
        Probe("square", "on as many tokens as features", lambda N: N(4)(numbers(4, 4, 4) + 1)),
        Probe(
            "sizes",
            "on tensors with fewer and with more axes",
            lambda N: (
                N(5)(numbers(3, 5) + 1),
                N(6)(numbers(2, 3, 5, 6) + 1),
                N(7)(numbers(7) + 1),
            ),
        ),
        Probe(
            "weights",
            "with another weight and bias",
            lambda N: norming(N, 6)(numbers(2, 5, 6) + 1),
        ),
        Probe("eps", "with a large eps", lambda N: N(6, 0.5)(numbers(2, 5, 6) + 1)),
        Probe("small", "on numbers near 0", lambda N: N(6)(1e-6 * numbers(2, 5, 6))),
        Probe("constant token", "for a token whose features are all equal", _constant_token),
        Probe(
            "training",
            "in training mode",
            lambda N: norming(N, 6).train()(numbers(2, 5, 6) + 1),
        ),
        Probe("gradients", "in the gradients", _norm_gradients),
        Probe(
            "double",
            "in double precision",
            lambda N: norming(N, 6).double()(numbers(2, 5, 6, dtype=torch.float64)),
            1e-6,
        ),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda N: unchanged(norming(N, 6), x=numbers(2, 5, 6)),
        ),
        Probe("half", "in half precision", _norm_half, advice=True),
        Probe("offset", "on numbers far away from 0", _offset, 1e-2, advice=True),
        Probe(
            "constant token's gradient",
            "in the gradient of a token whose features are all equal",
            _constant_token_gradient,
            advice=True,
        ),
    ),
    examples=(
        Example(lambda: {"x": torch.tensor([[1.0, 3.0]])}, _norm_example),
        Example(lambda: {"x": torch.tensor([[1.0, 3.0], [4.0, 8.0]])}, _norm_example),
        Example(lambda: {"x": torch.tensor([[2.0, 6.0, 7.0]])}, _norm_example),
        Example(
            lambda: {
                "x": torch.tensor([[[1.0, 2.0, 6.0], [0.0, 0.0, 9.0]], [[5.0, 6.0, 7.0]] * 2])
            },
            _norm_example,
        ),
        Example(lambda: {"x": torch.tensor([1.0, 3.0])}, _norm_example),
        Example(
            lambda: {
                "x": torch.tensor([[1.0, 3.0]]),
                "weight": torch.tensor([10.0, 20.0]),
                "bias": torch.tensor([100.0, 200.0]),
            },
            lambda N, x, weight, bias: _norm_example(N, x, 1e-12, weight, bias),
        ),
        Example(lambda: {"x": torch.tensor([[1.0, 3.0]]), "eps": 3.0}, _norm_example),
        Example(lambda: {"x": torch.tensor([[0.0, 2e-6]])}, lambda N, x: N(2)(x)),
        Example(lambda: {"x": torch.tensor([[4.0, 4.0]])}, _norm_example),
        Example(lambda: {"x": torch.tensor([[1.0, 2.0, 6.0]])}, _norm_gradient_by_hand),
        Example(lambda: {"x": torch.tensor([[1.0, 2.0, 6.0]], dtype=torch.float64)}, _norm_example),
        Example(
            lambda: {"x": torch.tensor([[1.0, 3.0]])},
            lambda N, x: {"result": N(2)(x), "x afterwards": x},
        ),
    ),
    behaviours=(_means_are_not_zero, _variances_are_not_one, _others_matter),
)

# --- sublayer_connection ----------------------------------------------------------------------

Step = Callable[[Tensor], Tensor]

# x, the branch (the sublayer with its dropout), the norm, and the dropouts that may stand
# elsewhere: on the residual and on the sum.
ARRANGEMENTS = {
    "right": lambda x, branch, norm, rest, total: norm(total(rest(x) + branch(x))),
    "pre": lambda x, branch, norm, rest, total: total(rest(x) + branch(norm(x))),
    "inside": lambda x, branch, norm, rest, total: total(rest(x) + norm(branch(x))),
    "both_sides": lambda x, branch, norm, rest, total: norm(total(rest(x) + branch(norm(x)))),
    "residual_normed": lambda x, branch, norm, rest, total: total(rest(norm(x)) + branch(norm(x))),
    "residual_alone_normed": lambda x, branch, norm, rest, total: total(rest(norm(x)) + branch(x)),
    "no_residual": lambda x, branch, norm, rest, total: norm(total(branch(x))),
    "no_norm": lambda x, branch, norm, rest, total: total(rest(x) + branch(x)),
    "sublayer_alone": lambda x, branch, norm, rest, total: total(branch(x)),
    "multiplied": lambda x, branch, norm, rest, total: norm(total(rest(x) * branch(x))),
    "subtracted": lambda x, branch, norm, rest, total: norm(total(rest(x) - branch(x))),
    "norm_twice": lambda x, branch, norm, rest, total: norm(norm(total(rest(x) + branch(x)))),
    "residual_of_output": lambda x, branch, norm, rest, total: norm(
        total(branch(x) + branch(branch(x)))
    ),
    "nothing": lambda x, branch, norm, rest, total: None,
}

BRANCH = ("sublayer", "in_eval", "fixed")


def sublayer_family(
    form: str = "right",
    drop: str = "sublayer",
    register: str = "right",
    norm: str = "right",
    call: str = "once",
    keep: bool = False,
    stop: str = "nowhere",
    give: str = "right",
    in_place: bool = False,
) -> Any:
    class S(nn.Module):
        def __init__(self, d_model: int, dropout: float = 0.1):
            if register != "no_super":
                super().__init__()
            if register == "mangled":
                super().__init()
            if norm != "anew":
                make = nn.LayerNorm if norm == "pytorch" else layers.LayerNorm
                self.norm = make(d_model)
            self.d_model = d_model
            self.p = 0.1 if drop == "fixed" else dropout

        def forward(self, x: Tensor, sublayer: Step) -> Any:
            if keep:
                self.sublayer = sublayer
            if in_place:
                x += self.drop(sublayer(x))
                return self.norm(x)

            def branch(t: Tensor) -> Tensor:
                t = self.drop(t) if drop == "input" else t
                y = t if call == "never" else sublayer(t)
                y = sublayer(t) if call == "twice" else y
                y = sublayer(y) if call == "chained" else y
                y = y.detach() if stop == "sublayer" else y
                return self.drop(y) if drop in BRANCH else y

            def rest(t: Tensor) -> Tensor:
                t = t.detach() if stop == "residual" else t
                return self.drop(t) if drop == "residual" else t

            def total(t: Tensor) -> Tensor:
                return self.drop(t) if drop == "sum" else t

            y = ARRANGEMENTS[form](x, branch, self.normalise, rest, total)
            y = self.drop(y) if drop == "output" else y
            y = y.detach() if stop == "everywhere" else y
            return (y, x) if give == "pair" else y

        def normalise(self, t: Tensor) -> Tensor:
            made_anew = layers.LayerNorm(self.d_model).to(t.dtype)
            return made_anew(t) if norm == "anew" else self.norm(t)

        def drop(self, t: Tensor) -> Tensor:
            return F.dropout(t, self.p, training=self.training or drop == "in_eval")

    return S


SUBLAYER_FAULTS = (
    super_init_missing(register="no_super"),
    super_init_misspelt(register="mangled"),
    Fault(
        "norm_made_anew",
        "A new layer norm is made in every call",
        "Its weight and bias are thrown away afterwards, so they cannot be learned. Make it once, "
        "in __init__, as self.norm.",
        {"norm": "anew"},
    ),
    nothing_returned(form="nothing"),
    Fault(
        "pair_returned",
        "Two results are returned",
        "The next layer wants one tensor of the shape of x.",
        {"give": "pair"},
    ),
    Fault(
        "pre_norm",
        "That is pre-norm",
        "x + dropout(sublayer(norm(x))) is how most later models do it. BERT is post-norm: the "
        "norm comes last, on the sum.",
        {"form": "pre"},
    ),
    Fault(
        "norm_on_branch",
        "The norm is applied to the sublayer's output alone",
        "The sum is then not normalised, and grows from layer to layer. BERT's norm comes last, on "
        "x + dropout(sublayer(x)).",
        {"form": "inside"},
    ),
    Fault(
        "normed_before_and_after",
        "The norm is applied before the sublayer as well",
        "BERT's sublayer gets x as it is; the norm comes once, on the sum.",
        {"form": "both_sides"},
    ),
    Fault(
        "residual_normed",
        "x is normalised first, for both ways",
        "Then nothing goes past the norm untouched, and the sum is not normalised. BERT's norm "
        "comes last, on the sum.",
        {"form": "residual_normed"},
    ),
    Fault(
        "residual_alone_normed",
        "The norm is applied to x, not to the sum",
        "norm(x) + … closes its bracket too early: norm(x + dropout(sublayer(x))).",
        {"form": "residual_alone_normed"},
    ),
    Fault(
        "residual_missing",
        "x is not added",
        "Without the residual connection each layer has to hand on everything by itself, and in a "
        "deep network little gets through: x + ….",
        {"form": "no_residual"},
    ),
    Fault(
        "norm_missing",
        "There is no norm",
        "The sum grows from layer to layer. self.norm brings it back to variance 1.",
        {"form": "no_norm"},
    ),
    Fault(
        "sublayer_alone",
        "Neither x is added nor the norm applied",
        "Only the sublayer's output is returned: norm(x + dropout(sublayer(x))).",
        {"form": "sublayer_alone"},
    ),
    Fault(
        "sublayer_never_called",
        "The sublayer is not called",
        "x is added to itself. `sublayer` is a callable: sublayer(x).",
        {"call": "never"},
    ),
    Fault(
        "sublayer_chained",
        "The sublayer is applied to its own output",
        "It is called once, on x; what it returns is added to x, and not handed in again.",
        {"call": "chained"},
    ),
    Fault(
        "output_added_to_itself",
        "The residual does not come from x",
        "x was overwritten by the sublayer's output, and the sublayer called again. Keep x until "
        "it is added.",
        {"form": "residual_of_output"},
    ),
    Fault(
        "multiplied",
        "x and the sublayer's output are multiplied",
        "A residual is a sum: where the sublayer has nothing to say, x goes through unchanged.",
        {"form": "multiplied"},
    ),
    Fault(
        "subtracted",
        "The sublayer's output is subtracted",
        "It would learn just as well, but the weights of a published BERT would push the wrong "
        "way.",
        {"form": "subtracted"},
    ),
    Fault(
        "norm_twice",
        "The norm is applied twice",
        "weight and bias act twice as well. Once, on the sum.",
        {"form": "norm_twice"},
    ),
    dropout_in_eval(drop="in_eval"),
    Fault(
        "dropout_missing",
        "Nothing is dropped in training",
        "The sublayer's output goes through self.dropout before it is added.",
        {"drop": "nothing"},
    ),
    Fault(
        "dropout_on_sum",
        "The dropout is applied to the sum",
        "Then x itself loses features. The residual is the way on which nothing gets lost; only "
        "the sublayer's output is dropped.",
        {"drop": "sum"},
    ),
    Fault(
        "dropout_on_output",
        "The dropout is applied after the norm",
        "Then x itself loses features. Only the sublayer's output is dropped, before it is added.",
        {"drop": "output"},
    ),
    Fault(
        "dropout_on_residual",
        "The dropout is applied to x, not to the sublayer's output",
        "The residual is the way on which nothing gets lost: x + dropout(sublayer(x)).",
        {"drop": "residual"},
    ),
    Fault(
        "dropout_on_input",
        "The dropout is applied to the sublayer's input",
        "The sublayer sees all of x; its output is what is dropped.",
        {"drop": "input"},
    ),
    dropout_fixed(drop="fixed"),
    Fault(
        "sublayer_kept",
        "The sublayer is kept in self",
        "Assigning a module registers it: its weights would stand in the checkpoint of this layer, "
        "too. Use it and let it go.",
        {"keep": True},
    ),
    Fault(
        "residual_detached",
        "No gradient flows through the residual",
        "It is the way on which gradients reach the first layers. Do not detach x.",
        {"stop": "residual"},
    ),
    Fault(
        "sublayer_detached",
        "No gradient reaches the sublayer",
        "`detach`, `.data` or `no_grad` keep it from learning anything.",
        {"stop": "sublayer"},
    ),
    gradient_stopped(stop="everywhere"),
    input_changed_in_place(in_place=True),
    Fault(
        "sublayer_called_twice",
        "The sublayer is called twice",
        "The result is right, but the most expensive step is done twice. Keep what it returns in "
        "a variable.",
        {"call": "twice"},
    ),
    Fault(
        "eps_of_pytorch",
        "The norm's eps is 1e-5",
        "nn.LayerNorm has it unless told otherwise. BERT has 1e-12, as your LayerNorm does; it "
        "shows for tokens that hardly vary.",
        {"norm": "pytorch"},
    ),
)


def connecting(S: Any, d_model: int = 6, dropout: float = 0.1) -> Any:
    """A connection in evaluation mode whose parameters depend on their names alone."""
    return fill(S(d_model, dropout)).eval()


def mixing(x: Tensor) -> Tensor:
    """A sublayer without weights: each feature from its neighbour, and not 0 where x is 0."""
    return 2 * torch.tanh(x.roll(1, dims=-1)) + torch.linspace(0, 1, x.size(-1), dtype=x.dtype)


def _linear(d_model: int = 6) -> nn.Module:
    return fill(nn.Linear(d_model, d_model))


def _connection_parameters(S: Any) -> dict[str, str]:
    parameters = S(6).named_parameters(remove_duplicate=False)
    return {name: str(tuple(parameter.shape)) for name, parameter in parameters}


def _parameters_afterwards(S: Any) -> list[str]:
    connection = connecting(S)
    connection(numbers(2, 5, 6), _linear())
    return sorted(connection.state_dict())


def _seen_by_sublayer(S: Any) -> dict[str, Any]:
    seen = []

    def watching(x: Tensor) -> Tensor:
        seen.append(x.clone())
        return mixing(x)

    connecting(S)(numbers(2, 5, 6), watching)
    return {"what the sublayer gets": seen[-1] if seen else Said("the sublayer is not called")}


def _called(S: Any) -> int:
    calls = []
    connecting(S)(numbers(2, 5, 6), lambda x: calls.append(1) or mixing(x))
    return len(calls)


def _connection_trained(S: Any) -> dict[str, bool]:
    """What is left when everything is dropped, and whether it is that."""
    connection, still = connecting(S, dropout=1.0), connecting(S, dropout=0.0)
    evaluated = connection(numbers(2, 5, 6), mixing)
    trained = connection.train()(numbers(2, 5, 6), mixing)
    x, norm = numbers(2, 5, 6), connection.norm

    def left(expected: Tensor) -> bool:
        return torch.allclose(trained, expected.expand_as(trained), atol=1e-4)

    return {
        "in training, with dropout=0, the result is that of evaluation": torch.allclose(
            still(numbers(2, 5, 6), mixing), still.train()(numbers(2, 5, 6), mixing), atol=1e-5
        ),
        "in training, with dropout=1, the result is norm(x)": left(norm(x)),
        "in training, with dropout=1, the result is x": left(x),
        "in training, with dropout=1, the result is that of evaluation": left(evaluated),
        "in training, with dropout=1, everything is zero": left(torch.zeros(6)),
        "in training, with dropout=1, only the norm's bias is left": left(norm.bias),
        "in training, with dropout=1, x itself is dropped": left(norm(mixing(x))),
    }


def _connection_gradients(S: Any) -> dict[str, Any]:
    connection, x, sublayer = connecting(S), numbers(2, 5, 6).requires_grad_(), _linear()
    weights = {f"sublayer.{name}": p for name, p in sublayer.named_parameters()}
    own = {name: p for name, p in connection.named_parameters() if name.startswith("norm")}
    return gradients(connection(x, sublayer), x=x, **own, **weights)


def _connection_unchanged(S: Any) -> Any:
    connection = connecting(S)
    return unchanged(lambda x: connection(x, mixing), x=numbers(2, 5, 6))


def _one_after_the_other(S: Any) -> Any:
    connection = connecting(S)
    return {
        "first call": connection(numbers(2, 5, 6), mixing),
        "another sublayer": connection(numbers(1, 3, 6), torch.sin),
        "a module": connection(numbers(2, 5, 6), _linear()),
    }


def _not_normalised(S: Any) -> str | None:
    result = S(6, 0.0).eval()(3 * numbers(2, 5, 6) + 1, mixing)
    if bool((result.var(dim=-1, correction=0) - 1).abs().max() < 1e-2):
        return None
    return "The result should leave a new layer with variance 1 a token, and does not."


def _x_does_not_get_through(S: Any) -> str | None:
    x = numbers(2, 5, 6)
    result = S(6, 0.0).eval()(x, torch.zeros_like)
    if torch.allclose(result, F.layer_norm(x, (6,)), atol=1e-3):
        return None
    return "Where the sublayer returns zeros, the result should be norm(x), and is not."


def _connection_example(S: Any, x: Tensor, sublayer: str, dropout: float, mode: str) -> Tensor:
    connection = S(x.size(-1), dropout).train(mode == "training")
    return connection(x, {"x²": torch.square, "always 0": torch.zeros_like}[sublayer])


def _connection_gradient_by_hand(S: Any, x: Tensor, **more: Any) -> dict[str, Any]:
    return gradients(_connection_example(S, x.requires_grad_(), **more), x=x)


def _a_token(**more: Any) -> dict[str, Any]:
    settings = {"sublayer": "x²", "mode": "evaluation", "dropout": 0.0}
    return {**settings, "x": torch.tensor([[1.0, 2.0, 6.0]]), **more}


SUBLAYER_CONNECTION = Exercise(
    id="sublayer_connection",
    week=2,
    title="Residual and norm",
    difficulty=2,
    minutes=10,
    hints=(
        "Three steps: what the sublayer makes of x, dropped; added to x; normalised.",
        "The order is BERT's: the norm comes last, on the sum. x itself goes past the dropout.",
        "`return self.norm(x + self.dropout(sublayer(x)))`",
    ),
    reference=layers.SublayerConnection,
    family=Family(sublayer_family, SUBLAYER_FAULTS),
    probes=(
        Probe("parameters", "in its layers", _connection_parameters),
        Probe(
            "values", "on plain values", lambda S: connecting(S)(3 * numbers(2, 5, 6) + 1, mixing)
        ),
        Probe(
            "sizes",
            "on tensors with fewer and with more axes",
            lambda S: (
                connecting(S, 4)(3 * numbers(3, 4), mixing),
                connecting(S, 5)(3 * numbers(5), mixing),
                connecting(S, 7)(3 * numbers(2, 2, 4, 7), mixing),
            ),
        ),
        Probe("input", "in what it hands to the sublayer", _seen_by_sublayer),
        Probe("calls", "when it is called again", _one_after_the_other),
        Probe(
            "evaluation",
            "in evaluation mode",
            lambda S: connecting(S, dropout=1.0)(numbers(2, 5, 6), mixing),
        ),
        Probe("training", "in training mode", _connection_trained),
        Probe("trace", "in what it keeps", _parameters_afterwards),
        Probe("gradients", "in the gradients", _connection_gradients),
        Probe(
            "double",
            "in double precision",
            lambda S: connecting(S).double()(numbers(2, 5, 6, dtype=torch.float64), mixing),
        ),
        Probe("unchanged", "in what it leaves behind", _connection_unchanged),
        Probe("called", "in how often it calls the sublayer", _called, advice=True),
        Probe(
            "small",
            "on numbers near 0",
            lambda S: connecting(S)(1e-6 * numbers(2, 5, 6), torch.sin),
            advice=True,
        ),
    ),
    examples=(
        Example(_a_token, _connection_example),
        Example(lambda: _a_token(sublayer="always 0"), _connection_example),
        Example(
            lambda: _a_token(x=torch.tensor([[[1.0, 3.0]], [[0.0, 8.0]]])), _connection_example
        ),
        Example(lambda: _a_token(dropout=1.0), _connection_example),
        Example(lambda: _a_token(mode="training", dropout=1.0), _connection_example),
        Example(_a_token, _connection_gradient_by_hand),
    ),
    behaviours=(_x_does_not_get_through, _not_normalised),
)
