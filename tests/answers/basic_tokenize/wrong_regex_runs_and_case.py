# mistakes: case_kept, punctuation_in_runs
import re

from bertcourse.wordpiece import clean_text, is_cjk, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    if lower:
        text = strip_accents(text)
    return re.findall(r"\w+|[^\w\s]+", text)
