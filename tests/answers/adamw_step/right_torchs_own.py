# right
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    if correct_bias:
        if not state:
            state["weight"] = torch.nn.Parameter(param.detach().clone())
            state["optimizer"] = torch.optim.AdamW(
                [state["weight"]], lr=lr, betas=betas, eps=eps, weight_decay=weight_decay
            )
        state["weight"].grad = grad.detach().clone()
        state["optimizer"].step()
        param.data.copy_(state["weight"].data)
        return
    if not state:
        state["m"], state["v"] = torch.zeros_like(param.data), torch.zeros_like(param.data)
    state["m"] = state["m"].mul(betas[0]).add(grad, alpha=1 - betas[0])
    state["v"] = state["v"].mul(betas[1]).addcmul(grad, grad, value=1 - betas[1])
    step = state["m"] / (state["v"].sqrt() + eps)
    param.data = param.data - lr * (step + weight_decay * param.data)
