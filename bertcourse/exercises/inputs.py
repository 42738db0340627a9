"""Fresh, repeatable inputs for probes.

Every call makes new tensors, so that a candidate which changes its inputs spoils nobody else's; the
same arguments give the same numbers on every machine.
"""

import zlib
from collections import Counter
from collections.abc import Callable

import torch
from torch import Tensor, nn

from bertcourse.exercises.probes import Said


def numbers(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Normally distributed numbers of the given shape."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float32).to(dtype)


def yes_no(*shape: int, seed: int = 0) -> Tensor:
    """A bool mask of the given shape, mostly True, with a True and a False in every row."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand(*shape, generator=generator, dtype=torch.float32) < 0.6
    mask[..., 0] = True
    mask[..., -1] = False
    return mask


def fill(module: nn.Module) -> nn.Module:
    """Give every parameter values that depend on its name alone, not on the order of creation."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            seed = zlib.crc32(name.encode())
            parameter.copy_(0.5 * numbers(*parameter.shape, seed=seed))
    return module


def gradients(output: Tensor, **inputs: Tensor) -> dict[str, Tensor | Said]:
    """The gradient of a fixed mixture of an output's numbers for each input, by name."""
    mixture = numbers(*output.shape, seed=99).to(output.dtype)
    return gradients_of((output * mixture).sum(), **inputs)


def gradients_of(loss: Tensor, **inputs: Tensor) -> dict[str, Tensor | Said]:
    """The gradient of a loss for each input, by name."""
    flows: tuple[Tensor | None, ...] = (None,) * len(inputs)
    if loss.requires_grad:
        flows = torch.autograd.grad(loss, tuple(inputs.values()), allow_unused=True)
    named = zip(inputs, flows, strict=True)
    return {name: Said("no gradient reaches it") if flow is None else flow for name, flow in named}


def trained(module: nn.Module) -> dict[str, int]:
    """How many numbers an optimizer gets of a module, and of each of its pieces."""
    counts: Counter[str] = Counter()
    for name, parameter in module.named_parameters():
        counts[name.split(".")[0]] += parameter.numel()
    return {**dict(sorted(counts.items())), "in all": counts.total()}


def unchanged(call: Callable[..., object], **inputs: Tensor) -> dict[str, Said]:
    """Whether a call leaves its tensors as they were, by name."""
    before = {name: tensor.clone() for name, tensor in inputs.items()}
    call(*inputs.values())
    return {
        name: Said("unchanged" if torch.equal(tensor, before[name]) else "overwritten")
        for name, tensor in inputs.items()
    }


def finite(*tensors: Tensor) -> Said:
    """Whether tensors hold ordinary numbers only."""
    ordinary = all(bool(tensor.isfinite().all()) for tensor in tensors)
    return Said("finite" if ordinary else "NaN or infinite")
