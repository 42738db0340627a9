"""Week 0: one exercise that everybody passes, and two that warm up for attention."""

from typing import Any

import torch
from torch import Tensor

from bertcourse import warmup
from bertcourse.exercises.common import cast_to_float, gradient_stopped, nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.inputs import gradients, numbers, unchanged, yes_no
from bertcourse.exercises.probes import Probe
from bertcourse.exercises.quiz import Choice, Question

# --- first_function ---------------------------------------------------------------------------

FIRST = {
    "right": lambda x: 2 * x + 1,
    "order": lambda x: 2 * (x + 1),
    "no_one": lambda x: 2 * x,
    "no_double": lambda x: x + 1,
    "squared": lambda x: x**2 + 1,
    "minus": lambda x: 2 * x - 1,
    "number": lambda x: (2 * x + 1).sum(),
    "nothing": lambda x: None,
    "unchanged": lambda x: x,
}


def first_function_family(
    formula: str = "right", gradient: bool = True, in_place: bool = False
) -> Any:
    def first_function(x: Tensor) -> Tensor | None:
        if in_place:
            x.mul_(2).add_(1)
            x = ((x - 1) / 2).clone()
        return FIRST[formula](x if gradient else x.detach())

    return first_function


FIRST_FAULTS = (
    nothing_returned(formula="nothing"),
    Fault(
        "one_added_first",
        "The 1 is added before doubling",
        "2 * (x + 1) is 2x + 2: the brackets make the addition come first.",
        {"formula": "order"},
    ),
    Fault(
        "one_missing",
        "The 1 is not added",
        "The function doubles every number; one more is asked for.",
        {"formula": "no_one"},
    ),
    Fault(
        "doubling_missing",
        "The numbers are not doubled",
        "One is added, but to x itself and not to 2 * x.",
        {"formula": "no_double"},
    ),
    Fault(
        "squared",
        "The numbers are squared, not doubled",
        "x ** 2 is x times itself. It agrees with 2 * x at 0 and at 2, and nowhere else.",
        {"formula": "squared"},
    ),
    Fault(
        "one_subtracted",
        "The 1 is subtracted",
        "The result is 2 too small everywhere.",
        {"formula": "minus"},
    ),
    Fault(
        "summed_up",
        "All the numbers are summed into one",
        "The result should keep the shape of x: tensor arithmetic works on every element by "
        "itself.",
        {"formula": "number"},
    ),
    Fault(
        "input_returned",
        "The input is returned as it is",
        "Nothing is computed yet: return 2 * x + 1.",
        {"formula": "unchanged"},
    ),
    Fault(
        "input_overwritten",
        "The input is changed in place",
        "Methods that end in an underscore (`mul_`, `add_`) and `x *= 2` write into the caller's "
        "tensor, which somebody else may still need. Make a new one: 2 * x + 1.",
        {"in_place": True},
    ),
    gradient_stopped(gradient=False),
)


def _first_gradient(f: Any) -> Any:
    x = numbers(4).requires_grad_()
    return gradients(f(x), x=x)


FIRST_FUNCTION = Exercise(
    id="first_function",
    week=0,
    title="Your first function",
    difficulty=1,
    minutes=2,
    hints=(
        "Arithmetic with a tensor works on every element: `x + 10` adds 10 to all of them.",
        "Double first, then add one, and return the result.",
        "`return 2 * x + 1`",
    ),
    reference=warmup.first_function,
    family=Family(first_function_family, FIRST_FAULTS),
    probes=(
        Probe(
            "values",
            "on plain numbers",
            lambda f: {"four numbers": f(numbers(4)), "two rows": f(numbers(2, 3))},
        ),
        Probe("unchanged", "in what it leaves behind", lambda f: unchanged(f, x=numbers(4))),
        Probe("gradients", "in the gradient", _first_gradient),
    ),
    examples=(
        Example(lambda: {"x": torch.tensor([1.0, 3.0])}, lambda f, x: f(x)),
        Example(lambda: {"x": torch.tensor([[1.0, -2.0], [0.0, 0.5]])}, lambda f, x: f(x)),
        Example(
            lambda: {"x": torch.tensor([1.0, 3.0])}, lambda f, x: {"x afterwards": (f(x), x)[1]}
        ),
    ),
)

# --- dot_products -----------------------------------------------------------------------------

DOT_PRODUCTS = {
    "right": lambda v: v @ v.transpose(-2, -1),
    "not_transposed": lambda v: v @ v,
    "axes_1_2": lambda v: v @ v.transpose(1, 2),
    "elementwise": lambda v: v * v,
    "features": lambda v: v.transpose(-2, -1) @ v,
    "first_axes": lambda v: v @ v.transpose(0, 1),
    "all_axes": lambda v: v @ v.permute(*reversed(range(v.dim()))),
    "own": lambda v: (v * v).sum(dim=-1),
    "nothing": lambda v: None,
}


def dot_products_family(
    formula: str = "right",
    scaled: bool = False,
    gradient: bool = True,
    cast: bool = False,
    normal: bool = False,
) -> Any:
    def dot_products(vectors: Tensor) -> Tensor | None:
        vectors = vectors if gradient else vectors.detach()
        vectors = vectors.float() if cast else vectors
        vectors = vectors / vectors.norm(dim=-1, keepdim=True) if normal else vectors
        products = DOT_PRODUCTS[formula](vectors)
        return products / vectors.size(-1) ** 0.5 if scaled else products

    return dot_products


DOT_PRODUCTS_FAULTS = (
    nothing_returned(formula="nothing"),
    Fault(
        "not_transposed",
        "The second factor is not transposed",
        "`@` multiplies rows of the left by columns of the right. The vectors are rows on both "
        "sides, so one side has to be turned: (n, d) @ (d, n).",
        {"formula": "not_transposed"},
    ),
    Fault(
        "elementwise_product",
        "`*` multiplies element by element",
        "`*` keeps the shape (n, d). To multiply and sum over d for every pair of vectors, use "
        "`@`.",
        {"formula": "elementwise"},
    ),
    Fault(
        "features_compared",
        "The features are compared, not the vectors",
        "vectorsᵀ @ vectors sums over the n vectors and gives (d, d). The transpose belongs on "
        "the right.",
        {"formula": "features"},
    ),
    Fault(
        "first_axes_swapped",
        "The first two axes are swapped, not the last two",
        "transpose(0, 1) is right for a single (n, d) matrix only. With a batch in front, axis 0 "
        "is the batch: count from the end, transpose(-2, -1).",
        {"formula": "first_axes"},
    ),
    Fault(
        "axes_1_2_swapped",
        "Axes 1 and 2 are swapped, not the last two",
        "transpose(1, 2) is right for (batch, n, d) only, and a single (n, d) matrix has no axis "
        "2. Count from the end, transpose(-2, -1).",
        {"formula": "axes_1_2"},
    ),
    Fault(
        "all_axes_reversed",
        "All axes are reversed",
        "`.T` turns round every axis, also the batch. Swap the last two alone: transpose(-2, -1).",
        {"formula": "all_axes"},
    ),
    Fault(
        "cosine",
        "The vectors are brought to length one first",
        "That is the cosine of the angle. The dot product keeps the lengths: a long vector counts "
        "more.",
        {"normal": True},
    ),
    Fault(
        "only_with_itself",
        "Every vector is compared with itself only",
        "(v * v).sum(-1) is the diagonal of the result. All the pairs are wanted, (n, n).",
        {"formula": "own"},
    ),
    Fault(
        "scaled",
        "The products are divided by √d",
        "That comes in week 1. Here the plain dot products are wanted.",
        {"scaled": True},
    ),
    cast_to_float(cast=True),
    gradient_stopped(gradient=False),
)


def _dot_products_gradient(function: Any) -> Any:
    vectors = numbers(4, 3).requires_grad_()
    return gradients(function(vectors), vectors=vectors)


DOT_PRODUCTS_EXERCISE = Exercise(
    id="dot_products",
    week=0,
    title="Every vector against every other",
    difficulty=1,
    minutes=5,
    hints=(
        "One matrix product does it: `@` sums over the last axis of the left factor and the "
        "second-to-last of the right one.",
        "The left factor is (…, n, d). The right one has to be (…, d, n): swap its last two axes.",
        "`return vectors @ vectors.transpose(-2, -1)`",
    ),
    reference=warmup.dot_products,
    family=Family(dot_products_family, DOT_PRODUCTS_FAULTS),
    probes=(
        Probe("values", "on four vectors of three features", lambda f: f(numbers(4, 3))),
        Probe("square", "on three vectors of three features", lambda f: f(numbers(3, 3, seed=1))),
        Probe(
            "batches",
            "on a batch of sentences",
            lambda f: (f(numbers(2, 4, 3)), f(numbers(2, 3, 5, 4))),
        ),
        Probe("gradients", "in the gradient", _dot_products_gradient),
        Probe(
            "double", "in double precision", lambda f: f(numbers(4, 3, dtype=torch.float64)), 1e-6
        ),
        Probe(
            "unchanged", "in what it leaves behind", lambda f: unchanged(f, vectors=numbers(4, 3))
        ),
    ),
    examples=(
        Example(
            lambda: {"vectors": torch.tensor([[1.0, 2.0], [3.0, 1.0], [0.0, 1.0]])},
            lambda f, vectors: f(vectors),
        ),
        Example(lambda: {"vectors": numbers(2, 3, 2)}, lambda f, vectors: f(vectors)),
        Example(
            lambda: {"vectors": numbers(2, 2)},
            lambda f, vectors: {"gradient": gradients(f(vectors.requires_grad_()), x=vectors)["x"]},
        ),
    ),
)

# --- masked_mean ------------------------------------------------------------------------------

# What the sum over an axis is divided by.
COUNTS = {
    "tokens": lambda x, keep, axis: keep.sum(dim=axis).clamp(min=1),
    "length": lambda x, keep, axis: x.size(1),
    "unguarded": lambda x, keep, axis: keep.sum(dim=axis),
    "not_a_column": lambda x, keep, axis: keep.sum(dim=axis).squeeze(-1).clamp(min=1),
    "python_max": lambda x, keep, axis: max(1, keep.sum(dim=axis)),
    "all": lambda x, keep, axis: keep.sum().clamp(min=1),
    "features": lambda x, keep, axis: x.size(2),
    "one": lambda x, keep, axis: 1,
}


def masked_mean_family(
    count: str = "tokens",
    sense: str = "keep",
    axis: int = 1,
    count_axis: int = 1,
    mask_use: str = "column",
    kind: str = "any",
    gradient: bool = True,
    cast: bool = False,
    in_place: bool = False,
) -> Any:
    def masked_mean(x: Tensor, mask: Tensor) -> Tensor | None:
        if kind == "bool":
            x = x.masked_fill(~mask.unsqueeze(-1), 0)
        if kind == "nothing":
            return None
        if in_place:
            x.mul_(mask.unsqueeze(-1))
        x = x if gradient else x.detach()
        x = x.float() if cast else x
        if mask_use == "ignored":
            return x.mean(dim=axis)
        if mask_use == "flat":
            return (x * mask).sum(dim=axis) / COUNTS[count](x, mask, count_axis)
        keep = mask.unsqueeze(-1).to(x.dtype)
        keep = keep if sense == "keep" else 1 - keep
        return (x * keep).sum(dim=axis) / COUNTS[count](x, keep, count_axis)

    return masked_mean


MASKED_MEAN_FAULTS = (
    nothing_returned(kind="nothing"),
    Fault(
        "mask_ignored",
        "The mask is not used",
        "The mean runs over the padding too, so it depends on how long the other sentences are.",
        {"mask_use": "ignored"},
    ),
    Fault(
        "mask_not_broadcast",
        "The mask has no axis for the features",
        "x is (B, S, D) and the mask (B, S). Broadcasting lines axes up from the right, S against "
        "D. Give the mask a last axis of size 1: mask.unsqueeze(-1).",
        {"mask_use": "flat"},
    ),
    Fault(
        "divided_by_length",
        "The sum is divided by the padded length",
        "The zeros of the padding add nothing to the sum, but they are counted: short sentences "
        "shrink. Divide by the number of real tokens.",
        {"count": "length"},
    ),
    Fault(
        "divided_by_all_tokens",
        "The sum is divided by the tokens of the whole batch",
        "mask.sum() adds over all sentences. Each has a count of its own: sum over the tokens' "
        "axis only.",
        {"count": "all"},
    ),
    Fault(
        "divided_by_features",
        "The sum is divided by the number of features",
        "x.size(-1) is D. The mean is over tokens.",
        {"count": "features"},
    ),
    Fault(
        "not_divided",
        "The sum is not divided",
        "This is the sum of the real tokens. A mean divides by how many there are.",
        {"count": "one"},
    ),
    Fault(
        "python_max",
        "Python's max compares single numbers",
        "There is a count for every sentence, and max(1, counts) asks for one truth about them "
        "all. counts.clamp(min=1) takes the larger of the two for each.",
        {"count": "python_max"},
    ),
    Fault(
        "count_not_a_column",
        "The counts have no axis for the features",
        "The sum is (B, D) and the count (B,). Broadcasting lines B up with D: keep the count as "
        "a column, (B, 1), by summing the mask that has an axis of size 1 at the end.",
        {"count": "not_a_column"},
    ),
    Fault(
        "mask_inverted",
        "The padding is averaged, the tokens are left out",
        "1 marks a real token and 0 padding; here it works the other way round.",
        {"sense": "drop"},
    ),
    Fault(
        "mean_over_features",
        "The sum runs over the features",
        "dim=-1 or dim=2 is the features' axis. The tokens are axis 1.",
        {"axis": 2},
    ),
    Fault(
        "features_counted",
        "Sum and count both run over the last axis",
        "The last axis is the features, of which the mask has one: nothing is averaged. The "
        "tokens are axis 1.",
        {"axis": 2, "count_axis": 2},
    ),
    Fault(
        "mean_over_batch",
        "The sum runs over the batch",
        "dim=0 mixes different sentences. The tokens are axis 1.",
        {"axis": 0, "count_axis": 0},
    ),
    Fault(
        "bool_only",
        "Only a bool mask works",
        "`~` and indexing treat 0/1 numbers differently from True/False. A mask may be of any "
        "number type: compare it (mask == 0) or convert it.",
        {"kind": "bool"},
    ),
    Fault(
        "empty_is_nan",
        "A sentence without tokens gives NaN",
        "0 / 0 is NaN, and one NaN spoils a whole batch's loss. Divide by at least one: "
        ".clamp(min=1).",
        {"count": "unguarded"},
    ),
    Fault(
        "input_overwritten",
        "The input is changed in place",
        "`x *= …` and methods that end in an underscore write into the caller's tensor. Make a new "
        "one: x * keep.",
        {"in_place": True},
    ),
    gradient_stopped(gradient=False),
    cast_to_float(cast=True),
)


def _masked_mean_gradient(f: Any, mask: Tensor) -> Any:
    x = numbers(*mask.shape, 3).requires_grad_()
    return gradients(f(x, mask), x=x)


def _mask(*rows: list[int]) -> Tensor:
    return torch.tensor(rows)


MASKED_MEAN = Exercise(
    id="masked_mean",
    week=0,
    title="The mean of the real tokens",
    difficulty=2,
    minutes=10,
    hints=(
        "Give the mask a last axis of size 1, (B, S, 1): it then broadcasts against (B, S, D).",
        "Multiply, sum over the tokens' axis, and divide by the sum of the mask over the same "
        "axis. A sentence may have no token at all: divide by at least 1.",
        "`keep = mask.unsqueeze(-1).to(x.dtype)`, then "
        "`return (x * keep).sum(dim=1) / keep.sum(dim=1).clamp(min=1)`",
    ),
    reference=warmup.masked_mean,
    family=Family(masked_mean_family, MASKED_MEAN_FAULTS),
    probes=(
        Probe("values", "on two padded sentences", lambda f: f(numbers(2, 5, 3), yes_no(2, 5))),
        Probe(
            "kinds",
            "with a mask of whole or decimal numbers",
            lambda f: (
                f(numbers(2, 5, 3), yes_no(2, 5).long()),
                f(numbers(2, 5, 3), yes_no(2, 5).float()),
            ),
        ),
        Probe(
            "empty",
            "on a sentence without any token",
            lambda f: f(numbers(2, 3, 4), _mask([1, 1, 0], [0, 0, 0])),
        ),
        Probe(
            "double",
            "in double precision",
            lambda f: f(numbers(2, 5, 3, dtype=torch.float64), yes_no(2, 5)),
            1e-6,
        ),
        Probe("gradients", "in the gradient", lambda f: _masked_mean_gradient(f, yes_no(2, 5))),
        Probe(
            "unchanged",
            "in what it leaves behind",
            lambda f: unchanged(f, x=numbers(2, 5, 3), mask=yes_no(2, 5)),
        ),
        Probe(
            "empty gradient",
            "in the gradient of a sentence without any token",
            lambda f: _masked_mean_gradient(f, _mask([1, 1, 0], [0, 0, 0])),
            advice=True,
        ),
    ),
    examples=(
        Example(
            lambda: {
                "x": torch.tensor([[[1.0, 10.0], [3.0, 20.0], [9.0, 90.0]]]),
                "mask": _mask([1, 1, 0]),
            },
            lambda f, x, mask: f(x, mask),
        ),
        Example(
            lambda: {
                "x": torch.tensor([[[1.0], [3.0]], [[5.0], [7.0]]]),
                "mask": _mask([1, 0], [1, 1]),
            },
            lambda f, x, mask: f(x, mask),
        ),
        Example(
            lambda: {"x": torch.tensor([[[1.0, 2.0]]]), "mask": _mask([0])},
            lambda f, x, mask: f(x, mask),
        ),
    ),
)

EXERCISES = (FIRST_FUNCTION, DOT_PRODUCTS_EXERCISE, MASKED_MEAN)

QUIZ = (
    Question(
        "not_attempted",
        "You run an exercise cell that still says `raise NotImplementedError`. What happens to "
        "the cells after it?",
        (
            Choice(
                "They run, with the reference in place of your code.",
                "The name is bound to the reference until your own code is right, so you can "
                "start anywhere and come back.",
                right=True,
            ),
            Choice(
                "They fail, because the function raises an error.",
                "It would in plain Python. The decorator catches it and puts the reference in its "
                "place.",
            ),
            Choice(
                "They are skipped until the exercise is solved.",
                "Some courses lock what comes next. Here nothing is locked.",
            ),
        ),
    ),
    Question(
        "shape_of_product",
        "`a` has shape (2, 5, 3) and `b` has shape (2, 3, 7). What is the shape of `a @ b`?",
        (
            Choice(
                "(2, 5, 7)",
                "The inner 3s are summed away, and the batch of 2 stays.",
                right=True,
            ),
            Choice(
                "(2, 2, 5, 7)",
                "It would be if every matrix of a met every matrix of b. Leading axes are paired "
                "up, not crossed.",
            ),
            Choice(
                "It raises: `@` needs two matrices.",
                "True of matrices on paper. In PyTorch `@` treats the leading axes as a batch.",
            ),
            Choice(
                "(2, 3, 3)",
                "That keeps the axis that is summed over. The matching inner axes disappear.",
            ),
        ),
    ),
    Question(
        "transpose",
        "Why does the course write `transpose(-2, -1)` and not `.T` or `transpose(0, 1)`?",
        (
            Choice(
                "Because it swaps the last two axes, whatever stands in front of them.",
                "Attention has a batch and heads in front, and they have to stay where they are.",
                right=True,
            ),
            Choice(
                "Because it is faster.",
                "None of them moves any data; they all return a view. The difference is which "
                "axes swap.",
            ),
            Choice(
                "Because `.T` copies the tensor.",
                "It makes a view, too. But it reverses all axes, the batch included.",
            ),
        ),
    ),
    Question(
        "broadcast",
        "`x` is (8, 20, 64) and `mask` is (8, 20). What does `x * mask` do?",
        (
            Choice(
                "It raises: 64 and 20 do not match.",
                "Axes are lined up from the right, so the mask's 20 meets the 64 features.",
                right=True,
            ),
            Choice(
                "It multiplies every token by its mask value.",
                "That is what one means. It needs a last axis of size 1: mask.unsqueeze(-1).",
            ),
            Choice(
                "It repeats the mask 64 times at the end.",
                "Broadcasting adds axes in front, never at the end.",
            ),
        ),
    ),
    Question(
        "bert_name",
        "What does the B of BERT stand for?",
        (
            Choice(
                "Bidirectional: every token sees what is left and right of it.",
                "Week 5 shows why that needs an objective of its own, masked words.",
                right=True,
            ),
            Choice(
                "Base: the smaller of the two sizes.",
                "BERT-base is one of the sizes, but the letter is older than the name of the size.",
            ),
            Choice(
                "Batch: many sentences are read at once.",
                "They are, as in any network of its time. That is no news worth a name.",
            ),
        ),
    ),
)
