# advice: hashes_lost
def join_pair(pieces, pair):
    done, free = [], False
    for piece in pieces:
        if free and done[-1] == pair[0] and piece == pair[1]:
            done[-1] += piece.lstrip("#")
            free = False
        else:
            done.append(piece)
            free = True
    return done
