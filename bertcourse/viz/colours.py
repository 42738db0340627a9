"""The colours of the course: safe for colour-blind readers, as light and dark alone tell them."""

from matplotlib.colors import LinearSegmentedColormap

# One hue from almost white to almost black, so that the order survives every kind of colour
# vision and a black-and-white printer.
AMOUNT = LinearSegmentedColormap.from_list(
    "bertcourse.amount",
    ["#f7f9fb", "#d3e3f1", "#8fbadb", "#3f86bd", "#155a96", "#0a2f5c"],
)
# Two hues that stay apart for every kind of colour vision; zero is white.
SIGNED = LinearSegmentedColormap.from_list(
    "bertcourse.signed",
    ["#7f3b08", "#c9731c", "#f3c28f", "#fafafa", "#9cc3e0", "#2f79b5", "#0a2f5c"],
)
# After Okabe and Ito (2008), in an order whose neighbours differ in lightness as well.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#a8458a", "#8a6d00", "#56b4e9", "#333333")


def series_colour(index: int) -> str:
    """The colour of the line or arrow with this number."""
    return SERIES[index % len(SERIES)]


def contrasting(rgba: tuple[float, float, float, float]) -> str:
    """Black or white, whichever is easier to read on this colour (WCAG relative luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgba[:3]]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"
