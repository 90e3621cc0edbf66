"""The drawings and tables of the chapters; they alone need Matplotlib: ``pip install missingsum[figures]``.

Each function returns a `Drawing`, which a notebook shows as an SVG picture with a transparent ground, or a `Table`.
Blue is the whole sum, orange what keeps only the i = j term: the two stay apart for every common kind of colour
blindness. Colour never stands alone: lines differ in their dashes, marks in their shape, bars in their hatching,
cells in their words.
"""

from missingsum.figures.cells import jacobians, matrices, verdicts
from missingsum.figures.drawing import Drawing
from missingsum.figures.graphs import Arrow, graph, layered_paths, paths, story
from missingsum.figures.pictures import pixels
from missingsum.figures.plots import bars, curves, learning_curves, lines, number_lines
from missingsum.figures.tables import Table, table

__all__ = [
    "Arrow",
    "Drawing",
    "Table",
    "bars",
    "curves",
    "graph",
    "jacobians",
    "layered_paths",
    "learning_curves",
    "lines",
    "matrices",
    "number_lines",
    "paths",
    "pixels",
    "story",
    "table",
    "verdicts",
]
