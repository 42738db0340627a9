# mistakes: elementwise_product
def attention_scores(query, key):
    return query * key / math.sqrt(query.size(-1))
