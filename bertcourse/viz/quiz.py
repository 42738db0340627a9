"""The quiz of a week: questions whose every answer, right or wrong, is replied to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Protocol

import traitlets

from .labels import speakable
from .widgets import CourseWidget, front_end


class Choice(Protocol):
    """One answer: its text, whether it is right, and why it is right or tempting."""

    text: str
    right: bool
    why: str


class Question(Protocol):
    """A question and the answers to choose from."""

    id: str
    text: str
    choices: Sequence[Choice]


class QuizWidget(CourseWidget):
    """Questions with native radio buttons; the reply appears under the answer that was checked.

    What stands between backticks in a text is shown as code.

    Args:
        questions: objects with `id`, `text` and `choices`, each choice with `text`, `right`, `why`.
        on_answer: called as `on_answer(question_id, choice_index, right)` after every answer.
        title: the heading.
        answered: earlier answers, `{question id: choice index}`.

    Raises:
        ValueError: if there are no questions, two have the same id, or one has no right choice.
    """

    _esm = front_end("quiz")

    title = traitlets.Unicode().tag(sync=True)
    questions = traitlets.List().tag(sync=True)
    answers = traitlets.Dict(key_trait=traitlets.Unicode(), value_trait=traitlets.Int()).tag(
        sync=True
    )
    replies = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        questions: Sequence[Question],
        on_answer: Callable[[str, int, bool], object] | None = None,
        *,
        title: str = "Check yourself",
        answered: Mapping[str, int] | None = None,
    ) -> None:
        self._questions = {question.id: question for question in questions}
        self._on_answer = None  # earlier answers are not news
        _require_questions(questions)
        super().__init__(
            title=speakable(title),
            # what is right stays on this side until it is asked
            questions=[
                {
                    "id": question.id,
                    "text": speakable(question.text),
                    "choices": [speakable(choice.text) for choice in question.choices],
                }
                for question in questions
            ],
            answers=dict(answered or {}),
        )
        self._on_answer = on_answer

    def answer(self, question_id: str, index: int) -> str:
        """Answer a question, and return the reply as text."""
        self.answers = {**self.answers, question_id: index}
        return self.replies[question_id]["text"]

    def sentence(self) -> str:
        lines = [f"Quiz: {self.title}"]
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question['text']}")
            lines += [f"   ( ) {choice}" for choice in question["choices"]]
        return "\n".join(lines)

    def page(self) -> str:
        parts = [f"<h4>{escape(self.title)}</h4>"]
        for number, question in enumerate(self._questions.values(), 1):
            parts.append(f"<p><strong>{number}. {_prose(question.text)}</strong></p>")
            parts.append('<div style="margin-bottom: 1.4em">')
            parts += [
                f"<details><summary>{_prose(choice.text)}</summary>"
                f"<p>{_prose(_reply(choice))}</p></details>"
                for choice in question.choices
            ]
            parts.append("</div>")
        return "\n".join(parts)

    @traitlets.validate("answers")
    def _known_answers(self, proposal: Mapping[str, Any]) -> dict[str, int]:
        for question_id, index in proposal["value"].items():
            if question_id not in self._questions:
                raise traitlets.TraitError(
                    f"there is no question {question_id!r} in this quiz: "
                    f"choose from {', '.join(self._questions)}"
                )
            count = len(self._questions[question_id].choices)
            if not 0 <= index < count:
                raise traitlets.TraitError(
                    f"question {question_id!r} has no choice {index}: choose 0 to {count - 1}"
                )
        return proposal["value"]

    @traitlets.observe("answers")
    def _reply_to_answers(self, change: Mapping[str, Any]) -> None:
        before = change["old"]
        choices = {
            question_id: self._questions[question_id].choices[index]
            for question_id, index in self.answers.items()
        }
        self.replies = {
            question_id: {
                "index": self.answers[question_id],
                "right": choice.right,
                "text": _reply(choice),
            }
            for question_id, choice in choices.items()
        }
        for question_id, choice in choices.items():
            if self._on_answer and before.get(question_id) != self.answers[question_id]:
                self._on_answer(question_id, self.answers[question_id], choice.right)


def _prose(text: str) -> str:
    """The text as HTML: escaped, and what stands between backticks as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(speakable(text)))


def _reply(choice: Choice) -> str:
    return f"{'Right.' if choice.right else 'Not quite.'} {speakable(choice.why)}"


def _require_questions(questions: Sequence[Question]) -> None:
    if not questions:
        raise ValueError("questions is empty: give at least one question")
    ids = [question.id for question in questions]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise ValueError(f"questions share the id {twice[0]!r}: give each an id of its own")
    for question in questions:
        if not any(choice.right for choice in question.choices):
            raise ValueError(f"question {question.id!r} has no right choice: mark one right")
