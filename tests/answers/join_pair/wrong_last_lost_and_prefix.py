# mistakes: prefix_kept_inside, last_piece_lost
def join_pair(pieces, pair):
    joined, i = [], 0
    while i < len(pieces) - 1:
        if (pieces[i], pieces[i + 1]) == pair:
            joined.append(pair[0] + pair[1])
            i += 2
        else:
            joined.append(pieces[i])
            i += 1
    return joined
