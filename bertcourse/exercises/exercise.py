"""An exercise, and the check of a candidate: from somebody's code to a named mistake.

`Exercise` is data: what to write, hints, the reference, and how to look at a candidate. `check`
runs the probes on the candidate in a sandbox, compares with the reference and, where they differ,
asks the fault family for the reason. What no fault explains is described by how it behaves.
"""

import inspect
import linecache
import os
import sysconfig
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from bertcourse.exercises.family import Diagnosis, Family, Fault, diagnose
from bertcourse.exercises.guard import SECONDS, Sandbox
from bertcourse.exercises.probes import (
    Caught,
    Foreign,
    Observed,
    Probe,
    agree,
    describe_type,
    difference,
    freeze,
    observe,
    shorten,
)

Outcome = Literal["correct", "incorrect", "not_attempted"]

NOT_THEIRS = (
    "<frozen",
    str(Path(__file__).parents[1]) + os.sep,
    *(sysconfig.get_path(path) + os.sep for path in ("stdlib", "purelib", "platlib")),
)
READ_AS_ITSELF = (NameError, ImportError, SyntaxError)  # no fault of ours says it better


@dataclass(frozen=True)
class Mistake:
    """A named mistake, or a piece of advice: what it is called, and why it matters."""

    id: str
    name: str
    explanation: str


@dataclass(frozen=True)
class LearnerError:
    """An exception of the learner's own code, down to the last line that is theirs."""

    type: str
    message: str
    line_number: int | None = None
    line: str = ""
    function: str = ""

    def __str__(self) -> str:
        place = f" in line {self.line_number} of {self.function}: {self.line}" if self.line else ""
        return f"{self.type}: {self.message}{place}" if self.message else f"{self.type}{place}"


@dataclass(frozen=True)
class Example:
    """A small input that a person can follow by hand.

    Attributes:
        inputs: makes the inputs anew, by name, as they are shown.
        call: runs a candidate on them and returns what is shown as the result.
    """

    inputs: Callable[[], dict[str, Any]]
    call: Callable[..., Any]


@dataclass(frozen=True)
class Shown:
    """An example on which a candidate differs, written out."""

    inputs: dict[str, str]
    expected: str
    actual: str


@dataclass(frozen=True)
class CheckReport:
    """The result of a check.

    Attributes:
        exercise: the exercise's id.
        outcome: "correct", "incorrect" or "not_attempted".
        mistakes: named mistakes, the most specific first; empty if the code is wrong in a way that
            has no name yet.
        advice: what is right but fragile.
        evidence: what differs, in sentences; empty unless the outcome is "incorrect".
        error: the exception of the candidate's own code, if one ended it.
        example: the smallest example on which the candidate differs.
        printed: what the candidate printed on that example, or in the first experiment.
    """

    exercise: str
    outcome: Outcome
    mistakes: tuple[Mistake, ...] = ()
    advice: tuple[Mistake, ...] = ()
    evidence: str = ""
    error: LearnerError | None = None
    example: Shown | None = None
    printed: str = ""

    def __str__(self) -> str:
        names = "; ".join(mistake.name for mistake in self.mistakes) or self.evidence
        return f"{self.exercise}: {self.outcome}{': ' + names if names else ''}"


@dataclass(frozen=True)
class Exercise:
    """One exercise, whole.

    Attributes:
        id: the name it goes by, in `@exercise(id)` and in the workbook.
        week: the week it belongs to.
        title: what it is called in a notebook.
        difficulty: 1 to 3.
        minutes: how long it takes.
        hints: staged, the last nearly the answer.
        reference: the package's own function or class; its source is the solution.
        family: the right code with knobs for the mistakes.
        probes: the experiments of a check, in order; those that give advice come last.
        examples: small inputs for feedback, the smallest first.
        behaviours: each runs a candidate and says in a sentence which property it lacks, or None.
    """

    id: str
    week: int
    title: str
    difficulty: int
    minutes: int
    hints: tuple[str, ...]
    reference: Any
    family: Family
    probes: tuple[Probe, ...]
    examples: tuple[Example, ...] = ()
    behaviours: tuple[Callable[[Any], str | None], ...] = ()

    @property
    def kind(self) -> str:
        return "class" if inspect.isclass(self.reference) else "function"

    def check(self, candidate: Any, seconds: float = SECONDS) -> CheckReport:
        """Check a candidate; never raises for what it does, and leaves no trace of it.

        Args:
            candidate: the function or class to check.
            seconds: how long the whole check may take before a candidate counts as hanging.
        """
        if inspect.isclass(candidate) != inspect.isclass(self.reference) or not callable(candidate):
            return self._of_another_kind(candidate)
        with Sandbox(seconds) as sandbox:
            report = _Check(self, candidate, sandbox).report()
        return report

    def _of_another_kind(self, candidate: Any) -> CheckReport:
        given = "a class" if inspect.isclass(candidate) else describe_type(freeze(candidate))
        given = "a function" if inspect.isroutine(candidate) else given
        evidence = (
            f"The exercise {self.id!r} asks for a {self.kind}, and {given} was given: "
            f"put @exercise({self.id!r}) right above the {self.kind} you wrote."
        )
        return CheckReport(self.id, "incorrect", evidence=evidence)


class _Check:
    """One candidate, one sandbox, one report."""

    def __init__(self, exercise: Exercise, candidate: Any, sandbox: Sandbox):
        self.exercise = exercise
        self.candidate = candidate
        self.sandbox = sandbox

    def report(self) -> CheckReport:
        probes = self.exercise.probes
        seen = [self.attempt(lambda p=probe: p.experiment(self.candidate)) for probe in probes]
        if any(_not_attempted(observed.error) for observed in seen):
            return CheckReport(self.exercise.id, "not_attempted")
        if not self.sandbox.left:
            return self._hangs(seen[0].printed)
        wrong = [n for n, probe in enumerate(probes) if not self._right(probe, seen[n])]
        required = [n for n in wrong if not probes[n].advice]
        if required:
            return self._incorrect(seen, required[0])
        return CheckReport(
            self.exercise.id,
            "correct",
            advice=self._advice(seen) if wrong else (),
            printed=seen[0].printed,
        )

    def observe(self, member: Any, probe: Probe) -> Observed:
        """What a probe sees of a member of the family, which is code of ours."""
        return self.attempt_ours(lambda: probe.experiment(member))

    def attempt_ours(self, function: Callable[[], Any]) -> Observed:
        run = self.sandbox.run_ours(lambda: observe(function))
        return run.value or Observed(error=Caught.read(run.error))

    def attempt(self, function: Callable[[], Any]) -> Observed:
        run = self.sandbox.run(lambda: observe(function))
        if run.value is None:
            return Observed(error=Caught(TimeoutError, "no result came before the time was up"))
        return replace(run.value, printed=run.printed)

    def _right(self, probe: Probe, observed: Observed) -> bool:
        return agree(self._truth(probe), observed, probe.tolerance)

    def _truth(self, probe: Probe) -> Observed:
        return self.exercise.family.seen((), probe, self.observe)

    def _hangs(self, printed: str) -> CheckReport:
        mistake = Mistake(
            "hangs",
            "The code does not come to an end",
            f"It was stopped after {self.sandbox.seconds:g} seconds; an ordinary answer takes "
            "milliseconds. Look for a loop whose condition never changes, or that waits for "
            "something.",
        )
        evidence = "No result came before the time was up."
        return CheckReport(
            self.exercise.id, "incorrect", (mistake,), evidence=evidence, printed=printed
        )

    def _incorrect(self, seen: list[Observed], first: int) -> CheckReport:
        probe, observed = self.exercise.probes[first], seen[first]
        error = learner_error(observed.error)
        if observed.error is not None and issubclass(observed.error.type, READ_AS_ITSELF):
            return self._stopped(error, observed.printed)
        diagnosis = self._diagnose(seen, advice=False)
        example, printed = self._example() or (None, observed.printed)
        return CheckReport(
            self.exercise.id,
            "incorrect",
            mistakes=tuple(_mistake(fault) for fault in diagnosis.faults),
            evidence=self._evidence(probe, observed, error, diagnosis),
            error=error,
            example=example,
            printed=printed,
        )

    def _stopped(self, error: LearnerError, printed: str) -> CheckReport:
        """An error that says itself what is wrong, and that no example makes clearer."""
        evidence = _sentence(f"Your code stopped with {error}")
        return CheckReport(
            self.exercise.id, "incorrect", evidence=evidence, error=error, printed=printed
        )

    def _diagnose(self, seen: list[Observed], advice: bool) -> Diagnosis:
        probes = [probe for probe in self.exercise.probes if advice or not probe.advice]
        return diagnose(self.exercise.family, probes, seen[: len(probes)], self.observe)

    def _advice(self, seen: list[Observed]) -> tuple[Mistake, ...]:
        diagnosis = self._diagnose(seen, advice=True)
        advice = [_mistake(fault) for fault in diagnosis.faults]
        if diagnosis.unexplained is not None:
            probe = diagnosis.unexplained
            advice.append(
                Mistake(
                    f"fragile_{probe.name.replace(' ', '_')}",
                    f"Right, but fragile {probe.looks_at}",
                    "The result is right on ordinary input and differs from the reference here.",
                )
            )
        return tuple(advice)

    def _evidence(
        self, probe: Probe, observed: Observed, error: LearnerError | None, diagnosis: Diagnosis
    ) -> str:
        sentences = [self._first_difference(probe, observed, error)]
        if diagnosis.unexplained is not None and diagnosis.faults:
            sentences.append(
                f"Something else differs {diagnosis.unexplained.looks_at}: mend this first, then "
                "check again."
            )
        if not diagnosis.faults and error is None:
            sentences += self._behaviours()
        return " ".join(sentences)

    def _first_difference(
        self, probe: Probe, observed: Observed, error: LearnerError | None
    ) -> str:
        if error is not None:
            return _sentence(f"Your code stopped {probe.looks_at}, with {error}")
        truth = self._truth(probe)
        found = difference(truth.value, observed.value, probe.tolerance)
        return _sentence(f"Your result differs {probe.looks_at}: {found}")

    def _behaviours(self) -> list[str]:
        said = (self.attempt(lambda b=b: b(self.candidate)) for b in self.exercise.behaviours)
        return [observed.value for observed in said if isinstance(observed.value, str)]

    def _example(self) -> tuple[Shown, str] | None:
        """The first example on which the candidate differs, and what it printed on it."""
        for example in self.exercise.examples:
            expected = self.attempt_ours(
                lambda e=example: e.call(self.exercise.family.build(), **e.inputs())
            )
            actual = self.attempt(lambda e=example: e.call(self.candidate, **e.inputs()))
            if actual.error is not None and not _theirs(actual.error):
                continue  # it lacks what the example needs; that has been said already
            if not agree(expected, actual, 1e-4):
                inputs = self._written(example)
                shown = Shown(inputs, write(expected.value), _write_observed(actual))
                if shown.expected != shown.actual:  # or else they differ after the last digit shown
                    return shown, actual.printed
        return None

    def _written(self, example: Example) -> dict[str, str]:
        made = self.sandbox.run_ours(example.inputs).value
        return {name: write(value) for name, value in made.items()}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else text + "."


def _mistake(fault: Fault) -> Mistake:
    return Mistake(fault.id, fault.name, fault.explanation)


def _is_theirs(frame: traceback.FrameSummary) -> bool:
    return not frame.filename.startswith(NOT_THEIRS)


def _theirs(error: Caught) -> list[traceback.FrameSummary]:
    return [frame for frame in error.frames if _is_theirs(frame)]


def _not_attempted(error: Caught | None) -> bool:
    """A NotImplementedError that the learner's own code raises; torch raises some of its own."""
    if error is None or not issubclass(error.type, NotImplementedError):
        return False
    return error.raised and bool(error.frames) and _is_theirs(error.frames[-1])


def learner_error(error: Caught | None) -> LearnerError | None:
    """What to show of an exception: type, message, and the last line that is the learner's."""
    if error is None:
        return None
    theirs = _theirs(error)
    if not theirs:
        return LearnerError(error.type.__name__, error.message)
    last = theirs[-1]
    line = shorten(linecache.getline(last.filename, last.lineno or 0).strip())
    return LearnerError(error.type.__name__, error.message, last.lineno, line, last.name)


def _write_observed(observed: Observed) -> str:
    error = learner_error(observed.error)
    return f"stopped with {error.type}: {error.message}" if error else write(observed.value)


def write(value: Any) -> str:
    """Write a value as a person would on paper: short numbers, nested brackets for rows."""
    if isinstance(value, Tensor):
        if value.numel() > 48:
            return f"a tensor of shape {tuple(value.shape)}"
        double = " in float64" if value.dtype == torch.float64 else ""
        return _write_list(value.tolist()) + double
    if isinstance(value, dict):
        items = ", ".join(f"{name} = {write(item)}" for name, item in value.items())
        return shorten(items or "none")
    if isinstance(value, tuple):
        return shorten("(" + ", ".join(write(item) for item in value) + ")")
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, Foreign):
        return describe_type(value)
    return "a function" if callable(value) else shorten(str(value))


def _write_list(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_write_list(item) for item in value) + "]"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
