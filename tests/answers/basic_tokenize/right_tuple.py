# right
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), lambda char: is_cjk(char) or is_punctuation(char))
    return tuple((strip_accents(text.lower()) if lower else text).split())
