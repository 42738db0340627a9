# mistakes: pieces_changed
def join_pair(pieces, pair):
    i = 0
    while i < len(pieces) - 1:
        if (pieces[i], pieces[i + 1]) == pair:
            pieces[i : i + 2] = [pair[0] + pair[1].removeprefix("##")]
        i += 1
    return pieces
