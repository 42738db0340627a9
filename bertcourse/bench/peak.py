"""How much of what the device can do a training step makes use of.

What a step must compute is counted by hand, from the sizes; what the device can compute is measured
in the same run, by a large matrix product, which is what devices are fastest at. Their quotient is
known as model FLOPs utilisation.

Source: Devlin et al. (2019), section 3, for the matrices; Chowdhery et al. (2022), appendix B, for
the quotient.
"""

from collections.abc import Sequence

import torch

from bertcourse.bench.turns import Contestant, Yardstick
from bertcourse.bench.workbench import Workbench, real_tokens
from bertcourse.config import BERTConfig
from bertcourse.data import PretrainingBatch

SIDE_ON_CPU, SIDE = 2048, 8192  # of the large matrices: a GPU is not kept busy by small ones


def operations_per_token(config: BERTConfig, length: int, scored: float) -> float:
    """Additions and multiplications of one training step, for every token.

    Formula:
        6 · (L · (4 H² + 2 H F) + scored · (H² + H V)) + 12 · L · H · T

    A weight takes one multiplication and one addition a token on the way forth and twice as many on
    the way back, for the gradients of inputs and of weights: 6. Attention's two products with T
    keys take 2 · 2 · H · T forth. With F = 4 H, the first term is the familiar 12 · L · H². What
    stands beside large matrices is left out: embeddings, norms, activations, pooler, NSP head and
    optimizer.

    Args:
        config: L layers, H = `d_model`, F = `d_ff`, V = `vocab_size`.
        length: T, tokens of a sequence.
        scored: the share of tokens at which the MLM head is counted, about 20 of 128; for the
            others nobody needs it, whoever computes it.
    """
    d_model, n_layers = config.d_model, config.n_layers
    block = 4 * d_model**2 + 2 * d_model * config.d_ff
    head = d_model**2 + d_model * config.vocab_size
    return 6 * (n_layers * block + scored * head) + 12 * n_layers * d_model * length


def operations(config: BERTConfig, batch: PretrainingBatch) -> float:
    """Of one step with a batch; padding is no work that anybody wanted."""
    (n_tokens,) = real_tokens([batch])
    length, n_scored = batch.input_ids.size(1), batch.positions.size(1)
    return n_tokens * operations_per_token(config, length, n_scored / length)


def matrix_product(side: int, device: torch.device, precision: str) -> tuple[Contestant, float]:
    """A product of two square matrices, and how many operations it takes."""
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    x, y = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))

    def step(_item: object) -> float:
        return float((x @ y)[0, 0])  # a GPU has to be ready for it

    name = f"a matrix product ({side} × {side}, {precision})"
    return Contestant(name, step), 2.0 * side**3


def yardstick(bench: Workbench, batches: Sequence[PretrainingBatch]) -> Yardstick:
    """What our training has to compute for these batches, and the product to measure it by."""
    n_operations = [operations(bench.config, batch) for batch in batches]
    side = SIDE_ON_CPU if bench.device.type == "cpu" else SIDE
    return Yardstick(n_operations, *matrix_product(side, bench.device, bench.precision))
