"""What all drawings share: the finished picture, its colours and its type."""

from __future__ import annotations

from io import StringIO
from typing import Any

from matplotlib.figure import Figure

WHOLE, PART, MUTED, INK = "#0072b2", "#d55e00", "#8a8a8a", "#1f1f1f"
STYLE: dict[Any, Any] = {
    "font.size": 11,
    "axes.titlesize": 11.5,
    "axes.labelsize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "mathtext.fontset": "cm",
    "svg.fonttype": "path",
    "svg.hashsalt": "the missing sum",
}


MOST_OUTSIDE = 0.02
"""Inches: as much as the rim of a letter."""


class Drawing:
    """A finished figure; the same figure always gives the same SVG text.

    Raises:
        ValueError: a part of it, such as a word beside an axis, lies outside the picture and would be cut off.
    """

    def __init__(self, figure: Figure) -> None:
        figure.draw_without_rendering()  # what is written beside the axes may be longer once they are laid out
        text = StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
        if (outside := _outside(figure)) > MOST_OUTSIDE:
            raise ValueError(f"{outside:.2f} inches of this drawing lie outside the picture: give it more room")
        self.svg = text.getvalue()

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return "<Drawing>"


def _outside(figure: Figure) -> float:
    """How many inches of a figure are cut off at most, on one of its four sides."""
    seen, paper = figure.get_tightbbox(), figure.bbox_inches
    return max(-seen.x0, -seen.y0, seen.x1 - paper.width, seen.y1 - paper.height)
