# outcome: incorrect
scaled_dot_product_attention = torch.softmax(torch.zeros(3), dim=0)
