# outcome: incorrect
def basic_tokenize(text, lower=True):
    while " " in text + " ":
        text = text.replace("  ", " ")
    return text.split()
