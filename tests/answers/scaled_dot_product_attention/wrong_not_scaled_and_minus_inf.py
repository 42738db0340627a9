# mistakes: scale_missing, masked_row_nan
def scaled_dot_product_attention(query, key, value, mask=None, dropout=None):
    att = query @ key.transpose(-2, -1)
    if mask is not None:
        att = att.masked_fill(mask == 0, float("-inf"))
    att = F.softmax(att, dim=-1)
    if dropout is not None:
        att = dropout(att)
    return att @ value, att
