# mistakes: none named
def join_pair(pieces, pair):
    return [
        pair[0] + pair[1].removeprefix("##")
        for i in range(len(pieces) - 1)
        if tuple(pieces[i : i + 2]) == pair
    ]
