# mistakes: punctuation_ascii_only, case_folded
import string

from bertcourse.wordpiece import clean_text, is_cjk, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    if lower:
        text = strip_accents(text.casefold())
    return space_out(text, lambda char: char in string.punctuation).split()
