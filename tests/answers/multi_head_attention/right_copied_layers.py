# right
import copy


def copies(module, n):
    return [copy.deepcopy(module) for _ in range(n)]


class MultiHeadAttention(nn.Module):
    def __init__(self, d_model, h, dropout=0.1):
        super(MultiHeadAttention, self).__init__()
        assert d_model % h == 0
        self.d_head = d_model // h
        self.h = h
        self.query, self.key, self.value, self.output = copies(nn.Linear(d_model, d_model), 4)
        self.attn = None
        self.dropout = nn.Dropout(p=dropout)

    def forward(self, x, mask=None):
        if mask is not None:
            mask = padding_mask(mask)
        batch = x.size(0)
        query, key, value = [
            layer(x).view(batch, -1, self.h, self.d_head).transpose(1, 2)
            for layer in [self.query, self.key, self.value]
        ]
        x, self.attn = scaled_dot_product_attention(
            query, key, value, mask=mask, dropout=self.dropout
        )
        x = x.transpose(1, 2).contiguous().view(batch, -1, self.h * self.d_head)
        return self.output(x)
