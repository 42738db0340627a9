# mistakes: unseen_cuts_words
from bertcourse.wordpiece import is_cjk, is_control, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = "".join(" " if is_control(c) or c == "\ufffd" else c for c in text)
    text = space_out(text, is_cjk)
    if lower:
        text = strip_accents(text.lower())
    return space_out(text, is_punctuation).split()
