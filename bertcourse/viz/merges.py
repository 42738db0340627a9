"""Week 3: watch a vocabulary being learned, one merge after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import traitlets

from bertcourse.wordpiece import characters, join_pair, learn_merges

from .captioned import CaptionedFigure
from .labels import speakable
from .pieces import piece_rows
from .widgets import CourseWidget, front_end, style

MOST_WORDS = 12
MOST_MERGES = 60
PAIRS_SHOWN = 5

_WORDS = {"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5, "hugging": 3, "bunny": 2}

Pieces = list[str]
Pair = tuple[str, str]


class MergeStepper(CourseWidget):
    """Words in their pieces, and a slider that joins the most frequent pair again and again.

    Which pair comes next is decided by `learn_merges`; `join` joins it in every word.

    Args:
        words: how often each word occurs, `{word: count}`, 1 to 12 words.
        join: a function such as `join_pair`, or the learner's own.
        merges: how many merges there are at most.
        step: how many have been made already.
        made_by: whose function it is, as `bertcourse.exercises.whose` says it.

    Raises:
        ValueError: if there are no words, too many, or an empty one.
        traitlets.TraitError: if `step` is no step of these merges.
    """

    _esm = front_end("merges")
    _css = style("pieces")

    words = traitlets.List().tag(sync=True)  # {"word", "count"}
    merges = traitlets.List().tag(sync=True)  # {"left", "right", "piece", "count"}
    states = traitlets.List().tag(sync=True)  # for every step, the pieces of every word
    pairs = traitlets.List().tag(sync=True)  # for every step, the most frequent pairs
    step = traitlets.Int(0).tag(sync=True)
    made_by = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        words: Mapping[str, int] = _WORDS,
        join: Callable[[Pieces, Pair], Pieces] = join_pair,
        *,
        merges: int = MOST_MERGES,
        step: int = 0,
        made_by: str | None = None,
    ) -> None:
        if not 1 <= len(words) <= MOST_WORDS or not all(words):
            raise ValueError(
                f"{len(words)} words were given, but there is room for 1 to {MOST_WORDS}, none of "
                "them empty"
            )
        found = list(islice(learn_merges(words), min(merges, MOST_MERGES)))
        states = [[characters(word) for word in words]]
        for merge in found:
            states.append([list(join(list(pieces), merge.pair)) for pieces in states[-1]])
        counts = list(words.values())
        super().__init__(
            words=[{"word": speakable(word), "count": count} for word, count in words.items()],
            merges=[
                {"left": m.pair[0], "right": m.pair[1], "piece": m.piece, "count": m.count}
                for m in found
            ],
            states=states,
            pairs=[_most_frequent(state, counts) for state in states],
            made_by=made_by or "",
        )
        self.step = step

    @property
    def pieces(self) -> dict[str, Pieces]:
        """Every word in its pieces, as they are after this many merges."""
        names = [word["word"] for word in self.words]
        return dict(zip(names, self.states[self.step], strict=True))

    def sentence(self) -> str:
        cut = "; ".join(f"{word}: {' '.join(pieces)}" for word, pieces in self.pieces.items())
        return f"Merges: after {self.step} of {len(self.merges)}{self._last()}. {cut}."

    def picture(self) -> CaptionedFigure:
        last = self.merges[self.step - 1]["piece"] if self.step else None
        return piece_rows(
            {
                f"{word['word']} ({word['count']}×)": pieces
                for word, pieces in zip(self.words, self.states[self.step], strict=True)
            },
            new=[last] if last else [],
            title=f"After {self.step} of {len(self.merges)} merges{self._last()}",
            caption="Every word in the pieces it has so far. Run this cell to move the slider.",
            made_by=self.made_by or None,
        )

    def _last(self) -> str:
        if not self.step:
            return ""
        last = self.merges[self.step - 1]
        return f", the last {last['left']} + {last['right']} = {last['piece']}"

    @traitlets.validate("step")
    def _valid_step(self, proposal: Mapping[str, Any]) -> int:
        if not 0 <= proposal["value"] <= len(self.merges):
            raise traitlets.TraitError(
                f"step={proposal['value']} was given, but there are {len(self.merges)} merges: "
                f"choose 0 to {len(self.merges)}"
            )
        return proposal["value"]


def _most_frequent(state: Sequence[Pieces], counts: Sequence[int]) -> list[dict[str, Any]]:
    """The pairs that occur most often, in the order in which they would be joined."""
    found: Counter[Pair] = Counter()
    for pieces, count in zip(state, counts, strict=True):
        for pair in pairwise(pieces):
            found[pair] += count
    best = sorted(found, key=lambda pair: (-found[pair], pair))[:PAIRS_SHOWN]
    return [{"left": pair[0], "right": pair[1], "count": found[pair]} for pair in best]
