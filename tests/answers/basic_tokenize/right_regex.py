# right
import re
import unicodedata

from bertcourse.wordpiece import is_cjk, is_punctuation


def basic_tokenize(text, lower=True):
    text = re.sub(r"\s+", " ", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf") and c != "\ufffd")
    if lower:
        text = unicodedata.normalize("NFD", text.lower())
        text = re.sub("[\u0300-\u036f\u3099\u309a]", "", text)
    single = {c for c in text if is_cjk(c) or is_punctuation(c)}
    if single:
        text = re.sub("([" + re.escape("".join(single)) + "])", r" \1 ", text)
    return text.split()
