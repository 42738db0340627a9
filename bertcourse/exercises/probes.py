"""Probes: experiments on a candidate, and what it means for two results to agree.

A probe makes its own fresh inputs, does something with the candidate and returns what it saw, as
tensors, numbers, strings and containers of them. The same probe runs on the right code, on the
candidate and on every fault; what they return is compared here and nowhere else.
"""

import dis
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from bertcourse.exercises.guard import Stop


@dataclass(frozen=True)
class Probe:
    """One experiment.

    Attributes:
        name: short and unique within the exercise ("values", "mask", "gradients").
        looks_at: completes "Your code differs from the right result …".
        experiment: called with the candidate, returns what it saw.
        tolerance: largest difference that counts as rounding, absolute and relative.
        advice: a difference here is fragile, not wrong.
    """

    name: str
    looks_at: str
    experiment: Callable[[Any], Any]
    tolerance: float = 1e-4
    advice: bool = False


LONGEST = 300  # characters of anything that a candidate says
DEEPEST = 20  # levels of a container that a candidate returns


class Said(str):
    """A probe's own words about what it saw, unlike a `str` that a candidate returned."""


@dataclass(frozen=True)
class Foreign:
    """Stands for a returned object that is none of ours to look into."""

    type_name: str


def shorten(text: str) -> str:
    """Cut a text that would fill the page."""
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


@dataclass(frozen=True)
class Caught:
    """An exception, read while its code was still under guard.

    Attributes:
        type: its class.
        message: what it says, in one short line.
        frames: where it passed through, the outermost first.
        raised: whether a `raise` statement threw it, and not a function written in C.
    """

    type: type[BaseException]
    message: str
    frames: tuple[traceback.FrameSummary, ...] = ()
    raised: bool = False

    @classmethod
    def read(cls, error: BaseException) -> "Caught":
        try:
            message = shorten(str(error).strip().split("\n")[0])
        except Exception:  # it cannot even say what it is
            message = ""
        frames = tuple(traceback.extract_tb(error.__traceback__))
        return cls(type(error), message, frames, _by_a_raise(error))


def _by_a_raise(error: BaseException) -> bool:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]


@dataclass(frozen=True)
class Observed:
    """What a probe saw: a value or the error that came instead, and what was printed meanwhile."""

    value: Any = None
    error: Caught | None = None
    printed: str = ""


def observe(function: Callable[[], Any]) -> Observed:
    """Call a function, and copy what comes of it; to be run under guard."""
    try:
        return Observed(freeze(function()))
    except Stop:
        raise
    except BaseException as error:
        return Observed(error=Caught.read(error))


def freeze(value: Any, depth: int = 0) -> Any:
    """Copy what a probe returns, so that later changes and foreign classes cannot reach it."""
    if isinstance(value, Tensor):
        return _freeze_tensor(value)
    if value is None or type(value) in (bool, int, float, Said):
        return value
    if type(value) is str:
        return shorten(value)
    if depth == DEEPEST:
        return Foreign("deeply nested container")
    if isinstance(value, tuple | list):
        return tuple(freeze(item, depth + 1) for item in value)
    if type(value) is dict:
        return {shorten(str(key)): freeze(item, depth + 1) for key, item in value.items()}
    return Foreign(type(value).__name__)


def _freeze_tensor(value: Tensor) -> Tensor | Foreign:
    if value.is_nested or value.is_quantized or value.layout != torch.strided:
        return Foreign("special kind of tensor")
    if value.device.type == "meta":
        return Foreign("tensor on the meta device")
    return value.detach().as_subclass(Tensor).to("cpu", copy=True)


def agree(expected: Observed, actual: Observed, tolerance: float) -> bool:
    """Whether two observations are the same up to rounding."""
    if expected.error is not None or actual.error is not None:
        return _same_error(expected.error, actual.error)
    return difference(expected.value, actual.value, tolerance) is None


def difference(expected: Any, actual: Any, tolerance: float) -> str | None:
    """The first difference between two results, in words about `actual`; None if there is none."""
    if isinstance(expected, Tensor) and isinstance(actual, Tensor):
        return _tensor_difference(expected, actual, tolerance)
    if isinstance(expected, tuple) and isinstance(actual, tuple):
        return _sequence_difference(expected, actual, tolerance)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _dict_difference(expected, actual, tolerance)
    if _is_number(expected) and _is_number(actual):
        close = abs(expected - actual) <= tolerance * (1 + abs(expected))
        return None if close or expected == actual else f"it is {actual}, and should be {expected}"
    if type(expected) is not type(actual):
        return _type_difference(expected, actual)
    return None if expected == actual else f"it is {actual}, and should be {expected}"


def _is_number(value: Any) -> bool:
    return type(value) in (bool, int, float)


def _tensor_difference(expected: Tensor, actual: Tensor, tolerance: float) -> str | None:
    if expected.shape != actual.shape:
        return f"its shape is {tuple(actual.shape)}, and should be {tuple(expected.shape)}"
    if expected.dtype != actual.dtype:
        return f"its dtype is {_short(actual.dtype)}, and should be {_short(expected.dtype)}"
    a, b = expected.double(), actual.double()
    if torch.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
        return None
    if b.isnan().any() and not a.isnan().any():
        return "it holds NaN (not a number)"
    if b.isinf().any() and not a.isinf().any():
        return "it holds infinite values"
    return _value_difference(a, b, tolerance)


def _value_difference(a: Tensor, b: Tensor, tolerance: float) -> str:
    away = (a - b).abs()
    square = a.dim() >= 2 and a.size(-1) == a.size(-2)
    if square and torch.allclose(a.mT, b, rtol=tolerance, atol=tolerance):
        return "it is the transpose of what it should be"
    factor = (a * b).sum() / (a * a).sum().clamp(min=1e-30)  # least squares for b = factor · a
    if torch.allclose(a * factor, b, rtol=tolerance, atol=tolerance) and abs(factor) > 1e-6:
        return f"it is {factor:.3g} times what it should be"
    wrong = int((away > tolerance * (1 + a.abs())).sum())
    return f"{wrong} of its {a.numel()} values are off, by up to {away.max():.2g}"


def _sequence_difference(expected: tuple, actual: tuple, tolerance: float) -> str | None:
    if len(expected) != len(actual):
        return f"it has {len(actual)} parts, and should have {len(expected)}"
    for number, (a, b) in enumerate(zip(expected, actual, strict=True), start=1):
        found = difference(a, b, tolerance)
        if found:
            return f"in result {number} of {len(expected)}, {found}"
    return None


def _dict_difference(expected: dict, actual: dict, tolerance: float) -> str | None:
    for key in sorted(expected, key=lambda key: not isinstance(actual.get(key), Said)):
        if key not in actual:
            return f"{key} is missing"
        found = difference(expected[key], actual[key], tolerance)
        if found:
            return f"{key}: {found}"
    extra = sorted(set(actual) - set(expected))
    return f"{extra[0]} is there, and should not be" if extra else None


def _type_difference(expected: Any, actual: Any) -> str:
    if actual is None:
        return "it returned None: is there a `return` on every path?"
    if isinstance(actual, Said):
        return actual
    return f"it is {describe_type(actual)}, and should be {describe_type(expected)}"


def describe_type(value: Any) -> str:
    """A result's type in words: "a tensor", "2 values", "a str"."""
    if isinstance(value, Tensor):
        return "a tensor"
    if isinstance(value, tuple):
        return f"{len(value)} value{'' if len(value) == 1 else 's'}"
    if isinstance(value, Foreign):
        return f"an object of type {value.type_name}"
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _same_error(expected: Caught | None, actual: Caught | None) -> bool:
    if expected is None or actual is None:
        return False
    return expected.type is actual.type and _general(expected) == _general(actual)


def _general(error: Caught) -> str:
    """The message without what differs between two copies of the same code."""
    text = re.sub(r"0x[0-9a-f]+", "0x", error.message)
    text = re.sub(r"\b_?[A-Za-z]\w*(__\w+)", r"\1", text)  # a mangled name carries its class's
    text = text.replace("argument 'size'", "argument 'shape'")  # view and reshape name it each
    text = re.sub(r"('tuple' object has no attribute) '\w+'", r"\1", text)  # it depends on style
    return re.sub(r"\b[\w.<>]+\(\)", "f()", re.sub(r"'[A-Z]\w*' object", "object", text))
