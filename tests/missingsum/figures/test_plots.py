"""The drawings of measurements."""

from __future__ import annotations

import numpy as np

from missingsum import figures
from missingsum.figures.plots import BARS, LINES

x = np.linspace(1, 2, 40)
PANELS = {"above": {"line": (x, x), "cloud": (x, x**2)}}


def test_lines_and_bars_differ_not_only_in_colour():
    assert len({str(dash) for _, dash, _ in LINES}) == len({mark for *_, mark in LINES}) == len(LINES)
    assert len({hatch for _, hatch in BARS}) == len(BARS)


def test_a_cloud_has_a_mark_for_every_point():
    marks = [figures.lines(PANELS, "x", "y", dots=dots).svg.count("<use ") for dots in ((), ("cloud",))]
    assert marks[1] - marks[0] >= len(x)


def test_what_is_not_above_zero_is_left_out_of_a_logarithmic_panel():
    path = figures.lines({"": {"line": ([1, 2, 3], [1.0, 0.0, 4.0])}}, "x", "y", logarithmic=True).svg
    assert "nan" not in path and "inf" not in path


def test_the_level_is_drawn_across_the_bars():
    with_level, without = (
        figures.bars({"one": [1.0, -2.0]}, ["a", "b"], "y", level=level).svg for level in (("mean", 0.5), None)
    )
    assert with_level.count("stroke-dasharray") > without.count("stroke-dasharray")
