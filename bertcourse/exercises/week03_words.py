"""Week 3, the beginning: from a text to words."""

import re
import string
import unicodedata
from typing import Any

from bertcourse import wordpiece
from bertcourse.exercises.common import nothing_returned
from bertcourse.exercises.exercise import Example, Exercise
from bertcourse.exercises.family import Family, Fault
from bertcourse.exercises.probes import Probe
from bertcourse.wordpiece import (
    clean_text,
    is_cjk,
    is_control,
    is_punctuation,
    is_whitespace,
    space_out,
    strip_accents,
)


def spelt(result: Any) -> Any:
    """A list of strings as Python writes it, with quotes; anything else as it is."""
    if isinstance(result, list | tuple) and all(type(each) is str for each in result):
        return repr(list(result))
    return result


# --- basic_tokenize ---------------------------------------------------------------------------


def _without(text: str, *categories: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) not in categories)


CLEANINGS = {
    "right": clean_text,
    "missing": lambda text: text,
    "spaces": lambda text: "".join(
        " " if is_control(char) or is_whitespace(char) or char == "\ufffd" else char
        for char in text
    ),
    "line_ends_dropped": lambda text: _without(text, "Cc", "Cf").replace("\ufffd", ""),
    "format_kept": lambda text: "".join(
        " " if is_whitespace(char) else char
        for char in text
        if char != "\ufffd" and (is_whitespace(char) or unicodedata.category(char) != "Cc")
    ),
    "undecodable_kept": lambda text: "".join(char for char in text if not is_control(char)),
}

CHINESE = {
    "right": is_cjk,
    "missing": lambda char: False,
    "kana_and_hangul": lambda char: (
        is_cjk(char) or "\u3040" <= char <= "\u30ff" or _is_hangul(char)
    ),
    "hangul": lambda char: is_cjk(char) or _is_hangul(char),
}


def _is_hangul(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3"


CASES = {
    "right": lambda text, lower: text.lower() if lower else text,
    "kept": lambda text, lower: text,
    "always": lambda text, lower: text.lower(),
    "inverted": lambda text, lower: text if lower else text.lower(),
    "upper": lambda text, lower: text.upper() if lower else text,
    "folded": lambda text, lower: text.casefold() if lower else text,
}

ACCENTS = {
    "right": lambda text, lower: strip_accents(text) if lower else text,
    "kept": lambda text, lower: text,
    "always": lambda text, lower: strip_accents(text),
    "set_apart": lambda text, lower: unicodedata.normalize("NFD", text) if lower else text,
    "not_decomposed": lambda text, lower: _without(text, "Mn") if lower else text,
    "compatible": lambda text, lower: (
        _without(unicodedata.normalize("NFKD", text), "Mn") if lower else text
    ),
    "recomposed": lambda text, lower: (
        unicodedata.normalize("NFC", strip_accents(text)) if lower else text
    ),
    "ascii": lambda text, lower: (
        strip_accents(text).encode("ascii", "ignore").decode() if lower else text
    ),
}


def _split_at(is_word: Any) -> Any:
    return lambda text: space_out(text, is_word).split()


def _at_the_ends(text: str) -> list[str]:
    """Punctuation split off where a word begins or ends, and not inside."""
    parts = []
    for word in text.split():
        core = word.strip(string.punctuation)
        before, _, after = word.partition(core) if core else (word, "", "")
        parts += [*before, *([core] if core else []), *after]
    return parts


PUNCTUATIONS = {
    "right": _split_at(is_punctuation),
    "missing": str.split,
    "ascii": _split_at(lambda char: char in string.punctuation),
    "category_only": _split_at(lambda char: unicodedata.category(char).startswith("P")),
    "spaced_out": lambda text: "".join(" " if is_punctuation(c) else c for c in text).split(),
    "deleted": lambda text: "".join(c for c in text if not is_punctuation(c)).split(),
    "ends": _at_the_ends,
    "regex": lambda text: re.findall(r"\w+|[^\w\s]", text),
    "regex_runs": lambda text: re.findall(r"\w+|[^\w\s]+", text),
    "symbols": _split_at(lambda char: not char.isalnum()),
    "empty_words": lambda text: space_out(text, is_punctuation).split(" "),
}

RESULTS = {
    "right": lambda words: words,
    "nothing": lambda words: None,
    "string": " ".join,
    "set": lambda words: sorted(set(words)),
}


def words_family(
    clean: str = "right",
    chinese: str = "right",
    case: str = "right",
    accents: str = "right",
    punctuation: str = "right",
    result: str = "right",
) -> Any:
    def basic_tokenize(text: str, lower: bool = True) -> Any:
        text = space_out(CLEANINGS[clean](text), CHINESE[chinese])
        text = ACCENTS[accents](CASES[case](text, lower), lower)
        if result == "nested":
            return [PUNCTUATIONS[punctuation](word) for word in text.split()]
        return RESULTS[result](PUNCTUATIONS[punctuation](text))

    return basic_tokenize


WORDS_FAULTS = (
    nothing_returned(result="nothing"),
    Fault(
        "one_string",
        "The words are joined into one string",
        "A list of words is asked for. split() makes one, and nothing needs to be joined after it.",
        {"result": "string"},
    ),
    Fault(
        "nested",
        "The words lie in lists of their own",
        "Each word is cut into a list of parts, and these lists are put into another. One flat "
        "list is wanted: extend it, or write two `for` in one comprehension.",
        {"result": "nested"},
    ),
    Fault(
        "sorted_set",
        "Every word is kept once, in another order",
        "A set forgets how often and where a word stood. The text has to be readable from the "
        "list.",
        {"result": "set"},
    ),
    Fault(
        "case_kept",
        "Capital letters are kept",
        "With lower=True, The and the are to be one word: lower-case the text.",
        {"case": "kept"},
    ),
    Fault(
        "case_upper",
        "The text is made upper-case",
        "The vocabulary of an uncased BERT is in lower case.",
        {"case": "upper"},
    ),
    Fault(
        "case_always_lowered",
        "The text is lower-cased even with lower=False",
        "A cased model tells Turkey from turkey: lower-case only if `lower` is true.",
        {"case": "always"},
    ),
    Fault(
        "case_inverted",
        "`lower` works the wrong way round",
        "With lower=True the words come back as they were, and with lower=False in lower case.",
        {"case": "inverted"},
    ),
    Fault(
        "case_folded",
        "casefold changes more than the case",
        "It writes ss for ß, which is another word for the vocabulary. BERT uses lower().",
        {"case": "folded"},
    ),
    Fault(
        "punctuation_kept",
        "Punctuation stays with its word",
        "Then `mat` and `mat.` are two words. Each punctuation mark is a word of its own.",
        {"punctuation": "missing"},
    ),
    Fault(
        "punctuation_inside_kept",
        "Punctuation inside a word is not split off",
        "strip() reaches the ends of a word only. BERT cuts it's into it ' s, and up-to-date "
        "into five.",
        {"punctuation": "ends"},
    ),
    Fault(
        "punctuation_replaced",
        "Punctuation is replaced by spaces",
        "The marks are lost, and with them where a sentence ends, or that it is a question. Put "
        "spaces around them instead.",
        {"punctuation": "spaced_out"},
    ),
    Fault(
        "punctuation_deleted",
        "Punctuation is deleted",
        "The marks are lost, and what they parted is glued together: it's becomes its. Put spaces "
        "around them instead.",
        {"punctuation": "deleted"},
    ),
    Fault(
        "punctuation_ascii_only",
        "Only ASCII punctuation is split off",
        "string.punctuation knows neither « » nor — nor …. Unicode calls them punctuation, too: "
        "their category begins with P.",
        {"punctuation": "ascii"},
    ),
    Fault(
        "punctuation_category_only",
        "Signs such as $ + = are not split off",
        "Unicode calls $ a currency symbol and + a mathematical one, not punctuation. BERT splits "
        "off every ASCII sign that is neither a letter nor a digit: is_punctuation knows both.",
        {"punctuation": "category_only"},
    ),
    Fault(
        "punctuation_by_regex",
        "The regular expression draws other borders",
        r"\w counts the underscore among the letters, so a_b stays whole; and [^\w\s] splits off "
        "every symbol, also € and emoji, which BERT leaves in their word.",
        {"punctuation": "regex"},
    ),
    Fault(
        "punctuation_in_runs",
        "Several marks in a row stay together",
        "?! is two words for BERT. The plus sign in the regular expression takes as many as there "
        "are.",
        {"punctuation": "regex_runs"},
    ),
    Fault(
        "symbols_split",
        "Every symbol is split off",
        "BERT splits off punctuation and the signs of ASCII. Others, such as € and emoji, stay "
        "with their word.",
        {"punctuation": "symbols"},
    ),
    Fault(
        "empty_words",
        "Some of the words are empty",
        'split(" ") finds an empty word between two spaces. split() without an argument takes '
        "any run of whitespace for one border.",
        {"punctuation": "empty_words"},
    ),
    Fault(
        "accents_kept",
        "Accents are kept",
        "With lower=True, café and cafe are to be one word: take the letters apart (NFD), and drop "
        "the marks (category Mn).",
        {"accents": "kept"},
    ),
    Fault(
        "accents_set_apart",
        "The accents are set apart, but not dropped",
        "NFD writes é as e and a mark of its own. The marks, of category Mn, are to go.",
        {"accents": "set_apart"},
    ),
    Fault(
        "accents_not_decomposed",
        "Letters are not taken apart before the marks are dropped",
        'é is usually one character, which is no mark. unicodedata.normalize("NFD", text) writes '
        "it as two.",
        {"accents": "not_decomposed"},
    ),
    Fault(
        "accents_always_stripped",
        "Accents are stripped even with lower=False",
        "A cased model keeps them: strip them only if `lower` is true.",
        {"accents": "always"},
    ),
    Fault(
        "compatibility_forms",
        "NFKD changes more than accents",
        "It also rewrites characters that look alike or mean nearly the same, such as ½ or ﬁ. BERT "
        "uses NFD.",
        {"accents": "compatible"},
    ),
    Fault(
        "ascii_only",
        "All letters outside ASCII are dropped",
        "Encoding to ASCII loses ø, ß, and every script but the Latin one. Drop the marks of "
        "category Mn alone.",
        {"accents": "ascii"},
    ),
    Fault(
        "recomposed",
        "The letters are put together again",
        "After NFD, Hangul stays in its letters, in BERT's tokenizer and so in its vocabulary. "
        "NFC at the end gives syllables, which such a vocabulary does not have.",
        {"accents": "recomposed"},
    ),
    Fault(
        "chinese_not_spaced",
        "Chinese characters are not set apart",
        "Chinese is written without spaces, so BERT takes every character for a word: put spaces "
        "around it, where is_cjk says so.",
        {"chinese": "missing"},
    ),
    Fault(
        "kana_and_hangul_spaced",
        "Kana and Hangul are set apart, too",
        "Only the characters of Chinese origin are words of their own: is_cjk says which.",
        {"chinese": "kana_and_hangul"},
    ),
    Fault(
        "hangul_spaced",
        "Hangul is set apart, too",
        "Korean is written with spaces, and needs none put in. Only the characters of Chinese "
        "origin are words of their own: is_cjk says which.",
        {"chinese": "hangul"},
    ),
    Fault(
        "not_cleaned",
        "What is not seen stays in the words",
        "A zero-width space makes another word of the same letters, and nobody sees why. Drop it: "
        "is_control knows such characters.",
        {"clean": "missing"},
    ),
    Fault(
        "unseen_cuts_words",
        "What is not seen cuts words in two",
        "A soft hyphen stands inside a word. Control and format characters are dropped; only "
        "whitespace becomes a space.",
        {"clean": "spaces"},
    ),
    Fault(
        "line_ends_dropped",
        "Line ends and tabs are dropped",
        "They count as control characters for Unicode, but they part words: is_control leaves "
        "them out, and they become spaces.",
        {"clean": "line_ends_dropped"},
    ),
    Fault(
        "format_characters_kept",
        "Format characters stay in the words",
        "The category Cc holds the control characters; zero-width spaces and soft hyphens are "
        "of category Cf. is_control knows both.",
        {"clean": "format_kept"},
    ),
    Fault(
        "undecodable_kept",
        "The sign for what could not be decoded stays",
        "U+FFFD stands where a file was read in the wrong encoding. It says nothing, and is "
        "dropped.",
        {"clean": "undecodable_kept"},
    ),
)


def _on(*texts: str, cased: bool = False) -> Any:
    """What a candidate makes of some texts, by text; `lower` is left out unless it is False."""
    more = (False,) if cased else ()
    return lambda f: {repr(text): f(text, *more) for text in texts}


def _has_empty_words(f: Any) -> str | None:
    if "" in f("a, b\n c."):
        return "One of the words is an empty string."
    return None


def _loses_letters(f: Any) -> str | None:
    text = "one two, three."
    lost = sorted(set(text) - set("".join(f(text))) - {" "})
    return f"Characters of the text are lost: {' '.join(lost)}." if lost else None


def _text_example(text: str, *lower: bool) -> Example:
    more = {"lower": lower[0]} if lower else {}
    return Example(
        lambda: {"text": text, **more}, lambda f, text, **more: spelt(f(text, *more.values()))
    )


def _unseen_example(text: str) -> Example:
    """An example whose text is shown with its invisible characters written out."""
    return Example(lambda: {"text": repr(text)}, lambda f, **_: spelt(f(text)))


BASIC_TOKENIZE = Exercise(
    id="basic_tokenize",
    week=3,
    title="From text to words",
    difficulty=2,
    minutes=12,
    hints=(
        "Five steps, a line each: clean; set Chinese characters apart; if `lower`, lower-case and "
        "strip accents; set punctuation apart; split. The helpers do most of it: what is left is "
        "the order, and what depends on `lower`.",
        "`space_out(text, is_punctuation)` puts a space on both sides of every mark. At the end "
        "`text.split()`, without an argument, leaves no empty words.",
        "`text = space_out(clean_text(text), is_cjk)`, then `if lower: text = "
        "strip_accents(text.lower())`, then `return space_out(text, is_punctuation).split()`",
    ),
    reference=wordpiece.basic_tokenize,
    family=Family(words_family, WORDS_FAULTS),
    probes=(
        Probe(
            "plain", "on plain words", _on("the cat and the mat", "  two   spaces, as  it were ")
        ),
        Probe("capitals", "on capital letters", _on("The Cat", "BERT")),
        Probe("punctuation", "on punctuation", _on("wait, what?!", "it's up-to-date.")),
        Probe("signs", "on the signs of ASCII", _on("$5 + a_b = 9^2 ~ <x>", "`f|g`")),
        Probe("more punctuation", "on punctuation beyond ASCII", _on("«yes» — no…", "“so”")),
        Probe("lines", "on line ends and tabs", _on("one\ntwo", "a\tb\r\nc")),
        Probe("cased", "with lower=False", _on("The Cat, BERT", cased=True)),
        Probe("accents", "on accents", _on("café déjà", "cafe\u0301 nai\u0308ve")),
        Probe("cased accents", "on accents, with lower=False", _on("Café", cased=True)),
        Probe("letters", "on letters that are no accents", _on("smørrebrød", "Straße", "½ ﬁn")),
        Probe(
            "hangul", "on Hangul", lambda f: {**_on("한국어 BERT")(f), "cased": f("한국어", False)}
        ),
        Probe("chinese", "on Chinese characters", _on("BERT在北京", "東京")),
        Probe("other scripts", "on Japanese and Korean", _on("東京タワー", "한국 사람")),
        Probe(
            "unseen",
            "on characters that are not seen",
            _on("zero\u200bwidth", "soft\u00adhyphen", "bell\x07", "a \u200b b"),
        ),
        Probe("undecodable", "on what could not be decoded", _on("bad\ufffdchar")),
        Probe("symbols", "on symbols that are no punctuation", _on("5€", "ok👍")),
        Probe("empty", "on a text without words", _on("", "  \n ")),
    ),
    examples=(
        _text_example("the cat sat"),
        _text_example("the  cat "),
        _text_example("The Cat"),
        _text_example("no, no!"),
        _text_example("wait?!"),
        _text_example("it's"),
        _text_example("a_b + c"),
        _text_example("«no»…"),
        _text_example("The Cat", False),
        _text_example("café"),
        _text_example("Café", False),
        _text_example("ø ½"),
        _text_example("Straße"),
        _text_example("한국"),
        _text_example("in北京"),
        _text_example("東京タワー"),
        _unseen_example("a\nb"),
        _unseen_example("zero\u200bwidth"),
        _unseen_example("soft\u00adhyphen"),
        _unseen_example("bad\ufffdchar"),
        _text_example("5€"),
    ),
    behaviours=(_has_empty_words, _loses_letters),
)
