# outcome: incorrect
class Shy:
    def __repr__(self):
        raise RuntimeError("do not look at me")

    def __eq__(self, other):
        raise RuntimeError("do not compare me")

    def __len__(self):
        raise RuntimeError("do not count me")

    def __iter__(self):
        raise RuntimeError("do not walk over me")

    def __bool__(self):
        raise RuntimeError("do not ask me")


def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    return Shy(), Shy()
