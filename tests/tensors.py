"""Tensors for tests: random, and the same in every run."""

import torch
from torch import Tensor


def random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Draw from a normal, the same numbers whatever was drawn before."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)
