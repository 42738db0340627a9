"""From text to sentences, by marks and abbreviations."""

import re
from collections.abc import Iterator

MAX_SENTENCE = 1_000  # characters, over 200 words: what is longer is a list, a table, or no prose

# Marks of scripts that use these for nothing else: they end a sentence wherever they stand.
PLAIN_MARKS = "。！？｡।॥؟۔።፧។။‼⁇⁈⁉"
CLOSING = r"[\"'”’»›)\]}」』】〉》）］]"
# Possessive (`++`, `*+`): what has been read as one mark is never read again, so time is linear.
MARK = re.compile(rf"(?:([.!?…]++)|[{PLAIN_MARKS}]++)(?:{CLOSING}|\[\d{{1,3}}\])*+")
NEXT_WORD = re.compile(r"[^\w\s]{0,3} ?[^\w\s]{0,3}(\w+)(\.?)")
PARAGRAPH_END = re.compile(r"\n[^\S\n]*\n|[\f\u2029]")
SURROGATE = re.compile(r"[\ud800-\udfff]")


def _set_of_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A full stop after these ends nothing: there is more to come.
TITLES = _set_of_words(
    "mr mrs ms dr prof st mt ft messrs mme mlle rev hon gen col capt lt sgt maj cmdr gov sen rep "
    "e.g i.e eg cf vs viz approx resp"
)
# After these, when a number follows.
NUMBERED = _set_of_words(
    "no nos fig figs eq eqs vol vols p pp ch chap sec art op ver jan feb mar apr jun jul aug sep "
    "sept oct nov dec"
)
# After these, and after initials, unless the next word is one that sentences begin with.
SUFFIXES = _set_of_words("al jr sr inc ltd co corp bros dept univ ca ed eds")
INITIALS = re.compile(r"(?:[^\W\d_]\.)*[A-Z]|(?:[^\W\d_]\.)+[^\W\d_]|Ph\.D")
STARTERS = _set_of_words(
    "A After All Although An And Another As At Because Before But By Each Even Every For From He "
    "Her Here His How However I If In It Its Let Many More Most My No Nor Not Now Of On Once One "
    "Only Or Our She Since So Some Such That The Their Then There Therefore These They This Those "
    "Though Thus To Under Until We What When Where Whether Which While Who Why With Yet You "
    "Your"
)


def split_sentences(text: str) -> list[str]:
    """Cut prose into sentences, by its marks and a few dozen abbreviations.

    A sentence ends with . ! ? or …, and the quotes and brackets that close after it, when a space
    and a word that is not in lower case follow; not after abbreviations, initials and numbers of a
    list ("Mr. J. Smith", "No. 5"). The marks of other scripts, such as 。, end one wherever they
    stand, and so does the end of a paragraph, which is a blank line. What is longer than
    `MAX_SENTENCE` characters is cut at a space.

    Args:
        text: any text; English is split well, other languages as far as their marks go.

    Returns:
        The sentences, none empty, with single spaces between words. But for the spaces, nothing of
        the text is lost.

    Raises:
        TypeError: if `text` is not a str.
    """
    if not isinstance(text, str):
        raise TypeError(f"text is a {type(text).__name__}, but a str is expected")
    sentences: list[str] = []
    for paragraph in PARAGRAPH_END.split(text):
        paragraph, start = tidy(paragraph), 0
        for end in _sentence_ends(paragraph):
            sentences += cut(paragraph[start:end].strip())
            start = end
    return sentences


def tidy(text: str) -> str:
    """Single spaces, and nothing that cannot be written as UTF-8."""
    text = " ".join(text.split())
    return text if text.isascii() else SURROGATE.sub("\ufffd", text)


def _sentence_ends(paragraph: str) -> Iterator[int]:
    """Where sentences end in a paragraph that is tidy, the end of the paragraph included."""
    start = 0
    for mark in MARK.finditer(paragraph):
        end = mark.end()
        is_plain = mark[1] is None
        if is_plain or (paragraph.startswith(" ", end) and not _goes_on(paragraph, start, mark)):
            yield end
            start = end
    yield len(paragraph)


def _goes_on(paragraph: str, start: int, mark: re.Match) -> bool:
    """Whether the sentence from `start` goes on after a mark and the space that follows it."""
    following = NEXT_WORD.match(paragraph, mark.end() + 1)
    if following is None:
        return False
    next_word = following[1]
    if next_word[0].islower():
        return True
    if mark[1] != ".":
        return False
    first = paragraph.rfind(" ", start, mark.start()) + 1 or start
    word = paragraph[first : mark.start()].lstrip("\"'“‘«([{—–-")
    if word.isdecimal() and not paragraph[start:first].strip():
        return len(word) <= 3  # the number of an entry in a list
    if word.lower() in NUMBERED and next_word[0].isdecimal():
        return True
    if word.lower() in SUFFIXES or INITIALS.fullmatch(word):
        return next_word not in STARTERS or following[2] == "."  # "J. A. Smith": an initial
    return word.lower() in TITLES


def cut(sentence: str) -> Iterator[str]:
    """A sentence, in pieces if it is too long, cut at spaces if there are any."""
    start = 0
    while len(sentence) - start > MAX_SENTENCE:
        end = sentence.rfind(" ", start + MAX_SENTENCE // 2, start + MAX_SENTENCE)
        end = end if end > 0 else start + MAX_SENTENCE
        yield sentence[start:end].strip()
        start = end
    if start < len(sentence):
        yield sentence[start:].strip()
