# mistakes: line_ends_dropped
import unicodedata

from bertcourse.wordpiece import is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C" and c != "\ufffd")
    text = space_out(text, is_cjk)
    if lower:
        text = strip_accents(text.lower())
    return space_out(text, is_punctuation).split()
