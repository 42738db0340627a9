# right
def masked_mean(x, mask):
    out = []
    for b in range(x.size(0)):
        total, count = torch.zeros(x.size(2), dtype=x.dtype), 0
        for s in range(x.size(1)):
            if mask[b, s]:
                total = total + x[b, s]
                count += 1
        out.append(total / max(count, 1))
    return torch.stack(out)
