"""What exercises share whose right answers draw at random.

Two right answers need not draw the same, so a probe may look only at what is the same for both: at
shares over many draws, and at what occurs at all. A measured share is rounded to the expected one
if chance can have made the difference, and the rest of the checker compares as ever.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Any

from bertcourse.exercises.family import Fault

SIGMAS = 6  # chance goes further once in 500 million times
NEAR = 0.06  # how far from a share that a known fault makes still counts as that share


def share(count: float, n: int, expected: float, *others: float, slack: float = 0.0) -> float:
    """The share of `count` in `n` draws, rounded to one that it may well be.

    Args:
        count: how often it happened.
        n: in how many draws.
        expected: the share that is right. It is returned whenever the measured one is within six
            standard deviations of it, which is exact for 0 and 1.
        others: shares that known faults make; the nearest is returned if it is near.
        slack: how far right answers may be from `expected` besides.
    """
    measured = count / max(1, n)
    deviation = math.sqrt(expected * (1 - expected) / max(1, n))
    if n and abs(measured - expected) <= SIGMAS * deviation + slack + 1e-9:
        return expected
    wrong = [other for other in others if other != expected]
    nearest = min(wrong, key=lambda other: abs(measured - other), default=math.inf)
    return nearest if abs(measured - nearest) <= NEAR else round(measured, 2)


def repeatable(draw: Callable[[Random], Any]) -> dict[str, bool]:
    """Whether what is drawn follows from the source of randomness, and from it alone."""
    first, again, other = draw(Random(5)), draw(Random(5)), draw(Random(6))
    return {
        "the same seed gives the same result": first == again,
        "another seed gives another result": first != other,
    }


def listed(values: Any) -> str:
    """What occurs at all, in order, on one line."""
    return " ".join(map(str, sorted(values))) or "none"


def rng_not_used(**settings: Any) -> Fault:
    return Fault(
        "rng_not_used",
        "The randomness does not come from rng",
        "Python's own `random`, torch's and numpy's generators belong to everybody: what is drawn "
        "depends on who drew before. Draw with `rng.random()`, `rng.choice(…)` and the like.",
        settings,
    )


def rng_made_anew(**settings: Any) -> Fault:
    return Fault(
        "rng_made_anew",
        "Every call draws the same",
        "A generator that is made or seeded inside the function begins anew at each call. Draw "
        "from the `rng` that is passed: it goes on from call to call.",
        settings,
    )
