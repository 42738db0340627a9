"""Week 2: push a number through an activation, and watch what comes out and what comes back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
import traitlets
from matplotlib.axes import Axes
from torch import Tensor

from bertcourse.layers import gelu

from .captioned import INK, LINE, QUIET, CaptionedFigure, house_style
from .colours import AMOUNT, series_colour
from .widgets import CourseWidget, front_end

REACH = 4.0  # the curves go from -REACH to REACH
STEPS = 20  # to a unit


class ActivationPlayground(CourseWidget):
    """One number x between a bell curve and an activation, beside ReLU.

    The bell curve shows how much of a standard normal lies below x, and the curves what comes out
    and how steep they are there: the share of the gradient that comes back. The activation is
    called on real tensors, once, and its slope is what autograd says.

    Args:
        activation: a function such as `gelu`, or the learner's own.
        x: where to begin, from -4 to 4.
        name: what the activation is called.
        made_by: whose it is, as `bertcourse.exercises.whose` says it.

    Raises:
        traitlets.TraitError: if x lies elsewhere.
    """

    _esm = front_end("activation")

    x = traitlets.Float(0.5).tag(sync=True)
    name = traitlets.Unicode("GELU").tag(sync=True)
    made_by = traitlets.Unicode("").tag(sync=True)
    error = traitlets.Unicode("").tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        activation: Callable[[Tensor], Tensor] = gelu,
        x: float = 0.5,
        *,
        name: str = "GELU",
        made_by: str | None = None,
    ) -> None:
        curves, error = _normal_and_relu(), ""
        try:
            curves |= _measured(activation)
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
        super().__init__(x=x, name=name, made_by=made_by or "", curves=curves, error=error)

    @property
    def here(self) -> dict[str, float]:
        """The height of every curve at x."""
        index = round((self.x + REACH) * STEPS)
        return {name: curve[index] for name, curve in self.curves.items()}

    def sentence(self) -> str:
        if self.error:
            return f"Activation playground. {self.error}"
        here = self.here
        return (
            f"Activation playground: {here['share']:.0%} of the bell lies below x = {self.x:.2f}. "
            f"{self.name} gives {here['y']:.2f} with slope {here['slope']:.2f}, "
            f"ReLU {here['relu']:.2f} with slope {here['relu_slope']:.0f}."
        )

    def picture(self) -> CaptionedFigure | None:
        if self.error:
            return None
        figure = CaptionedFigure(
            title=f"x = {self.x:.2f}",
            caption=f"Left: the share of a bell curve that lies below x. Right: {self.name} is x "
            "times that share; the short lines show how steep the curves are at x. Run this cell "
            "to move x.",
            alt=self.sentence(),
            data={"x": self.x, **self.here},
            made_by=self.made_by or None,
        )
        with house_style():
            _draw_bell(figure.panel(0, 0, 2.7, 2.3), self.curves, self.here)
            _draw_curves(figure.panel(3.2, 0, 3.5, 2.3), self.curves, self.here, self.name)
            return figure.finish()

    @traitlets.validate("x")
    def _valid_x(self, proposal: Mapping[str, Any]) -> float:
        x = proposal["value"]
        if not -REACH <= x <= REACH:
            raise traitlets.TraitError(
                f"x={x:g} was given, but the curves go from {-REACH:g} to {REACH:g}"
            )
        return round(x * STEPS) / STEPS


def _places() -> Tensor:
    """Where the curves are computed, (161,)."""
    return torch.arange(-REACH * STEPS, REACH * STEPS + 1) / STEPS


def _normal_and_relu() -> dict[str, list[float]]:
    x = _places()
    normal = torch.distributions.Normal(0.0, 1.0)
    return {
        "x": _rounded(x),
        "share": _rounded(normal.cdf(x)),
        "height": _rounded(normal.log_prob(x).exp()),
        "relu": _rounded(x.relu()),
        "relu_slope": _rounded((x > 0).float()),
    }


def _measured(activation: Callable[[Tensor], Tensor]) -> dict[str, list[float]]:
    """The activation and its slope, as autograd says it."""
    x = _places().requires_grad_()
    with torch.enable_grad():
        y = activation(x)
        if not isinstance(y, Tensor) or y.shape != x.shape:
            given = tuple(y.shape) if isinstance(y, Tensor) else type(y).__name__
            raise ValueError(f"the activation made {given} of {tuple(x.shape)}; it keeps the shape")
        if not y.requires_grad:
            raise ValueError("no gradient flows through the activation, so its slope is unknown")
        (slope,) = torch.autograd.grad(y.sum(), x)
    if not (torch.isfinite(y).all() and torch.isfinite(slope).all()):
        raise ValueError("the activation or its slope holds NaN or infinity")
    return {"y": _rounded(y.detach()), "slope": _rounded(slope)}


def _rounded(curve: Tensor) -> list[float]:
    return [round(number, 4) for number in curve.double().tolist()]


def _draw_bell(axes: Axes, curves: Mapping[str, list[float]], here: Mapping[str, float]) -> None:
    xs, heights = curves["x"], curves["height"]
    below = [x <= here["x"] for x in xs]
    axes.fill_between(xs, heights, where=below, color=AMOUNT(0.35), linewidth=0)
    axes.plot(xs, heights, color=INK, linewidth=1.4)
    axes.plot([here["x"]] * 2, [0, here["height"]], color=INK, linewidth=1.4)
    axes.text(
        -REACH,
        0.4,
        f"below x: {here['share']:.0%}",
        fontsize=9.5,
        fontweight="bold",
        va="top",
    )
    axes.set_ylim(0, 0.43)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("a standard normal")


def _draw_curves(
    axes: Axes, curves: Mapping[str, list[float]], here: Mapping[str, float], name: str
) -> None:
    axes.axhline(0, color=LINE, linewidth=0.8)
    axes.axvline(0, color=LINE, linewidth=0.8)
    lines = ((name, "y", "slope", "-"), ("ReLU", "relu", "relu_slope", "--"))
    for index, (label, value, slope, dash) in enumerate(lines):
        colour = series_colour(index)
        axes.plot(curves["x"], curves[value], dash, color=colour, linewidth=1.6)
        half = 0.7 / math.hypot(1, here[slope])
        ends = [(here["x"] + s * half, here[value] + s * half * here[slope]) for s in (-1, 1)]
        axes.plot(*zip(*ends, strict=True), color=colour, linewidth=3.2, alpha=0.55)
        axes.plot([here["x"]], [here[value]], "o", color=colour, markersize=5)
        axes.text(
            -REACH,
            REACH - 0.55 * index,
            f"{label}: {here[value]:.2f}, slope {here[slope]:.2f}",
            color=colour,
            fontsize=8.5,
            fontweight="bold",
            va="top",
        )
    axes.set_ylim(-0.6, REACH + 0.1)
    axes.tick_params(length=2, colors=QUIET)
    axes.set_xlabel("x")
