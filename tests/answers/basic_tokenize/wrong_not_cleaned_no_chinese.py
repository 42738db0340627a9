# mistakes: chinese_not_spaced, not_cleaned
from bertcourse.wordpiece import is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    if lower:
        text = strip_accents(text.lower())
    return space_out(text, is_punctuation).split()
