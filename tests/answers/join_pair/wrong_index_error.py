# mistakes: none named
def join_pair(pieces, pair):
    joined, i = [], 0
    while i < len(pieces):
        if (pieces[i], pieces[i + 1]) == pair:
            joined.append(pair[0] + pair[1].removeprefix("##"))
            i += 2
        else:
            joined.append(pieces[i])
            i += 1
    return joined
