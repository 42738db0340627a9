# mistakes: none named
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    step = adamw_step.__dict__.setdefault("step", [0])
    step[0] += 1
    m = state.setdefault("m", torch.zeros_like(param)).mul_(betas[0]).add_((1 - betas[0]) * grad)
    v = state.setdefault("v", torch.zeros_like(param)).mul_(betas[1]).add_((1 - betas[1]) * grad**2)
    m_hat = m / (1 - betas[0] ** step[0]) if correct_bias else m
    v_hat = v / (1 - betas[1] ** step[0]) if correct_bias else v
    param.data.sub_(lr * (m_hat / (v_hat.sqrt() + eps) + weight_decay * param.data))
