# mistakes: compatibility_forms
import unicodedata

from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    if lower:
        text = unicodedata.normalize("NFKD", text.lower())
        text = "".join(c for c in text if not unicodedata.combining(c))
    return space_out(text, is_punctuation).split()
