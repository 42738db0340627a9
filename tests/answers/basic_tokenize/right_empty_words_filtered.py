# right
from bertcourse.wordpiece import clean_text, is_cjk, is_punctuation, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(space_out(clean_text(text), is_cjk), is_punctuation)
    words = [word for word in text.split(" ") if word != ""]
    if lower:
        words = [strip_accents(word.lower()) for word in words]
    return words
