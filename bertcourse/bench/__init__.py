"""Week 6: how fast it is, beside `transformers` and PyTorch's own encoder, in one run.

All contestants of a comparison have the same size, begin with the same weights and get the same
items. They take turns, A B C A B C …, so that whatever else the computer is busy with meets them
all; and what counts is the ratio within each round, since milliseconds hold for one computer only.

Source: Devlin et al. (2019), section 3, for the model; the documentation of `transformers` and
PyTorch for how theirs are used.
"""

import json
import os
import platform
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
import transformers
from accelerate import PartialState

from bertcourse.bench.training import DROPOUT, compare_training, compare_variable
from bertcourse.bench.turns import Comparison, Contestant, Row, Table, measure
from bertcourse.bench.using import compare_encoding, compare_fill_mask, compare_tokenizers
from bertcourse.bench.workbench import BenchError, Workbench
from bertcourse.config import BERTConfig
from bertcourse.workbook import write_atomically

__all__ = [
    "WHAT",
    "BenchError",
    "Comparison",
    "Contestant",
    "Row",
    "Table",
    "Workbench",
    "bench",
    "comparisons",
    "machine",
    "measure",
    "write_report",
]

WHAT = ("train", "encode", "fill-mask", "variable")


def bench(
    config: BERTConfig,
    what: Sequence[str] = WHAT,
    rounds: int = 10,
    batch_size: int = 32,
    precision: str = "auto",
    show: Callable[[object], None] = print,
) -> list[Table]:
    """Make the comparisons asked for, one after the other.

    Args:
        config: the size; `max_len` is also the length of sequences.
        what: some of `WHAT`.
        rounds: how often each contestant is timed.
        batch_size, precision: as in `Workbench`.
        show: called with every table as soon as it is there.

    Raises:
        BenchError: if a comparison cannot be made.
        ValueError: if a number is out of range.
    """
    unknown = [name for name in what if name not in WHAT]
    if unknown:
        raise BenchError(f"there is no comparison {unknown[0]!r}: choose from {', '.join(WHAT)}")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    stories = min(4000, max(100, 2 * (rounds + 1) * batch_size))  # so that few batches come twice
    tables = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*nested tensors")  # PyTorch's own, inside
        workbench = Workbench(config, Path(folder), batch_size, precision, stories)
        for make in comparisons(workbench, what, rounds):
            tables.append(measure(make(), rounds))
            show(tables[-1])
    return tables


def comparisons(
    bench: Workbench, what: Sequence[str], rounds: int
) -> list[Callable[[], Comparison]]:
    """What makes the comparisons: one is made when the models of the last are gone."""
    dtypes = [torch.float32] + [torch.bfloat16] * (bench.precision == "bf16")
    makers = {
        "train": [partial(compare_training, bench, rounds, p) for p in (0.0, DROPOUT)],
        "encode": [partial(compare_encoding, bench, rounds, dtype) for dtype in dtypes]
        + [partial(compare_tokenizers, bench)],
        "fill-mask": [partial(compare_fill_mask, bench)],
        "variable": [partial(compare_variable, bench, rounds)],
    }
    return [make for name in WHAT if name in what for make in makers[name]]


def machine() -> dict[str, Any]:
    """What the milliseconds depend on, without a name of the computer."""
    device = PartialState().device
    on_gpu = device.type == "cuda"
    return {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "device": torch.cuda.get_device_name(device) if on_gpu else device.type,
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
    }


def write_report(path: Path | str, tables: Mapping[str, Sequence[Table]], **settings: Any) -> None:
    """Write all that was measured as JSON, with what it was measured on.

    Args:
        path: the file; it is there whole or not at all.
        tables: of each size.
        settings: whatever else a reader must know.

    Raises:
        BenchError: if it cannot be written.
    """
    report = {
        "machine": machine(),
        "settings": settings,
        "sizes": {size: [asdict(table) for table in some] for size, some in tables.items()},
    }
    try:
        write_atomically(Path(path), json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BenchError(
            f"{path} could not be written ({error.strerror or error}): choose another file"
        ) from error
