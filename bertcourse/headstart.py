"""Week 6: a head start: initial weights with which attention sees its neighbours at once.

With small random weights everywhere, the published BERT learns slowly at first: for long it knows
how frequent each word is, and little else. What it lacks is not capacity. Before a head can use the
word next to it, two things must be found together: where that word stands, which is spread over a
random table of positions and two random matrices, and what it is good for. Neither pays by itself.

The cure is to know already where the neighbours are. The architecture stays BERT's to the last
weight, and so does the checkpoint; only the numbers that training begins with are other ones:

- Positions get features of their own, in which the words begin with 0, so that adding the two keeps
  both apart. In them, position t is a set of clock hands, each turned by t · ω.
- A turned clock is a clock: with a rotation between its query and its key, a head looks at a fixed
  distance. A dot product of two such positions depends on how far apart they stand, and is largest
  at the distance that the head is turned by.
- Some heads look for the same word elsewhere instead, which tells whether two texts belong
  together.

Source: the course's own experiment, see `plateau`. That attention learns faster when its
matrices begin near what trained ones look like was found for images by Trockman and Kolter (2023).
"""

import math
from collections.abc import Sequence
from itertools import cycle, islice

import torch
from torch import Tensor

from bertcourse.heads import BERTLM

SAME = "same"  # look for the same word, wherever it stands
LOOKS = (-1, 1, SAME, -2, 2, SAME, -3, 3)  # with two heads, the neighbours on both sides
SPREAD = 0.45  # of the other matrices, times the root of d_model: 0.04 for 128 features
POSITION_SHARE = 0.2  # of the variance of a token's vector, the rest being word and segment
SCORE = 6.5  # of what a head looks for, before the softmax: most of its weight, and not all of it


@torch.no_grad()
def give_head_start(model: BERTLM, seed: int = 0, looks: Sequence[int | str] = LOOKS) -> None:
    """Set the weights of a new model so that heads of its lower half look around.

    Args:
        model: with learned positions and not trained yet; it is changed in place.
        seed: of the frequencies and of the projections that compare words.
        looks: what the heads of a layer look at, one after the other: −1 is the token before, 1 the
            one after, and `SAME` the same word elsewhere. More heads begin with the first again.

    Raises:
        ValueError: if the positions of the model are not learned.
    """
    config = model.config
    if config.positions != "learned":
        raise ValueError(
            f"the positions of this model are {config.positions}, and only learned ones can be set "
            "in advance: train it from its ordinary beginning"
        )
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2 and "embedding" not in name and name != "decoder.weight":
            parameter.mul_(SPREAD / math.sqrt(config.d_model) / config.initializer_range)
    d_head = config.d_model // config.n_heads
    n = min(config.d_model // 8, d_head // 2)  # clock hands, of two features each
    jitter = torch.rand(n, generator=generator)
    frequencies = (torch.arange(n) + jitter) / n * math.pi  # (n,), from 0 to half a turn a token
    _set_positions(model.bert.embedding, frequencies)
    turned = math.sqrt(SCORE * math.sqrt(d_head) / (POSITION_SHARE * config.d_model))
    compared = math.sqrt(SCORE / math.sqrt(d_head))
    for block in model.bert.blocks[: max(1, config.n_layers // 2)]:
        query = block.attention.query.weight.view(config.n_heads, d_head, -1)  # (H, d, D)
        key = block.attention.key.weight.view(config.n_heads, d_head, -1)
        for head, look in enumerate(islice(cycle(looks), config.n_heads)):
            query[head] *= 0.1  # next to nothing, beside what is added
            key[head] *= 0.1
            if look == SAME:
                words = query.new_empty(d_head, config.d_model - 2 * n)
                torch.nn.init.orthogonal_(words, generator=generator)
                query[head, :, 2 * n :] += compared * words
                key[head, :, 2 * n :] += compared * words
            else:
                query[head, : 2 * n, : 2 * n] += turned * _rotations(look * frequencies)
                key[head, : 2 * n, : 2 * n] += turned * torch.eye(2 * n)


def _set_positions(embedding: torch.nn.Module, frequencies: Tensor) -> None:
    """Clock hands in the first 2n features of the table, of which words and segments clear out."""
    position, n = embedding.position.weight, len(frequencies)
    embedding.word.weight[:, : 2 * n] = 0
    embedding.segment.weight[:, : 2 * n] = 0
    tables = (embedding.word.weight, embedding.segment.weight)
    others = float(sum(table.square().mean(dim=0).sum() for table in tables))
    length = math.sqrt(others * POSITION_SHARE / (1 - POSITION_SHARE) / n)
    angles = torch.arange(len(position))[:, None] * frequencies  # (T, n)
    position.zero_()
    position[:, 0 : 2 * n : 2] = length * angles.sin()
    position[:, 1 : 2 * n : 2] = length * angles.cos()


def _rotations(angles: Tensor) -> Tensor:
    """Turn each clock hand (sin t, cos t) by an angle of its own: `(n,)` to `(2n, 2n)`."""
    pairs = [
        torch.tensor([[angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]]) for angle in angles
    ]
    return torch.block_diag(*pairs)
