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


class Drawing:
    """A finished figure; the same figure always gives the same SVG text."""

    def __init__(self, figure: Figure) -> None:
        text = StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
        self.svg = text.getvalue()

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return "<Drawing>"
