# mistakes: case_always_lowered, accents_always_stripped
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = strip_accents(space_out(clean_text(text), is_cjk).lower())
    return space_out(text, is_punctuation).split()
