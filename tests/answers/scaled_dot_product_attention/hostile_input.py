# outcome: incorrect
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    name = input("Which axis? ")
    return attention_scores(query, key).softmax(int(name)) @ value
