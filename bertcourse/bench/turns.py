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
class Yardstick:
    """How much the first contestant has to compute, and a product that shows what is possible.

    Attributes:
        n_operations: additions and multiplications that each item takes.
        product: computes a large matrix product, whatever the item.
        n_of_product: the operations that it takes.
    """

    n_operations: Sequence[float]
    product: Contestant
    n_of_product: float


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
        yardstick: what the first contestant is measured by besides; it takes its turn last.
    """

    name: str
    shows: str
    contestants: Sequence[Contestant]
    items: Sequence[Any]
    n_tokens: Sequence[int]
    repeat: int = 1
    yardstick: Yardstick | None = None


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
class Effort:
    """How much of what is possible the first contestant makes use of.

    Attributes:
        name: of the first contestant.
        operations_per_token: in all rounds together.
        operations_per_second: the median over the rounds.
        product: what shows how much is possible.
        product_per_second: its operations per second, the median over the rounds.
        share: the median over the rounds of the first number of a second by the other.
        share_quartiles: the shares that a quarter and three quarters of the rounds stay below.
    """

    name: str
    operations_per_token: float
    operations_per_second: float
    product: str
    product_per_second: float
    share: float
    share_quartiles: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.share_quartiles
        return (
            f"{self.name}: {self.operations_per_token / 1e6:,.2f} million operations a token, "
            f"{self.operations_per_second / 1e9:,.1f} billion a second;\n"
            f"{self.share:.0%} ({low:.0%}–{high:.0%}) of the {self.product_per_second / 1e9:,.1f} "
            f"billion of {self.product}"
        )


@dataclass(frozen=True)
class Table:
    """What was measured in one comparison.

    Attributes:
        name, shows: as in `Comparison`.
        rows: one for each contestant.
        effort: of the first contestant, where there was a yardstick.
    """

    name: str
    shows: str
    rows: list[Row]
    effort: Effort | None = None

    def __str__(self) -> str:
        head = f"{'':32}{'parameters':>12}{self.shows:>14}{'ms':>10}{'tokens/s':>12}{'ratio':>8}"
        lines = [self.name, f"{head}  quartiles", *map(_line, self.rows)]
        return "\n".join(lines if self.effort is None else [*lines, str(self.effort)])


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
    items, yardstick = comparison.items, comparison.yardstick
    contestants = list(comparison.contestants)
    players = contestants if yardstick is None else [*contestants, yardstick.product]
    numbers = [number % len(items) for number in range(1, rounds * comparison.repeat + 1)]
    first_results = [player.step(items[0]) for player in players]
    seconds = torch.zeros(len(players), len(numbers), dtype=torch.float64)
    for column, number in enumerate(numbers):
        for line, player in enumerate(players):
            before = clock()
            player.step(items[number])
            seconds[line, column] = clock() - before
    n_tokens = torch.tensor([comparison.n_tokens[number] for number in numbers])
    rows = [
        _row(contestant, first_result, mine, n_tokens, seconds[0])
        for contestant, first_result, mine in zip(contestants, first_results, seconds, strict=False)
    ]
    effort = None
    if yardstick is not None:
        n_operations = [yardstick.n_operations[number] for number in numbers]
        n_operations = torch.tensor(n_operations, dtype=torch.float64)
        per_token = float(n_operations.sum() / n_tokens.sum())
        effort = _effort(contestants[0].name, per_token, n_operations, yardstick, seconds)
    return Table(comparison.name, comparison.shows, rows, effort)


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


def _effort(
    name: str, per_token: float, n_operations: Tensor, yardstick: Yardstick, seconds: Tensor
) -> Effort:
    ours = n_operations / seconds[0]
    possible = yardstick.n_of_product / seconds[-1]
    low, share, high = (ours / possible).quantile(QUARTILES).tolist()
    return Effort(
        name,
        per_token,
        float(ours.quantile(0.5)),
        yardstick.product.name,
        float(possible.quantile(0.5)),
        share,
        (low, high),
    )
