"""The drawings and tables that the chapters show."""

from __future__ import annotations

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from missingsum import figures

DRAWINGS = {
    "paths": lambda: figures.paths(),
    "story": lambda: figures.story([0.6, -0.7, 0.1], [0.0, -0.7, 0.0], true_class=1),
    "matrices": lambda: figures.matrices({"one": np.eye(3), "two": -np.eye(3)}, "i={}", "j={}", column_sums=True),
    "learning curves": lambda: figures.learning_curves({"easy": {"right": np.ones((2, 5, 2)), "wrong": np.zeros((2, 5, 2))}}, ("loss", "accuracy")),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_drawing_is_the_same_svg_every_time(draw):
    first = draw()._repr_svg_()
    assert ElementTree.fromstring(first).tag.endswith("svg")
    assert draw()._repr_svg_() == first


def test_a_table_reads_as_text_and_as_html():
    table = figures.table("class", ["a", "b<c"], {"s": [0.25, -1.0], "note": ["x", "y"]}, digits=2)
    assert repr(table).splitlines()[1].split() == ["a", "0.25", "x"]
    assert '<th scope="row">b&lt;c</th><td>−1.00</td><td>y</td>' in table._repr_html_()


@pytest.mark.parametrize(("value", "text"), [
    (0.6, "0.600"), (-0.7, "−0.700"), (-0.0, "0.000"), (-1e-15, "0.000"), (3.4e-5, "3e−05"), (float("nan"), "nan"), (7, "7"), ("no", "no"),
])
def test_numbers_are_written_for_people(value, text):
    assert figures.table("", [0], {"": [value]}).body == [["0", text]]


def test_only_the_drawings_need_matplotlib():
    code = "import sys, missingsum.numeric, missingsum.slips, missingsum.check; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
