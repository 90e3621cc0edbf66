"""The drawings of measurements and of small pictures."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from missingsum.figures import INK, PART, WHOLE
from missingsum.figures_lines import lines
from missingsum.figures_pixels import pixels

x = np.linspace(1, 2, 40)
PANELS = {"above": {"line": (x, x), "cloud": (x, x**2)}, "below": {"line": (x, 1 / x)}}
DRAWINGS = {
    "lines": lambda: lines(PANELS, "x", "y"),
    "logarithmic": lambda: lines(PANELS, "x", "y", logarithmic=True),
    "pixels": lambda: pixels({"up": [np.eye(8), -np.eye(8)], "down": [np.zeros((8, 8)), np.eye(8)]}, ["0", "1"], signed=True),
}


def fills(drawing) -> set[str]:
    return set(re.findall(r"fill: (#[0-9a-f]{6})", drawing.svg))


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_drawing_is_the_same_svg_every_time(draw):
    assert ElementTree.fromstring(draw().svg).tag.endswith("svg")
    assert draw().svg == draw().svg


def test_a_cloud_has_a_mark_for_every_point():
    marks = [lines(PANELS, "x", "y", dots=dots).svg.count("<use ") for dots in ((), ("cloud",))]
    assert marks[1] - marks[0] >= len(x)


def test_what_is_not_above_zero_is_left_out_of_a_logarithmic_panel():
    path = lines({"": {"line": ([1, 2, 3], [1.0, 0.0, 4.0])}}, "x", "y", logarithmic=True).svg
    assert "nan" not in path and "inf" not in path


def test_signed_pictures_are_blue_above_zero_orange_below_and_white_at_zero():
    assert {WHOLE, PART, "#ffffff"} <= fills(DRAWINGS["pixels"]())


def test_all_pictures_share_one_scale():
    faint = pixels({"": [np.full((2, 2), 0.5), np.full((2, 2), 1.0)]}, ["half", "whole"], signed=True)
    assert WHOLE in fills(faint) and len(fills(faint) - fills(pixels({"": [np.full((2, 2), 1.0)] * 2}, ["a", "b"], signed=True))) >= 1


def test_unsigned_pictures_are_ink_on_paper():
    assert {INK, "#ffffff"} <= fills(pixels({"": [np.eye(8)]}, ["digit"], signed=False))
