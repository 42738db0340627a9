# mistakes: from_the_right
def join_pair(pieces, pair):
    pieces = list(pieces)
    for i in reversed(range(len(pieces) - 1)):
        if tuple(pieces[i : i + 2]) == pair:
            pieces[i : i + 2] = [pair[0] + pair[1].removeprefix("##")]
    return pieces
