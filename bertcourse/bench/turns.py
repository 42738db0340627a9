"""Taking turns: what is compared, how it is timed, and the table of what was found."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

QUARTILES = torch.tensor([0.25, 0.5, 0.75], dtype=torch.float64)


@dataclass(frozen=True)
class Contestant:
    """One way to do a thing.

    Attributes:
        name: whose, and how.
        step: does it to one item; returns a number by which one sees that all do the same.
        n_parameters: of its model; None where there is no model.
    """

    name: str
    step: Callable[[Any], float]
    n_parameters: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Some ways to do the same; the first is the one that the others are measured by.

    Attributes:
        name: of what is done.
        shows: what the number is that each step returns.
        contestants: the ways.
        items: what it is done to; the first is for warming up, and comes again after the last.
        n_tokens: of each item, padding not counted.
        repeat: rounds for each that is asked for; what takes milliseconds needs more of them.
    """

    name: str
    shows: str
    contestants: Sequence[Contestant]
    items: Sequence[Any]
    n_tokens: Sequence[int]
    repeat: int = 1


@dataclass(frozen=True)
class Row:
    """What was measured of one contestant.

    Attributes:
        name, n_parameters: of the contestant.
        first_result: the number that its untimed first step returned.
        milliseconds: of each round.
        median_ms: their median.
        tokens_per_second: the median over the rounds, padding not counted.
        ratio: the median over the rounds of its time by that of the first contestant.
        ratio_quartiles: the ratios that a quarter and three quarters of the rounds stay below.
    """

    name: str
    n_parameters: int | None
    first_result: float
    milliseconds: list[float]
    median_ms: float
    tokens_per_second: float
    ratio: float
    ratio_quartiles: tuple[float, float]


@dataclass(frozen=True)
class Table:
    """What was measured in one comparison: `name` and `shows` as there, and a row for each."""

    name: str
    shows: str
    rows: list[Row]

    def __str__(self) -> str:
        head = f"{'':32}{'parameters':>12}{self.shows:>14}{'ms':>10}{'tokens/s':>12}{'ratio':>8}"
        return "\n".join([self.name, f"{head}  quartiles", *map(_line, self.rows)])


def _line(row: Row) -> str:
    n_parameters = "" if row.n_parameters is None else f"{row.n_parameters:,}"
    low, high = row.ratio_quartiles
    return (
        f"{row.name:32}{n_parameters:>12}{row.first_result:14.5g}{row.median_ms:10.2f}"
        f"{row.tokens_per_second:12,.0f}{row.ratio:8.2f}  {low:.2f}–{high:.2f}"
    )


def measure(
    comparison: Comparison, rounds: int, clock: Callable[[], float] = time.perf_counter
) -> Table:
    """Let all contestants take turns, each once untimed and then once a round.

    Args:
        comparison: what is compared.
        rounds: how often each is timed, or `repeat` times as often.
        clock: tells the seconds.

    Raises:
        ValueError: if there is no round.
    """
    if rounds < 1:
        raise ValueError(f"rounds={rounds}: choose 1 or more")
    contestants, items = comparison.contestants, comparison.items
    numbers = [number % len(items) for number in range(1, rounds * comparison.repeat + 1)]
    first_results = [contestant.step(items[0]) for contestant in contestants]
    seconds = torch.zeros(len(contestants), len(numbers), dtype=torch.float64)
    for column, number in enumerate(numbers):
        for line, contestant in enumerate(contestants):
            before = clock()
            contestant.step(items[number])
            seconds[line, column] = clock() - before
    n_tokens = torch.tensor([comparison.n_tokens[number] for number in numbers])
    rows = [
        _row(contestant, first_result, mine, n_tokens, seconds[0])
        for contestant, first_result, mine in zip(contestants, first_results, seconds, strict=True)
    ]
    return Table(comparison.name, comparison.shows, rows)


def _row(
    contestant: Contestant, first_result: float, seconds: Tensor, n_tokens: Tensor, base: Tensor
) -> Row:
    low, ratio, high = (seconds / base).quantile(QUARTILES).tolist()
    return Row(
        contestant.name,
        contestant.n_parameters,
        first_result,
        (1000 * seconds).tolist(),
        1000 * float(seconds.quantile(0.5)),
        float((n_tokens / seconds).quantile(0.5)),
        ratio,
        (low, high),
    )
