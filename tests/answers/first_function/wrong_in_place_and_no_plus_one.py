# mistakes: one_missing, input_overwritten
def first_function(x):
    return x.mul_(2)
