# mistakes: none named
def first_function(x):
    return [2 * value + 1 for value in x]
