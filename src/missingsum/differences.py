"""Derivatives of a function of one number by central differences, each with a bound of its own error."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial

import numpy as np

Curve = Callable[..., np.ndarray]
"""t ↦ values (m,); its derivative at t = 0 is sought."""

STEPS = 2.0 ** -np.arange(3, 22, 2)
"""1/8, 1/32, … 5e-7: powers of two, because adding them rounds least."""
SPACINGS = (2.0**-12, 2.0**-16, 2.0**-20)


def derivative(curve: Curve, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of ``curve`` at 0 and a bound of its error, both (m,).

    Central differences and one step of Richardson's extrapolation,

        D(h) = (f(h) - f(-h)) / 2h,        R(h) = (16 D(h/4) - D(h)) / 15 = f' + O(h⁴),

    at each h of `STEPS`. R(h/4) is off by no more than |R(h/4) - R(h)| from truncation, and by 4·noise/(h/16) from the
    rounding of f. The h for which the two together are least is taken, for each of the m values on its own: a step that
    is too large for one may be right for another. Where f is finite at no step, or has a kink, the bound is infinite.
    """
    with np.errstate(all="ignore"):
        above, below = (np.array([curve(sign * h) for h in STEPS]) for sign in (1, -1))
        D = (above - below) / (2 * STEPS[:, None])
        R = (16 * D[1:] - D[:-1]) / 15
        bounds = np.abs(R[1:] - R[:-1]) + 4 * noise / STEPS[2:, None]
        bent = np.abs(above + below - 2 * curve(0.0)) / STEPS[:, None]
        ratios = bent[6:9] / bent[5:8]  # 1/4 where f is smooth, 4 where only rounding is left, 1 at a kink
        kink = (np.abs(ratios - 1) < 0.1).all(axis=0) & (bent[8] > 1e-6 * np.abs(D[8]))
    bounds = np.where(np.isfinite(bounds) & ~kink, bounds, np.inf)
    best = np.argmin(bounds, axis=0)[None]
    return np.take_along_axis(R[1:], best, axis=0)[0], np.take_along_axis(bounds, best, axis=0)[0]


def rounding_noise(curve: Curve, epsilon: float, order: int = 6) -> np.ndarray:
    """How much rounding makes the values of ``curve`` jump, (m,): one standard deviation, measured and not assumed.

    Differences of high order of equally spaced values remove whatever is smooth and leave the noise σ: their mean
    square is (2k)!/(k!)² σ² (Hamming's difference table; Moré and Wild 2011). The median over three spacings passes
    over a kink in one of them. At least ``epsilon`` |f|, for a function whose values happen to be exact.
    """
    points = np.arange(-4, 5)
    weights = np.array([(-1) ** k * comb(order, k) for k in range(order + 1)])
    scale = factorial(order) / np.sqrt(float(factorial(2 * order)))
    found = []
    with np.errstate(all="ignore"):
        for spacing in SPACINGS:
            values = np.array([curve(spacing * t) for t in points])
            windows = np.array([weights @ values[k : k + order + 1] for k in range(len(points) - order)])
            found.append(scale * np.sqrt(np.mean(windows**2, axis=0)))
    measured = np.where(np.isfinite(found), found, np.inf)
    return np.maximum(np.median(measured, axis=0), epsilon * np.abs(curve(0.0)))
