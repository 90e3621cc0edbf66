"""The drawings of measurements."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

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


@pytest.mark.parametrize(
    ("place", "cut"),
    [((0.5, 0.5), False), ((-0.05, 0.5), True), ((0.95, 0.5), True), ((0.5, -0.05), True), ((0.5, 0.99), True)],
)
def test_a_drawing_of_which_something_would_be_cut_off_is_refused(place, cut):
    figure = Figure(figsize=(3, 2))
    figure.text(*place, "a word")
    if cut:
        with pytest.raises(ValueError, match="lie outside the picture"):
            figures.Drawing(figure)
    else:
        figures.Drawing(figure)


def test_numbers_beside_an_axis_stay_whole_above_a_long_legend():
    """Laid out once, the axes had marks for which there was no room once the legend had taken its own."""
    names = ("z₀ alone moves, s₁ and s₂ give way", "s₁ and s₂ held still", "straight line of slope 2.5")
    x = np.linspace(0.35, 0.85, 101)
    figures.lines({"loss": {name: (x, 2 * x + k) for k, name in enumerate(names)}}, "x", "", height=3.8)


def test_a_short_logarithmic_axis_has_plain_numbers():
    def named(highest: float) -> set[str]:
        line = ([1, 10, 1e5], [0.7, 1.0, highest])
        svg = figures.lines({"": {"line": line}}, "x", "y", logarithmic=True).svg
        return {number for number in ("1", "2", "5") if f"<!-- {number} -->" in svg}

    assert named(4.4) >= {"1", "2"} and named(4e6) == set()
