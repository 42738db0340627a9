"""Week 6: how BERT's weights are moved: AdamW, a warm-up, and which weights decay.

The file starts from one update of one tensor (`adamw_step`), makes an optimizer of it (`AdamW`),
adds the course of the learning rate (`linear_warmup`) and the choice of the weights that decay
(`decay_groups`), and ends with the optimizer that follows the course (`ScheduledOptim`). BERT's own
recipe, with `clip_grad_norm_(model.parameters(), 1.0)` before every step, is

    AdamW(parameter_groups(model, 0.01), lr=1e-4, eps=1e-6, correct_bias=False)

Source: Loshchilov & Hutter (2019), "Decoupled Weight Decay Regularization", algorithm 2; Devlin et
al. (2019), appendix A.2; google-research/bert (optimization.py).
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.optimizer import ParamsT


@torch.no_grad()
def adamw_step(
    param: Tensor,
    grad: Tensor,
    state: dict[str, Any],
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
    correct_bias: bool = True,
) -> None:
    """Move one parameter by one step of AdamW, in place.

    Formula, for the gradient g at step t, counted from 1:
        m ← β₁ m + (1 − β₁) g           running mean of the gradient
        v ← β₂ v + (1 − β₂) g²          running mean of its square
        m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
        θ ← θ − lr · λ · θ − lr · m̂ / (√v̂ + ε)

    Both means start at 0 and are too small at first; dividing by 1 − βᵗ corrects that.
    google-research/bert leaves this out (m̂ = m, v̂ = v): early steps are then up to 6.6 times as
    long, as v starts even further below its mean than m, and the warm-up makes up for it.

    The decay λ is decoupled: it shrinks the weight itself. Added to the gradient instead (L2), it
    would be divided by √v̂ as well, and weights with large gradients would hardly decay.

    Args:
        param: θ, of any shape; changed in place.
        grad: g, of the same shape.
        state: kept between calls, empty before the first; holds `step`, `exp_avg` (m) and
            `exp_avg_sq` (v).
        lr: the learning rate of this step.
        betas: β₁ and β₂.
        eps: ε, outside the root.
        weight_decay: λ.
        correct_bias: whether m and v are corrected.

    Raises:
        ValueError: if the gradient has another shape than the parameter.

    Source: Loshchilov & Hutter (2019), algorithm 2, with the schedule multiplier inside `lr` and
    the decay as lr · λ.
    """
    if grad.shape != param.shape:
        raise ValueError(
            f"a gradient of shape {tuple(grad.shape)} was given for a parameter of shape "
            f"{tuple(param.shape)}: the two must be the same"
        )
    if not state:
        state.update(step=0, exp_avg=torch.zeros_like(param), exp_avg_sq=torch.zeros_like(param))
    state["step"] += 1
    beta1, beta2 = betas
    m, v = state["exp_avg"], state["exp_avg_sq"]
    m.mul_(beta1).add_(grad, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    correction1 = 1 - beta1 ** state["step"] if correct_bias else 1.0
    correction2 = 1 - beta2 ** state["step"] if correct_bias else 1.0
    param.mul_(1 - lr * weight_decay)
    denominator = v.sqrt().div_(math.sqrt(correction2)).add_(eps)
    param.addcdiv_(m, denominator, value=-lr / correction1)


class AdamW(torch.optim.Optimizer):
    """AdamW as an optimizer: `adamw_step` for every parameter that has a gradient.

    With the same settings it agrees with `torch.optim.AdamW`; with `correct_bias=False` and
    `eps=1e-6` it is the optimizer of google-research/bert.

    Args:
        params: parameters, or groups of them with settings of their own, as for any optimizer.
        lr: the learning rate.
        betas: how much the running means keep of the past, each from 0 to below 1.
        eps: added to the denominator.
        weight_decay: λ, for groups that do not say otherwise.
        correct_bias: whether the running means are corrected for starting at 0.

    Raises:
        ValueError: if a setting is out of range, here or in a group.

    Source: Loshchilov & Hutter (2019), algorithm 2.
    """

    def __init__(
        self,
        params: ParamsT,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
        correct_bias: bool = True,
    ):
        settings = dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, correct_bias=correct_bias
        )
        super().__init__(params, settings)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group, such as layers that are trained from now on; also called for the first."""
        if isinstance(param_group, dict):
            _check_settings({**self.defaults, **param_group})
        super().add_param_group(param_group)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over a saved state, also that of `torch.optim.AdamW`, which always corrects."""
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("correct_bias", True)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; those without are left as they are.

        Args:
            closure: computes the loss and the gradients anew, where a caller wants that done here.

        Returns:
            What the closure returned, or None.

        Raises:
            ValueError: if a gradient is sparse or complex.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for param in group["params"]:
                if param.grad is not None:
                    _check_gradient(param.grad)
                    adamw_step(
                        param,
                        param.grad,
                        self.state[param],
                        group["lr"],
                        group["betas"],
                        group["eps"],
                        group["weight_decay"],
                        group["correct_bias"],
                    )
        return loss


def _check_settings(settings: dict[str, Any]) -> None:
    for name in ("lr", "eps", "weight_decay"):
        if not 0 <= settings[name] < math.inf:
            raise ValueError(f"{name}={settings[name]}: choose a number of 0 or more")
    betas = settings["betas"]
    if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
        raise ValueError(f"betas={betas}: choose two numbers from 0 to below 1, as (0.9, 0.999)")


def _check_gradient(grad: Tensor) -> None:
    if grad.is_sparse:
        raise ValueError(
            "a sparse gradient was given, but AdamW decays all weights at every step: "
            "use nn.Embedding(…, sparse=False)"
        )
    if grad.is_complex():
        raise ValueError("a complex gradient was given, but AdamW is written for real weights")


def linear_warmup(step: int, peak: float, warmup: int, total: int) -> float:
    """The learning rate at a step: up in a line from 0, then down in a line to 0.

    Formula:
        peak · step / warmup                        below `warmup`
        peak · (total − step) / (total − warmup)    from there to `total`, and 0 beyond

    Early gradients are large and say little, and Adam's running means are still empty; small steps
    keep them from spoiling the fresh weights. google-research/bert falls along the line from `peak`
    at step 0 to 0 at `total`, and so drops a little where the warm-up ends; here it falls from the
    peak.

    Args:
        step: from 0.
        peak: the highest rate, reached at step `warmup`.
        warmup: steps until the peak; with 0 the rate starts there.
        total: the step from which on the rate is 0.

    Returns:
        The rate, never negative.

    Raises:
        ValueError: if a number is negative, `total` is 0, or `warmup` is beyond `total` or a share.

    Source: Devlin et al. (2019), appendix A.2: 10 000 steps of warm-up to 1e-4 in 1 000 000.
    """
    if step < 0 or not peak >= 0 or total < 1:
        raise ValueError(
            f"step={step}, peak={peak}, total={total}: choose step and peak of 0 or more, and "
            "total of 1 or more"
        )
    if not 0 <= warmup <= total or 0 < warmup < 1:
        raise ValueError(
            f"warmup={warmup} with total={total}: choose a number of steps, not a share of them, "
            "from 0 to total"
        )
    if step >= total:
        return 0.0
    if step < warmup:
        return peak * (step / warmup)
    return peak * ((total - step) / (total - warmup))  # exactly the peak at `warmup`


def decay_groups(model: nn.Module, weight_decay: float) -> set[str]:
    """Which parameters decay: all but biases and the parameters of norms.

    Decay pulls weights towards 0, where a matrix does less. For a bias or the scale of a norm 0 is
    no such neutral place: the neutral scale is 1.

    A norm is a module with "norm" in its class or in the name it goes by, so that your own class
    counts like `nn.LayerNorm`; a bias is a parameter with "bias" in its own name.

    Args:
        model: any module.
        weight_decay: λ; with 0 nothing decays.

    Returns:
        Names as in `model.named_parameters()`; a tied parameter has the first of its names.

    Raises:
        ValueError: if `weight_decay` is negative.

    Source: google-research/bert, optimization.py, which leaves out the same by name.
    """
    if not weight_decay >= 0:
        raise ValueError(f"weight_decay={weight_decay}: choose a number of 0 or more")
    if weight_decay == 0:
        return set()
    modules = dict(model.named_modules(remove_duplicate=False))
    decaying = set()
    for name, _ in model.named_parameters():
        owner, _, own_name = name.rpartition(".")
        goes_by = (owner.rpartition(".")[2], type(modules[owner]).__name__)
        is_norm = any("norm" in each.lower() for each in goes_by)
        is_norm = is_norm or isinstance(modules[owner], nn.LayerNorm)
        if "bias" not in own_name and not is_norm:
            decaying.add(name)
    return decaying


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """All parameters of a model in two groups for an optimizer: those that decay, and the rest.

    Args:
        model: any module; a tied parameter is listed once.
        weight_decay: λ of the first group; that of the second is 0.

    Returns:
        Two groups with `params` and `weight_decay`; either may have no parameters.

    Raises:
        ValueError: if `weight_decay` is negative.
    """
    decaying = decay_groups(model, weight_decay)
    named = list(model.named_parameters())
    return [
        {"params": [p for name, p in named if name in decaying], "weight_decay": weight_decay},
        {"params": [p for name, p in named if name not in decaying], "weight_decay": 0.0},
    ]


class ScheduledOptim:
    """An optimizer whose learning rate follows `linear_warmup`.

    Update number n, counted from 0, is made at the rate of step n. So with a warm-up the first
    update, as in google-research/bert, is made at rate 0: it moves nothing, but Adam's running
    means take in its gradient.

    Groups whose rates differ keep their ratio: the group with the highest goes up to `peak`, and
    one with a tenth of that rate up to a tenth of it. Beyond the ratio, the rates the optimizer was
    made with do not matter.

    Args:
        optimizer: the optimizer to steer, with a rate above 0 in some group.
        peak: the highest rate.
        warmup: updates until the peak.
        total: updates in all.

    Raises:
        ValueError: if the numbers make no schedule, or all groups have rate 0.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, peak: float, warmup: int, total: int):
        linear_warmup(0, peak, warmup, total)  # an impossible schedule is refused here, not later
        self.optimizer = optimizer
        self.peak, self.warmup, self.total = peak, warmup, total
        self.n_updates = 0
        self._set_rates()

    @property
    def lr(self) -> float:
        """The rate that the next update is made at, in the group with the highest."""
        return linear_warmup(self.n_updates, self.peak, self.warmup, self.total)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Set every group's rate, and make one update; returns what the closure returned."""
        self._set_rates()
        loss = self.optimizer.step(closure)
        self.n_updates += 1
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of the last update."""
        self.optimizer.zero_grad(set_to_none=set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """Everything a run needs to go on exactly where it stood: optimizer, schedule, place."""
        return {
            "optimizer": self.optimizer.state_dict(),
            "peak": self.peak,
            "warmup": self.warmup,
            "total": self.total,
            "n_updates": self.n_updates,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state, along the schedule saved with it.

        Raises:
            ValueError: if something is missing, or the groups are not those that were saved.
        """
        missing = sorted(self.state_dict().keys() - state.keys())
        if missing:
            raise ValueError(
                f"the saved state lacks {', '.join(missing)}: "
                "pass what ScheduledOptim.state_dict() returned"
            )
        self.optimizer.load_state_dict(state["optimizer"])
        self.peak, self.warmup, self.total = state["peak"], state["warmup"], state["total"]
        self.n_updates = state["n_updates"]

    def _set_rates(self) -> None:
        groups = self.optimizer.param_groups
        for group in groups:
            # Under the name PyTorch's own schedulers use; saved and loaded with the group.
            group.setdefault("initial_lr", group["lr"])
        highest = max(group["initial_lr"] for group in groups)
        if highest == 0:
            raise ValueError(
                "every group has lr=0: make the optimizer with a learning rate above 0"
            )
        for group in groups:
            group["lr"] = self.lr * (group["initial_lr"] / highest)
