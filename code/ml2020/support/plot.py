"""The look of the book's figures."""

import os
from typing import SupportsFloat

import matplotlib.style
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib_inline.backend_inline import set_matplotlib_formats

# Told apart by readers who see no red or no green, and at least 4.5:1 against white:
# they differ in lightness where they do not in hue.
INK, GREY = "#333333", "#6b7280"
BLUE, ORANGE, GREEN, PURPLE = "#2f74d0", "#a84c00", "#00604a", "#8e2f8b"

STYLE = {
    "axes.facecolor": "none",
    "svg.fonttype": "path",  # a reader without our font sees the same letters
    "svg.hashsalt": "ml2020",  # and a rebuild gives the same file
    "figure.figsize": [6.4, 3.6],
    "figure.constrained_layout.use": True,
    "figure.dpi": 150,  # of pictures inside a figure, in print too
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PURPLE]),
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
}


def use_book_style() -> None:
    """Set the book's style for this notebook: vectors for the screen and for print.

    A notebook that nobody has trusted yet shows no SVG, so each figure is a PNG too. It
    stands on white, since its ink is dark and a notebook program may be so as well. The
    build of the book sets ML2020_GROUND to "none": there the page shows through, and
    turns the ink of a figure light where the page is dark.
    """
    ground = os.environ.get("ML2020_GROUND", "white")
    grounds = {"figure.facecolor": ground, "savefig.facecolor": ground}
    matplotlib.style.use(STYLE | grounds)
    # An unchanged figure is an unchanged file only if all are drawn at the same time.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    set_matplotlib_formats("svg", "png", "pdf")  # type: ignore[no-untyped-call]


def write_beside(
    axes: Axes, x: SupportsFloat, y: SupportsFloat, text: str, colour: str
) -> None:
    """Name a line at its end, in its own colour: no legend to look up.

    Args:
        axes: Where the line is drawn.
        x: The end of the line, in data units.
        y: Likewise.
        text: The line's name.
        colour: The line's colour.
    """
    end, offset = (float(x), float(y)), (6, 0)  # points to the right
    axes.annotate(
        text, end, offset, textcoords="offset points", va="center", color=colour
    )
