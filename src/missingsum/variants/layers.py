"""Ways to get a linear layer and ReLU wrong, from the right answer and the arrays that went in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from missingsum.diagnosis import Family, Variant
from missingsum.explain import recipes
from missingsum.variants.language import LEAKS, ROWS, SCALES, SIGN, TWOS, around


@dataclass(frozen=True)
class Layer:
    """One call: its ``truth``, and those of its arguments that it has.

    x (n, d) what goes into the layer, W (d, m) and b (m,) its parameters, g the upstream gradient, of the
    shape of what comes out.
    """

    truth: np.ndarray
    x: np.ndarray
    g: np.ndarray | None = None
    W: np.ndarray | None = None
    b: np.ndarray | None = None


def linear_forward_variants() -> Family:
    """The outputs (n, m)."""
    return Family(lambda: _linear_forward_variants(), lambda: recipes.layers("y"))


def _linear_forward_variants() -> Iterator[Variant]:
    instead = (
        ("no-bias", lambda d: d.truth - d.b),
        ("keepdims-lost", lambda d: d.truth - d.b + d.b[:, None] if len(d.b) == len(d.x) else d.truth),
    )
    return around(lambda d: d.truth, instead, lambda d: d.x, SIGN, TWOS, ROWS)


def linear_backward_variants(part: str) -> Family:
    """The gradient called ``part``: dX, dW or db."""
    return Family(lambda: _linear_backward_variants(part), lambda: recipes.layers(part))


def _linear_backward_variants(part: str) -> Iterator[Variant]:
    instead = {
        "dX": (
            ("weights-not-transposed", lambda d: d.g @ d.W if d.W.shape[0] == d.W.shape[1] else d.truth),
            ("ignores-upstream", lambda d: np.tile(d.W.sum(axis=1), (len(d.x), 1))),
            ("identity", lambda d: d.g),
            ("weights-skipped", lambda d: np.tile(d.g.sum(axis=1, keepdims=True), (1, d.x.shape[1]))),
        ),
        "dW": (("ignores-upstream", lambda d: np.tile(d.x.sum(axis=0)[:, None], (1, d.g.shape[1]))),),
        "db": (
            ("rows-not-summed", lambda d: d.g),
            ("bias-along-the-rows", lambda d: d.g.sum(axis=1)),
            ("from-weights-gradient", lambda d: (d.x.T @ d.g).sum(axis=0)),
            ("from-weights-gradient", lambda d: (d.x.T @ d.g).mean(axis=0)),
            ("bias-as-one-number", lambda d: np.full(d.g.shape[1], d.g.sum())),
            ("bias-as-one-number", lambda d: d.g.sum()),
            ("ignores-upstream", lambda d: np.full(d.g.shape[1], float(len(d.g)))),
            ("last-row-only", lambda d: d.g[-1]),
            ("first-row-only", lambda d: d.g[0]),
        ),
    }[part]
    return around(lambda d: d.truth, instead, lambda d: d.x, *SCALES)


def relu_forward_variants() -> Family:
    """ReLU of x."""
    return Family(lambda: _relu_forward_variants(), recipes.relus)


def _relu_forward_variants() -> Iterator[Variant]:
    instead = (
        ("relu-skipped", lambda d: d.x),
        ("absolute-value", lambda d: np.abs(d.x)),
        *(("leaky-relu", lambda d, slope=slope: d.truth + slope * (d.x - d.truth)) for slope in LEAKS),
    )
    return around(lambda d: d.truth, instead, lambda d: d.x, SIGN, TWOS, ROWS)


def relu_backward_variants() -> Family:
    """The vector-Jacobian product of ReLU at x."""
    return Family(lambda: _relu_backward_variants(), recipes.products_of_relu)


def _relu_backward_variants() -> Iterator[Variant]:
    instead = (
        ("relu-skipped", lambda d: d.g),
        ("relu-of-upstream", lambda d: np.maximum(d.g, 0)),
        ("ignores-upstream", lambda d: d.truth / d.g),
        ("value-for-slope", lambda d: d.truth * d.x),
        *(("leaky-relu", lambda d, slope=slope: d.truth + slope * (d.g - d.truth)) for slope in LEAKS),
        ("absolute-value", lambda d: d.g * np.sign(d.x)),
    )
    return around(lambda d: d.truth, instead, lambda d: d.x, *SCALES, ROWS)
