# mistakes: one_subtracted
def first_function(x):
    return 2 * x - 1
