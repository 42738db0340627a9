"""What a learner says in a notebook: `@exercise`, `hint`, `solution`, `progress`, `quiz`."""

import inspect
import re
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bertcourse.exercises.capture import CaptureError, standalone
from bertcourse.exercises.catalog import EXERCISES, QUIZZES, find
from bertcourse.exercises.display import Card, Progress, Row, Solution, feedback, show
from bertcourse.exercises.exercise import CheckReport, Exercise, LearnerError, learner_error
from bertcourse.exercises.guard import SECONDS, Sandbox
from bertcourse.exercises.probes import Caught
from bertcourse.workbook import Workbook, WorkbookError, run_source

_stuck: dict[str, tuple[tuple[str, ...], int]] = {}  # the last mistakes, and how often in a row
_hints_given: Counter[str] = Counter()


def check(exercise_id: str, candidate: Any, seconds: float = SECONDS) -> CheckReport:
    """Check somebody's code, without a notebook.

    Never raises for what the candidate does, and leaves the session as it found it: random states,
    default dtype, thread count, grad mode and default device.

    Args:
        exercise_id: as in `@exercise(exercise_id)`.
        candidate: a function or class, as the exercise asks for.
        seconds: when to take it for hanging. A candidate is stopped at its next Python
            instruction; one that is stuck inside a C call is abandoned on its thread.

    Raises:
        KeyError: if there is no such exercise.
    """
    return find(exercise_id).check(candidate, seconds)


def exercise(exercise_id: str) -> Callable[[Any], Any]:
    """Check the function or class below at once, and show what was found.

    The name is bound to the learner's code if it is right, and to the reference otherwise, so that
    the rest of a notebook runs either way. Right code is kept in the workbook.

    Raises:
        KeyError: if there is no such exercise.
    """
    chosen = find(exercise_id)

    def decorate(candidate: Any) -> Any:
        namespace = sys._getframe(1).f_globals
        name = getattr(candidate, "__name__", chosen.reference.__name__)
        namespace[name] = candidate  # recursion and super(M, self) look it up during the check
        try:
            report = chosen.check(candidate)
        except BaseException:  # the person interrupts: the notebook must not keep unchecked code
            namespace[name] = chosen.reference
            raise
        kept = _keep(chosen, name, candidate, namespace) if report.outcome == "correct" else ""
        show(feedback(chosen, report, _times_in_a_row(report), kept))
        return candidate if report.outcome == "correct" else chosen.reference

    return decorate


def _times_in_a_row(report: CheckReport) -> int:
    """How often the same mistakes came one after the other: another mistake is progress."""
    if report.outcome != "incorrect":
        return 1
    mistakes = tuple(mistake.id for mistake in report.mistakes)
    before, times = _stuck.get(report.exercise, ((), 0))
    times = times + 1 if mistakes == before else 1
    _stuck[report.exercise] = (mistakes, times)
    return times


def _keep(chosen: Exercise, name: str, candidate: Any, namespace: dict[str, Any]) -> str:
    """File right code in the workbook, once it passes on its own too; says what became of it."""
    try:
        source = standalone(name, candidate, namespace)
        _pass_alone(chosen, name, source)
        aside = Workbook().save(chosen.id, name, source)
    except (CaptureError, WorkbookError) as problem:
        return f"It could not be kept in your workbook: {str(problem).rstrip('.')}."
    moved = f" The file that stood there is now {aside.name}." if aside else ""
    return f"Your code is bound to `{name}` and kept in your workbook, `{chosen.id}.py`.{moved}"


def _pass_alone(chosen: Exercise, name: str, source: str) -> None:
    with Sandbox() as sandbox:
        run = sandbox.run(lambda: run_source(source, name, f"my_bert.{chosen.id}"))
    if run.error is not None:
        error = learner_error(Caught.read(run.error))
        raise CaptureError(
            _not_defined(chosen, error)
            or f"in a file of its own it stops with {error}; define what it uses inside it, or in "
            "a cell of its own"
        )
    report = chosen.check(run.value)
    if report.outcome != "correct":
        raise CaptureError(
            _not_defined(chosen, report.error)
            or "in a file of its own it gives other results than here, so it depends on something "
            f"in the notebook that changes: {report.evidence}"
        )


def _not_defined(chosen: Exercise, error: LearnerError | None) -> str | None:
    """What to do about a variable of the notebook that did not come along, if that is the error."""
    missing = re.fullmatch(r"name '(\w+)' is not defined", error.message) if error else None
    if missing is None:
        return None
    return (
        f"in a file of its own it finds no `{missing[1]}`, which only the notebook has. Give "
        f"`{missing[1]}` its whole value inside your {chosen.kind}, or in one line of a cell, and "
        "run the exercise again"
    )


def hint(exercise_id: str) -> Card:
    """Give the next hint of an exercise; after the last, the last again."""
    chosen = find(exercise_id)
    _hints_given[exercise_id] += 1
    number = min(_hints_given[exercise_id], len(chosen.hints))
    left = len(chosen.hints) - number
    more = f'`hint("{exercise_id}")` gives the next of {len(chosen.hints)}.'
    return Card(
        "not_attempted",
        f"Hint {number}: {chosen.title.lower()}",
        (chosen.hints[number - 1],),
        last=more if left else f'That was the last. `solution("{exercise_id}")` shows it all.',
    )


def solution(exercise_id: str) -> Solution:
    """Show the reference's own source, as it stands in the package."""
    return Solution(inspect.getsource(find(exercise_id).reference))


def whose(*pieces: Any) -> str:
    """Say whose code some functions, classes or modules are, for the caption of a figure.

    Returns:
        "your code", "the reference", or "your code and the reference" for a mixture.
    """
    makers = [p if inspect.isroutine(p) or inspect.isclass(p) else type(p) for p in pieces]
    ours = [str(maker.__module__).split(".")[0] == "bertcourse" for maker in makers]
    said = ["your code"] * (not all(ours)) + ["the reference"] * any(ours)
    return " and ".join(said)


def progress() -> Progress:
    """Show which exercises are solved and how the quizzes went."""
    workbook = Workbook()
    pieces, answers = workbook.pieces(), workbook.records().get("quiz", {})
    rows = []
    for week in QUIZZES:
        mine = [each for each in EXERCISES.values() if each.week == week]
        rows += [_exercise_row(each, pieces) for each in mine]
        rows.append(_quiz_row(week, answers))
    solved = sum(pieces.get(name, "missing") is None for name in EXERCISES)
    return Progress(tuple(rows), solved, len(EXERCISES))


def _exercise_row(each: Exercise, pieces: dict[str, str | None]) -> Row:
    if each.id not in pieces:
        return Row(each.week, each.title, "○ open")
    problem = pieces[each.id]
    if problem is None:
        return Row(each.week, each.title, "✓ solved")
    note = f"{each.id}.py {problem}; the reference is used"
    return Row(each.week, each.title, "! not usable", note)


def _quiz_row(week: int, answers: dict[str, Any]) -> Row:
    ids = [question.id for question in QUIZZES[week]]
    right = sum(answers.get(f"{week}.{each}") is True for each in ids)
    state = "✓ done" if right == len(ids) else "○ open"
    return Row(week, "Quiz", state, f"{right} of {len(ids)} right")


def quiz(week: int) -> Any:
    """Show a week's questions; answers are answered at once and remembered in the workbook.

    Raises:
        KeyError: if the week has no quiz.
    """
    if week not in QUIZZES:
        raise KeyError(f"week {week!r} has no quiz; the weeks are {', '.join(map(str, QUIZZES))}")
    from bertcourse.viz import QuizWidget

    def remember(question_id: str, choice: int, right: bool) -> None:
        if right:  # looking at the other replies afterwards takes nothing away
            with suppress(WorkbookError):  # a quiz can be taken without being remembered
                Workbook().record("quiz", f"{week}.{question_id}", True)

    return QuizWidget(QUIZZES[week], on_answer=remember, title=f"Check yourself: week {week}")
