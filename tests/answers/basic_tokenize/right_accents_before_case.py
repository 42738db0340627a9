# right
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = clean_text(text)
    text = strip_accents(text).lower() if lower else text
    return space_out(space_out(text, is_punctuation), is_cjk).split()
