"""Grids of cells, each with a number or a word in it and a colour behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from missingsum.figures.drawing import INK, MUTED, PART, STYLE, WHOLE, Drawing
from missingsum.figures.tables import rounded

DIVERGING = LinearSegmentedColormap.from_list("part-whole", ["#e08a4a", "#ffffff", "#5fa8d3"])
RIGHT, WRONG = "#e4f0f8", "#f6d3bd"


def matrices(named: Mapping[str, np.ndarray], rows: str, columns: str, column_sums: bool = False) -> Drawing:
    """Square matrices one below another, each entry in words and colour, the diagonal framed.

    ``rows`` and ``columns`` name the entries of an axis, for instance ``"s_{}"``. With ``column_sums`` the sum of each
    column stands below it, and the diagonal entry alone below that.
    """
    with matplotlib.rc_context(STYLE):
        size = len(next(iter(named.values())))
        lines = size + (2 if column_sums else 0)
        figure = Figure(figsize=(5.6, len(named) * (0.62 * lines + 1.0)), layout="constrained")
        for axes, (title, matrix) in zip(np.atleast_1d(figure.subplots(len(named), 1)), named.items()):
            _draw_matrix(axes, title, matrix, rows, columns, column_sums)
        return Drawing(figure)


def jacobians(named: Mapping[str, np.ndarray]) -> Drawing:
    """Square Jacobians two in a row, rows numbered by output i and columns by input j, the diagonal framed."""
    rows = -(-len(named) // 2)
    with matplotlib.rc_context({**STYLE, "font.size": 12.5}):
        figure = Figure(figsize=(5.6, 2.0 * rows), layout="constrained")
        grid = figure.subplots(rows, 2, squeeze=False).flat
        for axes, (title, matrix) in zip(grid, named.items()):
            _draw_matrix(axes, title, matrix, "i={}", "j={}", column_sums=False)
        return Drawing(figure)


def verdicts(named: Mapping[str, Mapping[str, Sequence[str]]], columns: Sequence[str], right: str = "right") -> Drawing:
    """``named[title][row]`` holds a word for each column; cells that say ``right`` are blue, all others orange."""
    with matplotlib.rc_context(STYLE):
        lines = sum(len(rows) + 1.6 for rows in named.values())
        figure = Figure(figsize=(5.6, 0.36 * lines), layout="constrained")
        panels = np.atleast_1d(
            figure.subplots(len(named), 1, height_ratios=[len(rows) + 1.6 for rows in named.values()])
        )
        for axes, (title, rows) in zip(panels, named.items()):
            for line, (row, words) in enumerate(rows.items()):
                axes.text(-0.12, line + 0.5, row, ha="right", va="center", fontsize=9.5)
                for k, word in enumerate(words):
                    axes.add_patch(
                        Rectangle(
                            (k, line),
                            1,
                            1,
                            facecolor=RIGHT if word == right else WRONG,
                            edgecolor="#ffffff",
                            linewidth=1.5,
                        )
                    )
                    axes.text(
                        k + 0.5,
                        line + 0.5,
                        word,
                        ha="center",
                        va="center",
                        fontsize=9.5,
                        fontweight="normal" if word == right else "bold",
                    )
            for k, column in enumerate(columns):
                axes.text(k + 0.5, -0.12, column, ha="center", va="bottom", fontsize=9.5)
            axes.text(-3.4, -0.12, title, ha="left", va="bottom", fontweight="bold")
            axes.set(xlim=(-3.4, len(columns)), ylim=(len(rows), -1.1))
            axes.axis("off")
        return Drawing(figure)


def _draw_matrix(axes: Axes, title: str, matrix: np.ndarray, rows: str, columns: str, column_sums: bool) -> None:
    size, width, limit = len(matrix), 1.75, np.abs(matrix).max()
    for (i, j), value in np.ndenumerate(matrix):
        colour = DIVERGING(0.5 + value / limit / 2)
        axes.add_patch(Rectangle((j * width, i), width, 1, facecolor=colour, edgecolor=MUTED, linewidth=0.6))
        axes.text((j + 0.5) * width, i + 0.5, rounded(value, 2), ha="center", va="center")
    for k in range(size):
        axes.add_patch(
            Rectangle(
                (k * width + 0.04, k + 0.04), width - 0.08, 0.92, fill=False, edgecolor=INK, linewidth=2.2, zorder=3
            )
        )
        axes.text(-0.15, k + 0.5, f"${rows.format(k)}$", ha="right", va="center", fontsize=13)
        axes.text((k + 0.5) * width, -0.15, f"${columns.format(k)}$", ha="center", va="bottom", fontsize=13)
    if column_sums:
        sums = (("whole sum", WHOLE, matrix.sum(axis=0)), ("diagonal only", PART, np.diag(matrix)))
        for line, (name, colour, values) in enumerate(sums, start=size):
            axes.text(-0.15, line + 0.6, name, ha="right", va="center", color=colour, fontweight="bold")
            for j, value in enumerate(values):
                axes.text(
                    (j + 0.5) * width,
                    line + 0.6,
                    rounded(value, 2),
                    ha="center",
                    va="center",
                    color=colour,
                    fontweight="bold",
                )
    axes.text(-2.25, -0.85, title, ha="left", va="bottom", fontweight="bold", fontsize=STYLE["axes.titlesize"])
    axes.set(xlim=(-2.25, size * width + 0.1), ylim=(size + (2.1 if column_sums else 0.1), -1.4), aspect="equal")
    axes.axis("off")
