"""Week 4: what several of its exercises share: small pieces to assemble, and faults."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from bertcourse.exercises.family import Fault
from bertcourse.exercises.inputs import numbers
from bertcourse.exercises.probes import Said


class Constant(nn.Module):
    """A sublayer that answers everything with the same tensor."""

    def __init__(self, value: Tensor):
        super().__init__()
        self.register_buffer("value", value)

    def forward(self, x: Tensor, *_context: Any) -> Tensor:
        return self.value.to(x.dtype).expand_as(x)


class MeanOfTokens(nn.Module):
    """An attention that a person can follow: everybody gets the mean of the tokens."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        keep = torch.ones_like(x[..., :1]) if mask is None else mask[..., None].to(x.dtype)
        return ((x * keep).sum(1, keepdim=True) / keep.sum(1, keepdim=True)).expand_as(x)


class Times(nn.Module):
    """A layer that a person can follow: times a number, plus another, plus the mask."""

    def __init__(self, factor: float, plus: float = 0.0):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(factor))
        self.plus = plus

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        y = self.factor * x + self.plus
        return y if mask is None else y + mask[..., None]


class Numbered(nn.Module):
    """A block that does something else for every number: a linear layer, a tanh, and the mask."""

    def __init__(self, number: int, d_model: int = 6):
        super().__init__()
        self.linear = nn.Linear(d_model, d_model)
        with torch.no_grad():
            self.linear.weight.copy_(numbers(d_model, d_model, seed=number))
            self.linear.bias.copy_(numbers(d_model, seed=100 + number))

    def forward(self, x: Tensor, mask: Tensor | None = None, scale: float = 1.0) -> Tensor:
        y = torch.tanh(self.linear(x)) * scale
        return y if mask is None else y + mask.unsqueeze(-1).to(x.dtype)


def _takes_a_mask(self: Any, x: Tensor, mask: Any) -> tuple[Any]:
    return (mask,)


def _takes_one(self: Any, x: Tensor, mask: Any = None) -> tuple[Any]:
    return (mask,)


# Other signatures of `forward(self, x, *context)`, which fail as such a forward would.
TAKES = {"required": _takes_a_mask, "one": _takes_one}


def calls(modules: Mapping[str, nn.Module], run: Any) -> dict[str, int]:
    """How often each of some modules is called as a module, with its hooks, while something runs.

    Those called by `.forward(x)` count 0.
    """
    counts = dict.fromkeys(modules, 0)
    handles = []
    for name, module in modules.items():

        def count(*_: Any, name: str = name) -> None:
            counts[name] += 1

        handles.append(module.register_forward_hook(count))
    run()
    for handle in handles:
        handle.remove()
    return counts


def ways_called(modules: Mapping[str, nn.Module], run: Any) -> dict[str, Said]:
    """The same in words, however often."""
    counts = calls(modules, run)
    return {
        name: Said("called as a module" if count else "called past its hooks")
        for name, count in counts.items()
    }


def forward_called(what: str, **settings: Any) -> Fault:
    return Fault(
        "forward_called",
        "`.forward` is called instead of the module",
        f"The numbers are the same, but hooks are skipped, and hooks are how hidden states and "
        f"attention are looked at, and how much of PyTorch works. Write {what}.",
        settings,
    )


def context_not_unpacked(call: str, **settings: Any) -> Fault:
    return Fault(
        "context_not_unpacked",
        "The context arrives as one tuple",
        "`*context` in the signature gathers what comes behind x into a tuple. The star is needed "
        f"again to hand it on: {call}.",
        settings,
    )
