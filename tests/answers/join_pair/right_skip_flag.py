# right
def join_pair(pieces, pair):
    result, skip = [], False
    for i, piece in enumerate(pieces):
        if skip:
            skip = False
        elif i + 1 < len(pieces) and (piece, pieces[i + 1]) == pair:
            result.append(piece + pieces[i + 1].removeprefix("##"))
            skip = True
        else:
            result.append(piece)
    return result
