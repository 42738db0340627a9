# mistakes: doubling_missing
def first_function(x):
    return x + 1
