# outcome: incorrect
def scaled_dot_product_attention():
    return None
