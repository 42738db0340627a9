"""A paragraph without the markup of Markdown and reStructuredText: the words that a reader sees."""

import re

# No pattern, here and in `markdown`, can run past the next bracket or quote of its kind, so that
# all are linear.
IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()\s]*(?: [^()]*)?\)")
LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()\s]*(?: [^()]*)?\)|\[[^\[\]]*\])")
NOTE_MARK = re.compile(r" ?\[\^?[\w-]{1,20}\]_|\[\^[\w-]{1,20}\]")
ROLE = re.compile(r"(?::[\w.+-]{1,20}){1,2}:(?=`)")  # :class:`…`, :py:func:`…`
TARGET = re.compile(r"`([^`<>]*)<[^`<>]*>`_{0,2}")  # `text <target>`_
NAME = re.compile(r"\[?`([^`]*)`(?:\]|_{1,2})?")
MARKUP = re.compile(r"[\[`*_]|::$")
EMPHASIS = re.compile(r"(?<!\w)\*{1,3}(?=[\w\"'(])|(?<=[\w.,!?\"')])\*{1,3}(?!\w)")

# What a line may begin with.
FENCE = re.compile(r"`{3,}|~{3,}")
BULLET = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")


def without_markup(text: str) -> str:
    """A paragraph of Markdown or reStructuredText as a reader sees it."""
    if not MARKUP.search(text):
        return text  # most paragraphs have none
    text = IMAGE.sub("", text)
    text = LINK.sub(r"\1", text)
    text = NOTE_MARK.sub("", text)
    text = TARGET.sub(r"\1", ROLE.sub("", text))
    text = NAME.sub(_shown_name, text.replace("``", "`"))
    text = EMPHASIS.sub("", text)
    return text[:-1] if text.endswith("::") else text  # reStructuredText: code follows


def _shown_name(match: re.Match) -> str:
    """A name in backticks; of `~package.module.Name` only the last part is shown."""
    name = match[1]
    return name.rpartition(".")[2] if name.startswith("~") else name.lstrip("!")
