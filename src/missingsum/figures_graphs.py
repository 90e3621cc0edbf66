"""Drawings of graphs, in which a number reaches another along arrows, and of their Jacobians side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from missingsum.figures import INK, MUTED, PART, STYLE, WHOLE, Drawing, _draw_matrix

Place = tuple[float, float]
LOOKS = {"straight": (WHOLE, "-", 2.4), "crossing": (PART, (0, (4, 1.6)), 2.4), "other": (MUTED, "-", 0.8)}


@dataclass(frozen=True)
class Arrow:
    """From one node to another. ``look`` is straight, crossing or other; ``bend`` is how far it bows out, its sign to which side;
    the label stands at the middle, ``lift`` above it."""

    start: str
    end: str
    label: str = ""
    look: str = "straight"
    bend: float = 0.0
    lift: float = 0.12


def graph(nodes: Mapping[str, Place], arrows: Sequence[Arrow], texts: Mapping[str, Place] | None = None) -> Drawing:
    """Nodes with their names in circles of radius 0.3 at their places, labelled arrows between them, and lines of text."""
    with matplotlib.rc_context(STYLE):
        x, y = np.array([*nodes.values(), *(texts or {}).values()]).T
        width, height = np.ptp(x) + 1.0, np.ptp(y) + 1.1
        figure = Figure(figsize=(5.6, 5.6 * height / width), layout="constrained")
        axes = figure.subplots()
        for arrow in arrows:
            _draw_arrow(axes, nodes[arrow.start], nodes[arrow.end], arrow)
        for name, place in nodes.items():
            _draw_node(axes, place, name)
        for text, place in (texts or {}).items():
            axes.text(*place, text, ha="center", va="center", fontsize=14)
        axes.set(xlim=(x.min() - 0.5, x.max() + 0.5), ylim=(y.min() - 0.5, y.max() + 0.6), aspect="equal")
        axes.axis("off")
        return Drawing(figure)


def layered_paths(width: int, layers: int) -> Drawing:
    """All paths from the first of ``width`` inputs through fully connected layers to one loss; the straight one is blue."""
    nodes = {(layer, k): (1.5 * layer, float(width - 1 - k)) for layer in range(layers + 1) for k in range(width)}
    loss = (1.5 * (layers + 1), (width - 1) / 2)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 5.6 * (width + 0.1) / (loss[0] + 1)), layout="constrained")
        axes = figure.subplots()
        for layer, i, k in product(range(layers), range(width), range(width)):
            look = "straight" if i == k == 0 else "crossing" if layer or i == 0 else "other"
            _draw_arrow(axes, nodes[layer, i], nodes[layer + 1, k], Arrow("", "", look=look))
        for k in range(width):
            _draw_arrow(axes, nodes[layers, k], loss, Arrow("", "", look="crossing" if k else "straight"))
        for (layer, k), place in nodes.items():
            _draw_node(axes, place, f"$z_{k}$" if layer == 0 else "")
        _draw_node(axes, loss, "$L$")
        axes.set(xlim=(-0.5, loss[0] + 0.5), ylim=(-0.5, width - 0.5), aspect="equal")
        axes.axis("off")
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


def _draw_arrow(axes: Axes, start: Place, end: Place, arrow: Arrow) -> None:
    colour, dash, width = LOOKS[arrow.look]
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=8 + 2 * width, shrinkA=17, shrinkB=18,
                                   color=colour, linestyle=dash, linewidth=width, zorder=1 + width, capstyle="butt",
                                   connectionstyle=f"arc3,rad={arrow.bend}"))
    middle = (np.array(start) + end) / 2
    across = np.array([end[1] - start[1], start[0] - end[0]]) * arrow.bend / 2
    axes.text(*(middle + across + [0, arrow.lift]), arrow.label, color=INK if arrow.look == "other" else colour, ha="center",
              va="bottom" if arrow.lift > 0 else "top", fontsize=14, zorder=12)


def _draw_node(axes: Axes, place: Place, name: str) -> None:
    face, edge = ("#e4f0f8", INK) if name else ("#f3f3f3", MUTED)
    axes.add_patch(Circle(place, 0.3, facecolor=face, edgecolor=edge, linewidth=1.4, zorder=10))
    axes.text(*place, name, ha="center", va="center_baseline", fontsize=15, zorder=11)
