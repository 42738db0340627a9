# right
def join_pair(pieces, pair):
    pieces = list(pieces)
    i = 0
    while i < len(pieces) - 1:
        if pieces[i] == pair[0] and pieces[i + 1] == pair[1]:
            pieces[i] = pieces[i] + pieces[i + 1][2:]
            del pieces[i + 1]
        i += 1
    return pieces
