"""Week 3: type a text, and see the words and pieces that a vocabulary makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import traitlets

from bertcourse.wordpiece import UNK, basic_tokenize, wordpiece

from .captioned import CaptionedFigure
from .labels import shorten, speakable
from .pieces import piece_rows
from .widgets import CourseWidget, front_end, style

LONGEST = 200  # characters of a text


class PieceCutter(CourseWidget):
    """A text to type in; its words, their pieces and the ids of these, computed by real code.

    Args:
        vocab: the pieces, each at the place that is its id.
        text: what stands in the field at first.
        tokenize: from a text to words, such as `basic_tokenize`, or the learner's own.
        cut: from a word and a set of pieces to its pieces, such as `wordpiece`.
        made_by: whose functions these are, as `bertcourse.exercises.whose` says it.

    Raises:
        ValueError: if the vocabulary has no [UNK].
        traitlets.TraitError: if `text` is longer than 200 characters.
    """

    _esm = front_end("cutting")
    _css = style("pieces")

    text = traitlets.Unicode().tag(sync=True)
    result = traitlets.Dict().tag(sync=True)
    made_by = traitlets.Unicode("").tag(sync=True)
    longest = traitlets.Int(LONGEST).tag(sync=True)

    def __init__(
        self,
        vocab: Sequence[str],
        text: str = "The unhappiest hippopotamus, unbelievably!",
        *,
        tokenize: Callable[[str], Sequence[str]] = basic_tokenize,
        cut: Callable[..., Sequence[str]] = wordpiece,
        made_by: str | None = None,
    ) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocab)}
        if UNK not in self._ids:
            raise ValueError(f"the vocabulary has no {UNK}: what should stand for unknown words?")
        self._tokenize, self._cut = tokenize, cut
        super().__init__(text=text, made_by=made_by or "")
        self._compute()

    @property
    def pieces(self) -> list[str]:
        """All pieces in order; empty if the functions failed."""
        return [piece["piece"] for word in self.result["words"] for piece in word["pieces"]]

    @property
    def error(self) -> str:
        """What went wrong in the functions; empty if nothing did."""
        return self.result["error"]

    def sentence(self) -> str:
        said = self.error or " ".join(self.pieces) or "no words"
        return f"Pieces of {speakable(self.text)!r}: {said}"

    def picture(self) -> CaptionedFigure | None:
        if self.error or not self.pieces:
            return None
        return piece_rows(
            {"words": [word["word"] for word in self.result["words"]], "pieces": self.pieces},
            title=shorten(speakable(self.text), 60),
            caption="The words of a text, and their pieces. Run this cell to type a text of your "
            "own.",
            made_by=self.made_by or None,
        )

    @traitlets.validate("text")
    def _valid_text(self, proposal: Mapping[str, Any]) -> str:
        if len(proposal["value"]) > LONGEST:
            raise traitlets.TraitError(
                f"the text has {len(proposal['value'])} characters, but there is room for {LONGEST}"
            )
        return proposal["value"]

    @traitlets.observe("text")
    def _recompute(self, _: Mapping[str, Any]) -> None:
        if self.result:  # not while the first state is being set
            self._compute()

    def _compute(self) -> None:
        try:
            words = [self._one(word) for word in self._tokenize(self.text)]
        except Exception as error:  # the learner's code may do anything
            self.result = {"words": [], "error": f"{type(error).__name__}: {error}"}
        else:
            self.result = {"words": words, "error": ""}

    def _one(self, word: str) -> dict[str, Any]:
        pieces = self._cut(word, self._ids.keys())
        return {
            "word": speakable(word),
            "pieces": [{"piece": speakable(p), "id": self._ids.get(p)} for p in pieces],
        }
