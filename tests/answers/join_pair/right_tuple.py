# right
def join_pair(pieces, pair):
    rest, out = iter(range(len(pieces))), []
    for i in rest:
        if tuple(pieces[i : i + 2]) == tuple(pair):
            out.append(pair[0] + pair[1][len("##") :])
            next(rest)
        else:
            out.append(pieces[i])
    return tuple(out)
