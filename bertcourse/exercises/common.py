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


def super_init_missing(**settings: Any) -> Fault:
    return Fault(
        "super_init_missing",
        "super().__init__() is not called",
        "nn.Module sets up its register of layers and parameters there, before the first one is "
        "assigned.",
        settings,
    )


def super_init_misspelt(**settings: Any) -> Fault:
    return Fault(
        "super_init_misspelt",
        "super().__init() lacks its last two underscores",
        "Inside a class, Python turns a name that begins with two underscores and does not end "
        "with two into a private one, which does not exist. It is spelt __init__.",
        settings,
    )


def layers_not_registered(names: str, **settings: Any) -> Fault:
    return Fault(
        "layers_not_registered",
        "The layers are not registered",
        "A plain Python list hides its layers from nn.Module: no optimizer sees them and no "
        f"checkpoint keeps them. Assign them to {names}.",
        settings,
    )


def pieces_not_registered(assignment: str, **settings: Any) -> Fault:
    return Fault(
        "pieces_not_registered",
        "The pieces are not registered",
        "A plain list or dict hides them from nn.Module: no optimizer sees them, no checkpoint "
        "keeps them, and train() and eval() do not reach them. Assign each to a name of its own: "
        f"{assignment}.",
        settings,
    )


def dropout_fixed(**settings: Any) -> Fault:
    return Fault(
        "dropout_fixed",
        "The dropout argument is not used",
        "The probability is fixed in the code. Pass the constructor's argument on: "
        "nn.Dropout(dropout).",
        settings,
    )


def dropout_in_eval(**settings: Any) -> Fault:
    return Fault(
        "dropout_in_eval",
        "The dropout is active in evaluation",
        "F.dropout drops always unless it is told training=self.training. nn.Dropout knows by "
        "itself.",
        settings,
    )


def dropout_not_rescaled(effect: str, **settings: Any) -> Fault:
    return Fault(
        "dropout_not_rescaled",
        "What is left after dropping is not scaled up",
        f"Without the factor 1 / (1 - p) {effect} in training than in evaluation. nn.Dropout takes "
        "care of it.",
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


def mask_no_bool(**settings: Any) -> Fault:
    return Fault(
        "mask_no_bool",
        "A bool mask does not work",
        "`1 - mask` is not defined for bool tensors. `mask == 0` suits every dtype.",
        settings,
    )


def fill_overflows_half(**settings: Any) -> Fault:
    return Fault(
        "fill_overflows_half",
        "-1e9 overflows in half precision",
        "float16 ends at 65504, and PyTorch refuses to fill with more. "
        "torch.finfo(scores.dtype).min fits every dtype.",
        settings,
    )


def n_heads_as_head_size(**settings: Any) -> Fault:
    return Fault(
        "n_heads_as_head_size",
        "n_heads is used as the size of a head",
        "There are H heads of d = D / H features. Here there are D / H heads of H features.",
        settings,
    )
