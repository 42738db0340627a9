# mistakes: first_only, pieces_changed
def join_pair(pieces, pair):
    for i in range(len(pieces) - 1):
        if (pieces[i], pieces[i + 1]) == pair:
            pieces[i] = pair[0] + pair[1].removeprefix("##")
            pieces.pop(i + 1)
            break
    return pieces
