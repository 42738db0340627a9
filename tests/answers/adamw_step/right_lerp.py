# right
@torch.no_grad()
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    if "exp_avg" not in state:
        state["steps"] = torch.tensor(0.0)
        state["exp_avg"] = torch.zeros_like(param)
        state["exp_avg_sq"] = torch.zeros_like(param)
    state["steps"] += 1
    state["exp_avg"].lerp_(grad, 1 - betas[0])
    state["exp_avg_sq"].lerp_(grad.square(), 1 - betas[1])
    root = state["exp_avg_sq"].sqrt()
    size = lr
    if correct_bias:
        root = root / (1 - betas[1] ** state["steps"]).sqrt()
        size = lr / (1 - betas[0] ** state["steps"])
    param.mul_(1 - lr * weight_decay)
    param.sub_(size * state["exp_avg"] / (root + eps))
