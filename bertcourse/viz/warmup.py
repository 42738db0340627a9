"""Week 6: move the peak, the warm-up and the length of a run, and see the learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from bertcourse.optim import linear_warmup

from .captioned import CaptionedFigure
from .curves import CurvesWidget, curve, panel
from .figures import line_chart

PEAKS = (1e-4, 2e-3)  # the lowest and the highest
TOTALS = (1_000, 10_000)
N_POINTS = 100


class WarmupPlayground(CurvesWidget):
    """The learning rate over a run, computed by real code at every move of a slider.

    Args:
        schedule: a function such as `linear_warmup`, or the learner's own.
        peak: the highest rate, from 1e-4 to 2e-3.
        warmup: steps of warm-up, from 0 to `total`.
        total: steps in all, from 1000 to 10000.
        step: the step whose rate is read off, from 0 to `total`.
        made_by: whose function it is, as `bertcourse.exercises.whose` says it.

    Raises:
        traitlets.TraitError: if a number is out of range.
    """

    peak = traitlets.Float().tag(sync=True)
    warmup = traitlets.Int().tag(sync=True)
    total = traitlets.Int().tag(sync=True)
    step = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        schedule: Callable[[int, float, int, int], float] = linear_warmup,
        peak: float = 1e-3,
        warmup: int = 1_000,
        total: int = 10_000,
        step: int = 500,
        *,
        made_by: str | None = None,
    ) -> None:
        self._schedule, self._made_by = schedule, made_by
        # the total first: it bounds the other two
        super().__init__(heading="Warm-up and decay", total=total)
        self.warmup, self.peak, self.step = warmup, peak, step
        self._compute()

    @property
    def rate(self) -> float:
        """The learning rate at the chosen step."""
        return self._rate(self.step)

    def picture(self) -> CaptionedFigure:
        line = self.panels[0]["lines"][0]
        return line_chart(
            line["x"],
            {"learning rate": line["y"]},
            x_label="step",
            y_label="learning rate",
            title=self.heading,
            caption=f"Up in {self.warmup} steps to {self.peak:.1e}, down to 0 at step "
            f"{self.total}. Run this cell to move the sliders.",
            alt=f"The learning rate rises in a line from 0 to {self.peak:.1e} at step "
            f"{self.warmup}, and falls in a line to 0 at step {self.total}.",
            made_by=self._made_by,
        )

    @traitlets.validate("peak", "total")
    def _valid_size(self, proposal: Mapping[str, Any]) -> float:
        name = proposal["trait"].name
        low, high = {"peak": PEAKS, "total": TOTALS}[name]
        if not low <= proposal["value"] <= high:
            raise traitlets.TraitError(
                f"{name}={proposal['value']} was given: choose from {low} to {high}"
            )
        return proposal["value"]

    @traitlets.validate("warmup", "step")
    def _valid_step(self, proposal: Mapping[str, Any]) -> int:
        if not 0 <= proposal["value"] <= self.total:
            name = proposal["trait"].name
            raise traitlets.TraitError(
                f"{name}={proposal['value']} was given: choose from 0 to total={self.total}"
            )
        return proposal["value"]

    @traitlets.observe("peak", "warmup", "total", "step")
    def _recompute(self, _: Mapping[str, Any]) -> None:
        if self.panels:  # not while the first state is being set, trait by trait
            with self.hold_trait_notifications():
                self.warmup, self.step = min(self.warmup, self.total), min(self.step, self.total)
            try:
                self._compute()
            except Exception as error:  # the schedule is the learner's
                self.says = (
                    f"With {self.warmup} steps of warm-up of {self.total} in all the function "
                    f"raises {type(error).__name__}: {error}."
                )

    def _rate(self, step: int) -> float:
        return float(self._schedule(step, self.peak, self.warmup, self.total))

    def _compute(self) -> None:
        self.sliders = [
            _slider("peak", "peak", PEAKS[0], PEAKS[1], 1e-4, f"{self.peak:.1e}"),
            _slider("warmup", "warm-up", 0, self.total, 100, f"{self.warmup} steps"),
            _slider("total", "total", *TOTALS, 500, f"{self.total} steps"),
            _slider("step", "look at", 0, self.total, 100, f"step {self.step}"),
        ]
        steps = sorted({*range(0, self.total + 1, self.total // N_POINTS), self.warmup})
        rates = [self._rate(step) for step in steps]
        self.says = f"At step {self.step} of {self.total} the learning rate is {self.rate:.2e}."
        if self._made_by:
            self.says += f" Made by {self._made_by}."
        whole = curve("learning rate", steps, rates)
        here = curve("the chosen step", [self.step], [self.rate], dots=True)
        self.panels = [
            panel("Learning rate", "step", TOTALS[1], PEAKS[1], [whole, here], self.says)
        ]


def _slider(
    trait: str, label: str, low: float, high: float, step: float, text: str
) -> dict[str, Any]:
    return {"trait": trait, "label": label, "min": low, "max": high, "step": step, "text": text}
