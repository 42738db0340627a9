# mistakes: punctuation_replaced
import re


def basic_tokenize(text, lower=True):
    return re.findall("[a-z]+", text.lower() if lower else text)
