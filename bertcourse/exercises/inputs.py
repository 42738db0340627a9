"""Fresh, repeatable inputs for probes.

Every call makes new tensors, so that a candidate which changes its inputs spoils nobody else's; the
same arguments give the same numbers on every machine.
"""

import zlib

import torch
from torch import Tensor, nn


def numbers(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Normally distributed numbers of the given shape."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator).to(dtype)


def yes_no(*shape: int, seed: int = 0) -> Tensor:
    """A bool mask of the given shape, about two thirds True, with at least one True in every row."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.rand(*shape, generator=generator) < 0.6
    mask[..., 0] = True
    return mask


def fill(module: nn.Module) -> nn.Module:
    """Give every parameter values that depend on its name alone, not on the order of creation."""
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            seed = zlib.crc32(name.encode())
            parameter.copy_(0.5 * numbers(*parameter.shape, seed=seed))
    return module


def gradients(output: Tensor, *inputs: Tensor) -> tuple[Tensor | None, ...]:
    """The gradient of a fixed mixture of an output's numbers for each input; None where none flows."""
    if not output.requires_grad:
        return (None,) * len(inputs)
    loss = (output * numbers(*output.shape, seed=99).to(output.dtype)).sum()
    return torch.autograd.grad(loss, inputs, allow_unused=True)
