"""Week 6: how far a run is: a bar in a terminal or a notebook, and a row of metrics as a line."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from tqdm.asyncio import tqdm_asyncio
from tqdm.auto import tqdm

Document = TypeVar("Document")


def counted(documents: Iterable[Document], is_shown: bool) -> Iterator[Document]:
    """Documents as they come, with a line that counts them: how many will come nobody knows."""
    return iter(tqdm(documents, unit=" documents", disable=not is_shown, dynamic_ncols=True))


class ProgressBar:
    """A line that shows which share of a run is done, and how it learns; others stand above it.

    Args:
        is_shown: without it nothing is drawn and nothing written.
    """

    def __init__(self, is_shown: bool):
        self.is_shown = is_shown
        self._bar: tqdm | None = None

    def show(self, share: float, done: str, figures: Mapping[str, float]) -> None:
        """Draw the bar anew, if the last time was not just now.

        Args:
            share: of the run that is done, from 0 to 1.
            done: the same in words.
            figures: of a row of metrics.
        """
        if not self.is_shown:
            return
        if self._bar is None:
            form = "{percentage:3.0f}%|{bar}| {desc}"
            self._bar = tqdm(total=1.0, bar_format=form, dynamic_ncols=True, miniters=0)
        left = interval(figures["seconds_left"])
        learnt = ", ".join(learning(figures))
        text = f"{done}, {left} left, {learnt}, {figures['tokens_per_second']:,.0f} tokens/s"
        self._bar.set_description_str(text, refresh=False)
        self._bar.update(min(share, 1.0) - self._bar.n)

    def write(self, line: str) -> None:
        """Print a line above the bar."""
        if self.is_shown:
            tqdm.write(line)

    def close(self) -> None:
        """Let the bar stand as it is, and begin a new line below it."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def is_seen() -> bool:
    """Whether somebody sees a bar: in a notebook, or where stderr is a terminal."""
    return tqdm is not tqdm_asyncio or sys.stderr.isatty()  # the latter is the one for terminals


def is_shown(wanted: bool | None) -> bool:
    """Whether to show how far something is: as is wanted, or else where somebody sees it."""
    return is_seen() if wanted is None else wanted


def line_of(row: Mapping[str, Any]) -> str:
    """A row of metrics as a line to print."""
    figures = learning(row)
    if row["split"] == "train":
        figures.append(f"{row['tokens_per_second']:,.0f} tokens/s")
        figures.append(f"{interval(row['seconds_left'])} left")
    return f"step {row['step']:>7}  {row['split']:8}  {'  '.join(figures)}"


def learning(figures: Mapping[str, float]) -> list[str]:
    """The loss, and how many words and next sentences are guessed right."""
    return [
        f"loss {figures['loss']:.3f}",
        f"words {figures['mlm_accuracy']:.3f}",
        f"next {figures['nsp_accuracy']:.3f}",
    ]


def interval(seconds: float) -> str:
    """Seconds as minutes, or as hours, however many: 05:10, 27:46:40."""
    return tqdm.format_interval(seconds)
