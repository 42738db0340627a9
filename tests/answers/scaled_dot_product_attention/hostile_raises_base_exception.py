# outcome: incorrect
class Stop(BaseException):
    pass


def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    raise Stop
