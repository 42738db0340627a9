"""Week 6: a training while it runs: losses against what counting gives, and masks being filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .captioned import CaptionedFigure
from .curves import CurvesWidget, curve, panel
from .figures import line_chart


class TrainingCurves(CurvesWidget):
    """Losses and accuracies of a run, drawn as they come, and what is guessed for some sentences.

    Hand `add` to a trainer as its `watch`, or call it from there.

    Args:
        steps: of the run.
        unigram_loss: of guessing every token by its frequency; see `pretrain.baselines`.
        one_answer: the share of next sentences that giving one answer always gets right; 0.5 is
            that of a coin.

    Raises:
        ValueError: if there is no step.
    """

    def __init__(self, steps: int, unigram_loss: float, one_answer: float = 0.5) -> None:
        if steps < 1:
            raise ValueError(f"steps={steps}: choose 1 or more")
        self.steps, self.unigram_loss, self.one_answer = steps, unigram_loss, one_answer
        self.rows: list[dict[str, Any]] = []
        super().__init__(heading="A training", says="No step has been made yet.")
        self.table = {"columns": ["step", "sentence", "best guesses"], "rows": []}
        self._draw()

    def add(
        self, row: Mapping[str, Any], guesses: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """Draw one more row of metrics.

        Args:
            row: as `BERTTrainer` writes it.
            guesses: for some sentences with a mask, the best pieces.
        """
        self.rows.append(dict(row))
        kind = "held-out text" if row["split"] == "held-out" else "training"
        self.says = (
            f"Step {row['step']} of {self.steps}, {kind}: loss of words {row['mlm_loss']:.2f}, "
            f"{row['mlm_accuracy']:.0%} of the words right, {row['nsp_accuracy']:.0%} of the next "
            "sentences."
        )
        if guesses:
            rows = [[str(row["step"]), text, " · ".join(best)] for text, best in guesses.items()]
            self.table = {**self.table, "rows": rows}
        self._draw()

    def column(self, split: str, name: str) -> list[float]:
        """One number of all the rows of "train" or "held-out"."""
        return [row[name] for row in self.rows if row["split"] == split]

    def picture(self) -> CaptionedFigure | None:
        steps = self.column("held-out", "step")
        if not steps:
            return None
        losses = self.column("held-out", "mlm_loss")
        return line_chart(
            steps,
            {"masked words": losses, "by frequency": [self.unigram_loss] * len(steps)},
            x_label="step",
            y_label="loss on held-out text (nats)",
            title=self.heading,
            caption="The loss of masked words on held-out text, and that of guessing every token "
            "by its frequency, whatever stands around it.",
            alt="Two lines over the steps of a training: the loss of masked words on held-out "
            "text, and level, the loss of guessing by frequency.",
        )

    def _curves(self, name: str) -> list[dict[str, Any]]:
        return [
            curve(label, self.column(split, "step"), self.column(split, name), dots=dots)
            for label, split, dots in (("training", "train", False), ("held-out", "held-out", True))
        ]

    def _level(self, label: str, height: float) -> dict[str, Any]:
        return curve(label, [0, self.steps], [height, height], dashed=True)

    def _draw(self) -> None:
        top = 1.3 * self.unigram_loss
        words = [*self._curves("mlm_loss"), self._level("by frequency", self.unigram_loss)]
        pairs = [*self._curves("nsp_accuracy"), self._level("one answer", self.one_answer)]
        self.panels = [
            panel("Loss of masked words", "step", self.steps, top, words, self.says),
            panel("Next sentence: share right", "step", self.steps, 1.0, pairs, self.says),
        ]
