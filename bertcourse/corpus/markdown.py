"""The prose of a Markdown file, without code, tables and rules."""

import html
import re
from collections.abc import Iterable, Iterator

from bertcourse.corpus.markup import BULLET, FENCE, without_markup

TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<!--|-->")
URL = re.compile(r"https?://[^\s<>]+")
UNDERLINE = re.compile(r"(?<!\w)_{1,3}(?=[\w\"'(])|(?<=[\w.,!?\"')])_{1,3}(?!\w)")
HEADING = re.compile(r"#{1,6}\s+")
QUOTED = re.compile(r"^(?:>\s?)+")
DEFINITION = re.compile(r"\[[^\[\]]+\]:\s")
FRONT_MATTER = re.compile(r"[\w-]+\s*:|[\s#.-]|$")


def markdown_lines(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a Markdown file that are prose, blank lines wherever a paragraph ends."""
    fence = ""  # what opened a block of code: only the like of it closes it
    in_comment = in_code = in_list = False
    was_blank = True
    for line in _without_front_matter(lines):
        bare = QUOTED.sub("", line.strip(), count=1)
        if fence:
            closes = bare.startswith(fence) and not bare.strip(fence[0])
            fence = "" if closes else fence
            continue
        opened = FENCE.match(bare)
        fence = opened[0] if opened else ""
        in_comment = in_comment or bare.startswith("<!--")
        is_indented = line.startswith(("    ", "\t"))
        if bare:
            in_code = is_indented and (in_code or (was_blank and not in_list))
            in_list = in_list if is_indented else BULLET.match(bare) is not None
        was_blank = not bare
        if fence or in_comment or in_code or _is_furniture(bare):
            in_comment = in_comment and "-->" not in bare
            yield ""
        else:
            yield from _markdown_line(bare)


def _without_front_matter(lines: Iterable[str]) -> Iterator[str]:
    """Leave out the fields between two lines of --- that a file may begin with."""
    in_front = False
    for number, line in enumerate(lines):
        bare = line.strip()
        if number == 0 and bare == "---":
            in_front = True
        elif in_front and FRONT_MATTER.match(line):
            in_front = bare not in ("---", "...")
        else:
            in_front = False
            yield line


def _is_furniture(bare: str) -> bool:
    """A blank line, a rule, a row of a table, or where a link is defined."""
    is_row = bare.startswith("|") or bare.count("|") > 1
    return not bare.strip("-=*_|:+ ") or is_row or DEFINITION.match(bare) is not None


def _markdown_line(bare: str) -> list[str]:
    if heading := HEADING.match(bare):
        return ["", bare[heading.end() :].rstrip("# "), ""]
    if bullet := BULLET.match(bare):
        return ["", bare[bullet.end() :]]
    return [bare]


def markdown_prose(paragraph: str) -> str:
    """A paragraph without tags, addresses and markup, and with what its entities stand for."""
    text = without_markup(URL.sub("", TAG.sub("", paragraph)))
    return html.unescape(UNDERLINE.sub("", text) if "_" in text else text)
