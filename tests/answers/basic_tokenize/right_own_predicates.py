# right
import string
import unicodedata


def is_mark(char):
    return char in string.punctuation or unicodedata.category(char)[0] == "P"


def is_chinese(char):
    return 0x4E00 <= ord(char) <= 0x9FFF or 0x3400 <= ord(char) <= 0x4DBF


def basic_tokenize(text, lower=True):
    kept = []
    for char in text:
        if char in "\t\n\r":
            kept.append(" ")
        elif unicodedata.category(char).startswith("C") or char == chr(0xFFFD):
            continue
        elif is_chinese(char):
            kept.append(" " + char + " ")
        else:
            kept.append(char)
    text = "".join(kept)
    if lower:
        text = text.lower()
        text = "".join(
            c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)
        )
    return "".join(f" {c} " if is_mark(c) else c for c in text).split()
