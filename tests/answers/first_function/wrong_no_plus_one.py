# mistakes: one_missing
def first_function(x):
    return 2 * x
