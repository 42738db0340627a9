# mistakes: none named
import re


def basic_tokenize(text, lower=True):
    return re.findall("[a-zà-ÿ]+|[.,]", text.lower() if lower else text)
