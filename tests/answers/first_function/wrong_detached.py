# mistakes: gradient_stopped
def first_function(x):
    y = x.detach()
    return 2 * y + 1
