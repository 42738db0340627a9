# mistakes: kana_and_hangul_spaced
from bertcourse.wordpiece import clean_text, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), lambda char: 0x3040 <= ord(char) <= 0xD7A3)
    if lower:
        text = strip_accents(text.lower())
    return space_out(text, is_punctuation).split()
