# right
def join_pair(pieces, pair):
    left, right = pair
    new = left + right[2:]
    result = []
    i = 0
    while i < len(pieces):
        if i + 1 < len(pieces) and pieces[i] == left and pieces[i + 1] == right:
            result.append(new)
            i = i + 2
        else:
            result.append(pieces[i])
            i = i + 1
    return result
