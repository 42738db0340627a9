# mistakes: squared
def first_function(x):
    return x**2 + 1
