"""Quiz questions: data, and the reply to an answer."""

import zlib
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Choice:
    """One answer to a question, and what to say to whoever picks it."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question with one right choice; a wrong one's `why` says what makes it tempting."""

    id: str
    text: str
    choices: tuple[Choice, ...]


def shuffled(question: Question) -> Question:
    """The question with its choices in an order that gives nothing away, the same everywhere."""
    choices = sorted(question.choices, key=lambda choice: zlib.crc32(choice.text.encode()))
    return replace(question, choices=tuple(choices))
