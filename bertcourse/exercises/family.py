"""Fault families: the right code once more, with a knob for everything people get wrong.

`Family.build(**settings)` returns a candidate; without settings a right one. A `Fault` is a named
setting of one knob. To say what is wrong with somebody's code, `diagnose` looks for the settings
under which the family does exactly what that code does, in every experiment.

It goes through the probes in order. A fault belongs to the first probe on which it shows, so a
probe that disagrees calls for faults of its own; the fewest that explain it are added to what
earlier probes called for. Two or three mistakes at once are found that way without trying all pairs
of all faults.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb
from typing import Any

from bertcourse.exercises.probes import Observed, Probe, agree

BEAM = 8  # explanations kept from one probe to the next
MOST_AT_ONCE = 3  # faults added at one probe
MOST_TRIED = 2_000  # combinations at one probe, so that an answer comes within a second

Chosen = tuple[int, ...]  # positions in Family.faults, in the order they were found
Observe = Callable[[Any, Probe], Observed]


@dataclass(frozen=True)
class Fault:
    """One mistake: what to call it, why it matters, and the knob settings that make it."""

    id: str
    name: str
    explanation: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class Diagnosis:
    """The faults that explain what was seen, and the first probe they leave unexplained, if any."""

    faults: tuple[Fault, ...]
    unexplained: Probe | None = None


@dataclass(frozen=True)
class Family:
    """A builder with knobs, and the faults that its knobs can make."""

    build: Callable[..., Any]
    faults: tuple[Fault, ...]
    _seen: dict[tuple[frozenset[int], str], Observed] = field(default_factory=dict, compare=False)

    def member(self, chosen: Iterable[int]) -> Any:
        """The candidate that makes exactly these faults."""
        settings: dict[str, Any] = {}
        for index in chosen:
            settings |= self.faults[index].settings
        return self.build(**settings)

    def seen(self, chosen: Chosen, probe: Probe, observe: Observe) -> Observed:
        """What a probe sees of a member; probes are deterministic, so once is enough."""
        key = (frozenset(chosen), probe.name)
        if key not in self._seen:
            observed = observe(self.member(chosen), probe)
            if observed.error is not None and not chosen:
                raise RuntimeError(f"the right code fails on {probe.name!r}: {observed.error}")
            self._seen[key] = observed
        return self._seen[key]

    def can_combine(self, chosen: Chosen) -> bool:
        """Whether no knob would have to stand in two positions."""
        knobs = [knob for index in chosen for knob in self.faults[index].settings]
        return len(knobs) == len(set(knobs))

    def stage(self, index: int, probes: Sequence[Probe], observe: Observe) -> int | None:
        """The number of the first probe on which a fault shows; None if none shows it."""
        for number, probe in enumerate(probes):
            right = self.seen((), probe, observe)
            if not agree(right, self.seen((index,), probe, observe), probe.tolerance):
                return number
        return None


def diagnose(
    family: Family, probes: Sequence[Probe], candidate: Sequence[Observed], observe: Observe
) -> Diagnosis:
    """Find the fewest faults under which the family does what the candidate did.

    Args:
        family: the faults to choose from.
        probes: the experiments, in order.
        candidate: what each of them saw of the candidate.
        observe: runs a probe on a member of the family.

    Returns:
        The faults in the order of the probes that called for them. Where no few faults explain a
        probe, the search ends there and names it.
    """

    def explains(chosen: Chosen, number: int) -> bool:
        probe = probes[number]
        return agree(family.seen(chosen, probe, observe), candidate[number], probe.tolerance)

    beam: list[Chosen] = [()]
    for number, probe in enumerate(probes):
        surviving = [chosen for chosen in beam if explains(chosen, number)]
        if not surviving:
            surviving = _extend(family, probes, number, beam, explains, observe)
        if not surviving:
            return Diagnosis(tuple(family.faults[i] for i in beam[0]), unexplained=probe)
        beam = surviving[:BEAM]
    return Diagnosis(tuple(family.faults[i] for i in beam[0]))


def _extend(
    family: Family,
    probes: Sequence[Probe],
    number: int,
    beam: list[Chosen],
    explains: Callable[[Chosen, int], bool],
    observe: Observe,
) -> list[Chosen]:
    """The explanations that, with the fewest faults of this probe added, reach through it.

    A fault of an earlier probe may have been hidden there by an error: one such is tried at last,
    and believed if no other would do as well.
    """
    stages = [family.stage(i, probes[: number + 1], observe) for i in range(len(family.faults))]
    here = [i for i, stage in enumerate(stages) if stage == number]
    earlier = [i for i, stage in enumerate(stages) if stage is not None and stage < number]
    plans = [(here, count) for count in range(1, MOST_AT_ONCE + 1)]
    for new, count in [*plans, (earlier, 1)]:
        if count > 1 and len(beam) * comb(len(new), count) > MOST_TRIED:
            continue
        found = [
            chosen
            for chosen in _enlarged(family, beam, new, count)
            if all(explains(chosen, n) for n in range(number, -1, -1))
        ]
        if new is earlier and len({frozenset(chosen) for chosen in found}) > 1:
            return []
        if found:
            return found
    return []


def _enlarged(family: Family, beam: list[Chosen], new: list[int], count: int) -> Iterator[Chosen]:
    for chosen in beam:
        for added in combinations(new, count):
            if family.can_combine(chosen + added):
                yield chosen + added
