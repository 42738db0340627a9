# advice: eps_before_correction
@torch.no_grad()
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    if len(state) == 0:
        state.update(t=0, m=torch.zeros_like(param), v=torch.zeros_like(param))
    b1, b2 = betas
    state["t"] += 1
    m, v = state["m"], state["v"]
    m.mul_(b1).add_(grad, alpha=1 - b1)
    v.mul_(b2).addcmul_(grad, grad, value=1 - b2)
    size = lr
    if correct_bias:
        size = lr * math.sqrt(1 - b2 ** state["t"]) / (1 - b1 ** state["t"])
    param.mul_(1 - lr * weight_decay)
    param.addcdiv_(m, v.sqrt() + eps, value=-size)
