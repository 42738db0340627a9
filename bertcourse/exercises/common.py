"""Faults that many exercises share; each takes the knob settings that make it."""

from typing import Any

from bertcourse.exercises.family import Fault


def nothing_returned(**settings: Any) -> Fault:
    return Fault(
        "nothing_returned",
        "Nothing is returned",
        "The right tensor may have been computed, but without `return` the caller gets None.",
        settings,
    )


def gradient_stopped(**settings: Any) -> Fault:
    return Fault(
        "gradient_stopped",
        "No gradient flows back through the result",
        "`detach`, `.data`, `no_grad` or a trip through numpy cut the graph, so that nothing "
        "before this step would learn. Keep to tensor operations.",
        settings,
    )


def cast_to_float(**settings: Any) -> Fault:
    return Fault(
        "cast_to_float",
        "Everything is cast to float32",
        "`.float()` loses precision for float64 and undoes half precision. Leave the dtype to the "
        "inputs.",
        settings,
    )


def query_changed_in_place(**settings: Any) -> Fault:
    return Fault(
        "query_changed_in_place",
        "The queries are changed in place",
        "`/=`, `mul_` and `div_` write into the caller's tensor, which is still needed elsewhere "
        "(and autograd may refuse it). Make a new one: query / ….",
        settings,
    )
