# right
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    with torch.no_grad():
        moments = state.setdefault("moments", [torch.zeros_like(param) for _ in range(2)])
        powers = state.setdefault("powers", [1.0, 1.0])
        for i, signal in enumerate((grad, grad.pow(2))):
            moments[i] = moments[i] * betas[i] + signal * (1 - betas[i])
            powers[i] *= betas[i]
        m, v = moments
        if correct_bias:
            m, v = m / (1 - powers[0]), v / (1 - powers[1])
        new = param - lr * weight_decay * param - lr * m / (v.sqrt() + eps)
        param[...] = new
