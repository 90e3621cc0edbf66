"""Graphs, in which a number reaches another along arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from missingsum.figures.drawing import INK, MUTED, PART, STYLE, WHOLE, Drawing
from missingsum.figures.tables import rounded

Place = tuple[float, float]
LOOKS = {"straight": (WHOLE, "-", 2.4), "crossing": (PART, (0, (4, 1.6)), 2.4), "other": (MUTED, "-", 0.8)}


@dataclass(frozen=True)
class Arrow:
    """From one node to another. ``look`` is straight, crossing or other; ``bend`` is how far it bows out, its sign to
    which side; the label stands at the middle, ``lift`` above it."""

    start: str
    end: str
    label: str = ""
    look: str = "straight"
    bend: float = 0.0
    lift: float = 0.12


def graph(nodes: Mapping[str, Place], arrows: Sequence[Arrow], texts: Mapping[str, Place] | None = None) -> Drawing:
    """Nodes with their names in circles of radius 0.3, labelled arrows between them, and lines of text."""
    with matplotlib.rc_context(STYLE):
        x, y = np.array([*nodes.values(), *(texts or {}).values()]).T
        width, height = np.ptp(x) + 1.0, np.ptp(y) + 1.1
        figure = Figure(figsize=(5.6, 5.6 * height / width), layout="constrained")
        axes = figure.subplots()
        for arrow in arrows:
            _draw_arrow(axes, nodes[arrow.start], nodes[arrow.end], arrow.look, arrow.bend)
            _write_label(axes, nodes[arrow.start], nodes[arrow.end], arrow)
        for name, place in nodes.items():
            _draw_node(axes, place, name)
        for text, place in (texts or {}).items():
            axes.text(*place, text, ha="center", va="center", fontsize=14)
        axes.set(xlim=(x.min() - 0.5, x.max() + 0.5), ylim=(y.min() - 0.5, y.max() + 0.6), aspect="equal")
        axes.axis("off")
        return Drawing(figure)


def layered_paths(width: int, layers: int) -> Drawing:
    """All paths from the first of ``width`` inputs through full layers to one loss; the straight one is blue."""
    nodes = {(layer, k): (1.5 * layer, float(width - 1 - k)) for layer in range(layers + 1) for k in range(width)}
    loss = (1.5 * (layers + 1), (width - 1) / 2)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 5.6 * (width + 0.1) / (loss[0] + 1)), layout="constrained")
        axes = figure.subplots()
        for layer, i, k in product(range(layers), range(width), range(width)):
            look = "straight" if i == k == 0 else "crossing" if layer or i == 0 else "other"
            _draw_arrow(axes, nodes[layer, i], nodes[layer + 1, k], look)
        for k in range(width):
            _draw_arrow(axes, nodes[layers, k], loss, "crossing" if k else "straight")
        for (layer, k), place in nodes.items():
            _draw_node(axes, place, f"$z_{k}$" if layer == 0 else "", strong=layer == 0)
        _draw_node(axes, loss, "$L$")
        axes.set(xlim=(-0.5, loss[0] + 0.5), ylim=(-0.5, width - 0.5), aspect="equal")
        axes.axis("off")
        return Drawing(figure)


def paths(j: int = 0, c: int = 3) -> Drawing:
    """On how many paths z_j reaches L: through one output of an elementwise activation, through all c of softmax."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 6.6), layout="constrained")
        for axes, title, couples in zip(
            figure.subplots(2, 1), ("elementwise activation: one path", f"softmax: {c} paths"), (False, True)
        ):
            _draw_paths(axes, j, c, couples)
            axes.set_title(title, loc="left", fontweight="bold")
        return Drawing(figure)


def story(whole: Sequence[float], part: Sequence[float], true_class: int, j: int = 0) -> Drawing:
    """The course in one picture: the paths of logit j, and the gradient with all beside that with the straight ones."""
    c = len(whole)
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.6, 6.4), layout="constrained")
        top, bottom = figure.subplots(2, 1, height_ratios=[1.2, 1])
        _draw_paths(top, j, c, couples=True)
        top.set_title(f"One logit reaches the loss on {c} paths …", loc="left", fontweight="bold")
        bottom.set_title("… and a gradient that keeps one of them is not the gradient.", loc="left", fontweight="bold")
        at = np.arange(c)
        bars = (
            bottom.bar(at - 0.19, whole, 0.36, color=WHOLE, label="sum over all paths"),
            bottom.bar(at + 0.19, part, 0.36, color=PART, hatch="///", edgecolor="#ffffff", label="straight path only"),
        )
        for group in bars:
            bottom.bar_label(group, fmt=lambda v: rounded(v, 1), padding=2, fontsize=10)
        bottom.axhline(0, color=MUTED, linewidth=1)
        bottom.set_xticks(
            at, [f"$\\partial L/\\partial z_{k}$" + (" (true class)" if k == true_class else "") for k in at]
        )
        bottom.tick_params(axis="x", length=0)
        bottom.set_ylim(min(*whole, *part) - 0.18, max(*whole, *part) + 0.15)
        bottom.set_yticks([])
        bottom.spines[["left", "bottom"]].set_visible(False)
        bottom.legend(loc="upper right", handlelength=1.4)
        return Drawing(figure)


def _draw_paths(axes: Axes, j: int, c: int, couples: bool) -> None:
    inputs, outputs, loss = (
        [(0.0, c - 1 - k) for k in range(c)],
        [(2.2, c - 1 - k) for k in range(c)],
        (4.4, (c - 1) / 2),
    )
    for k, i in product(range(c), range(c)):
        if couples or i == k:
            _draw_arrow(axes, inputs[k], outputs[i], "other" if k != j else "straight" if i == j else "crossing")
    for i in range(c):
        _draw_arrow(axes, outputs[i], loss, "straight" if i == j else "crossing" if couples else "other")
    for k in range(c):
        _draw_node(axes, inputs[k], f"$z_{k}$", strong=k == j)
        _draw_node(axes, outputs[k], f"${'s' if couples else 'a'}_{k}$", strong=False)
    _draw_node(axes, loss, "$L$")
    axes.text(1.1, c - 1 + 0.1, "$i = j$", color=WHOLE, ha="center", va="bottom", fontsize=14)
    if couples:
        axes.text(3.3, (c - 1) / 2 + 0.1, r"$i \ne j$", color=PART, ha="center", va="bottom", fontsize=14)
    axes.set(xlim=(-0.4, 4.8), ylim=(-0.4, c - 1 + 0.4), aspect="equal")
    axes.axis("off")


def _draw_arrow(axes: Axes, start: Place, end: Place, look: str, bend: float = 0.0) -> None:
    colour, dash, width = LOOKS[look]
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=8 + 2 * width,
            shrinkA=17,
            shrinkB=18,
            color=colour,
            linestyle=dash,
            linewidth=width,
            zorder=1 + width,
            capstyle="butt",
            connectionstyle=f"arc3,rad={bend}",
        )
    )


def _write_label(axes: Axes, start: Place, end: Place, arrow: Arrow) -> None:
    middle = (np.array(start) + end) / 2
    across = np.array([end[1] - start[1], start[0] - end[0]]) * arrow.bend / 2
    x, y = middle + across + np.array([0, arrow.lift])
    axes.text(
        x,
        y,
        arrow.label,
        color=INK if arrow.look == "other" else LOOKS[arrow.look][0],
        ha="center",
        va="bottom" if arrow.lift > 0 else "top",
        fontsize=14,
        zorder=12,
    )


def _draw_node(axes: Axes, place: Place, name: str, strong: bool = True) -> None:
    face, edge = ("#e4f0f8", INK) if strong else ("#f3f3f3", MUTED)
    axes.add_patch(Circle(place, 0.3, facecolor=face, edgecolor=edge, linewidth=1.4, zorder=10))
    axes.text(*place, name, ha="center", va="center_baseline", fontsize=15, zorder=11)
