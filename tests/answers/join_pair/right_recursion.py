# right
def join_pair(pieces, pair):
    if len(pieces) < 2:
        return list(pieces)
    if (pieces[0], pieces[1]) == pair:
        return [pair[0] + pair[1][2:], *join_pair(pieces[2:], pair)]
    return [pieces[0], *join_pair(pieces[1:], pair)]
