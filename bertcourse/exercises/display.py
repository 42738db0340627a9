"""How the course speaks: feedback, hints, solutions and progress, as HTML and as plain text.

Every object here shows itself: as HTML in a notebook, through `str` elsewhere. Colours are
translucent and text takes the page's own colour, so that light and dark themes both read well.
Whatever comes from a learner's code is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bertcourse.exercises.exercise import CheckReport, Exercise, Mistake

SIGNS = {"correct": "✓", "incorrect": "✗", "not_attempted": "○"}
COLOURS = {"correct": "0,140,110", "incorrect": "213,94,0", "not_attempted": "110,120,135"}


def show(thing: Any) -> None:
    """Show an object where the person is: rich in a notebook, as text in a terminal."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        print(thing)
        return
    if get_ipython() is None:
        print(thing)
    else:
        display(thing)


def rich(text: str) -> str:
    """Escape a text for HTML; what stands between backticks becomes code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


@dataclass(frozen=True)
class Card:
    """A titled block of paragraphs, code and folded parts, that shows itself."""

    tone: str
    title: str
    paragraphs: tuple[str, ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    printed: str = ""
    folded: tuple[tuple[str, str], ...] = ()
    last: str = ""
    hint: str = ""

    def _repr_html_(self) -> str:
        return _box(self.tone, "".join(self._html_parts()))

    def _html_parts(self) -> Iterable[str]:
        yield _paragraph(f"<strong>{SIGNS[self.tone]} {rich(self.title)}</strong>")
        yield from (_paragraph(rich(text)) for text in self.paragraphs)
        if self.table:
            yield _table(self.table)
        if self.printed:
            yield _paragraph("Your code printed:") + _preformatted(self.printed)
        if self.hint:
            yield _paragraph(rich(self.hint))
        for summary, text in self.folded:
            yield f"<details><summary>{rich(summary)}</summary>{_paragraph(rich(text))}</details>"
        if self.last:
            yield _paragraph(rich(self.last))

    def __str__(self) -> str:
        lines = [f"{SIGNS[self.tone]} {self.title}", *self.paragraphs]
        width = max((len(name) for name, _ in self.table), default=0)
        lines += [f"  {name:{width}}  {value}" for name, value in self.table]
        if self.printed:
            lines += ["Your code printed:", self.printed.rstrip()]
        return "\n".join([*lines, *filter(None, (self.hint, self.last))])

    __repr__ = __str__


def feedback(exercise: Exercise, report: CheckReport, tries: int = 1, kept: str = "") -> Card:
    """The answer to one run of an exercise cell.

    Args:
        exercise: what was asked.
        report: what the check found.
        tries: how often the same was wrong, which opens one hint after the other but the last.
        kept: what to say about the workbook.
    """
    make = {"correct": _correct, "incorrect": _incorrect, "not_attempted": _not_attempted}
    return make[report.outcome](exercise, report, tries, kept)


def _correct(exercise: Exercise, report: CheckReport, tries: int, kept: str) -> Card:
    advice = tuple(f"One thought: {a.name}. {a.explanation}" for a in report.advice)
    title = f"Correct: {exercise.title.lower()}"
    return Card("correct", title, (kept, *advice) if kept else advice, printed=report.printed)


def _not_attempted(exercise: Exercise, report: CheckReport, tries: int, kept: str) -> Card:
    text = (
        f"Write your {exercise.kind} in the cell above in place of `raise NotImplementedError`, "
        "and run the cell. Until then the reference stands in."
    )
    return Card(
        "not_attempted",
        f"Not attempted: {exercise.title.lower()}",
        (text,),
        folded=_hints(exercise.hints, 1),
    )


def _incorrect(exercise: Exercise, report: CheckReport, tries: int, kept: str) -> Card:
    named = report.mistakes or (_unnamed(report),)
    title = f"Not yet: {_first_lower(named[0].name)}"
    paragraphs = [named[0].explanation] if named[0].explanation else []
    paragraphs += [f"Also: {_first_lower(m.name)}. {m.explanation}" for m in named[1:]]
    if report.evidence:
        paragraphs.append(report.evidence)
    needs_hint = report.mistakes or report.example  # a misspelt name does not
    shown = min(tries, len(exercise.hints) - 1) if needs_hint else 0  # the last is asked for
    return Card(
        "incorrect",
        title,
        tuple(paragraphs),
        table=_example_rows(report),
        printed=report.printed,
        hint=f"Hint {shown}: {exercise.hints[shown - 1]}" if shown else "",
        folded=_hints(exercise.hints[shown:], shown + 1),
        last="Change the cell and run it again. Until it is right, the reference stands in.",
    )


def _unnamed(report: CheckReport) -> Mistake:
    if report.error is None:
        return Mistake("", "Something differs from the right result", "")
    return Mistake("", f"your code stopped with {report.error.type}", "")


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _example_rows(report: CheckReport) -> tuple[tuple[str, str], ...]:
    if report.example is None:
        return ()
    inputs = [(f"{name} =", value) for name, value in report.example.inputs.items()]
    return (*inputs, ("expected", report.example.expected), ("yours", report.example.actual))


def _hints(hints: Sequence[str], first: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"Hint {number}", hint) for number, hint in enumerate(hints, start=first))


@dataclass(frozen=True)
class Solution:
    """The reference's source, highlighted as Markdown in a notebook."""

    source: str

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.source.rstrip()}\n```"

    def __str__(self) -> str:
        return self.source.rstrip()

    __repr__ = __str__


@dataclass(frozen=True)
class Row:
    """One line of the progress table."""

    week: int
    name: str
    state: str
    note: str = ""


@dataclass(frozen=True)
class Progress:
    """Where the learner stands: one row an exercise, one a quiz."""

    rows: tuple[Row, ...]
    solved: int
    total: int

    @property
    def headline(self) -> str:
        return f"{self.solved} of {self.total} exercises solved"

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        rows = "".join(
            f"<tr><td>{row.week}</td><td {left}>{escape(row.name)}</td>"
            f"<td {left}>{escape(_state(row))}</td></tr>"
            for row in self.rows
        )
        head = f"<tr><th>week</th><th {left}>what</th><th {left}>state</th></tr>"
        return (
            _paragraph(f"<strong>{escape(self.headline)}</strong>") + f"<table>{head}{rows}</table>"
        )

    def __str__(self) -> str:
        width = max((len(row.name) for row in self.rows), default=0)
        lines = [f"week {row.week}  {row.name:{width}}  {_state(row)}" for row in self.rows]
        return "\n".join([self.headline, "", *lines])

    __repr__ = __str__


def _state(row: Row) -> str:
    return f"{row.state} ({row.note})" if row.note else row.state


def _box(tone: str, inner: str) -> str:
    colour = COLOURS[tone]
    return (
        f'<div class="bertcourse-feedback" style="border-left:.35em solid rgb({colour});'
        f"background:rgba({colour},.09);border-radius:.3em;padding:.35em 1em;margin:.3em 0;"
        f'max-width:52em">{inner}</div>'
    )


def _paragraph(inner: str) -> str:
    return f'<p style="margin:.4em 0">{inner}</p>'


def _preformatted(text: str) -> str:
    return f'<pre style="margin:.2em 0;max-height:12em;overflow:auto">{escape(text.rstrip())}</pre>'


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cell = "text-align:left;padding:.1em .8em .1em 0;vertical-align:top"
    first = f"{cell};white-space:nowrap"
    body = "".join(
        f'<tr style="background:none"><td style="{first}">{escape(name)}</td>'
        f'<td style="{cell}"><code style="white-space:pre-wrap">{escape(value)}</code></td></tr>'
        for name, value in rows
    )
    return f'<table style="margin:.2em 0">{body}</table>'
