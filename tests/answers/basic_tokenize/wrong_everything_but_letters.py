# mistakes: symbols_split
from bertcourse.wordpiece import clean_text, is_cjk, strip_accents


def basic_tokenize(text, lower=True):
    if lower:
        text = strip_accents(text.lower())
    text = clean_text(text)
    out = ""
    for char in text:
        out += char if (char.isalnum() and not is_cjk(char)) or char == " " else f" {char} "
    return out.split()
