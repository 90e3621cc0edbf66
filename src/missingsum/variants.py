"""The language of slips: the ways to compute a softmax, its Jacobian or a vector-Jacobian product wrongly.

Each slip is one operation on a part of the right computation: on the Jacobian, on the upstream gradient, on the axis of the
sum, on the scale, on the rows. Slips of different parts combine, so that two mistakes at once are found too. All of it starts
from a Jacobian that is given, exact or numeric; nothing here computes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from missingsum.diagnosis import Variant


@dataclass(frozen=True)
class Product:
    """The data of one vector-Jacobian product: jacobian (n, c, c), output s (n, c), upstream g (n, c)."""

    jacobian: np.ndarray
    output: np.ndarray
    upstream: np.ndarray

    @property
    def value(self) -> np.ndarray:
        """``Σ_i g_i J_ij`` of each row, (n, c)."""
        return np.einsum("ni,nij->nj", self.upstream, self.jacobian)

    @property
    def diagonal_term(self) -> np.ndarray:
        """``g_j J_jj``, the i = j term alone, (n, c)."""
        return np.einsum("nj,njj->nj", self.upstream, self.jacobian)

    @property
    def missing_part(self) -> np.ndarray:
        """What `diagonal_term` leaves out of `value`, (n, c)."""
        return self.value - self.diagonal_term


def _diagonal(values: np.ndarray) -> np.ndarray:
    """(n, c) → (n, c, c) with ``values`` on the diagonals."""
    return values[:, :, None] * np.eye(values.shape[1])


# --- What each slip does -----------------------------------------------------------------------------------------------

# (J, s) → what is taken for the Jacobian
JACOBIANS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "missing-sum": lambda J, s: J * np.eye(J.shape[1]),
    "no-diagonal": lambda J, s: J - _diagonal(s),
    "missing-dot": lambda J, s: _diagonal(s),
    "identity": lambda J, s: _diagonal(np.ones_like(s)),
    "lost-factor": lambda J, s: _diagonal(1 - s),
    "diagonal-formula-everywhere": lambda J, s: s[:, :, None] * (1 - s[:, None, :]),
    "off-diagonal-sign": lambda J, s: 2 * J * np.eye(J.shape[1]) - J,
    "log-derivative": lambda J, s: np.eye(J.shape[1]) - s[:, None, :],
    "outer-as-dot": lambda J, s: _diagonal(s) - (s * s).sum(axis=1)[:, None, None],
    "twice": lambda J, s: J @ J,
}

# (g, s) → what is taken for the upstream gradient
UPSTREAMS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "ignores-upstream": lambda g, s: np.ones_like(g),
}
CROSS_ENTROPY_UPSTREAMS = {  # where it is -y/s
    **UPSTREAMS,
    "quotient": lambda g, s: (1 + g) / (1 - s),
    "not-divided-by-s": lambda g, s: g * s,
}

# (s, g) → what is computed in place of a product with the Jacobian
FORMULAS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "wrong-axis": lambda s, g: s * (g - (s * g).sum(axis=0)),
    "whole-matrix": lambda s, g: s * (g - (s * g).sum()),
    "fused-as-softmax": lambda s, g: s - g,
}

# (result, s) → what becomes of the result: its scale as a whole, its scale entry by entry, its rows
SCALES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "sign": lambda v, s: -v,
    "factor-two": lambda v, s: 2 * v,
    "half": lambda v, s: v / 2,
    "times-n": lambda v, s: v * len(s),
    "over-n": lambda v, s: v / len(s),
    "times-c": lambda v, s: v * s.shape[1],
    "over-c": lambda v, s: v / s.shape[1],
    "mean-over-everything": lambda v, s: v / s.size,
}
ROW_SCALES = ("sign", "factor-two", "half", "times-c", "over-c")  # those that a single row can show
FACTORS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "extra-sigmoid-prime": lambda v, s: v * s * (1 - s),
}
ROWS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "last-row-only": lambda v, s: v * (np.arange(len(v)) == len(v) - 1)[:, None],
    "first-row-only": lambda v, s: v * (np.arange(len(v)) == 0)[:, None],
    "last-row-everywhere": lambda v, s: np.repeat(v[-1:], len(v), axis=0),
}


def _choices(*parts: Iterable[str], most: int) -> Iterator[tuple[str, ...]]:
    """All combinations of 1 to ``most`` slips, no two of the same part."""
    for choice in product(*((None, *part) for part in parts)):
        slips = tuple(slip for slip in choice if slip)
        if 1 <= len(slips) <= most:
            yield slips


def _afterwards(result: np.ndarray, s: np.ndarray, slips: Sequence[str]) -> np.ndarray:
    """``result`` after those of ``slips`` that act on it."""
    for part in (SCALES, FACTORS, ROWS):
        for slip in slips:
            result = part[slip](result, s) if slip in part else result
    return result


# --- Vector-Jacobian products --------------------------------------------------------------------------------------------


def product_variants(most: int = 2) -> Iterator[Variant]:
    """All ways to get a vector-Jacobian product wrong with 1 to ``most`` slips; the data of a sample is a `Product`."""
    for slips in _choices((*JACOBIANS, *FORMULAS), UPSTREAMS, SCALES, FACTORS, ROWS, most=most):
        yield Variant(slips, lambda data, slips=slips: wrong_product(data, slips))


def wrong_product(data: Product, slips: Sequence[str]) -> np.ndarray:
    """The vector-Jacobian product of each row, computed with these slips, (n, c)."""
    J, s, g = data.jacobian, data.output, data.upstream
    for slip in slips:
        g = CROSS_ENTROPY_UPSTREAMS[slip](g, s) if slip in CROSS_ENTROPY_UPSTREAMS else g
        J = JACOBIANS[slip](J, s) if slip in JACOBIANS else J
    result = Product(J, s, g).value
    for slip in slips:
        result = FORMULAS[slip](s, g) if slip in FORMULAS else result
    return _afterwards(result, s, slips)


# --- dL/dz of cross-entropy for one example: a `Product` of one row whose upstream gradient is -y/s ------------------------


def total_derivative_variants(most: int = 2) -> Iterator[Variant]:
    """Ways to get dL/dz wrong, all entries of one example at once."""
    for slips in _choices((*JACOBIANS, "fused-as-softmax"), CROSS_ENTROPY_UPSTREAMS, ROW_SCALES, FACTORS, most=most):
        if slips != ("log-derivative", "not-divided-by-s"):  # these two cancel
            yield Variant(slips, lambda data, slips=slips: wrong_product(data, slips)[0])
    yield from _one_row({"targets-must-sum-to-one": _minus_targets}, most)


def missing_part_variants(most: int = 2) -> Iterator[Variant]:
    """Ways to get dL/dz minus its i = j term wrong."""
    yield from _one_row(MISSING_PARTS, most)
    for slips in _choices(ROW_SCALES, FACTORS, most=most):
        yield Variant(slips, lambda data, slips=slips: _afterwards(data.missing_part, data.output, slips)[0])


def _one_row(instead: Mapping[str, Callable[[Product], np.ndarray]], most: int) -> Iterator[Variant]:
    """What is computed ``instead`` of the right answer, as it is or with slips of scale."""
    for slips in _choices(instead, ROW_SCALES, FACTORS, most=most):
        if slips[0] in instead:
            yield Variant(slips, lambda data, slips=slips: _afterwards(instead[slips[0]](data), data.output, slips)[0])


def _minus_targets(data: Product) -> np.ndarray:
    """s - y, with y taken back out of the upstream gradient -y/s."""
    return data.output * (1 + data.upstream)


def _with_upstream(data: Product, slip: str) -> Product:
    return replace(data, upstream=CROSS_ENTROPY_UPSTREAMS[slip](data.upstream, data.output))


MISSING_PARTS: dict[str, Callable[[Product], np.ndarray]] = {
    "whole-gradient": lambda data: data.value,
    "diagonal-term": lambda data: data.diagonal_term,
    "no-diagonal": lambda data: wrong_product(data, ["no-diagonal"]),
    "targets-must-sum-to-one": lambda data: _minus_targets(data) - data.diagonal_term,
    **{slip: lambda data, slip=slip: _with_upstream(data, slip).missing_part for slip in CROSS_ENTROPY_UPSTREAMS},
}


# --- One Jacobian, and softmax itself --------------------------------------------------------------------------------------


def jacobian_variants(most: int = 2) -> Iterator[Variant]:
    """Ways to get the entries ∂s_i/∂z_j of one example wrong, all (c, c) at once; the data is a `Product` of one row."""
    for slips in _choices(JACOBIANS, ROW_SCALES, most=most):
        yield Variant(slips, lambda data, slips=slips: _wrong_jacobian(data, slips))
    for table in (  # s_i (1 - s_j) with other indices
        lambda s: np.outer(s * (1 - s), np.ones_like(s)),
        lambda s: np.outer(np.ones_like(s), s * (1 - s)),
        lambda s: np.outer(1 - s, s),
    ):
        yield Variant(("diagonal-formula-everywhere",), lambda data, table=table: table(data.output[0]))


def _wrong_jacobian(data: Product, slips: Sequence[str]) -> np.ndarray:
    J = data.jacobian
    for slip in slips:
        J = JACOBIANS[slip](J, data.output) if slip in JACOBIANS else J
    return _afterwards(J, data.output, slips)[0]


def forward_variants(forward: Callable[[np.ndarray], np.ndarray], most: int = 2) -> Iterator[Variant]:
    """Ways to get softmax wrong, given the right ``forward``; the data of a sample is its logits z (n, c)."""
    instead = (
        ("wrong-axis", lambda z: forward(z.T).T),
        ("whole-matrix", lambda z: forward(z.reshape(1, -1)).reshape(z.shape)),
        ("double-softmax", lambda z: forward(forward(z))),
        ("not-normalised", np.exp),
        ("not-normalised", lambda z: np.exp(z - z.max(axis=1, keepdims=True))),
        ("not-normalised", lambda z: np.exp(z - z.max())),
        (None, forward),
    )
    for slip, softmax in instead:
        for others in ((), *_choices(["sign"], ["log-softmax"], ROWS, most=most)):
            slips = (slip, *others) if slip else others
            if 1 <= len(slips) <= most:
                yield Variant(slips, lambda z, slips=slips, softmax=softmax: _wrong_forward(softmax, z, slips))


def _wrong_forward(softmax: Callable[[np.ndarray], np.ndarray], z: np.ndarray, slips: Sequence[str]) -> np.ndarray:
    s = softmax(-z if "sign" in slips else z)
    s = np.log(s) if "log-softmax" in slips else s
    return _afterwards(s, s, [slip for slip in slips if slip in ROWS])
