"""Constant ratios: found as numbers, and named by their source only where no other source gives the same number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

Sizes = Mapping[str, float]
"""Of one sample: n, the number of rows, and c, the number of classes or columns, where it has them."""
Named = tuple[tuple[str, ...], str]
"""Slips, and a sentence; "" where the slips say it all."""

TOLERANCE = 1e-6
LARGEST = 1e12
"""A ratio beyond is no factor that somebody wrote."""
SMALL: tuple[tuple[float, tuple[str, ...]], ...] = (
    (1, ()),
    (-1, ("sign",)),
    (2, ("factor-two",)),
    (0.5, ("half",)),
    (-2, ("sign", "factor-two")),
    (-0.5, ("sign", "half")),
)
OF_A_PRODUCT = {
    (1, 0): "times-n",
    (-1, 0): "over-n",
    (0, 1): "times-c",
    (0, -1): "over-c",
    (-1, -1): "mean-over-everything",
}
OF_A_MEAN = {(1, 0): "missing-mean", (-1, 0): "averaged-twice", (0, -1): "mean-over-everything", (0, 1): "times-c"}
"""The slips of n and c to these powers: where the right answer is no mean over the rows, and where it is."""


def scales(sizes: Sizes, mean: bool) -> dict[float, None]:
    """The ratios that have a name, for samples whose answers are single numbers."""
    powers = OF_A_MEAN if mean else OF_A_PRODUCT
    return dict.fromkeys(
        factor * _power(sizes, *power) for factor, power in product((f for f, _ in SMALL), ((0, 0), *powers))
    )


def _power(sizes: Sizes, p: int, q: int) -> float:
    return sizes.get("n", 1.0) ** p * sizes.get("c", 1.0) ** q


def named_scale(ratios: Sequence[float], sizes: Sequence[Sizes], mean: bool, any_number: bool = True) -> Named | None:
    """What these ratios, one a sample, are; None if they are neither a constant nor a size to some power.

    A size is named only if the sizes of the samples differ so much that no constant gives the same ratios.
    """
    powers = OF_A_MEAN if mean else OF_A_PRODUCT
    if not all(1 / LARGEST < abs(ratio) < LARGEST for ratio in ratios):
        return None
    if _constant(ratios):
        ratio = ratios[0]
        for factor, slips in SMALL:
            if _equal(ratio, factor):
                return slips, ""
        if not any_number:
            return None
        also = [
            name
            for name in ("n", "c")
            if any(name in each and _equal(max(abs(ratio), 1 / abs(ratio)), each[name]) for each in sizes)
        ]
        for name, value in (("2", np.log(2)), ("10", np.log(10))):
            if any(_equal(abs(ratio), factor) for factor in (value, 1 / value)):
                words = (
                    f"every entry is {_number(ratio)} times what it should be, which is the logarithm to base {name}"
                )
                return ("wrong-function",), f"{words} in place of ln: they differ by the factor ln {name}"
        words = f"every entry is {_number(ratio)} times what it should be"
        if abs(ratio) < 1:
            words += f", as if it were divided by {_number(1 / ratio)}"
        return ("constant-factor",), words + ("" if not also else _collision(also, ratio))
    for power, slip in powers.items():
        for factor, slips in SMALL:
            if all(_equal(r, factor * _power(each, *power)) for r, each in zip(ratios, sizes)):
                return (*slips, slip), ""
    if any_number:
        for power in powers:
            rest = [r / _power(each, *power) for r, each in zip(ratios, sizes)]
            if _constant(rest) and power in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                size, kind = ("n", "rows") if power[0] else ("c", "columns")
                if sum(power) > 0:
                    words = (
                        f"the result is divided by {_number(1 / rest[0])}, where the number of {kind} {size} belongs"
                    )
                else:
                    words = f"the result is multiplied by {_number(rest[0])} and divided by the number of {kind} {size}"
                return ("wrong-constant",), words
    return None


def _collision(also: Sequence[str], ratio: float) -> str:
    kinds = {"n": "the number of rows", "c": "the number of columns"}
    what = " and ".join(f"{kinds[name]} {name}" for name in also)
    return f"; {_number(max(ratio, 1 / ratio))} is {what} here, which may or may not be where it comes from"


def _constant(ratios: Sequence[float]) -> bool:
    return all(_equal(ratio, ratios[0]) for ratio in ratios)


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))


def _number(value: float) -> str:
    return f"{float(np.format_float_positional(value, precision=6, fractional=False, trim='-')):.6g}"
