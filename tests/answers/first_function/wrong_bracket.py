# mistakes: one_added_first
def first_function(x):
    return 2 * (x + 1)
