"""Drawings of measurements: up to five lines or clouds of points in a panel, on plain or logarithmic axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from missingsum.figures import INK, MUTED, PART, STYLE, WHOLE, Drawing

GREEN, PURPLE = "#007a58", "#a05195"
LINES = ((WHOLE, "-"), (PART, (0, (4, 1.6))), (INK, (0, (1, 1.4))), (GREEN, (0, (6, 1.5, 1, 1.5))), (PURPLE, (0, (3, 1, 1, 1, 1, 1))))
"""Colour and dash of the lines of a panel, in the order in which they are named."""

Line = tuple[Sequence[float], Sequence[float]]


def lines(panels: Mapping[str, Mapping[str, Line]], xlabel: str, ylabel: str, *, dots: Sequence[str] = (),
          logarithmic: bool = False, height: float = 3.6) -> Drawing:
    """A panel each title, one below another: named lines, each a pair (x, y); those named in ``dots`` are drawn as points.

    ``logarithmic`` makes both axes logarithmic, and leaves out what is not above 0. ``height`` is that of a panel in inches.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, height * len(panels)), layout="constrained")
        for axes, (title, named) in zip(np.atleast_1d(figure.subplots(len(panels), 1)), panels.items()):
            for (name, (x, y)), (colour, dash) in zip(named.items(), LINES):
                if name in dots:
                    axes.plot(x, y, "o", color=colour, markersize=3.5, alpha=0.6, markeredgewidth=0, label=name)
                else:
                    axes.plot(x, y, color=colour, linestyle=dash, label=name)
            if logarithmic:
                axes.set(xscale="log", yscale="log")
            axes.set(xlabel=xlabel, ylabel=ylabel)
            axes.set_title(title, loc="left", fontweight="bold")
            axes.grid(color=MUTED, alpha=0.25, linewidth=0.8)
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2 if max(map(len, named)) < 20 else 1, handlelength=2.8)
        return Drawing(figure)
