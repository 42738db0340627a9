"""Quiz questions: data, and the reply to an answer."""

from dataclasses import dataclass


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
