# outcome: incorrect
import threading


def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
