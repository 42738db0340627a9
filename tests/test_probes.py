"""bertcourse.exercises.probes: when two results agree, and what is said when they do not."""

import pytest
import torch

from bertcourse.exercises.probes import Caught, Foreign, Observed, Said, agree, difference, freeze

ONES = torch.ones(2, 3)


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (torch.ones(3, 2), r"its shape is \(3, 2\), and should be \(2, 3\)"),
        (torch.ones(2, 3, dtype=torch.float64), "its dtype is float64, and should be float32"),
        (ONES * 2, "it is 2 times what it should be"),
        (ONES * float("nan"), "it holds NaN"),
        (ONES / 0, "it holds infinite values"),
        (torch.tensor([[1.0, 1, 1], [1, 1, 5]]), "1 of its 6 values are off, by up to 4"),
        (None, "it returned None"),
        ((ONES, ONES), "it is 2 values, and should be a tensor"),
        (3.0, "it is a value of type float, and should be a tensor"),
        (Foreign("Thing"), "it is an object of type Thing"),
    ],
)
def test_a_difference_is_put_into_words(actual, said):
    import re

    assert re.search(said, difference(ONES, actual, 1e-4))


def test_a_transpose_is_recognised():
    square = torch.arange(9.0).view(3, 3)
    assert difference(square, square.T, 1e-4) == "it is the transpose of what it should be"


def test_rounding_is_no_difference():
    assert difference(ONES, ONES + 1e-6, 1e-4) is None
    assert difference((ONES, 1.0), (ONES, 1.0 + 1e-6), 1e-4) is None
    assert difference({"a": ONES}, {"a": ONES}, 1e-4) is None


@pytest.mark.parametrize(
    ("expected", "actual", "said"),
    [
        ((ONES, ONES), (ONES,), "it has 1 parts, and should have 2"),
        ((ONES, ONES), (ONES, 0 * ONES), "in result 2 of 2"),
        ({"weight": ONES}, {}, "weight is missing"),
        ({}, {"bias": ONES}, "bias is there, and should not be"),
        (ONES, "a string", "it is a value of type str, and should be a tensor"),
        ({"grad": ONES}, {"grad": Said("no gradient reaches it")}, "grad: no gradient reaches it"),
        (1, 2, "it is 2, and should be 1"),
    ],
)
def test_differences_inside_containers_are_located(expected, actual, said):
    assert said in difference(expected, actual, 1e-4)


def test_freezing_copies_and_keeps_foreign_objects_out():
    class Hostile:
        def __eq__(self, other):
            raise ValueError

        __repr__ = __hash__ = __eq__

    x = torch.ones(2, requires_grad=True)
    frozen = freeze({"x": [x], "h": Hostile()})
    with torch.no_grad():
        x.zero_()
    assert frozen["x"][0].tolist() == [1.0, 1.0]
    assert frozen["h"] == Foreign("Hostile")


def test_errors_agree_by_type_and_message_without_names_and_addresses():
    def seen(error):
        return Observed(error=Caught.read(error))

    mine = AttributeError("'M' object has no attribute '_M__init'")
    other = AttributeError(
        "'MultiHeadAttention' object has no attribute '_MultiHeadAttention__init'"
    )
    assert agree(seen(mine), seen(other), 0)
    assert agree(seen(ValueError("at 0x1a2b")), seen(ValueError("at 0x3c4d")), 0)
    assert not agree(seen(ValueError("a")), seen(ValueError("b")), 0)
    assert not agree(seen(ValueError("a")), seen(TypeError("a")), 0)
    assert not agree(seen(ValueError("a")), Observed(1), 0)
