# right
from itertools import groupby

from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, strip_accents


def basic_tokenize(text, lower=True):
    text = clean_text(text)
    if lower:
        text = strip_accents(text.lower())
    number = iter(range(10**9))

    def kind(char):
        return next(number) if is_cjk(char) or is_punctuation(char) else -1

    return ["".join(g) for w in text.split() for _, g in groupby(w, kind)]
