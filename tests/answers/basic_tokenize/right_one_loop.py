# right
import unicodedata

from bertcourse.wordpiece import is_cjk, is_control, is_punctuation, is_whitespace


def basic_tokenize(text, lower=True):
    if lower:
        text = unicodedata.normalize("NFD", text.lower())
    words, word = [], ""
    for char in text:
        if char == "\ufffd" or is_control(char):
            continue
        if lower and unicodedata.category(char) == "Mn":
            continue
        alone = is_cjk(char) or is_punctuation(char)
        if alone or is_whitespace(char):
            if word:
                words.append(word)
            word = ""
            if alone:
                words.append(char)
        else:
            word += char
    if word:
        words.append(word)
    return words
