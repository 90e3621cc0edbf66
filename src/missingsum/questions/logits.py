"""Logits of every size, made of probabilities that are known: what forward functions give at them follows from these.

An input that is made here begins with the logits z (n, c), and is made of ln s: z = ln s + a number for each row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from missingsum.comparison import Shape
from missingsum.questions.question import Arguments, Input, Inputs

Rest = Callable[[np.random.Generator, np.ndarray], Arguments]
"""The arguments beside the logits z."""

SHAPES = ((5, 7), (4, 3))
"""n ≠ c, neither of them 2."""
SQUARE = ((5, 5), (3, 3))
"""Where a lost axis goes unnoticed, for who raises with the others."""
ROW = (1, 5)


def probabilities(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    """Rows of positive numbers that sum to 1."""
    weights = rng.lognormal(size=shape, sigma=1.5)
    return weights / weights.sum(axis=1, keepdims=True)


def nothing(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    return ()


def upstream(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """A random upstream gradient."""
    return (rng.normal(size=z.shape),)


def moderate(rest: Rest, *shapes: Shape) -> Inputs:
    """Logits of size 1."""

    def offsets(rng: np.random.Generator, n: int) -> np.ndarray:
        """Every other row lies higher, so that many of its logits are above 1."""
        return rng.normal(size=(n, 1)) + 2.5 * (np.arange(n)[:, None] % 2)

    return lambda rng: [
        _moved(rng, np.log(probabilities(rng, shape)), offsets(rng, shape[0]), rest) for shape in shapes
    ]


def rows_apart(rest: Rest = nothing) -> Inputs:
    """A row around 400 and one around -400, alone and together, where one maximum for both rows leaves nothing."""

    def inputs(rng: np.random.Generator) -> list[Input]:
        log_s, heights = np.log(probabilities(rng, (2, 5))), np.array([[400.0], [-400.0]])
        return [
            *(
                _moved(rng, log_s[[k]], heights[[k]], rest, f"logits around {heights[k, 0]:g}", "exp-overflow")
                for k in (0, 1)
            ),
            _moved(rng, log_s, heights, rest, "rows 800 apart", "max-of-all"),
        ]

    return inputs


def of_any_size(rest: Rest = nothing, underflow: str = "") -> Inputs:
    """Single rows far above 0, far below, and with classes far apart: answers must be finite, and right.

    ``underflow`` is the slip of who gets no finite answer where logits of one row are far apart. In every row two
    classes share the probability, so that no right answer is 0 throughout.
    """

    def inputs(rng: np.random.Generator) -> list[Input]:
        near = [np.log(probabilities(rng, (1, 5))) for _ in range(2)]
        below, far_below = _with_far_classes(rng, -900.0, -2000.0), _with_far_classes(rng, -9e3, -1.9e4)
        return [
            _moved(rng, below, rng.normal(), rest, "logits far apart", underflow),
            _moved(rng, near[0], 1000 + rng.normal(), rest, "logits around 1000", "no-max"),
            _moved(rng, near[1], -9990 + rng.normal(), rest, "logits around -10000", "max-with-zero"),
            _moved(rng, far_below, 9990 + rng.normal(), rest, "logits between -10000 and 10000", underflow),
        ]

    return inputs


def in_float32(rest: Rest = nothing) -> Inputs:
    """float32 logits around ±10000, which lie 0.001 apart, and the rest in float32; made of z ∓ 10000 in float64."""

    def inputs(rng: np.random.Generator) -> list[Input]:
        made = []
        for height, not_finite in 2 * ((1e4, "no-max"), (-1e4, "max-with-zero")):  # one may round by chance
            z = np.float32(height) + rng.normal(size=(1, 5), scale=2).astype(np.float32)
            made.append(
                Input(
                    (z, *map(_as_float32, rest(rng, z))),
                    z.astype(np.float64) - height,
                    f"float32 logits around {height:g}",
                    not_finite,
                )
            )
        return made

    return inputs


def _as_float32(argument: Any) -> Any:
    return argument.astype(np.float32) if isinstance(argument, np.ndarray) and argument.dtype.kind == "f" else argument


def _with_far_classes(rng: np.random.Generator, *far: float) -> np.ndarray:
    """ln s of one row in which two classes share the probability, and each of the others is so far below."""
    p = rng.uniform(0.2, 0.8)
    return np.array([[np.log(p), far[1], np.log1p(-p), far[0]]]) + np.array([[0, rng.normal(), 0, rng.normal()]])


def _moved(
    rng: np.random.Generator,
    log_s: np.ndarray,
    offset: np.ndarray | float,
    rest: Rest,
    name: str = "",
    not_finite: str = "",
) -> Input:
    z = log_s + offset
    return Input((z, *rest(rng, z)), log_s, name, not_finite)
