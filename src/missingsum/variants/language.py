"""What each slip does: one operation on a part of a right computation.

The parts are the Jacobian, the upstream gradient, the scale of the result, a factor entry by entry, and the rows. Slips
of different parts combine, so that two mistakes at once are found too. Nothing here computes a right answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product

import numpy as np

from missingsum.diagnosis import Compute, Variant

Operation = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(what was right so far, an array of the shape of the examples) → what it becomes."""
Softmax = Callable[[np.ndarray], np.ndarray]
"""logits (n, c) → probabilities (n, c)"""


def diagonal(values: np.ndarray) -> np.ndarray:
    """(n, c) → (n, c, c) with ``values`` on the diagonals."""
    return values[:, :, None] * np.eye(values.shape[1])


def along_columns(v: np.ndarray, like: np.ndarray) -> np.ndarray:
    """v (n,) as it meets an array (n, c) without its lost axis: along the rows if n = c, else nan for NumPy's error."""
    return v if len(v) == like.shape[1] else np.full(like.shape[1], np.nan)


# (J, s) → what is taken for the Jacobian
JACOBIANS: dict[str, Operation] = {
    "missing-sum": lambda J, s: J * np.eye(J.shape[1]),
    "no-diagonal": lambda J, s: J - diagonal(s),
    "missing-dot": lambda J, s: diagonal(s),
    "identity": lambda J, s: diagonal(np.ones_like(s)),
    "lost-factor": lambda J, s: diagonal(1 - s),
    "diagonal-formula-everywhere": lambda J, s: s[:, :, None] * (1 - s[:, None, :]),
    "off-diagonal-sign": lambda J, s: 2 * J * np.eye(J.shape[1]) - J,
    "log-derivative": lambda J, s: np.eye(J.shape[1]) - s[:, None, :],
    "outer-as-dot": lambda J, s: diagonal(s) - (s * s).sum(axis=1)[:, None, None],
    "twice": lambda J, s: J @ J,
}

# (g, s) → what is taken for the upstream gradient
UPSTREAMS: dict[str, Operation] = {
    "ignores-upstream": lambda g, s: np.ones_like(g),
}
CROSS_ENTROPY_UPSTREAMS = {  # where it is -y/s
    **UPSTREAMS,
    "quotient": lambda g, s: (1 + g) / (1 - s),
    "not-divided-by-s": lambda g, s: g * s,
}

# (s, g) → what is computed in place of a product with the Jacobian
FORMULAS: dict[str, Operation] = {
    "wrong-axis": lambda s, g: s * (g - (s * g).sum(axis=0)),
    "whole-matrix": lambda s, g: s * (g - (s * g).sum()),
    "fused-as-softmax": lambda s, g: s - g,
    "one-jacobian-for-all": lambda s, g: s * g * (1 - s.sum()),
    "keepdims-lost": lambda s, g: s * (g - along_columns((s * g).sum(axis=1), s)),
}


# (z, s) → what is taken for softmax if maximum, sum or both are not kept as a column; for logits that do not overflow
KEEPDIMS_LOST: tuple[Operation, ...] = (
    lambda z, s: _normalised(s * np.exp(-along_columns(z.max(axis=1), z))),
    lambda z, s: _over_lost_sum(np.exp(z - along_columns(z.max(axis=1), z))),
    lambda z, s: _over_lost_sum(np.exp(z)),
    lambda z, s: _over_lost_sum(np.exp(z - z.max(axis=1, keepdims=True))),
)


def _normalised(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=1, keepdims=True)


def _over_lost_sum(e: np.ndarray) -> np.ndarray:
    return e / along_columns(e.sum(axis=1), e)


def other_probabilities(softmax: Softmax) -> tuple[tuple[str, Softmax], ...]:
    """Slips, and what they take for ``softmax`` of logits (n, c)."""
    return (
        ("wrong-axis", lambda z: softmax(z.T).T),
        ("whole-matrix", lambda z: softmax(z.reshape(1, -1)).reshape(z.shape)),
        ("double-softmax", lambda z: softmax(softmax(z))),
        *(("keepdims-lost", lambda z, of=of: of(z, softmax(z))) for of in KEEPDIMS_LOST),
    )


def _classes(x: np.ndarray) -> int:
    return x.shape[1] if x.ndim > 1 else 1


def _along_rows(keep: np.ndarray, v: np.ndarray) -> np.ndarray:
    return v * keep.reshape(-1, *[1] * (v.ndim - 1))


# (result, examples) → what becomes of the result: its scale as a whole, its scale entry by entry, its rows
SIGN: dict[str, Operation] = {"sign": lambda v, x: -v}
TWOS: dict[str, Operation] = {
    "factor-two": lambda v, x: 2 * v,
    "half": lambda v, x: v / 2,
}
CLASSES: dict[str, Operation] = {
    "times-c": lambda v, x: v * _classes(x),
    "over-c": lambda v, x: v / _classes(x),
}
SIZES: dict[str, Operation] = {
    "times-n": lambda v, x: v * len(x),
    "over-n": lambda v, x: v / len(x),
    **CLASSES,
    "mean-over-everything": lambda v, x: v / x.size,
}
MEANS: dict[str, Operation] = {  # where the right result is averaged over the rows
    "missing-mean": lambda v, x: v * len(x),
    "averaged-twice": lambda v, x: v / len(x),
    "mean-over-everything": lambda v, x: v / _classes(x),
}
SCALES = (SIGN, TWOS, SIZES)
ROW_SCALES = (SIGN, TWOS, CLASSES)
"""Those that a single row can show."""
GRADIENT_SCALES = (SIGN, TWOS, MEANS)
LOGARITHM_SCALES = ({"loss-lacks-minus": SIGN["sign"]}, TWOS, MEANS)
FACTORS: dict[str, Operation] = {
    "extra-sigmoid-prime": lambda v, s: v * s * (1 - s),
}
ROWS: dict[str, Operation] = {
    "last-row-only": lambda v, x: _along_rows(np.arange(len(v)) == len(v) - 1, v),
    "first-row-only": lambda v, x: _along_rows(np.arange(len(v)) == 0, v),
    "last-row-everywhere": lambda v, x: np.repeat(v[-1:], len(v), axis=0),
}


LEAKS = (1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, 0.5)
"""Slopes below 0 that a leaky ReLU may have."""


def singles(*parts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Each slip of the parts by itself."""
    return choices(*parts, most=1)


def choices(*parts: Iterable[str], most: int) -> tuple[tuple[str, ...], ...]:
    """All combinations of 1 to ``most`` slips, no two of the same part."""
    return _choices(tuple(map(tuple, parts)), most)


@cache
def _choices(parts: tuple[tuple[str, ...], ...], most: int) -> tuple[tuple[str, ...], ...]:
    combined = (tuple(slip for slip in choice if slip) for choice in product(*((None, *part) for part in parts)))
    return tuple(slips for slips in combined if 1 <= len(slips) <= most)


def afterwards(
    result: np.ndarray,
    x: np.ndarray,
    slips: Sequence[str],
    parts: Iterable[Mapping[str, Operation]] = (*SCALES, FACTORS, ROWS),
) -> np.ndarray:
    """``result`` after those of ``slips`` that act on it."""
    for part in parts:
        for slip in slips:
            result = part[slip](result, x) if slip in part else result
    return result


def around(
    right: Compute,
    instead: Iterable[tuple[str, Compute]],
    like: Compute,
    *parts: Mapping[str, Operation],
    most: int = 1,
) -> Iterator[Variant]:
    """The ``right`` answer and what is computed ``instead`` of it, each changed afterwards by slips of ``parts``.

    ``right`` and ``instead`` take the data of a sample; ``like`` takes it to the array that the operations
    of ``parts`` look at.
    """
    for slip, compute in ((None, right), *instead):
        for others in ((), *choices(*parts, most=most)):
            slips = (slip, *others) if slip else others
            if 1 <= len(slips) <= most:
                yield Variant(
                    slips, lambda d, compute=compute, others=others: afterwards(compute(d), like(d), others, parts)
                )
