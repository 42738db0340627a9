# mistakes: one_added_first, gradient_stopped
def first_function(x):
    return 2 * (x.data + 1)
