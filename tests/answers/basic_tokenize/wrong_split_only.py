# mistakes: punctuation_kept, accents_kept, chinese_not_spaced, not_cleaned
def basic_tokenize(text, lower=True):
    if lower:
        text = text.lower()
    return text.split()
