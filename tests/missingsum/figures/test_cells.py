"""The drawings made of cells."""

from __future__ import annotations

import numpy as np

from missingsum import figures
from missingsum.figures.cells import RIGHT, WRONG
from missingsum.figures.drawing import INK, PART, WHOLE


def test_a_verdict_that_is_not_right_has_a_colour_of_its_own():
    svg = figures.verdicts({"t": {"row": ["right", "nan"], "other": ["right", "right"]}}, ["1", "2"]).svg
    assert svg.count(f"fill: {RIGHT}") == 3
    assert svg.count(f"fill: {WRONG}") == 1


def test_the_diagonal_is_framed_and_the_sums_of_the_columns_stand_below_on_request():
    plain, summed = (figures.matrices({"J": np.eye(3)}, "i={}", "j={}", column_sums=sums).svg for sums in (False, True))
    assert plain.count(f"stroke: {INK}; stroke-width: 2.2") == 3
    for colour in (WHOLE, PART):
        assert f"fill: {colour}" in summed and f"fill: {colour}" not in plain
