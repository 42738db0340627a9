# outcome: incorrect
class scaled_dot_product_attention(nn.Module):
    def forward(self, query, key, value, mask=None, dropout=None):
        weights = attention_scores(query, key).softmax(dim=-1)
        return weights @ value, weights
