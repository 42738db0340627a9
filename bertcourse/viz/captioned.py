"""A matplotlib figure that carries its caption and its alternative text wherever it goes."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from .labels import drawable, font_families, sendable

INK = "#1f2933"
QUIET = "#52606d"
LINE = "#cbd2d9"
ACCENT = "#0b5394"

CSS_DPI = 96  # one inch of a figure is 96 CSS pixels
SHARPNESS = 2  # picture pixels for each CSS pixel
MARGIN = 0.12  # inches
NARROWEST = 4.6  # inches; a caption needs room even under a small matrix
LINE_SPACING = 1.35
COLOURS = 256  # to a picture: a third of the bytes, and no colour moves so far that it shows


@contextmanager
def house_style() -> Iterator[None]:
    """Draw the same picture whatever styles the notebook has set before."""
    settings = {
        "font.family": font_families(),
        "font.size": 9.0,
        "text.color": INK,
        "text.parse_math": False,  # a token such as $x$ is no formula
        "axes.edgecolor": LINE,
        "axes.labelcolor": QUIET,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": INK,
        "ytick.color": INK,
        "hatch.linewidth": 0.8,
    }
    with style.context(["default", settings]):
        yield


class CaptionedFigure(Figure):
    """A figure with `.caption`, `.alt`, `.made_by`, and the numbers it shows in `.data`.

    Axes are placed in inches with `panel`; `finish` then makes the page fit what was drawn and
    prints the caption under it. In a notebook the figure shows itself as a PNG on an opaque
    light background (readable on dark themes) together with the alternative text.
    """

    def __init__(
        self,
        *,
        caption: str,
        alt: str,
        data: Any,
        title: str | None = None,
        made_by: str | None = None,
    ) -> None:
        super().__init__(figsize=(8, 8), dpi=CSS_DPI * SHARPNESS, facecolor="white")
        FigureCanvasAgg(self)
        self.caption, self.alt, self.data = sendable(caption), sendable(alt), data
        self.title = None if title is None else sendable(title)
        self.made_by = made_by
        self._panels: dict[Axes, tuple[float, float, float, float]] = {}
        self._ruler = RendererAgg(1, 1, self.dpi)  # measures text; nothing is drawn on it

    def panel(self, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
        """Axes of an exact size, placed in inches from the upper left corner of the drawing."""
        axes = self.add_axes((0, 0, 1, 1), label=f"panel {len(self._panels)}", **options)
        self._panels[axes] = (left, top, width, height)
        return axes

    def place_of(self, axes: Axes) -> tuple[float, float, float, float]:
        """Where a panel was placed: left, top, width, height."""
        return self._panels[axes]

    def finish(self) -> CaptionedFigure:
        """Fit the page around what was drawn, the title above it and the caption below."""
        drawn = self._measure_panels()
        width = max(drawn.width, NARROWEST)
        title = self._paragraph(self.title, width, size=11, weight="bold")
        caption = self._paragraph(self.caption, width, size=9, color=QUIET)
        signature = self._paragraph(self._signature(), width, size=9, weight="bold", color=ACCENT)

        above = self._height(title)
        texts = [text for text in (caption, signature) if text is not None]
        below = sum(self._height(text) for text in texts)
        self.set_size_inches(
            _even_pixels(width + 2 * MARGIN),
            _even_pixels(above + drawn.height + below + 2 * MARGIN),
        )
        page = self.get_figheight()
        self._place_panels(dx=MARGIN - drawn.x0, dy=MARGIN + above + drawn.y1)
        left = MARGIN / self.get_figwidth()
        if title is not None:
            title.set_position((left, 1 - MARGIN / page))
        top = MARGIN + above + drawn.height
        for text in texts:
            text.set_position((left, 1 - (top + 0.1) / page))
            top += self._height(text)
        return self

    def png(self) -> bytes:
        """The picture, twice as many pixels as CSS pixels."""
        drawn, packed = io.BytesIO(), io.BytesIO()
        with house_style():
            self.savefig(drawn, format="rgba", dpi=self.dpi)
        size = self.canvas.get_width_height()
        picture = Image.frombytes("RGBA", size, drawn.getvalue()).convert("RGB")
        picture = picture.quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )  # median cut would spend its colours on the large white areas
        picture.save(packed, format="PNG", optimize=True)
        return packed.getvalue()

    def display_size(self) -> tuple[int, int]:
        """Width and height in CSS pixels."""
        width, height = self.get_size_inches()
        return round(width * CSS_DPI), round(height * CSS_DPI)

    def _signature(self) -> str | None:
        return None if self.made_by is None else f"Made by {self.made_by}."

    def _measure_panels(self) -> Bbox:
        """What the panels cover, in inches; y points upwards from the upper left corner."""
        reach = 12.0
        self.set_size_inches(2 * reach, 2 * reach)
        self._place_panels(dx=reach, dy=reach)
        boxes = [axes.get_tightbbox(self._ruler) for axes in self._panels]
        x0, y0, x1, y1 = (Bbox.union(boxes).extents / self.dpi).tolist()
        return Bbox.from_extents(x0 - reach, y0 - reach, x1 - reach, y1 - reach)

    def _place_panels(self, dx: float, dy: float) -> None:
        page_width, page_height = self.get_size_inches()
        for axes, (left, top, width, height) in self._panels.items():
            bottom = page_height - dy - top - height
            axes.set_position(
                (
                    (left + dx) / page_width,
                    bottom / page_height,
                    width / page_width,
                    height / page_height,
                )
            )

    def _paragraph(self, words: str | None, width: float, **look: Any) -> Text | None:
        if not words:
            return None
        font = FontProperties(
            family=font_families(), size=look["size"], weight=look.get("weight", "normal")
        )
        lines = [
            line
            for part in str(words).split("\n")
            for line in self._wrapped(drawable(part), font, width)
        ]
        return self.text(0, 0, "\n".join(lines), va="top", linespacing=LINE_SPACING, **look)

    def _wrapped(self, words: str, font: FontProperties, width: float) -> list[str]:
        lines = [""]
        # hinting makes the drawn line a little wider than the measured one
        room = width * self.dpi * 0.98
        for word in words.split():
            longer = f"{lines[-1]} {word}".strip()
            length, _, _ = self._ruler.get_text_width_height_descent(longer, font, False)
            if lines[-1] and length > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _height(self, text: Text | None) -> float:
        if text is None:
            return 0.0
        return text.get_window_extent(self._ruler).height / self.dpi + 0.1

    def __repr__(self) -> str:
        sentence = " ".join(part for part in (self.caption, self._signature()) if part)
        return f"Figure: {sentence}\n{self.alt}"

    __str__ = __repr__

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        width, height = self.display_size()
        data = {
            "text/plain": repr(self),
            "image/png": base64.b64encode(self.png()).decode("ascii"),
        }
        look = {"alt": self.alt, "needs_background": "light", "width": width, "height": height}
        return data, {"image/png": look}


def show_as_they_are(formatters: Mapping[str, Any]) -> None:
    """Have IPython show captioned figures by their own `_repr_mimebundle_` alone.

    pyplot registers a formatter that draws every `Figure` once more, in its own size and without
    the alternative text, and IPython prefers a registered formatter to what an object says itself.
    One for the subclass is preferred to both; by returning None it leaves the bundle as it is.
    """
    for kind, formatter in formatters.items():
        if kind.startswith("image/") or kind == "application/pdf":
            formatter.for_type(CaptionedFigure, lambda figure: None)


def _even_pixels(inches: float) -> float:
    """Rounded up to whole CSS pixels, so that the picture is exactly `SHARPNESS` times as large."""
    return -(-inches * CSS_DPI // 1) / CSS_DPI


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()) is not None:
    show_as_they_are(_shell.display_formatter.formatters)
