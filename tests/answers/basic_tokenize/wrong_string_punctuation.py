# mistakes: punctuation_ascii_only
import string

from bertcourse.wordpiece import clean_text, is_cjk, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    if lower:
        text = strip_accents(text.lower())
    for mark in string.punctuation:
        text = text.replace(mark, f" {mark} ")
    return text.split()
