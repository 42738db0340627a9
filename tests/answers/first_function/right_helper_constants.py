# right
SLOPE = 2
OFFSET = 1


def line(x, slope, offset):
    return slope * x + offset


def first_function(x):
    return line(x, SLOPE, OFFSET)
