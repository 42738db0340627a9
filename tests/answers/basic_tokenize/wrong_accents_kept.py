# mistakes: accents_kept
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    if lower:
        text = text.lower()
    return space_out(text, is_punctuation).split()
