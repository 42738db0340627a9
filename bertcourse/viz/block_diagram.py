"""Week 4: the wiring of a transformer block, with the norms behind or in front."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from .captioned import INK, QUIET, CaptionedFigure, house_style

# All lengths are inches; x runs to the right, y upwards, the way of the data.
COLUMN = 2.5  # from the middle of one block to the middle of the next
WIDTH, HEIGHT = 1.3, 0.3  # of a box
STEP = 0.5  # from one box to the next
BRANCH = 0.92  # how far the residual runs beside the boxes

SUBLAYER = ("#155a96", "#0a2f5c", "#ffffff")
NORM = ("#fde6d3", "#d55e00", INK)
DROPOUT = ("#f2f4f6", "#9aa5b1", QUIET)
LOOKS = {
    "attention": SUBLAYER,
    "feed_forward": SUBLAYER,
    "attention_norm": NORM,
    "output_norm": NORM,
    "dropout": DROPOUT,
}
# From the bottom up; "fork" is where the residual leaves, "+" where it comes back.
WIRINGS = {
    "post": (
        *("fork", "attention", "dropout", "+", "attention_norm"),
        *("fork", "feed_forward", "dropout", "+", "output_norm"),
    ),
    "pre": (
        *("fork", "attention_norm", "attention", "dropout", "+"),
        *("fork", "output_norm", "feed_forward", "dropout", "+"),
    ),
}
TITLES = {"post": "BERT: post-norm", "pre": "later models: pre-norm"}


def block_diagram(
    *kinds: str, title: str | None = None, caption: str | None = None, alt: str | None = None
) -> CaptionedFigure:
    """Transformer blocks as wiring diagrams, to be read from the bottom up.

    `figure.data` is what stands on the way of each, from the bottom up.
    After Vaswani et al. (2017), figure 1, and Xiong et al. (2020), figure 1.

    Args:
        kinds: "post" (BERT), "pre", or both; "post" if none is given.

    Raises:
        ValueError: if a kind is neither.
    """
    kinds = kinds or ("post",)
    for kind in kinds:
        if kind not in WIRINGS:
            raise ValueError(f"a block of the kind {kind!r} is not known: choose 'post' or 'pre'")
    figure = CaptionedFigure(
        caption=caption
        or "One block. Each residual goes round a sublayer and comes back where it is added.",
        alt=alt or " ".join(f"{TITLES[kind]}, from below: {_spoken(kind)}." for kind in kinds),
        data={kind: list(WIRINGS[kind]) for kind in kinds},
        title=title,
    )
    with house_style():
        height = STEP * (len(WIRINGS["post"]) + 1.6)
        axes = figure.panel(0, 0, COLUMN * len(kinds), height)
        axes.set_axis_off()
        axes.set_xlim(-COLUMN / 2, COLUMN * (len(kinds) - 0.5))
        axes.set_ylim(0, height)
        for number, kind in enumerate(kinds):
            _draw_block(axes, COLUMN * number, kind)
        return figure.finish()


def _spoken(kind: str) -> str:
    words = {"fork": "the residual leaves", "+": "the residual is added"}
    return ", ".join(words.get(part, part) for part in WIRINGS[kind])


def _draw_block(axes: Axes, x: float, kind: str) -> None:
    top = STEP * (len(WIRINGS[kind]) + 0.9)
    _draw_line(axes, (x, 0.3), (x, top), arrow=True)
    axes.text(x, 0.14, "x  (B, S, D)", ha="center", va="center")
    axes.text(x + 0.12, top - 0.06, "(B, S, D)", color=QUIET, va="center")
    axes.text(x, top + 0.28, TITLES[kind], weight="bold", ha="center", va="center")
    fork = 0.0
    for place, part in enumerate(WIRINGS[kind], start=1):
        y = STEP * place
        if part == "fork":
            fork = y
        elif part == "+":
            _draw_residual(axes, x, fork, y)
        else:
            _draw_box(axes, x, y, part)
    _draw_mask(axes, x, STEP * (WIRINGS[kind].index("attention") + 1))


def _draw_residual(axes: Axes, x: float, start: float, end: float) -> None:
    side = x - BRANCH
    axes.plot([x, side, side], [start, start, end], color=INK, linewidth=1.6)
    _draw_line(axes, (side, end), (x - 0.11, end), arrow=True)
    axes.add_patch(Circle((x, end), 0.11, facecolor="white", edgecolor=INK, linewidth=1.3))
    axes.text(x, end, "+", ha="center", va="center", size=11)


def _draw_mask(axes: Axes, x: float, y: float) -> None:
    _draw_line(axes, (x + BRANCH + 0.1, y), (x + WIDTH / 2, y), arrow=True, colour=QUIET)
    axes.text(x + BRANCH + 0.1, y + 0.13, "mask", color=QUIET, ha="right", va="center", size=8)


def _draw_box(axes: Axes, x: float, y: float, name: str) -> None:
    fill, edge, ink = LOOKS[name]
    width = WIDTH * 0.62 if name == "dropout" else WIDTH
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - HEIGHT / 2),
            width,
            HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=fill,
            edgecolor=edge,
            linewidth=1.1,
            zorder=3,
        )
    )
    axes.text(x, y, name, size=8.5, color=ink, ha="center", va="center", zorder=4)


def _draw_line(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    arrow: bool,
    colour: str = INK,
) -> None:
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.22,head_length=0.45" if arrow else "-",
            "color": colour,
            "linewidth": 1.3,
            "shrinkA": 0,
            "shrinkB": 0,
        },
        zorder=1,
    )
