# mistakes: summed_up
def first_function(x):
    return (2 * x + 1).sum()
