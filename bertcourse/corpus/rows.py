"""Documents as records: a line of JSON, or a row of a data set, and the sentences in its fields."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from bertcourse.corpus.paragraphs import BLOCK
from bertcourse.corpus.sentences import cut, split_sentences, tidy

FIELDS = ("sentences", "paragraphs", "text")
MAX_JSON = 1 << 24  # characters in a line of JSON, which has to be read as a whole


class BadRow(ValueError):
    """A line or row that holds no document; the message goes on from its number."""


def whole_lines(stream: TextIO) -> Iterator[str | None]:
    """The lines of a text; None for one that is too long to be held."""
    while line := stream.readline(MAX_JSON):
        if len(line) < MAX_JSON or line.endswith("\n"):
            yield line
            continue
        while (rest := stream.readline(BLOCK)) and not rest.endswith("\n"):
            pass
        yield None


def parse_line(line: str | None) -> Any:
    """What a line of JSON holds; None stands for one that was too long."""
    if line is None:
        raise BadRow(f"has more than {MAX_JSON} characters")
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRow(f"is not JSON ({error})") from error


def row_sentences(row: Any, fields: Iterable[str] = FIELDS) -> list[str]:
    """The sentences of one record.

    Args:
        row: an object with one of the fields; null in all that it has is no text.
        fields: the names to look for, the first found counts. In `sentences` the strings are taken
            as they are; any other field is a text, or a list of paragraphs.

    Raises:
        BadRow: if it has none of the fields, or something else in it.
    """
    if not isinstance(row, Mapping):
        raise BadRow(f"holds no object with fields, but a {type(row).__name__}")
    name = next((name for name in fields if row.get(name) is not None), None)
    if name is None and any(name in row for name in fields):
        return []
    if name is None:
        had = ", ".join(map(repr, row)) or "none"
        raise BadRow(f"has none of the fields {', '.join(fields)}; it has: {had[:200]}")
    texts = [row[name]] if isinstance(row[name], str) else row[name]
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadRow(f"has no text in its field {name}, and no list of texts")
    if name == "sentences":
        return [piece for text in texts for piece in cut(tidy(text))]
    return [sentence for text in texts for sentence in split_sentences(text)]
