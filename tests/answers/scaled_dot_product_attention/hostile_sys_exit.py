# outcome: incorrect
import sys


def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    sys.exit(3)
