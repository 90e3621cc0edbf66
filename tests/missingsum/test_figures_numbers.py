"""The drawings of the chapters on numbers: what they draw, and that they draw the same every time."""

import pytest

pytest.importorskip("matplotlib")

from missingsum import figures_numbers as figures


def drawn(name):
    lines = {"one": ([1, 10], [1.0, 2.0]), "two": ([1, 10], [3.0, 4.0])}
    return {
        "curves": lambda: figures.curves(lines, "x", "y", log="x", marks=True),
        "bars": lambda: figures.bars({"one": [1.0, -2.0]}, ["a", "b"], "y", level=("mean", 0.5)),
        "number_lines": lambda: figures.number_lines({"one": [0.1, 0.4], "two": [0.2]}, "x"),
        "verdicts": lambda: figures.verdicts({"t": {"row": ["right", "nan"], "other": ["right", "right"]}}, ["1", "2"]),
    }[name]()


@pytest.mark.parametrize("name", ["curves", "bars", "number_lines", "verdicts"])
def test_the_same_numbers_give_the_same_svg(name):
    assert drawn(name).svg == drawn(name).svg
    assert drawn(name).svg.rstrip().endswith("</svg>")


def test_a_verdict_that_is_not_right_has_a_colour_of_its_own():
    svg = drawn("verdicts").svg
    assert svg.count(f"fill: {figures.RIGHT}") == 3
    assert svg.count(f"fill: {figures.WRONG}") == 1


def test_lines_differ_in_their_dashes_not_only_in_colour():
    assert len({str(dash) for _, dash, _ in figures.LINES}) == len(figures.LINES)
    assert len({hatch for _, hatch in figures.BARS}) == len(figures.BARS)


def test_the_level_is_drawn_across_the_bars():
    with_level = drawn("bars").svg
    without = figures.bars({"one": [1.0, -2.0]}, ["a", "b"], "y").svg
    assert with_level.count("stroke-dasharray") > without.count("stroke-dasharray")
