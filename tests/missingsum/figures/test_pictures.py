"""The drawings of small square pictures."""

from __future__ import annotations

import re

import numpy as np

from missingsum import figures
from missingsum.figures.drawing import INK, PART, WHOLE


def fills(pictures: list[np.ndarray], signed: bool) -> set[str]:
    drawing = figures.pixels({"": pictures}, [str(k) for k, _ in enumerate(pictures)], signed=signed)
    return set(re.findall(r"fill: (#[0-9a-f]{6})", drawing.svg))


def test_signed_pictures_are_blue_above_zero_orange_below_and_white_at_zero():
    assert {WHOLE, PART, "#ffffff"} <= fills([np.eye(8), -np.eye(8)], signed=True)


def test_all_pictures_share_one_scale():
    faint = fills([np.full((2, 2), 0.5), np.full((2, 2), 1.0)], signed=True)
    assert WHOLE in faint and len(faint - fills([np.full((2, 2), 1.0)] * 2, signed=True)) >= 1


def test_unsigned_pictures_are_ink_on_paper():
    assert {INK, "#ffffff"} <= fills([np.eye(8)], signed=False)
