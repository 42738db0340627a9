# mistakes: nothing_returned, input_overwritten
def first_function(x):
    x.mul_(2).add_(1)
    print(x)
