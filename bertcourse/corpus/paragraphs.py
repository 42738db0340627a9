"""From a stream to lines, and from lines to paragraphs, holding little of it at a time."""

from collections.abc import Iterable, Iterator
from typing import TextIO

BLOCK = 1 << 16  # characters read at a time; a longer line or paragraph is cut there
WRAPPED = 200  # characters: lines that are shorter may be a paragraph cut to fit a page


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines of a text; very long ones in pieces, cut at spaces, so that memory stays flat."""
    rest = ""
    while chunk := stream.readline(BLOCK):
        line = rest + chunk
        is_cut = len(chunk) == BLOCK and not chunk.endswith("\n")
        end = line.rfind(" ") + 1 if is_cut else 0
        end = end or len(line)
        yield line[:end].rstrip("\n")
        rest = line[end:]
    if rest:
        yield rest


def part_pages(lines: Iterable[str]) -> Iterator[str]:
    """Lines with two blank ones in place of every form feed."""
    for line in lines:
        first, *others = line.split("\f")
        yield first
        for page in others:
            yield from ("", "", page)


def paragraphs_of(lines: Iterable[str]) -> Iterator[str | None]:
    """Join lines to paragraphs; None stands for two blank lines or more."""
    parts: list[str] = []
    size = n_blank = 0
    for line in lines:
        bare = line.strip()
        n_blank = 0 if bare else n_blank + 1
        is_long = len(bare) > WRAPPED
        if parts and (not bare or is_long or size > BLOCK):
            yield " ".join(parts)
            parts, size = [], 0
        if n_blank == 2:
            yield None
        elif is_long:
            yield bare
        elif bare:
            parts.append(bare)
            size += len(bare)
    if parts:
        yield " ".join(parts)
