# mistakes: input_overwritten
def first_function(x):
    x *= 2
    x += 1
    return x
