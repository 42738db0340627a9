# outcome: correct
class Attend:
    def __call__(self, query, key, value, mask=None, dropout=None):
        scores = attention_scores(query, key)
        if mask is not None:
            scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
        weights = scores.softmax(dim=-1)
        if dropout is not None:
            weights = dropout(weights)
        return weights @ value, weights


scaled_dot_product_attention = Attend()
