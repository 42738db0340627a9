# mistakes: none named
def first_function(x):
    return 2 * abs(x) + 1
