"""Week 2, first half: GELU, and the feed-forward layers around it."""

import math
from operator import attrgetter
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from bertcourse import layers
from bertcourse.exercises.common import (
    cast_to_float,
    gradient_stopped,
    layers_not_registered,
    nothing_returned,
    super_init_missing,
    super_init_misspelt,
)
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import fill, gradients, numbers, unchanged
from bertcourse.exercises.probes import Probe, Said

ROOT = math.sqrt(2 / math.pi)
EITHER_FORM = 1e-3  # the exact GELU and its tanh form differ by less than half of it
ITS_SLOPE = 4e-3  # and the slopes of the two by less than a quarter of this


def input_changed_in_place(**settings: Any) -> Fault:
    return Fault(
        "input_changed_in_place",
        "The input is changed in place",
        "`+=`, `-=`, `*=` and methods that end in an underscore write into the caller's tensor, "
        "which the residual connection still needs (and autograd may refuse it). Make a new one.",
        settings,
    )


# --- gelu -------------------------------------------------------------------------------------


def _tanh_form(x: Tensor, inner: Tensor) -> Tensor:
    return 0.5 * x * (1 + torch.tanh(inner))


def _tanh_by_exponentials(z: Tensor) -> Tensor:
    return (z.exp() - (-z).exp()) / (z.exp() + (-z).exp())


def _below(x: Tensor) -> Tensor:
    """How much of a standard normal lies below x."""
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


GELUS = {
    "right": lambda x: x * _below(x),
    "relu": lambda x: x.relu(),
    "silu": lambda x: x * x.sigmoid(),
    "sigmoid_form": lambda x: x * (1.702 * x).sigmoid(),
    "elu": lambda x: F.elu(x),
    "share": _below,
    "density": lambda x: x * torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
    "no_half": lambda x: 2 * x * _below(x),
    "no_one": lambda x: x * (_below(x) - 0.5),
    "no_root": lambda x: 0.5 * x * (1 + torch.erf(x)),
    "halved": lambda x: 0.5 * x * (1 + torch.erf(x / 2)),
    "root_times": lambda x: 0.5 * x * (1 + torch.erf(x * math.sqrt(2))),
    "above": lambda x: x * _below(-x),
    "brackets": lambda x: 0.5 * x + torch.erf(x / math.sqrt(2)),
    "math": lambda x: 0.5 * x * (1 + math.erf(x / math.sqrt(2))),
    "tanh_of_x": lambda x: _tanh_form(x, x),
    "no_cube": lambda x: _tanh_form(x, ROOT * (x + 0.044715 * x)),
    "square": lambda x: _tanh_form(x, ROOT * (x + 0.044715 * x**2)),
    "cube_outside": lambda x: _tanh_form(x, ROOT * x + 0.044715 * x**3),
    "point": lambda x: _tanh_form(x, ROOT * (x + 0.44715 * x**3)),
    "no_root_of_pi": lambda x: _tanh_form(x, 2 / math.pi * (x + 0.044715 * x**3)),
    "root_of_two": lambda x: _tanh_form(x, math.sqrt(2) / math.pi * (x + 0.044715 * x**3)),
    "rounded": lambda x: _tanh_form(x, 0.798 * (x + 0.0447 * x**3)),
    "exponentials": lambda x: 0.5 * x * (1 + _tanh_by_exponentials(ROOT * (x + 0.044715 * x**3))),
    "nothing": lambda x: None,
}


def gelu_family(
    formula: str = "right", gradient: bool = True, cast: bool = False, in_place: bool = False
) -> Any:
    def gelu(x: Tensor) -> Tensor | None:
        if in_place:
            return x.mul_(_below(x))
        x = x.float() if cast else x
        return GELUS[formula](x if gradient else x.detach())

    return gelu


GELU_FAULTS = (
    nothing_returned(formula="nothing"),
    Fault(
        "relu",
        "That is ReLU",
        "ReLU keeps x or gives 0. GELU weighs x by Φ(x), a smooth number between 0 and 1, and is a "
        "little negative below 0.",
        {"formula": "relu"},
    ),
    Fault(
        "silu",
        "x is weighed by a sigmoid of x",
        "x · sigmoid(x) is SiLU, also called Swish. GELU weighs x by Φ(x), which is much steeper: "
        "½ (1 + erf(x / √2)).",
        {"formula": "silu"},
    ),
    Fault(
        "sigmoid_form",
        "x is weighed by sigmoid(1.702 x)",
        "It is the coarse approximation of the GELU paper, off by up to 0.02. BERT computes the "
        "exact form or the one with tanh.",
        {"formula": "sigmoid_form"},
    ),
    Fault(
        "elu",
        "That is ELU",
        "ELU tends to -1 far below 0. GELU comes back to 0 there.",
        {"formula": "elu"},
    ),
    Fault(
        "share_alone",
        "The share Φ(x) is returned alone",
        "Φ(x) says how much of x to keep, a share between 0 and 1. It is still to be multiplied "
        "by x.",
        {"formula": "share"},
    ),
    Fault(
        "density",
        "x is weighed by the height of the bell curve",
        "φ(x) = exp(-x²/2) / √(2π) is its height at x. Φ(x) is the area to the left of x.",
        {"formula": "density"},
    ),
    Fault(
        "half_missing",
        "The factor ½ is missing",
        "1 + erf(…) goes from 0 to 2. Half of it is a share, from 0 to 1.",
        {"formula": "no_half"},
    ),
    Fault(
        "one_missing",
        "The 1 before the erf is missing",
        "erf goes from -1 to 1. With 1 added and halved it becomes a share, from 0 to 1.",
        {"formula": "no_one"},
    ),
    Fault(
        "root_of_two_missing",
        "x is not divided by √2 inside the erf",
        "erf is made for a normal of variance ½. For variance 1 it takes x / √2.",
        {"formula": "no_root"},
    ),
    Fault(
        "divided_by_two",
        "x is divided by 2 inside the erf, not by √2",
        "Φ(x) = ½ (1 + erf(x / √2)): math.sqrt(2).",
        {"formula": "halved"},
    ),
    Fault(
        "multiplied_by_root",
        "x is multiplied by √2 inside the erf",
        "Φ(x) = ½ (1 + erf(x / √2)): divide.",
        {"formula": "root_times"},
    ),
    Fault(
        "area_above",
        "x is weighed by the area above it",
        "1 - erf gives what lies to the right of x. A large x should be kept: 1 + erf.",
        {"formula": "above"},
    ),
    Fault(
        "bracket_missing",
        "The bracket around 1 + erf(…) is missing",
        "`0.5 * x * 1 + erf(…)` adds the erf at the end. x multiplies both: "
        "0.5 * x * (1 + erf(…)).",
        {"formula": "brackets"},
    ),
    Fault(
        "function_of_math",
        "A function of `math` is called on a tensor",
        "The functions of `math` take one number. Those of torch work on every element: "
        "torch.erf, torch.tanh, torch.exp.",
        {"formula": "math"},
    ),
    Fault(
        "tanh_of_x",
        "The tanh is taken of x as it is",
        "The approximation takes tanh(√(2/π) (x + 0.044715 x³)).",
        {"formula": "tanh_of_x"},
    ),
    Fault(
        "cube_missing",
        "The x behind 0.044715 is not cubed",
        "The approximation takes tanh(√(2/π) (x + 0.044715 x³)): x ** 3.",
        {"formula": "no_cube"},
    ),
    Fault(
        "squared",
        "The x behind 0.044715 is squared, not cubed",
        "A square treats x and -x alike, and tanh needs an odd function: x ** 3.",
        {"formula": "square"},
    ),
    Fault(
        "cube_outside_the_bracket",
        "√(2/π) multiplies x alone",
        "It stands in front of a bracket: √(2/π) (x + 0.044715 x³).",
        {"formula": "cube_outside"},
    ),
    Fault(
        "decimal_point",
        "The constant is ten times too large",
        "It is 0.044715, with a 0 behind the point.",
        {"formula": "point"},
    ),
    Fault(
        "root_of_pi_missing",
        "2/π stands where √(2/π) should",
        "2/π is 0.637, its root 0.798: math.sqrt(2 / math.pi).",
        {"formula": "no_root_of_pi"},
    ),
    Fault(
        "root_of_two_alone",
        "The root is taken of 2 alone",
        "√2/π is 0.450, √(2/π) is 0.798: math.sqrt(2 / math.pi).",
        {"formula": "root_of_two"},
    ),
    gradient_stopped(gradient=False),
    cast_to_float(cast=True),
    input_changed_in_place(in_place=True),
    Fault(
        "tanh_overflows",
        "The tanh by exponentials overflows",
        "exp(89) is already infinite in float32, and infinity over infinity is NaN. torch.tanh "
        "knows how to avoid it.",
        {"formula": "exponentials"},
    ),
    Fault(
        "few_digits",
        "Only the first digits are right",
        "With the weights of a published BERT all of them count. Rounded constants do this: let "
        "math.sqrt(2 / math.pi) compute the one, and write 0.044715 in full.",
        {"formula": "rounded"},
    ),
)


def _gelu_gradient(f: Any) -> Any:
    x = numbers(3, 7).requires_grad_()
    return gradients(f(x), x=x)


def _gelu_gradient_by_hand(f: Any, x: Tensor) -> Tensor | Said:
    y = f(x.requires_grad_())
    if not y.requires_grad:
        return Said("no gradient reaches x")
    return torch.autograd.grad(y.sum(), x)[0]


def _one_of_both_forms(f: Any) -> dict[str, bool]:
    """Whether the result is one of the two forms to more digits than the two share."""
    x = torch.linspace(-4, 4, 33, dtype=torch.float64)
    forms = (layers.gelu(x), layers.gelu_tanh(x))
    return {"all digits": any(torch.allclose(f(x), form, atol=3e-6) for form in forms)}


def _gelu_is_not_monotone(f: Any) -> str | None:
    lowest = float(f(torch.linspace(-3, 0, 61)).min())
    if abs(lowest + 0.17) < 0.01:
        return None
    return f"Between -3 and 0 the lowest value is {lowest:.2g}, and should be -0.17."


def _gelu_grows_like_x(f: Any) -> str | None:
    high, low = f(torch.tensor([6.0, -6.0])).tolist()
    if abs(high - 6) < 0.01 and abs(low) < 0.01:
        return None
    return f"At 6 the result is {high:.3g} and at -6 it is {low:.3g}; it should be 6 and 0."


GELU = Exercise(
    id="gelu",
    week=2,
    title="GELU",
    difficulty=1,
    minutes=8,
    hints=(
        "Φ(x) first: `torch.erf` works on every element of a tensor, and `math.sqrt(2)` is a "
        "plain number.",
        "Φ(x) is `0.5 * (1 + torch.erf(x / math.sqrt(2)))`, a share between 0 and 1. GELU is x "
        "times that.",
        "`return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))`",
    ),
    reference=layers.gelu,
    family=Family(gelu_family, GELU_FAULTS),
    probes=(
        Probe("values", "between -4 and 4", lambda f: f(torch.linspace(-4, 4, 33)), EITHER_FORM),
        Probe(
            "shapes",
            "on other shapes",
            lambda f: (f(numbers(2, 3, 5)), f(numbers(2, 1)), f(torch.tensor(0.7))),
            EITHER_FORM,
        ),
        Probe("gradients", "in the gradient", _gelu_gradient, ITS_SLOPE),
        Probe(
            "double",
            "in double precision",
            lambda f: f(numbers(3, 7, dtype=torch.float64)),
            EITHER_FORM,
        ),
        Probe("unchanged", "in what it leaves behind", lambda f: unchanged(f, x=numbers(3, 7))),
        Probe(
            "large",
            "on large numbers",
            lambda f: f(torch.tensor([-60.0, -12.0, 12.0, 60.0])),
            EITHER_FORM,
            advice=True,
        ),
        Probe("digits", "in its last digits", _one_of_both_forms, advice=True),
    ),
    examples=(
        Example(lambda: {"x": torch.tensor([0.0, 1.0])}, lambda f, x: f(x)),
        Example(lambda: {"x": torch.tensor([-2.0, -0.7, 1.5])}, lambda f, x: f(x)),
        Example(lambda: {"x": torch.tensor([[1.0], [-1.0]])}, lambda f, x: f(x)),
        Example(
            lambda: {"x": torch.tensor([0.0, 1.0])},
            lambda f, x: {"gradient of x": _gelu_gradient_by_hand(f, x)},
        ),
        Example(lambda: {"x": torch.tensor([1.0], dtype=torch.float64)}, lambda f, x: f(x)),
        Example(
            lambda: {"x": torch.tensor([1.0, 2.0])},
            lambda f, x: {"result": f(x), "x afterwards": x},
        ),
    ),
    behaviours=(_gelu_grows_like_x, _gelu_is_not_monotone),
)

# --- feed_forward -----------------------------------------------------------------------------

ACTIVATIONS = {
    "right": layers.gelu,
    "none": lambda x: x,
    "relu": torch.relu,
    "silu": F.silu,
    "sigmoid_form": lambda x: x * (1.702 * x).sigmoid(),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "share": _below,
    "softmax": lambda x: x.softmax(dim=-1),
}

# The layers and the activation g, in what order they are applied.
FLOWS = {
    "right": lambda x, inner, g, outer: outer(g(inner(x))),
    "outer_too": lambda x, inner, g, outer: g(outer(g(inner(x)))),
    "at_the_end": lambda x, inner, g, outer: g(outer(inner(x))),
    "at_the_start": lambda x, inner, g, outer: outer(inner(g(x))),
    "twice": lambda x, inner, g, outer: outer(g(g(inner(x)))),
    "exchanged": lambda x, inner, g, outer: inner(g(outer(x))),
    "inner_alone": lambda x, inner, g, outer: g(inner(x)),
    "residual": lambda x, inner, g, outer: x + outer(g(inner(x))),
    "normed": lambda x, inner, g, outer: F.layer_norm(outer(g(inner(x))), x.shape[-1:]),
    "norm_and_residual": lambda x, inner, g, outer: F.layer_norm(
        x + outer(g(inner(x))), x.shape[-1:]
    ),
    "flattened": lambda x, inner, g, outer: outer(g(inner(x.reshape(-1, x.size(-1))))),
    "three_axes": lambda x, inner, g, outer: outer(g(inner(x.view(x.size(0), x.size(1), -1)))),
    "nothing": lambda x, inner, g, outer: None,
}


ON_OUTPUT = ("output", "output_in_eval")


def feed_forward_family(
    activation: str = "right",
    flow: str = "right",
    drop: str = "nowhere",
    width: str = "d_ff",
    inner_bias: bool = True,
    outer_bias: bool = True,
    register: str = "right",
    gradient: bool = True,
) -> Any:
    class M(nn.Module):
        def __init__(self, d_model: int, d_ff: int, dropout: float = 0.1):
            if register != "no_super":
                super().__init__()
            if register == "mangled":
                super().__init()
            d_ff = {"d_ff": d_ff, "four_times": 4 * d_model, "d_model": d_model}[width]
            pair = [
                nn.Linear(d_model, d_ff, bias=inner_bias),
                nn.Linear(d_ff, d_model, bias=outer_bias),
            ]
            if register == "exchanged":
                pair.reverse()
            if register == "list":
                self.pair = pair
            else:
                self.inner, self.outer = pair
            self.p = dropout

        def forward(self, x: Tensor) -> Tensor | None:
            inner, outer = self.pair if register == "list" else (self.inner, self.outer)
            if drop == "input":
                x = self.drop(x)
            g = ACTIVATIONS[activation]
            middle = (lambda t: self.drop(g(t))) if drop == "between" else g
            last = (lambda t: self.drop(outer(t))) if drop in ON_OUTPUT else outer
            y = FLOWS[flow](x, inner, middle, last)
            return y if gradient else y.detach()

        def drop(self, x: Tensor) -> Tensor:
            return F.dropout(x, self.p, training=self.training or drop.endswith("in_eval"))

    return M


FEED_FORWARD_FAULTS = (
    super_init_missing(register="no_super"),
    super_init_misspelt(register="mangled"),
    layers_not_registered("self.inner and self.outer", register="list"),
    Fault(
        "layers_exchanged",
        "The inner and the outer layer are exchanged",
        "inner widens, from d_model to d_ff. outer comes after it and narrows, back to d_model.",
        {"register": "exchanged"},
    ),
    Fault(
        "four_times_d_model",
        "The width is always 4 · d_model",
        "It is in the published BERT, but it is an argument: use d_ff, or nobody can choose it.",
        {"width": "four_times"},
    ),
    Fault(
        "not_widened",
        "The inner layer does not widen",
        "d_ff is not used. It is where the layer has room to work: nn.Linear(d_model, d_ff).",
        {"width": "d_model"},
    ),
    Fault(
        "inner_bias_missing",
        "The inner layer has no bias",
        "BERT's has one: nn.Linear(d_model, d_ff) as it is.",
        {"inner_bias": False},
    ),
    Fault(
        "outer_bias_missing",
        "The outer layer has no bias",
        "BERT's has one: nn.Linear(d_ff, d_model) as it is.",
        {"outer_bias": False},
    ),
    nothing_returned(flow="nothing"),
    Fault(
        "inner_alone",
        "The outer layer is not applied",
        "The result has d_ff features. self.outer brings them back to d_model.",
        {"flow": "inner_alone"},
    ),
    Fault(
        "outer_first",
        "The outer layer is applied first",
        "It takes d_ff features. inner comes first and makes them: outer(gelu(inner(x))).",
        {"flow": "exchanged"},
    ),
    Fault(
        "tokens_flattened",
        "Sentences and tokens are left as one axis",
        "nn.Linear works on the last axis and leaves all others alone, so there is no need to "
        "reshape. The result has the shape of x.",
        {"flow": "flattened"},
    ),
    Fault(
        "activation_missing",
        "There is no activation",
        "Two linear layers in a row are one linear layer. The GELU between them is what makes "
        "them worth having.",
        {"activation": "none"},
    ),
    Fault(
        "relu",
        "A ReLU stands in place of the GELU",
        "The Transformer of 2017 has ReLU here; BERT replaces it by GELU (appendix A.2).",
        {"activation": "relu"},
    ),
    Fault(
        "silu",
        "A SiLU stands in place of the GELU",
        "x · sigmoid(x) is a cousin, and some later models use it. BERT has GELU.",
        {"activation": "silu"},
    ),
    Fault(
        "sigmoid_form",
        "The GELU is replaced by x · sigmoid(1.702 x)",
        "It is a coarse approximation, off by up to 0.02. Use your gelu.",
        {"activation": "sigmoid_form"},
    ),
    Fault(
        "tanh",
        "A tanh stands in place of the GELU",
        "tanh flattens out on both sides, and with it the gradient. BERT's tanh is in the pooler "
        "(week 4); here it has GELU.",
        {"activation": "tanh"},
    ),
    Fault(
        "sigmoid",
        "A sigmoid stands in place of the GELU",
        "It flattens out on both sides, and with it the gradient. Use your gelu.",
        {"activation": "sigmoid"},
    ),
    Fault(
        "share_alone",
        "The share Φ(x) stands in place of the GELU",
        "gelu(x) is x · Φ(x); the factor x is missing.",
        {"activation": "share"},
    ),
    Fault(
        "softmax",
        "A softmax stands in place of the GELU",
        "It makes the features compete. An activation works on each number by itself.",
        {"activation": "softmax"},
    ),
    Fault(
        "activation_on_output_too",
        "The activation is applied to the output as well",
        "The output is added to the residual and has to be able to go far below zero.",
        {"flow": "outer_too"},
    ),
    Fault(
        "activation_at_the_end",
        "The activation comes after both layers",
        "Between them there is then nothing, and the two linear layers are one.",
        {"flow": "at_the_end"},
    ),
    Fault(
        "activation_at_the_start",
        "The activation comes before both layers",
        "Between them there is then nothing, and the two linear layers are one.",
        {"flow": "at_the_start"},
    ),
    Fault(
        "activation_twice",
        "The activation is applied twice",
        "gelu(inner(x)), once, and then the outer layer.",
        {"flow": "twice"},
    ),
    Fault(
        "residual_added",
        "The input is added to the result",
        "The residual connection goes around this layer and has an exercise of its own.",
        {"flow": "residual"},
    ),
    Fault(
        "normed",
        "The result is normalised",
        "The layer norm comes after the residual connection, which is the next exercises' matter.",
        {"flow": "normed"},
    ),
    Fault(
        "norm_and_residual_added",
        "Residual and layer norm are built in",
        "They go around this layer, as around attention, and have an exercise of their own.",
        {"flow": "norm_and_residual"},
    ),
    Fault(
        "only_three_axes",
        "The code works only on three axes",
        "nn.Linear takes any axes in front of the last. Leave x as it is.",
        {"flow": "three_axes"},
    ),
    Fault(
        "dropout_in_eval",
        "A dropout is active in evaluation",
        "F.dropout drops always unless it is told training=self.training. And here there is none "
        "to apply: the one behind this layer belongs to the residual connection.",
        {"drop": "output_in_eval"},
    ),
    Fault(
        "dropout_between",
        "There is a dropout between the two layers",
        "The Transformer's code has one there, and so have many copies of BERT. BERT itself has "
        "none: its dropout stands behind the outer layer, in the residual connection.",
        {"drop": "between"},
    ),
    Fault(
        "dropout_on_output",
        "The dropout is applied to the output",
        "BERT has one there, but the residual connection around this layer applies it. With both, "
        "features would be dropped twice.",
        {"drop": "output"},
    ),
    Fault(
        "dropout_on_input",
        "The dropout is applied to the input",
        "BERT has none there. Its dropout stands behind the outer layer, in the residual "
        "connection.",
        {"drop": "input"},
    ),
    gradient_stopped(gradient=False),
)


def feeding(M: Any, d_model: int = 6, d_ff: int = 10, dropout: float = 0.1) -> Any:
    """A layer in evaluation mode whose parameters depend on their names alone."""
    return fill(M(d_model, d_ff, dropout)).eval()


def _parameters(M: Any) -> dict[str, str]:
    parameters = M(6, 10).named_parameters(remove_duplicate=False)
    return {name: str(tuple(parameter.shape)) for name, parameter in parameters}


def _trained(M: Any) -> dict[str, Any]:
    """A dropout that drops everything would show, wherever it stands."""
    layer, x = feeding(M, dropout=1.0), numbers(2, 5, 6)
    evaluated, trained = layer(x), layer.train()(x)
    return {
        "in training the result is the same as in evaluation": torch.allclose(
            trained, evaluated, atol=1e-5
        ),
        "in training, with dropout=1": trained,
    }


def _feed_forward_gradients(M: Any) -> dict[str, Any]:
    layer, x = feeding(M), numbers(2, 5, 6).requires_grad_()
    return gradients(layer(x), x=x, **dict(layer.named_parameters()))


def _tokens_meet(M: Any) -> str | None:
    layer, x = feeding(M), numbers(2, 5, 6)
    if torch.allclose(layer(x)[:, 1:2], layer(x[:, 1:2]), atol=1e-4):
        return None
    return "A token gives another result alone than among others: here tokens should not meet."


def _is_linear(M: Any) -> str | None:
    layer, x = feeding(M), numbers(3, 6)
    middle = layer(x.mean(dim=0))
    if not torch.allclose(middle, layer(x).mean(dim=0), atol=1e-4):
        return None
    return "The whole layer is linear: the mean of inputs gives the mean of outputs."


def _simple_feed_forward(M: Any, x: Tensor, dropout: float, mode: str, **_: str) -> Tensor:
    """Layers that a person can follow: they are described in `_one_token`."""
    layer = M(2, 3, dropout)
    settings = {
        "inner.weight": [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]],
        "inner.bias": [1.0, 0.0, 0.0],
        "outer.weight": [[1.0, 0.0, 1.0], [0.0, 10.0, 0.0]],
        "outer.bias": [-5.0, -5.0],
    }
    with torch.no_grad():
        for name, parameter in settings.items():
            found = attrgetter(name)(layer)
            if found is not None:
                found.copy_(torch.tensor(parameter))
    return layer.train(mode == "training")(x)


def _feed_forward_gradient_by_hand(M: Any, x: Tensor, **more: Any) -> dict[str, Any]:
    return gradients(_simple_feed_forward(M, x.requires_grad_(), **more), x=x)


def _one_token(mode: str = "evaluation", dropout: float = 0.0, **more: Any) -> dict[str, Any]:
    return {
        "inner": "makes h = (x₀ + 1, x₁, −x₀)",
        "outer": "makes (h₀ + h₂ − 5, 10 h₁ − 5)",
        "mode": mode,
        "dropout": dropout,
        "x": torch.tensor([[1.0, -0.5]]),
        **more,
    }


FEED_FORWARD = Exercise(
    id="feed_forward",
    week=2,
    title="Feed-forward",
    difficulty=1,
    minutes=8,
    hints=(
        "Read the formula from the inside to the outside: self.inner, then gelu, then self.outer.",
        "Each works on the last axis and leaves the axes in front alone, so x needs no reshaping. "
        "The dropout argument stays unused.",
        "`return self.outer(gelu(self.inner(x)))`",
    ),
    reference=layers.PositionwiseFeedForward,
    family=Family(feed_forward_family, FEED_FORWARD_FAULTS),
    probes=(
        Probe("parameters", "in its layers", _parameters),
        Probe("values", "on plain values", lambda M: feeding(M)(numbers(2, 5, 6)), 5e-3),
        Probe(
            "sizes",
            "on other sizes",
            lambda M: (
                feeding(M, 4, 7)(numbers(3, 4)),
                feeding(M, 5, 3)(numbers(5)),
                feeding(M, 3, 8)(numbers(2, 2, 4, 3)),
            ),
            5e-3,
        ),
        Probe(
            "evaluation",
            "in evaluation mode",
            lambda M: feeding(M, dropout=1.0)(numbers(2, 5, 6)),
            5e-3,
        ),
        Probe("training", "in training mode", _trained, 5e-3),
        Probe("gradients", "in the gradients", _feed_forward_gradients, 1e-2),
        Probe(
            "double",
            "in double precision",
            lambda M: feeding(M).double()(numbers(2, 5, 6, dtype=torch.float64)),
            5e-3,
        ),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda M: unchanged(feeding(M), x=numbers(2, 5, 6)),
        ),
    ),
    examples=(
        Example(_one_token, _simple_feed_forward),
        Example(
            lambda: _one_token(x=torch.tensor([[[1.0, 2.0]], [[-3.0, 1.0]]])), _simple_feed_forward
        ),
        Example(lambda: _one_token(x=torch.tensor([1.0, 2.0])), _simple_feed_forward),
        Example(lambda: _one_token(dropout=1.0), _simple_feed_forward),
        Example(lambda: _one_token("training", dropout=1.0), _simple_feed_forward),
        Example(_one_token, _feed_forward_gradient_by_hand),
    ),
    behaviours=(_is_linear, _tokens_meet),
)
