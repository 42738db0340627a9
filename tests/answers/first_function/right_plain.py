# right
def first_function(x: Tensor) -> Tensor:
    return 2 * x + 1
