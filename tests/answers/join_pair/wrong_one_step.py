# mistakes: second_piece_kept
def join_pair(pieces, pair):
    joined = []
    for i in range(len(pieces)):
        if tuple(pieces[i : i + 2]) == pair:
            joined.append(pair[0] + pair[1].removeprefix("##"))
        else:
            joined.append(pieces[i])
    return joined
