"""The drawings of the chapters on the Jacobian, on floating-point numbers and on the variants of the loss.

As in `missingsum.figures`, each function returns a `Drawing`. Colour never stands alone: lines differ
in their dashes, marks in their shape, bars in their hatching, cells in their words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from missingsum.figures import INK, MUTED, PART, STYLE, WHOLE, Drawing

GREEN = "#007a5a"
LINES = ((WHOLE, "-", "o"), (PART, (0, (4, 1.6)), "s"), (GREEN, (0, (1, 1.2)), "^"), (INK, (0, (6, 1.5, 1, 1.5)), "D"))
BARS = ((WHOLE, ""), (PART, "///"), (GREEN, "..."), (MUTED, "xx"))
RIGHT, WRONG = "#e4f0f8", "#f6d3bd"


def curves(named: Mapping[str, tuple[Sequence[float], Sequence[float]]], across: str, up: str, log: str = "",
           marks: bool = False) -> Drawing:
    """Lines ``name: (x, y)`` in one plot with the axes' titles ``across`` and ``up``; ``log`` holds "x", "y" or both.

    With ``marks`` each point is marked, and the last line's x are the ticks.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 4.2), layout="constrained")
        axes = figure.subplots()
        for (name, (x, y)), (colour, dash, mark) in zip(named.items(), LINES):
            axes.plot(x, y, color=colour, linestyle=dash, marker=mark if marks else "", markersize=5, linewidth=2.4, label=name)
        axes.set(xlabel=across, ylabel=up, xscale="log" if "x" in log else "linear", yscale="log" if "y" in log else "linear")
        if marks:
            axes.set_xticks(x, [f"{value:g}" for value in x])
            axes.minorticks_off()
        axes.grid(axis="y", color=MUTED, alpha=0.25, linewidth=0.8)
        figure.legend(loc="outside upper left", handlelength=2.6)
        return Drawing(figure)


def bars(named: Mapping[str, Sequence[float]], labels: Sequence[str], up: str, level: tuple[str, float] | None = None) -> Drawing:
    """Groups of bars, one group a label and one bar a name; ``level`` draws a named horizontal line across them."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 3.6), layout="constrained")
        axes = figure.subplots()
        at, width = np.arange(len(labels)), 0.8 / len(named)
        for k, ((name, values), (colour, hatch)) in enumerate(zip(named.items(), BARS)):
            place = at + (k - (len(named) - 1) / 2) * width
            axes.bar(place, values, 0.94 * width, color=colour, hatch=hatch, edgecolor="#ffffff", linewidth=0.5, label=name)
        axes.axhline(0, color=MUTED, linewidth=1)
        if level is not None:
            axes.axhline(level[1], color=INK, linewidth=1.6, linestyle=(0, (6, 1.5, 1, 1.5)), label=level[0])
        axes.set_xticks(at, labels)
        axes.tick_params(axis="x", length=0)
        axes.set_ylabel(up)
        figure.legend(loc="outside upper left", ncols=2, handlelength=2.6)
        return Drawing(figure)


def number_lines(named: Mapping[str, Sequence[float]], across: str) -> Drawing:
    """Points on parallel number lines, the first name on top, with a thin line down from each of its points."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 1.0 + 0.75 * len(named)), layout="constrained")
        axes = figure.subplots()
        for x in next(iter(named.values())):
            axes.axvline(x, color=MUTED, linewidth=0.8, alpha=0.6, zorder=0)
        for height, ((name, values), (colour, _, mark)) in enumerate(zip(named.items(), LINES)):
            axes.axhline(-height, color=MUTED, linewidth=0.8, zorder=0)
            axes.plot(values, np.full(len(values), -height), mark, color=colour, markersize=9, clip_on=False)
        axes.set_yticks(-np.arange(len(named)), list(named))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set(xlabel=across, ylim=(0.5 - len(named), 0.5), xlim=(-0.04 * max(map(max, named.values())), None))
        return Drawing(figure)


def verdicts(named: Mapping[str, Mapping[str, Sequence[str]]], columns: Sequence[str], right: str = "right") -> Drawing:
    """``named[title][row]`` holds a word for each column; cells that say ``right`` are blue, all others orange."""
    with matplotlib.rc_context(STYLE):
        lines = sum(len(rows) + 1.6 for rows in named.values())
        figure = Figure(figsize=(5.6, 0.36 * lines), layout="constrained")
        panels = np.atleast_1d(figure.subplots(len(named), 1, height_ratios=[len(rows) + 1.6 for rows in named.values()]))
        for axes, (title, rows) in zip(panels, named.items()):
            for line, (row, words) in enumerate(rows.items()):
                axes.text(-0.12, line + 0.5, row, ha="right", va="center", fontsize=9.5)
                for k, word in enumerate(words):
                    axes.add_patch(Rectangle((k, line), 1, 1, facecolor=RIGHT if word == right else WRONG, edgecolor="#ffffff",
                                             linewidth=1.5))
                    axes.text(k + 0.5, line + 0.5, word, ha="center", va="center", fontsize=9.5,
                              fontweight="normal" if word == right else "bold")
            for k, column in enumerate(columns):
                axes.text(k + 0.5, -0.12, column, ha="center", va="bottom", fontsize=9.5)
            axes.text(-3.4, -0.12, title, ha="left", va="bottom", fontweight="bold")
            axes.set(xlim=(-3.4, len(columns)), ylim=(len(rows), -1.1))
            axes.axis("off")
        return Drawing(figure)
