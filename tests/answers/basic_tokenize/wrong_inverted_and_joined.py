# mistakes: one_string, case_inverted
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    text = strip_accents(text) if lower else text.lower()
    return " ".join(space_out(text, is_punctuation).split())
