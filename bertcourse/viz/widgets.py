"""What the live widgets of the course share.

A widget is a Python class, which holds the state and computes, and one hand-written ES module,
which draws. `static/course.js` holds the few helpers that every module uses and is put in front of
each; `static/course.css` is the look of all of them, in light and in dark.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget

from .captioned import CaptionedFigure

_STATIC = Path(__file__).parent / "static"


def front_end(name: str) -> str:
    """The ES module of a widget, `static/<name>.js`, behind the shared helpers."""
    return "\n".join(
        (_STATIC / file).read_text(encoding="utf-8") for file in ("course.js", f"{name}.js")
    )


def style(*names: str) -> str:
    """The common look, and what a widget adds to it in `static/<name>.css`."""
    files = ("course", *names)
    return "\n".join((_STATIC / f"{file}.css").read_text(encoding="utf-8") for file in files)


class CourseWidget(anywidget.AnyWidget):
    """A widget that also says what it shows to readers who have no live kernel.

    Its output is the live view, together with a sentence (`text/plain`) and a picture or a page of
    the current state, so that a saved notebook can be read without running.
    """

    _css = style()

    def sentence(self) -> str:
        """The state in words; the same on every machine."""
        raise NotImplementedError

    def picture(self) -> CaptionedFigure | None:
        """The state as a figure, if it can be drawn."""
        return None

    def page(self) -> str | None:
        """The state as static HTML, if words and folds show it better than a picture."""
        return None

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**options)
        figure, page = self.picture(), self.page()
        if page is not None:
            data["text/html"] = page
        if figure is not None:
            pictures, looks = figure._repr_mimebundle_()
            data["image/png"] = pictures["image/png"]
            metadata = {**metadata, **looks}
        return data, metadata
