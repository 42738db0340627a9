# mistakes: first_only
def join_pair(pieces, pair):
    for i in range(len(pieces) - 1):
        if (pieces[i], pieces[i + 1]) == pair:
            return pieces[:i] + [pair[0] + pair[1].removeprefix("##")] + pieces[i + 2 :]
    return pieces
