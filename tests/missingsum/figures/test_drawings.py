"""Every drawing: a well-formed picture, the same each time, and Matplotlib needed for nothing else."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from missingsum import figures
from missingsum.figures import Arrow

from ...samples import sampled

x = np.linspace(1, 2, 40)
PANELS = {"above": {"line": (x, x), "cloud": (x, x**2)}, "below": {"line": (x, 1 / x)}}
DRAWINGS = {
    "paths": lambda: figures.paths(),
    "story": lambda: figures.story([0.6, -0.7, 0.1], [0.0, -0.7, 0.0], true_class=1),
    "graph": lambda: figures.graph({"$t$": (0, 0), "$L$": (2, 0)}, [Arrow("$t$", "$L$", "rate")], {"text": (1, -1)}),
    "layered_paths": lambda: figures.layered_paths(width=3, layers=2),
    "matrices": lambda: figures.matrices({"one": np.eye(3), "two": -np.eye(3)}, "i={}", "j={}", column_sums=True),
    "jacobians": lambda: figures.jacobians({"one": np.eye(3), "two": -np.eye(3), "three": np.ones((3, 3))}),
    "verdicts": lambda: figures.verdicts({"t": {"row": ["right", "nan"]}}, ["1", "2"]),
    "lines": lambda: figures.lines(PANELS, "x", "y", dots=("cloud",), logarithmic=True),
    "curves": lambda: figures.curves({"one": ([1, 10], [1.0, 2.0])}, "x", "y", log="x", marks=True),
    "learning_curves": lambda: figures.learning_curves(
        {"easy": {"right": np.ones((2, 5, 2)), "wrong": np.zeros((2, 5, 2))}}, ("loss", "accuracy")
    ),
    "bars": lambda: figures.bars({"one": [1.0, -2.0]}, ["a", "b"], "y", level=("mean", 0.5)),
    "number_lines": lambda: figures.number_lines({"one": [0.1, 0.4], "two": [0.2]}, "x"),
    "pixels": lambda: figures.pixels({"up": [np.eye(8), -np.eye(8)]}, ["0", "1"], signed=True),
}


@pytest.mark.parametrize("name", sampled(DRAWINGS, 4, rest=pytest.mark.slow))
def test_a_drawing_is_the_same_svg_every_time(name):
    first = DRAWINGS[name]()._repr_svg_()
    assert ElementTree.fromstring(first).tag.endswith("svg")
    assert DRAWINGS[name]()._repr_svg_() == first


def test_every_kind_of_drawing_is_tried():
    assert set(DRAWINGS) == set(figures.__all__) - {"Arrow", "Drawing", "Table", "table"}


def test_only_the_drawings_need_matplotlib():
    code = "import sys, missingsum.numeric, missingsum.slips, missingsum.check; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
