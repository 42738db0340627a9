"""Week 5: a sentence is masked again and again, and the outcomes are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

import traitlets

from bertcourse.objectives import mask_tokens

from .captioned import CaptionedFigure
from .labels import speakable
from .masking import fates, masking_table
from .widgets import CourseWidget, front_end

MOST_TOKENS = 16
MOST_DRAWS = 5_000
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
COUNTED = ("[MASK]", "random", "kept")
_TOKENS = ["the", "cat", "slept", "on", "the", "mat", "because", "it", "was", "tired"]
_OTHERS = (
    *("dog", "sun", "house", "ran", "blue", "tree", "bread", "under", "happy", "river", "small"),
    *("bird", "saw", "red", "snow", "apple", "old", "walks", "green", "they", "moon", "table"),
)


class MaskingBoard(CourseWidget):
    """A sentence, what a model would see of it, and what became of the chosen tokens so far.

    Every draw calls `mask_tokens(ids, rng, vocab_size, mask_id, special_ids, p, ignore_index,
    max_predictions)` with a source of randomness of its own, so that the board shows what that
    function does, and the same draws on every machine.

    Args:
        mask: a function such as `mask_tokens`, or the learner's own.
        tokens: 1 to 16 words; [CLS] and [SEP] are put around them.
        p: the share to choose.
        made_by: whose function it is, as `bertcourse.exercises.whose` says it.

    Raises:
        ValueError: if there are too many words, or none.
        traitlets.TraitError: if a trait is set to something that cannot be drawn.
    """

    _esm = front_end("board")

    tokens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    p = traitlets.Float(0.15).tag(sync=True)
    draws = traitlets.Int(1).tag(sync=True)
    made_by = traitlets.Unicode("").tag(sync=True)
    result = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        mask: Callable[..., tuple[Sequence[int], Sequence[int]]] = mask_tokens,
        tokens: Sequence[str] = tuple(_TOKENS),
        p: float = 0.15,
        *,
        made_by: str | None = None,
    ) -> None:
        words = [speakable(word) for word in tokens]
        if not 1 <= len(words) <= MOST_TOKENS - 2:
            raise ValueError(
                f"{len(words)} words were given, but the board has room for 1 to {MOST_TOKENS - 2}"
            )
        self._mask = mask
        self._vocab = list(dict.fromkeys([*SPECIAL, *words, *_OTHERS]))
        self._counts = dict.fromkeys(("tokens", *COUNTED), 0)
        self._counted = 0
        super().__init__(tokens=["[CLS]", *words, "[SEP]"], p=p, made_by=made_by or "")
        self._compute()

    @property
    def fates(self) -> list[str]:
        """What became of each token in the last draw; empty if the function failed."""
        return self.result["fates"]

    @property
    def counts(self) -> dict[str, int]:
        """Over all draws: tokens that may be chosen, and chosen ones by what became of them."""
        return self.result["counts"]

    @property
    def error(self) -> str:
        """What went wrong in the masking function; empty if nothing did."""
        return self.result["error"]

    def sentence(self) -> str:
        if self.error:
            return f"Masking board. {self.error}"
        chosen = [
            f"'{token}' {fate if fate != 'random' else f'became {seen!r}'}"
            for token, seen, fate in zip(self.tokens, self.result["seen"], self.fates, strict=True)
            if fate in COUNTED
        ]
        return f"Masking board, draw {self.draws}: {', '.join(chosen) or 'nothing is chosen'}."

    def picture(self) -> CaptionedFigure | None:
        if self.error:
            return None
        return masking_table(
            self.tokens,
            self.result["seen"],
            self.result["labels"],
            title=f"Draw {self.draws}, p = {self.p:g}",
            caption="The text, what the model sees of it, and what it should answer. Run this cell "
            "to draw again, and to count what becomes of the chosen tokens.",
            made_by=self.made_by or None,
        )

    @traitlets.validate("p")
    def _valid_p(self, proposal: Mapping[str, Any]) -> float:
        if not 0 < proposal["value"] <= 1:
            raise traitlets.TraitError(f"p={proposal['value']}: choose a share above 0 and up to 1")
        return proposal["value"]

    @traitlets.validate("draws")
    def _valid_draws(self, proposal: Mapping[str, Any]) -> int:
        if not 1 <= proposal["value"] <= MOST_DRAWS:
            raise traitlets.TraitError(f"draws={proposal['value']}: choose 1 to {MOST_DRAWS}")
        return proposal["value"]

    @traitlets.observe("p", "draws")
    def _recompute(self, change: Mapping[str, Any]) -> None:
        if not self.result:  # the first state is being set, trait by trait
            return
        if change["name"] == "p" or self.draws < self._counted:
            self._counts = dict.fromkeys(self._counts, 0)
            self._counted = 0
        self._compute()

    def _compute(self) -> None:
        found: dict[str, Any] = {"seen": [], "labels": [], "fates": [], "error": ""}
        try:
            while self._counted < self.draws:
                self._counted += 1
                seen, labels = self._draw(self._counted)
                became = fates(self.tokens, seen, labels)
                for fate in became:
                    if fate in COUNTED:
                        self._counts[fate] += 1
                self._counts["tokens"] += len(self.tokens) - 2
            seen, labels = self._draw(self.draws)
            found |= {"seen": seen, "labels": labels, "fates": fates(self.tokens, seen, labels)}
        except Exception as error:
            found["error"] = f"{type(error).__name__}: {error}"
        self.result = {**found, "counts": dict(self._counts)}

    def _draw(self, number: int) -> tuple[list[str], list[str | None]]:
        ids = [self._vocab.index(token) for token in self.tokens]
        special = list(range(len(SPECIAL)))
        rng = Random(f"draw {number} at {self.p:.3f}")
        inputs, labels = self._mask(
            ids, rng, len(self._vocab), 4, special, self.p, -100, len(self.tokens)
        )
        if len(inputs) != len(self.tokens) or len(labels) != len(self.tokens):
            raise ValueError(
                f"{len(inputs)} inputs and {len(labels)} labels came for {len(self.tokens)} tokens"
            )
        seen = [self._vocab[id] for id in inputs]
        return seen, [None if label == -100 else self._vocab[label] for label in labels]
