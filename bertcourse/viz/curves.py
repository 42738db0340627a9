"""What the two widgets with curves share: panels of lines, sliders, a sentence and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from .widgets import CourseWidget, front_end


class CurvesWidget(CourseWidget):
    """Lines that are computed in Python and drawn anew whenever `panels` changes.

    Attributes:
        heading: what it is called.
        panels: the drawings, see `panel`.
        sliders: `trait`, `label`, `min`, `max`, `step` and `text` of each; moving one sets the
            trait.
        says: what is to be seen, in a sentence.
        table: `columns` and `rows` of texts.
    """

    _esm = front_end("curves")

    heading = traitlets.Unicode().tag(sync=True)
    panels = traitlets.List().tag(sync=True)
    sliders = traitlets.List().tag(sync=True)
    says = traitlets.Unicode().tag(sync=True)
    table = traitlets.Dict({"columns": [], "rows": []}).tag(sync=True)

    def sentence(self) -> str:
        return f"{self.heading}. {self.says}"


def curve(
    name: str, x: Sequence[float], y: Sequence[float], dashed: bool = False, dots: bool = False
) -> dict[str, Any]:
    """A line of a panel; with `dots` every point of it is marked."""
    return {"name": name, "x": list(x), "y": list(y), "dashed": dashed, "dots": dots}


def panel(
    title: str, x_label: str, x_max: float, y_max: float, lines: Sequence[dict[str, Any]], says: str
) -> dict[str, Any]:
    """A drawing from 0 to `x_max` and from 0 to `y_max`; `says` is read out in its place."""
    return {
        "title": title,
        "x_label": x_label,
        "x_max": x_max,
        "y_max": y_max,
        "lines": list(lines),
        "says": says,
    }
