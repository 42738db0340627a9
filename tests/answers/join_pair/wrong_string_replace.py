# mistakes: joined_as_text
def join_pair(pieces, pair):
    text = " ".join(pieces)
    return text.replace(" ".join(pair), pair[0] + pair[1].removeprefix("##")).split()
