# mistakes: nothing_returned
def first_function(x):
    print(2 * x + 1)
