# mistakes: nested
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    words = space_out(clean_text(text), is_cjk).split()
    if lower:
        words = [strip_accents(word.lower()) for word in words]
    return [space_out(word, is_punctuation).split() for word in words]
