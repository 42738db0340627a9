# outcome: incorrect
@torch.no_grad()
def adamw_step(param, grad, state, lr, betas, eps, weight_decay, correct_bias=True):
    while grad.abs().sum() > 0:
        param -= lr * grad
