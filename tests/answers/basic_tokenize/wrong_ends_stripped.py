# mistakes: punctuation_inside_kept
import string

from bertcourse.wordpiece import clean_text, is_cjk, space_out, strip_accents


def basic_tokenize(text, lower=True):
    text = space_out(clean_text(text), is_cjk)
    if lower:
        text = strip_accents(text.lower())
    result = []
    for word in text.split():
        start, end = 0, len(word)
        while start < end and word[start] in string.punctuation:
            result.append(word[start])
            start += 1
        while end > start and word[end - 1] in string.punctuation:
            end -= 1
        if end > start:
            result.append(word[start:end])
        result += list(word[end:])
    return result
