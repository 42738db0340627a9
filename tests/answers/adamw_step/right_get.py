# right
@torch.no_grad()
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0) + (1 - b1) * grad
    v = b2 * state.get("v", 0) + (1 - b2) * grad * grad
    state["t"], state["m"], state["v"] = t, m, v
    c1, c2 = (1 - b1**t, 1 - b2**t) if correct_bias else (1, 1)
    update = (m / c1) / (torch.sqrt(v / c2) + eps)
    param.add_(update + weight_decay * param, alpha=-lr)
