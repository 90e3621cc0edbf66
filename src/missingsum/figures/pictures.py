"""Small square pictures, such as handwritten digits and the gradients of the weights that see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from missingsum.figures.drawing import INK, MUTED, PART, STYLE, WHOLE, Drawing

PAPER_TO_INK = LinearSegmentedColormap.from_list("paper-to-ink", ["#ffffff", INK])
PART_TO_WHOLE = LinearSegmentedColormap.from_list("part-to-whole", [PART, "#ffffff", WHOLE], N=257)


def pixels(rows: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str], *, signed: bool) -> Drawing:
    """Rows of pictures with a title each; ``columns`` names the pictures of every row, from left to right.

    Unsigned pictures are dark on light. Signed ones are blue above 0, orange below and white at 0. All share one scale.
    """
    with matplotlib.rc_context(STYLE):
        width = len(columns)
        height = len(rows) * (5.6 / width + 0.45)
        figure = Figure(figsize=(5.6, height))
        figure.set_layout_engine("constrained", rect=(0, 0, 1, 1 - 0.3 / height), hspace=0.42 / len(rows))
        limit = max(np.abs(picture).max() for pictures in rows.values() for picture in pictures)
        for line, (title, pictures) in zip(figure.subplots(len(rows), width, squeeze=False), rows.items()):
            for axes, name, picture in zip(line, columns, pictures):
                _draw(axes, picture, limit, signed)
                axes.set_title(name, fontsize=10.5)
            heading = line[0].annotate(
                title,
                (0, 1),
                xytext=(0, 21),
                xycoords="axes fraction",
                textcoords="offset points",
                fontweight="bold",
                fontsize=STYLE["axes.titlesize"],
            )
            heading.set_in_layout(False)
        return Drawing(figure)


def _draw(axes: Axes, picture: np.ndarray, limit: float, signed: bool) -> None:
    axes.pcolormesh(
        np.flipud(picture), cmap=PART_TO_WHOLE if signed else PAPER_TO_INK, vmin=-limit if signed else 0, vmax=limit
    )
    axes.set(xticks=[], yticks=[], aspect="equal")
    for spine in axes.spines.values():
        spine.set(visible=True, color=MUTED, linewidth=0.8)
