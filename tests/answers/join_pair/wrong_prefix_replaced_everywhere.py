# mistakes: prefix_lost
def join_pair(pieces, pair):
    joined, i = [], 0
    while i < len(pieces):
        if tuple(pieces[i : i + 2]) == pair:
            joined.append((pair[0] + pair[1]).replace("##", ""))
            i += 2
        else:
            joined.append(pieces[i])
            i += 1
    return joined
