"""The prose of a docstring, without code, tables and lists of parameters."""

import inspect
import re
from collections.abc import Iterable, Iterator

from bertcourse.corpus.markup import BULLET, FENCE, without_markup
from bertcourse.corpus.paragraphs import paragraphs_of

ADMONITION = re.compile(
    r"(?:\.\. )?(?:note|warning|tip|hint|important|caution|attention|seealso)s?\s?::?",
    re.IGNORECASE,
)
CHANGE = re.compile(r"\.\. (?:versionadded|versionchanged|deprecated)::")
# Directives, fields of a parameter list, tables, rules, prompts, headings of a section.
NOT_PROSE = re.compile(
    r"\.\. |[:@](?:param|arg|key|type|return|rtype|rais|yield|[ic]?var|meta|see|since|group)\w*"
    r"|[|+>]|\*{0,2}\w+ \(.*:$|[-=~^#*\"'`.]{3,}$|(?:In|Out) ?\[|[A-Z][\w ]{0,25}::?$"
    r"|\S+(?:, \S+)* : "
)

SIGN = re.compile(r"[^\w\s.,;:!?'\"()/%’“”–—-]|_|\d\.\d|\w\(")
ENDED = re.compile(r"[.!?:][\"')\]]*$")


def prose_paragraphs(text: str, indented: bool = False) -> Iterator[str]:
    """The paragraphs of a docstring, without code, tables, lists of parameters and markup.

    Args:
        text: a docstring as it stands in the source.
        indented: take what is indented for prose. In a docstring it is code, or says what a
            parameter is, except below an entry of a list or a note.
    """
    lines = _with_full_stop(inspect.cleandoc(text)).splitlines()
    paragraphs = paragraphs_of(_docstring_lines(lines, indented))
    return (without_markup(paragraph) for paragraph in paragraphs if paragraph)


def _docstring_lines(lines: Iterable[str], indented: bool) -> Iterator[str]:
    """The lines that may be prose, blank lines wherever a paragraph ends."""
    in_fence = in_doctest = inside = False
    for line in lines:
        bare = line.strip()
        is_indented = line[:1].isspace()
        opener = BULLET.match(bare) or ADMONITION.match(bare)
        if bare and not is_indented:
            inside = bool(opener or CHANGE.match(bare))
        is_fence = FENCE.match(bare) is not None
        in_fence ^= is_fence
        in_doctest = bool(bare) and (in_doctest or bare.startswith((">>>", "In [")))
        is_foreign = is_indented and not (indented or inside)
        if in_fence or is_fence or in_doctest or is_foreign:
            yield ""
        elif opener:
            yield from ("", bare[opener.end() :])
        else:
            yield "" if NOT_PROSE.match(bare) else bare


def _with_full_stop(docstring: str) -> str:
    """A docstring whose summary ends as a sentence does; many stop without a full stop."""
    summary, blank, rest = docstring.partition("\n\n")
    is_open = "\n" not in summary and summary[-1:].isalnum()
    return f"{summary}.{blank}{rest}" if is_open else docstring


def is_prose(sentence: str) -> bool:
    """A whole sentence of words, without much that only a machine reads."""
    is_whole = ENDED.search(sentence) is not None and sentence.count(" ") >= 2
    is_text = sentence[0].isalpha() or sentence[0] in "\"'("
    is_technical = any(sign in sentence for sign in ("://", "$", "\\", " = "))
    n_signs = sum(1 for _ in SIGN.finditer(sentence))
    return is_whole and is_text and not is_technical and n_signs <= 1 + len(sentence) / 50
