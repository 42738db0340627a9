# right
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    result = []
    for word in space_out(clean_text(text), is_cjk).split():
        if lower:
            word = strip_accents(word.lower())
        result.extend(space_out(word, is_punctuation).split())
    return result
