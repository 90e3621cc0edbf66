"""Plots of measurements: lines, clouds of points, bars and number lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from missingsum.figures.drawing import INK, MUTED, PART, STYLE, WHOLE, Drawing

GREEN, PURPLE = "#007a58", "#a05195"
LINES = (
    (WHOLE, "-", "o"),
    (PART, (0, (4, 1.6)), "s"),
    (INK, (0, (1, 1.4)), "^"),
    (GREEN, (0, (6, 1.5, 1, 1.5)), "D"),
    (PURPLE, (0, (3, 1, 1, 1, 1, 1)), "v"),
)
"""Colour, dash and mark of the lines of a panel, in the order in which they are named."""
BARS = ((WHOLE, ""), (PART, "///"), (GREEN, "..."), (MUTED, "xx"))
"""Colour and hatching of the bars of a group."""

Line = tuple[Sequence[float], Sequence[float]]


def lines(
    panels: Mapping[str, Mapping[str, Line]],
    xlabel: str,
    ylabel: str,
    *,
    dots: Sequence[str] = (),
    logarithmic: bool = False,
    height: float = 3.6,
) -> Drawing:
    """A panel each title, one below another: named lines, each a pair (x, y); those in ``dots`` are drawn as points.

    ``logarithmic`` makes both axes logarithmic, and leaves out what is not above 0. ``height`` is that
    of a panel in inches.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, height * len(panels)), layout="constrained")
        for axes, (title, named) in zip(np.atleast_1d(figure.subplots(len(panels), 1)), panels.items()):
            for (name, (x, y)), (colour, dash, _) in zip(named.items(), LINES):
                if name in dots:
                    axes.plot(x, y, "o", color=colour, markersize=3.5, alpha=0.6, markeredgewidth=0, label=name)
                else:
                    axes.plot(x, y, color=colour, linestyle=dash, label=name)
            axes.set(xlabel=xlabel, ylabel=ylabel)
            if logarithmic:
                axes.set(xscale="log", yscale="log")
                _name_numbers(axes.yaxis)
            axes.set_title(title, loc="left", fontweight="bold")
            axes.grid(color=MUTED, alpha=0.25, linewidth=0.8)
            axes.legend(
                loc="upper center",
                bbox_to_anchor=(0.5, -0.2),
                ncols=2 if max(map(len, named)) < 20 else 1,
                handlelength=2.8,
            )
        return Drawing(figure)


def curves(named: Mapping[str, Line], across: str, up: str, log: str = "", marks: bool = False) -> Drawing:
    """Lines ``name: (x, y)`` in one plot with the axes' titles ``across`` and ``up``; ``log`` holds "x", "y" or both.

    With ``marks`` each point is marked, and the last line's x are the ticks.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 4.2), layout="constrained")
        axes = figure.subplots()
        for (name, (x, y)), (colour, dash, mark) in zip(named.items(), LINES):
            axes.plot(
                x,
                y,
                color=colour,
                linestyle=dash,
                marker=mark if marks else "",
                markersize=5,
                linewidth=2.4,
                label=name,
            )
        axes.set(
            xlabel=across, ylabel=up, xscale="log" if "x" in log else "linear", yscale="log" if "y" in log else "linear"
        )
        if marks:
            axes.set_xticks(x, [f"{value:g}" for value in x])
            axes.minorticks_off()
        axes.grid(axis="y", color=MUTED, alpha=0.25, linewidth=0.8)
        figure.legend(loc="outside upper left", handlelength=2.6)
        return Drawing(figure)


def learning_curves(runs: Mapping[str, Mapping[str, np.ndarray]], measures: Sequence[str]) -> Drawing:
    """``runs[setting][name]`` is (seeds, epochs, measures): a row a setting, a column a measure, a line a seed."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 2.35 * len(runs)), layout="constrained")
        grid = figure.subplots(len(runs), len(measures), squeeze=False, sharex=True)
        for line, (setting, curves) in zip(grid, runs.items()):
            for k, axes in enumerate(line):
                for (name, values), (colour, dash, _) in zip(curves.items(), LINES):
                    axes.plot(values[:, :, k].T, color=colour, linewidth=0.7, alpha=0.45)
                    axes.plot(
                        np.median(values[:, :, k], axis=0), color=colour, linestyle=dash, linewidth=2.4, label=name
                    )
                axes.set_ylabel(measures[k])
                axes.grid(axis="y", color=MUTED, alpha=0.25, linewidth=0.8)
            line[0].set_title(setting, loc="left", fontweight="bold")
            line[0].set_ylim(bottom=0)
            line[-1].set_ylim(top=1.02)
        for axes in grid[-1]:
            axes.set_xlabel("epoch")
        grid[0, 0].legend(loc="upper right", handlelength=2.2)
        return Drawing(figure)


def bars(
    named: Mapping[str, Sequence[float]], labels: Sequence[str], up: str, level: tuple[str, float] | None = None
) -> Drawing:
    """Groups of bars, one group a label and one bar a name; ``level`` draws a named horizontal line across them."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 3.6), layout="constrained")
        axes = figure.subplots()
        at, width = np.arange(len(labels)), 0.8 / len(named)
        for k, ((name, values), (colour, hatch)) in enumerate(zip(named.items(), BARS)):
            place = at + (k - (len(named) - 1) / 2) * width
            axes.bar(
                place, values, 0.94 * width, color=colour, hatch=hatch, edgecolor="#ffffff", linewidth=0.5, label=name
            )
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
        for height, (values, (colour, _, mark)) in enumerate(zip(named.values(), LINES)):
            axes.axhline(-height, color=MUTED, linewidth=0.8, zorder=0)
            axes.plot(values, np.full(len(values), -height), mark, color=colour, markersize=9, clip_on=False)
        axes.set_yticks(-np.arange(len(named)), list(named))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set(xlabel=across, ylim=(0.5 - len(named), 0.5), xlim=(-0.04 * max(map(max, named.values())), None))
        return Drawing(figure)


def _name_numbers(axis: Axis) -> None:
    """Name 1, 2 and 5 times a power of ten as plain numbers on a logarithmic axis that spans less than two of these."""
    low, high = axis.get_view_interval()
    if high < 100 * low:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.set_minor_formatter(NullFormatter())
