"""The drawings of the chapters. The only module of the package that needs Matplotlib: ``pip install missingsum[figures]``.

Each function returns a `Drawing`, which a notebook shows as an SVG picture with a transparent ground. Blue is the whole sum, orange
what keeps only the i = j term: the two stay apart for every common kind of colour blindness, and the line styles differ too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from io import StringIO

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

WHOLE, PART, MUTED, INK = "#0072b2", "#d55e00", "#8a8a8a", "#1f1f1f"
DIVERGING = LinearSegmentedColormap.from_list("part-whole", ["#e08a4a", "#ffffff", "#5fa8d3"])
STYLE = {
    "font.size": 11, "axes.titlesize": 11.5, "axes.labelsize": 11, "axes.spines.top": False, "axes.spines.right": False,
    "axes.edgecolor": MUTED, "axes.labelcolor": INK, "text.color": INK, "xtick.color": INK, "ytick.color": INK,
    "legend.frameon": False, "lines.linewidth": 2, "mathtext.fontset": "cm",
    "svg.fonttype": "path", "svg.hashsalt": "the missing sum",
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


class Table:
    """Numbers side by side: one column a name, one row a label."""

    def __init__(self, corner: str, rows: Sequence[object], columns: Mapping[str, Sequence[object]], digits: int = 3) -> None:
        self.head = [corner, *columns]
        self.body = [[str(row), *(_number(values[i], digits) for values in columns.values())] for i, row in enumerate(rows)]

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        body = "".join(
            f'<tr><th scope="row">{escape(label)}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
            for label, *cells in self.body
        )
        return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.body)]
        return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths)) for row in (self.head, *self.body))


def table(corner: str, rows: Sequence[object], columns: Mapping[str, Sequence[object]], digits: int = 3) -> Table:
    """A table with the row labels ``rows`` under the heading ``corner``, and one column for each entry of ``columns``."""
    return Table(corner, rows, columns, digits)


def paths(j: int = 0, c: int = 3) -> Drawing:
    """On how many paths z_j reaches L: through one output of an elementwise activation, through all c outputs of softmax."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 6.6), layout="constrained")
        for axes, title, couples in zip(figure.subplots(2, 1), ("elementwise activation: one path", f"softmax: {c} paths"), (False, True)):
            _draw_paths(axes, j, c, couples)
            axes.set_title(title, loc="left", fontweight="bold")
        return Drawing(figure)


def story(whole: Sequence[float], part: Sequence[float], true_class: int, j: int = 0) -> Drawing:
    """The course in one picture: the paths of logit j, and the gradient with all of them beside the one with the straight paths only."""
    c = len(whole)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 6.4), layout="constrained")
        top, bottom = figure.subplots(2, 1, height_ratios=[1.2, 1])
        _draw_paths(top, j, c, couples=True)
        top.set_title(f"One logit reaches the loss on {c} paths …", loc="left", fontweight="bold")
        bottom.set_title("… and a gradient that keeps one of them is not the gradient.", loc="left", fontweight="bold")
        at = np.arange(c)
        bars = (bottom.bar(at - 0.19, whole, 0.36, color=WHOLE, label="sum over all paths"),
                bottom.bar(at + 0.19, part, 0.36, color=PART, hatch="///", edgecolor="#ffffff", label="straight path only"))
        for group in bars:
            bottom.bar_label(group, fmt=lambda v: _rounded(v, 1), padding=2, fontsize=10)
        bottom.axhline(0, color=MUTED, linewidth=1)
        bottom.set_xticks(at, [f"$\\partial L/\\partial z_{k}$" + (" (true class)" if k == true_class else "") for k in at])
        bottom.tick_params(axis="x", length=0)
        bottom.set_ylim(min(*whole, *part) - 0.18, max(*whole, *part) + 0.15)
        bottom.set_yticks([])
        bottom.spines[["left", "bottom"]].set_visible(False)
        bottom.legend(loc="upper right", handlelength=1.4)
        return Drawing(figure)


def matrices(named: Mapping[str, np.ndarray], rows: str, columns: str, column_sums: bool = False) -> Drawing:
    """Square matrices one below another, each entry in words and colour, the diagonal framed.

    ``rows`` and ``columns`` name the entries of an axis, for instance ``"s_{}"``. With ``column_sums`` the sum of each column stands
    below it, and the diagonal entry alone below that.
    """
    with matplotlib.rc_context(STYLE):
        size = len(next(iter(named.values())))
        lines = size + (2 if column_sums else 0)
        figure = Figure(figsize=(5.6, len(named) * (0.62 * lines + 1.0)), layout="constrained")
        for axes, (title, matrix) in zip(np.atleast_1d(figure.subplots(len(named), 1)), named.items()):
            _draw_matrix(axes, title, matrix, rows, columns, column_sums)
        return Drawing(figure)


def learning_curves(runs: Mapping[str, Mapping[str, np.ndarray]], measures: Sequence[str]) -> Drawing:
    """``runs[setting][name]`` is (seeds, epochs, measures): a row of plots a setting, a column a measure; a thin line each seed."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 2.35 * len(runs)), layout="constrained")
        grid = figure.subplots(len(runs), len(measures), squeeze=False, sharex=True)
        for line, (setting, curves) in zip(grid, runs.items()):
            for k, axes in enumerate(line):
                for (name, values), colour, dash in zip(curves.items(), (WHOLE, PART), ("-", (0, (4, 1.6)))):
                    axes.plot(values[:, :, k].T, color=colour, linewidth=0.7, alpha=0.45)
                    axes.plot(np.median(values[:, :, k], axis=0), color=colour, linestyle=dash, linewidth=2.4, label=name)
                axes.set_ylabel(measures[k])
                axes.grid(axis="y", color=MUTED, alpha=0.25, linewidth=0.8)
            line[0].set_title(setting, loc="left", fontweight="bold")
            line[0].set_ylim(bottom=0)
            line[-1].set_ylim(top=1.02)
        for axes in grid[-1]:
            axes.set_xlabel("epoch")
        grid[0, 0].legend(loc="upper right", handlelength=2.2)
        return Drawing(figure)


def _draw_paths(axes: Axes, j: int, c: int, couples: bool) -> None:
    inputs, outputs, loss = [(0.0, c - 1 - k) for k in range(c)], [(2.2, c - 1 - k) for k in range(c)], (4.4, (c - 1) / 2)
    for k in range(c):
        _arrow(axes, outputs[k], loss, *(("-", WHOLE if k == j else PART, 2.4) if couples or k == j else ("-", MUTED, 0.9)))
        if k != j:
            for i in range(c):
                if couples or i == k:
                    _arrow(axes, inputs[k], outputs[i], "-", MUTED, 0.7)
    for i in range(c):
        if i == j or couples:
            _arrow(axes, inputs[j], outputs[i], "-" if i == j else (0, (4, 1.6)), WHOLE if i == j else PART, 2.6)
    names = [(inputs, "z"), (outputs, "s" if couples else "a")]
    for places, letter in names:
        for k, place in enumerate(places):
            _node(axes, place, f"${letter}_{k}$", strong=k == j and letter == "z")
    _node(axes, loss, "$L$", strong=True)
    axes.text(1.0, c - 1 + 0.1, "$i = j$", color=WHOLE, ha="center", va="bottom", fontsize=14)
    if couples:
        axes.text(3.2, (c - 1) / 2 + 0.1, r"$i \ne j$", color=PART, ha="center", va="bottom", fontsize=14)
    axes.set(xlim=(-0.35, 4.75), ylim=(-0.35, c - 1 + 0.4), aspect="equal")
    axes.axis("off")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], dash, colour: str, width: float) -> None:
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=8 + 2 * width, shrinkA=15, shrinkB=16, linestyle=dash,
                                   color=colour, linewidth=width, zorder=1 + width, joinstyle="miter", capstyle="butt"))


def _node(axes: Axes, place: tuple[float, float], name: str, strong: bool) -> None:
    axes.add_patch(Circle(place, 0.25, facecolor="#e4f0f8" if strong else "#f3f3f3", edgecolor=INK if strong else MUTED,
                          linewidth=1.8 if strong else 1.1, zorder=10))
    axes.text(*place, name, ha="center", va="center_baseline", fontsize=14, zorder=11)


def _draw_matrix(axes: Axes, title: str, matrix: np.ndarray, rows: str, columns: str, column_sums: bool) -> None:
    size, width, limit = len(matrix), 1.75, np.abs(matrix).max()
    for i, j in np.ndindex(matrix.shape):
        colour = DIVERGING(0.5 + matrix[i, j] / limit / 2)
        axes.add_patch(Rectangle((j * width, i), width, 1, facecolor=colour, edgecolor=MUTED, linewidth=0.6))
        axes.text((j + 0.5) * width, i + 0.5, _rounded(matrix[i, j], 2), ha="center", va="center")
    for k in range(size):
        axes.add_patch(Rectangle((k * width + 0.04, k + 0.04), width - 0.08, 0.92, fill=False, edgecolor=INK, linewidth=2.2, zorder=3))
        axes.text(-0.15, k + 0.5, f"${rows.format(k)}$", ha="right", va="center", fontsize=13)
        axes.text((k + 0.5) * width, -0.15, f"${columns.format(k)}$", ha="center", va="bottom", fontsize=13)
    if column_sums:
        sums = (("whole sum", WHOLE, matrix.sum(axis=0)), ("diagonal only", PART, np.diag(matrix)))
        for line, (name, colour, values) in enumerate(sums, start=size):
            axes.text(-0.15, line + 0.6, name, ha="right", va="center", color=colour, fontweight="bold")
            for j, value in enumerate(values):
                axes.text((j + 0.5) * width, line + 0.6, _rounded(value, 2), ha="center", va="center", color=colour, fontweight="bold")
    axes.text(-2.25, -0.85, title, ha="left", va="bottom", fontweight="bold", fontsize=STYLE["axes.titlesize"])
    axes.set(xlim=(-2.25, size * width + 0.1), ylim=(size + (2.1 if column_sums else 0.1), -1.4), aspect="equal")
    axes.axis("off")


def _number(value: object, digits: int) -> str:
    """A number as a person writes it; a power of ten where the decimals would show only zeros, unless it is a rounding error."""
    if not isinstance(value, (float, np.floating)):
        return str(value)
    if np.isfinite(value) and 1e-12 < abs(value) < 0.5 * 10.0**-digits:
        return f"{value:.0e}".replace("-", "−")
    return _rounded(value, digits)


def _rounded(value: float, digits: int) -> str:
    """Decimals with a real minus sign and without minus zero."""
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", "−")
