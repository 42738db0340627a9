"""Week 6, second part: the course of the learning rate, and which weights decay."""

import math
from typing import Any

from torch import Tensor, nn

from bertcourse import optim
from bertcourse.config import BERTConfig
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe, Said
from bertcourse.layers import LayerNorm
from bertcourse.model import BERT

# --- linear_warmup ----------------------------------------------------------------------------

# The share of the peak below `warmup`, at step s with w steps of warm-up of n in all.
RISES = {
    "right": lambda s, w, n: s / w,
    "one_ahead": lambda s, w, n: (s + 1) / w,
    "none": lambda s, w, n: 1.0,
    "of_total": lambda s, w, n: s / n,
    "floor_division": lambda s, w, n: s // w,
    "quadratic": lambda s, w, n: (s / w) ** 2,
    "inverted": lambda s, w, n: 1 - s / w,
    "falling_line": lambda s, w, n: (n - s) / n,
}

# The share of the peak from there on.
FALLS = {
    "right": lambda s, w, n: (n - s) / max(1, n - w),
    "unguarded": lambda s, w, n: (n - s) / (n - w),
    "constant": lambda s, w, n: 1.0,
    "too_long": lambda s, w, n: 1 - (s - w) / n,
    "one_early": lambda s, w, n: (n - s - 1) / (n - w),
    "rising": lambda s, w, n: (s - w) / (n - w),
    "continued": lambda s, w, n: s / w,
    "cosine": lambda s, w, n: (1 + math.cos(math.pi * min(1.0, (s - w) / (n - w)))) / 2,
    "root": lambda s, w, n: math.sqrt(w / s) if w else 1 / math.sqrt(s),
    "unscaled": lambda s, w, n: n - s,
    "steps_left_by_warmup": lambda s, w, n: (n - s) / w if w else (n - s) / n,
}


def warmup_family(
    rise: str = "right",
    fall: str = "right",
    peaked: bool = True,
    clamped: bool = True,
    kind: str = "steps",
) -> Any:
    def linear_warmup(step: int, peak: float, warmup: int, total: int) -> float | None:
        if kind == "nothing":
            return None
        if kind == "divides_by_warmup":
            step / warmup
        if kind == "noam":
            return peak * min(step**-0.5, step * warmup**-1.5)
        if kind == "share":
            warmup = warmup * total
        share = RISES[rise](step, warmup, total) if step < warmup else None
        if share is None:
            share = FALLS[fall](step, warmup, total)
            share = max(0.0, share) if clamped else share
        return peak * share if peaked else share

    return linear_warmup


WARMUP_FAULTS = (
    nothing_returned(kind="nothing"),
    Fault(
        "one_ahead",
        "The rate is one step ahead",
        "Steps count from 0, and the rate at step 0 is 0: step / warmup, not (step + 1) / warmup.",
        {"rise": "one_ahead"},
    ),
    Fault(
        "no_warmup",
        "There is no warm-up",
        "Below `warmup` the rate should rise in a line from 0. Here it starts at the peak.",
        {"rise": "none"},
    ),
    Fault(
        "rise_over_total",
        "The rise is spread over all steps",
        "The line from 0 reaches the peak at `warmup`: divide by warmup, not by total.",
        {"rise": "of_total"},
    ),
    Fault(
        "floor_division",
        "`//` rounds the rate down to 0",
        "step // warmup is a whole number: 0 during the whole warm-up. Use `/`.",
        {"rise": "floor_division"},
    ),
    Fault(
        "curved_rise",
        "The rise is no straight line",
        "Halfway through the warm-up the rate is half the peak. Here it is a quarter.",
        {"rise": "quadratic"},
    ),
    Fault(
        "rise_inverted",
        "The rate falls during the warm-up",
        "It should rise from 0 to the peak: step / warmup of it, not what is missing to 1.",
        {"rise": "inverted"},
    ),
    Fault(
        "only_fall",
        "The rate falls in one line from step 0",
        "That is the second half of the schedule. Below `warmup` the rate rises from 0.",
        {"rise": "falling_line"},
    ),
    Fault(
        "noam",
        "This is the schedule of the Transformer",
        "After the warm-up it falls with the root of the step and never reaches 0. BERT's falls in "
        "a straight line, and is 0 at `total`.",
        {"kind": "noam"},
    ),
    Fault(
        "peak_forgotten",
        "The peak is forgotten",
        "This is the share of the peak, as PyTorch's LambdaLR asks for. Here the rate itself is "
        "wanted: times peak.",
        {"peaked": False},
    ),
    Fault(
        "warmup_as_share",
        "warmup is taken for a share of the steps",
        "It is a number of steps here, as 10 000 of 1 000 000. Do not multiply it by total.",
        {"kind": "share"},
    ),
    Fault(
        "no_fall",
        "The rate stays at the peak",
        "After the warm-up it should fall in a line, and be 0 at `total`.",
        {"fall": "constant"},
    ),
    Fault(
        "falls_too_long",
        "The fall takes `total` steps, counted from the end of the warm-up",
        "The warm-up is part of the total: total − warmup steps are left for the fall. Here the "
        "last step is made at a rate above 0.",
        {"fall": "too_long"},
    ),
    Fault(
        "one_early",
        "The fall is one step early",
        "The rate is 0 at step `total`, and not at the step before: (total - step), without - 1.",
        {"fall": "one_early"},
    ),
    Fault(
        "rises_again",
        "The rate drops to 0 after the warm-up and rises again",
        "(step − warmup) / (total − warmup) is the share that is done. What counts is the share "
        "that is left.",
        {"fall": "rising"},
    ),
    Fault(
        "never_turns",
        "The rate goes on rising after the warm-up",
        "At `warmup` it turns, and falls in a line to 0 at `total`.",
        {"fall": "continued"},
    ),
    Fault(
        "cosine",
        "The fall is half a cosine",
        "That is a good schedule too, but BERT's falls in a straight line.",
        {"fall": "cosine"},
    ),
    Fault(
        "root_fall",
        "The fall goes with the root of the step",
        "That one never reaches 0. BERT's falls in a straight line, and is 0 at `total`.",
        {"fall": "root"},
    ),
    Fault(
        "steps_left_unscaled",
        "The steps that are left are not made into a share",
        "(total − step) is a number of steps. Divided by the total − warmup steps of the fall it "
        "begins at 1.",
        {"fall": "unscaled"},
    ),
    Fault(
        "fall_over_warmup",
        "The fall is divided by the steps of the warm-up",
        "It has total − warmup steps to go from the peak to 0.",
        {"fall": "steps_left_by_warmup"},
    ),
    Fault(
        "below_zero",
        "Beyond `total` the rate is negative",
        "A negative rate climbs uphill. max(0.0, …) keeps it at 0, should a run take a step more "
        "than planned.",
        {"clamped": False},
    ),
    Fault(
        "warmup_of_0",
        "A warm-up of 0 steps divides by zero",
        "Without a warm-up the rate starts at the peak. Divide by `warmup` only where the step "
        "lies below it.",
        {"kind": "divides_by_warmup"},
    ),
    Fault(
        "fall_of_0",
        "Where all is warm-up, the fall divides by zero",
        "With warmup = total there are total − warmup = 0 steps of fall. Return 0 from `total` on "
        "before you divide.",
        {"fall": "unguarded"},
    ),
)


def rate_of(f: Any, step: int, peak: float, warmup: int, total: int) -> Any:
    """The rate as a number; on the line of google-research/bert it counts as on the course's.

    That one falls from the peak at step 0, so that it drops a little where the warm-up ends.
    """
    try:
        rate = f(step, peak, warmup, total)
    except ZeroDivisionError:  # whose message depends on which of the two was a whole number
        return Said("it divides by zero")
    rate = float(rate) if hasattr(rate, "__float__") else rate  # of numpy, or a tensor
    if step > total and type(rate) is float and rate < 0:  # along either line
        return Said("it is negative")
    googles = peak * (1 - step / total)
    if step >= warmup and type(rate) is float and math.isclose(rate, googles, abs_tol=1e-9):
        return peak * (total - step) / max(1, total - warmup)
    return rate


def rates(*steps: int, peak: float = 3.0, warmup: int = 4, total: int = 14) -> Any:
    return lambda f: {f"at step {s}": rate_of(f, s, peak, warmup, total) for s in steps}


def _papers(f: Any) -> dict[str, Any]:
    steps = (0, 5_000, 10_000, 505_000, 1_000_000)
    return {f"at step {s}": rate_of(f, s, 1e4, 10_000, 1_000_000) for s in steps}


def _only_warmup(f: Any) -> Any:
    rate = rate_of(f, 5, 3.0, 5, 5)
    is_fine = type(rate) is float and 0 <= rate <= 3.0
    return Said("from 0 to the peak") if is_fine else rate


def _rate_example(**settings: int) -> Example:
    usual = {"step": 2, "peak": 1.0, "warmup": 4, "total": 14}
    return Example(lambda: usual | settings, lambda f, **inputs: rate_of(f, **inputs))


LINEAR_WARMUP = Exercise(
    id="linear_warmup",
    week=6,
    title="Warm-up, then down in a line",
    difficulty=1,
    minutes=8,
    hints=(
        "Two cases: below `warmup` the line goes through 0 at step 0 and through the peak at "
        "`warmup`. From there on another goes through 0 at `total`.",
        "Below `warmup`: peak * step / warmup. From there on `total - step` steps are left of the "
        "`total - warmup` that the fall has in all.",
        "`if step < warmup: return peak * step / warmup`, and below that "
        "`return peak * max(0.0, (total - step) / (total - warmup))`",
    ),
    reference=optim.linear_warmup,
    family=Family(warmup_family, WARMUP_FAULTS),
    probes=(
        Probe("rise", "below the warm-up", rates(0, 1, 2, 3)),
        Probe("fall", "after the warm-up", rates(5, 7, 9, 13, 14)),
        Probe("turn", "where the warm-up ends", rates(4)),
        Probe("beyond", "beyond the last step", rates(15, 20)),
        Probe("no warm-up", "without a warm-up", rates(1, 5, 10, warmup=0, total=10)),
        Probe("long", "with as many steps as in the paper", _papers),
        Probe("only", "where all is warm-up", _only_warmup, advice=True),
    ),
    examples=(
        _rate_example(),
        _rate_example(step=0),
        _rate_example(step=9),
        _rate_example(step=12),
        _rate_example(peak=2.0),
        _rate_example(step=16),
        _rate_example(step=5, warmup=0, total=10),
    ),
)

# --- decay_groups -----------------------------------------------------------------------------


def _is_bias(name: str) -> bool:
    return "bias" in name.rpartition(".")[2]


def _norms(model: nn.Module, search: str) -> set[str]:
    """The parameters of norms, found by the name they go by, by their class, or either."""
    found = set()
    for path, module in model.named_modules():
        own = path.rpartition(".")[2]
        by_name = "norm" in (own if search == "case" else own.lower())
        by_class = isinstance(module, nn.LayerNorm)
        by_class = by_class or (search == "all" and "norm" in type(module).__name__.lower())
        is_norm = {"class": by_class, "name": by_name, "case": by_name}
        if is_norm.get(search, by_name or by_class):
            found |= {f"{path}.{name}" for name, _ in module.named_parameters(recurse=False)}
    return found


GIVES = {
    "right": lambda names, model: set(names),
    "list": lambda names, model: list(names),
    "parameters": lambda names, model: {p for n, p in model.named_parameters() if n in names},
    "pairs": lambda names, model: {n: p for n, p in model.named_parameters() if n in names},
    "own_names": lambda names, model: {name.rpartition(".")[2] for name in names},
    "modules": lambda names, model: {name.rpartition(".")[0] for name in names},
    "groups": lambda names, model: [
        {"params": [p for n, p in model.named_parameters() if (n in names) == decays]}
        for decays in (True, False)
    ],
    "nothing": lambda names, model: None,
}


def decay_family(
    biases: bool = False,
    norms: bool = False,
    search: str = "all",
    left_out: str = "",
    inverted: bool = False,
    recursive: bool = True,
    give: str = "right",
    zero: bool = True,
) -> Any:
    def decay_groups(model: nn.Module, weight_decay: float) -> Any:
        if weight_decay == 0 and zero and give == "right":
            return set()
        of_norms = set() if norms else _norms(model, search)
        names = []
        for name, _ in model.named_parameters(recurse=recursive):
            is_out = (_is_bias(name) and not biases) or name in of_norms
            is_out = is_out or (bool(left_out) and left_out in name)
            if is_out == inverted:
                names.append(name)
        return GIVES[give](names, model)

    return decay_groups


DECAY_FAULTS = (
    nothing_returned(give="nothing"),
    Fault(
        "biases_decay",
        "The biases decay",
        "A bias is no matrix: 0 is no neutral place for it. It goes by the name `bias`, at the end "
        "of a longer name such as `attention.query.bias`.",
        {"biases": True},
    ),
    Fault(
        "norms_decay",
        "The norms decay",
        "The neutral scale of a norm is 1, and decay pulls it to 0. Mind the names: a list that "
        "says LayerNorm.weight finds the norms of transformers, and here they are called "
        "attention_norm and so on.",
        {"norms": True},
    ),
    Fault(
        "embeddings_left_out",
        "The embeddings do not decay",
        "BERT leaves out biases and norms, and nothing else: the tables of the embeddings decay "
        "as the matrices of linear layers do.",
        {"left_out": "embedding"},
    ),
    Fault(
        "inverted",
        "These are the parameters that do not decay",
        "Asked for are the names of those that do: all but these.",
        {"inverted": True},
    ),
    Fault(
        "only_the_top",
        "Only the model's own parameters are looked at",
        "Nearly all belong to layers inside layers. `named_parameters()` without recurse=False "
        "goes through all of them.",
        {"recursive": False},
    ),
    Fault(
        "list_returned",
        "A list is returned",
        "A set is asked for: the order of names means nothing, and to ask whether a name is in a "
        "set is fast. set(…) makes one.",
        {"give": "list"},
    ),
    Fault(
        "parameters_returned",
        "The parameters are returned, not their names",
        "named_parameters() gives pairs of a name and a parameter. Keep the name.",
        {"give": "parameters"},
    ),
    Fault(
        "pairs_returned",
        "A dictionary is returned",
        "A set of the names is asked for, without the parameters.",
        {"give": "pairs"},
    ),
    Fault(
        "short_names",
        "Only the last part of the names is kept",
        "`weight` could be anybody's. Keep the whole name, as named_parameters() gives it.",
        {"give": "own_names"},
    ),
    Fault(
        "layers_named",
        "Layers are named, not parameters",
        "A layer has a weight, which decays, and a bias, which does not. Keep the whole name, "
        "as named_parameters() gives it.",
        {"give": "modules"},
    ),
    Fault(
        "groups_returned",
        "The groups of the optimizer are returned",
        "This is the next step, and `parameter_groups` of the course makes it out of your answer: "
        "the set of names that decay.",
        {"give": "groups"},
    ),
    Fault(
        "class_only",
        "Only norms of the class nn.LayerNorm are found",
        "The layer norm of week 2 is a class of its own, and would decay. Look at the name as "
        'well: "norm" in name.lower().',
        {"search": "class"},
    ),
    Fault(
        "capitals_overlooked",
        "Norms whose name has a capital N are not found",
        "In transformers they are called LayerNorm. name.lower() makes both the same.",
        {"search": "case"},
    ),
    Fault(
        "name_only",
        "Norms are found by their name alone",
        "In an nn.Sequential layers are called 0, 1, 2. isinstance(module, nn.LayerNorm) finds "
        "them there too.",
        {"search": "name"},
    ),
    Fault(
        "zero_ignored",
        "With weight_decay=0 there are names all the same",
        "Nothing decays then, and the set is empty. It does no harm, since they decay by 0.",
        {"zero": False},
    ),
)


class _OneLayer(nn.Module):
    """A table, a matrix, and a norm of a class and under a name of one's choice."""

    def __init__(self, norm: nn.Module, name: str):
        super().__init__()
        self.embedding = nn.Embedding(5, 4)
        self.dense = nn.Linear(4, 4)
        self.add_module(name, norm)


def _tiny_bert() -> nn.Module:
    sizes = dict(vocab_size=11, d_model=4, n_layers=2, n_heads=2, d_ff=8, max_len=6)
    return BERT(BERTConfig(**sizes))


def named(f: Any, model: nn.Module, weight_decay: float = 0.01) -> Any:
    """What a candidate gives, with the names in a fixed order."""
    given = f(model, weight_decay)
    if isinstance(given, set | frozenset | type({}.keys())):
        return {"names": sorted(map(_in_words, given))}
    if isinstance(given, list | tuple):
        return tuple(sorted(map(_in_words, given)))
    return given


def _in_words(item: Any) -> str:
    if isinstance(item, Tensor):
        return f"a tensor of shape {tuple(item.shape)}"
    return item if isinstance(item, str) else f"a {type(item).__name__}"


def _decay_example(make: Any, weight_decay: float = 0.01) -> Example:
    def inputs() -> dict[str, Any]:
        names = ", ".join(name for name, _ in make().named_parameters())
        return {"parameters": names, "weight_decay": weight_decay}

    return Example(inputs, lambda f, parameters, weight_decay: named(f, make(), weight_decay))


def _with_norm() -> nn.Module:
    return _OneLayer(nn.LayerNorm(4), "attention_norm")


DECAY_GROUPS = Exercise(
    id="decay_groups",
    week=6,
    title="Which weights decay",
    difficulty=2,
    minutes=10,
    hints=(
        "`model.named_parameters()` gives pairs of a name and a parameter, such as "
        "`blocks.0.attention.query.bias`. Collect the names that decay in a set.",
        "Leave a name out if it ends in `bias`, or if it belongs to a norm: the norms of this "
        "course have `norm` in their name. (In BERT both are exactly the parameters with a single "
        "axis.)",
        '`{name for name, _ in model.named_parameters() if "bias" not in name and "norm" not '
        "in name.lower()}`, and `set()` where weight_decay is 0.",
    ),
    reference=optim.decay_groups,
    family=Family(decay_family, DECAY_FAULTS),
    probes=(
        Probe("layer", "on a table, a matrix and a norm", lambda f: named(f, _with_norm())),
        Probe("bert", "on a BERT of two layers", lambda f: named(f, _tiny_bert())),
        Probe(
            "own norm",
            "on a norm of a class of its own",
            lambda f: named(f, _OneLayer(LayerNorm(4), "norm")),
            advice=True,
        ),
        Probe(
            "capital",
            "on a norm that is called LayerNorm",
            lambda f: named(f, _OneLayer(nn.LayerNorm(4), "LayerNorm")),
            advice=True,
        ),
        Probe(
            "numbered",
            "on layers without names",
            lambda f: named(f, nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4))),
            advice=True,
        ),
        Probe("zero", "with weight_decay=0", lambda f: named(f, _with_norm(), 0.0), advice=True),
    ),
    examples=(
        _decay_example(lambda: nn.Linear(2, 2)),
        _decay_example(_with_norm),
    ),
)
