# mistakes: none named
def first_function(x):
    return x + 2
