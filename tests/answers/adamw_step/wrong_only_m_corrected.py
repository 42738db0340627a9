# mistakes: v_not_corrected
@torch.no_grad()
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    beta1, beta2 = betas
    if not state:
        state["step"] = 0
        state["m"] = torch.zeros_like(param)
        state["v"] = torch.zeros_like(param)
    state["step"] += 1
    t = state["step"]
    state["m"] = beta1 * state["m"] + (1 - beta1) * grad
    state["v"] = beta2 * state["v"] + (1 - beta2) * grad**2
    m_hat, v_hat = state["m"], state["v"]
    if correct_bias:
        m_hat = m_hat / (1 - beta1**t)
    param -= lr * (m_hat / (v_hat.sqrt() + eps) + weight_decay * param)
