# mistakes: one_tensor_for_both
@torch.no_grad()
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    beta1, beta2 = betas
    if not state:
        state["step"] = 0
        state["m"] = state["v"] = torch.zeros_like(param)
    state["step"] += 1
    t = state["step"]
    state["m"].mul_(beta1).add_(grad, alpha=1 - beta1)
    state["v"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    m_hat, v_hat = state["m"], state["v"]
    if correct_bias:
        m_hat = m_hat / (1 - beta1**t)
        v_hat = v_hat / (1 - beta2**t)
    param -= lr * (m_hat / (v_hat.sqrt() + eps) + weight_decay * param)
