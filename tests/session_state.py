"""What belongs to the whole process and a check must leave alone, for tests of before and after."""

import builtins
import random
import sys

import numpy
import torch


def session_state():
    """All of it, as values that compare with `==`."""
    return {
        "random": random.getstate(),
        "numpy random": numpy.random.get_state()[1].tolist(),
        "torch random": torch.get_rng_state().tolist(),
        "default dtype": torch.get_default_dtype(),
        "default device": torch.get_default_device(),
        "threads": torch.get_num_threads(),
        "grad mode": torch.is_grad_enabled(),
        "inference mode": torch.is_inference_mode_enabled(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "recursion limit": sys.getrecursionlimit(),
        "switch interval": sys.getswitchinterval(),
        "input": builtins.input,
        "streams": (sys.stdout, sys.stderr, sys.stdin),
    }
