# outcome: correct
import threading


def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    answer = []

    def work():
        scores = attention_scores(query, key)
        if mask is not None:
            scores = scores.masked_fill(mask == 0, torch.finfo(scores.dtype).min)
        weights = scores.softmax(dim=-1)
        if dropout is not None:
            weights = dropout(weights)
        answer.append((weights @ value, weights))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answer[0]
