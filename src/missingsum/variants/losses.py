"""Ways to get losses, elementwise activations and the functions of logits wrong.

A `Case` carries the right answer, exact or numeric, and the arrays of which wrong answers are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from missingsum.diagnosis import Compute, Family, Variant
from missingsum.explain import recipes
from missingsum.variants.language import (
    FACTORS,
    GRADIENT_SCALES,
    KEEPDIMS_LOST,
    LOGARITHM_SCALES,
    ROWS,
    SCALES,
    SIGN,
    Operation,
    Softmax,
    along_columns,
    around,
    other_probabilities,
)

ABSENT: Any = None
"""In place of an array that a case does not have: nothing can be computed of it."""


@dataclass(frozen=True)
class Case:
    """One call: its ``truth``, and of its arguments and what lies between those that it has.

    s (n, c) probabilities or outputs of an activation, y targets, z logits, g upstream gradient, labels (n,).
    """

    truth: np.ndarray
    s: np.ndarray = ABSENT
    y: np.ndarray = ABSENT
    z: np.ndarray = ABSENT
    g: np.ndarray = ABSENT
    labels: np.ndarray = ABSENT


def _variants(
    instead: Iterable[tuple[str, Compute]], *parts: Mapping[str, Operation], like: Compute = lambda d: d.s
) -> Iterator[Variant]:
    return around(lambda d: d.truth, instead, like, *parts)


# --- Mean squared error, sigmoid, binary cross-entropy ----------------------------------------------------------------


def mse_forward_variants() -> Family:
    """The mean squared error itself; s holds the outputs a."""
    return Family(lambda: _mse_forward_variants(), recipes.squared_errors)


def _mse_forward_variants() -> Iterator[Variant]:
    return _variants((("mean-of-all-squares", lambda d: ((d.s - d.y) ** 2).mean()),), *GRADIENT_SCALES)


def mse_backward_variants() -> Family:
    """Its gradient (a - y)/n; s holds the outputs a."""
    return Family(lambda: _mse_backward_variants(), recipes.gradients_of_squared_errors)


def _mse_backward_variants() -> Iterator[Variant]:
    instead = (("mean-of-all-squares", lambda d: 2 * (d.s - d.y) / d.s.size),)
    return _variants(instead, *GRADIENT_SCALES, FACTORS, ROWS)


def sigmoid_forward_variants() -> Family:
    """Sigmoid; s holds its right values too."""
    return Family(lambda: _sigmoid_forward_variants(), recipes.sigmoids)


def _sigmoid_forward_variants() -> Iterator[Variant]:
    instead = (
        ("exponent-sign", lambda d: 1 - d.s),
        ("brackets-missing", lambda d: 1 / d.s),
        ("brackets-around-one-term", lambda d: 1 / (1 - d.s)),
        ("double-sigmoid", lambda d: 1 / (1 + np.exp(-d.s))),
        ("extra-sigmoid-prime", lambda d: d.s * (1 - d.s)),
    )
    return _variants(instead, ROWS)


def sigmoid_backward_variants() -> Family:
    """The VJP g a (1 - a); s holds a."""
    return Family(lambda: _sigmoid_backward_variants(), recipes.products_of_sigmoid)


def _sigmoid_backward_variants() -> Iterator[Variant]:

    def twice(d: Case) -> np.ndarray:
        again = 1 / (1 + np.exp(-d.s))
        return d.g * again * (1 - again)

    instead = (
        ("ignores-upstream", lambda d: d.s * (1 - d.s)),
        ("identity", lambda d: d.g),
        ("lost-factor", lambda d: d.g * (1 - d.s)),
        ("lost-complement", lambda d: d.g * d.s),
        ("double-sigmoid", twice),
        ("sum-for-elementwise", lambda d: d.s * (d.g - (d.s * d.g).sum(axis=-1, keepdims=True))),
    )
    return _variants(instead, *SCALES, FACTORS, ROWS)


def bce_forward_variants() -> Family:
    """Binary cross-entropy of logits; s holds sigmoid(z)."""
    return Family(lambda: _bce_forward_variants(), recipes.binary_losses)


def _bce_forward_variants() -> Iterator[Variant]:

    instead = (
        ("one-sided", lambda d: -(d.y * np.log(d.s)).sum() / len(d.s)),
        ("double-sigmoid", lambda d: _bce(1 / (1 + np.exp(-d.s)), 1 / (1 + np.exp(d.s)), d.y)),
    )
    return _variants(instead, *LOGARITHM_SCALES)


def bce_backward_variants() -> Family:
    """Its gradient (sigmoid(z) - y)/n; s holds sigmoid(z)."""
    return Family(lambda: _bce_backward_variants(), recipes.gradients_of_binary_losses)


def _bce_backward_variants() -> Iterator[Variant]:
    instead = (
        ("no-activation", lambda d: (d.z - d.y) / len(d.z)),
        ("double-sigmoid", lambda d: (1 / (1 + np.exp(-d.s)) - d.y) / len(d.z)),
        ("quotient", lambda d: (d.s - d.y) / (d.s * (1 - d.s)) / len(d.z)),
        ("one-sided", lambda d: -d.y * (1 - d.s) / len(d.z)),
        ("all-differences", lambda d: _all_differences(d.s, d.y)),
        ("all-differences", lambda d: _all_differences(d.s, d.y).T),
    )
    return _variants(instead, *GRADIENT_SCALES, FACTORS, ROWS)


# --- Cross-entropy of probabilities -----------------------------------------------------------------------------------


def _all_differences(a: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What (n, 1) and (n,) make; nan for what has columns."""
    return (a[:, None] - y) / len(a) if a.ndim == 1 else np.full_like(a, np.nan)


def cross_entropy_forward_variants() -> Family:
    """Cross-entropy of probabilities."""
    return Family(lambda: _cross_entropy_forward_variants(), recipes.cross_entropies)


def _cross_entropy_forward_variants() -> Iterator[Variant]:
    instead = (("two-sided", lambda d: -(d.y * np.log(d.s) + (1 - d.y) * np.log(1 - d.s)).sum() / len(d.s)),)
    return _variants(instead, *LOGARITHM_SCALES)


def cross_entropy_backward_variants() -> Family:
    """Its gradient dL/ds."""
    return Family(lambda: _cross_entropy_backward_variants(), recipes.gradients_of_cross_entropy)


def _cross_entropy_backward_variants() -> Iterator[Variant]:
    instead = (
        ("quotient", lambda d: (d.s - d.y) / (d.s * (1 - d.s)) / len(d.s)),
        ("not-divided-by-s", lambda d: -d.y / len(d.s)),
        ("fused-for-the-loss", lambda d: (d.s - d.y) / len(d.s)),
    )
    return _variants(instead, *GRADIENT_SCALES, FACTORS, ROWS)


PROBABILITY_EPSILONS = (*(10.0**-k for k in range(2, 18)), 2.0**-52, 2.0**-23)


def clipped_cross_entropy_forward() -> Iterator[Variant]:
    """Cross-entropy with probabilities that are kept from 0."""
    for eps in PROBABILITY_EPSILONS:
        yield Variant(("clip",), lambda d, eps=eps: -(d.y * np.log(np.clip(d.s, eps, 1 - eps))).sum() / len(d.s))
        yield Variant(("clip",), lambda d, eps=eps: -(d.y * np.log(np.maximum(d.s, eps))).sum() / len(d.s))
        yield Variant(("clip",), lambda d, eps=eps: -(d.y * np.log(d.s + eps)).sum() / len(d.s))


def clipped_cross_entropy_backward() -> Iterator[Variant]:
    """dL/ds with probabilities that are kept from 0."""
    for eps in PROBABILITY_EPSILONS:
        yield Variant(("clip",), lambda d, eps=eps: -d.y / np.maximum(d.s, eps) / len(d.s))
        yield Variant(("clip",), lambda d, eps=eps: -d.y / (d.s + eps) / len(d.s))


def clipped_bce_forward() -> Iterator[Variant]:
    """Binary cross-entropy with probabilities that are kept from 0 and 1."""
    for eps in PROBABILITY_EPSILONS:
        yield Variant(
            ("clip",), lambda d, eps=eps: _bce(np.clip(d.s, eps, 1 - eps), 1 - np.clip(d.s, eps, 1 - eps), d.y)
        )
        yield Variant(("clip",), lambda d, eps=eps: _bce(d.s + eps, 1 - d.s + eps, d.y))


# --- Log-softmax ------------------------------------------------------------------------------------------------------


def log_softmax_forward_variants(softmax: Softmax | None = None) -> Family:
    """Log-softmax; s holds softmax(z)."""
    return Family(lambda: _log_softmax_forward_variants(softmax), recipes.log_softmaxes)


def _log_softmax_forward_variants(softmax: Softmax | None = None) -> Iterator[Variant]:
    instead = (
        *((slip, lambda d, of=of: np.log(of(d.z))) for slip, of in (other_probabilities(softmax) if softmax else ())),
        *(("keepdims-lost", lambda d, of=of: np.log(of(d.z, d.s))) for of in KEEPDIMS_LOST),
        ("no-logarithm", lambda d: d.s),
        ("not-normalised", lambda d: d.z - d.z.max(axis=1, keepdims=True)),
    )
    return _variants(instead, SIGN, ROWS)


def integer_array_variants() -> Iterator[Variant]:
    """The right result, cut down to whole numbers."""
    yield Variant(("integer-array",), lambda d: np.trunc(d.truth))


def log_softmax_backward_variants(softmax: Softmax) -> Family:
    """The VJP of log-softmax; s holds softmax(z)."""
    return Family(lambda: _log_softmax_backward_variants(softmax), recipes.products_of_log_softmax)


def _log_softmax_backward_variants(softmax: Softmax) -> Iterator[Variant]:

    def minus(weights: np.ndarray, d: Case) -> np.ndarray:
        return d.g - weights * d.g.sum(axis=1, keepdims=True)

    instead = (
        ("transposed", lambda d: d.g - (d.s * d.g).sum(axis=1, keepdims=True)),
        ("softmax-for-log-softmax", lambda d: d.s * (d.g - (d.s * d.g).sum(axis=1, keepdims=True))),
        ("missing-sum", lambda d: d.g * (1 - d.s)),
        ("identity", lambda d: d.g),
        ("sum-not-weighted", lambda d: minus(np.ones_like(d.s), d)),
        ("no-activation", lambda d: minus(d.z, d)),
        *((slip, lambda d, of=of: minus(of(d.z), d)) for slip, of in other_probabilities(softmax)),
        ("ignores-upstream", lambda d: 1 - d.s.shape[1] * d.s),
        ("keepdims-lost", lambda d: d.g - d.s * along_columns(d.g.sum(axis=1), d.s)),
        ("wrong-axis", lambda d: d.g - d.s * d.g.sum(axis=0)),
        ("whole-matrix", lambda d: d.g - d.s * d.g.sum()),
    )
    return _variants(instead, *SCALES, FACTORS, ROWS)


# --- Softmax and cross-entropy in one ---------------------------------------------------------------------------------


def logsumexp_variants() -> Family:
    """Logsumexp."""
    return Family(lambda: _logsumexp_variants(), recipes.log_sum_exps)


def _logsumexp_variants() -> Iterator[Variant]:
    instead = (
        ("no-logarithm", lambda d: np.exp(d.truth)),
        ("maximum-only", lambda d: d.z.max(axis=1)),
        ("shift-not-undone", lambda d: d.truth - d.z.max(axis=1)),
        ("wrong-axis", lambda d: np.logaddexp.reduce(d.z, axis=0)),
        ("whole-matrix", lambda d: np.full(len(d.z), np.logaddexp.reduce(d.z, axis=None))),
    )
    return _variants(instead, SIGN, ROWS, like=lambda d: d.z)


def _forwards_of_other_probabilities(softmax: Softmax) -> Iterator[tuple[str, Compute]]:
    for slip, of in other_probabilities(softmax):
        yield slip, lambda d, of=of: -(d.y * np.log(of(d.z))).sum() / kept(d)
    yield "two-sided", lambda d: -(d.y * np.log(d.s) + (1 - d.y) * np.log(1 - d.s)).sum() / kept(d)


def _backwards_of_other_probabilities(softmax: Softmax) -> Iterator[tuple[str, Compute]]:
    for slip, of in (*other_probabilities(softmax), ("no-activation", np.asarray)):
        yield slip, lambda d, of=of: (of(d.z) * d.y.sum(axis=1, keepdims=True) - d.y) / kept(d)
    yield "keepdims-lost", lambda d: (d.s * along_columns(d.y.sum(axis=1), d.s) - d.y) / kept(d)
    yield "missing-sum", lambda d: -d.y * (1 - d.s) / kept(d)
    yield "no-diagonal", lambda d: d.s * d.y.sum(axis=1, keepdims=True) / kept(d)
    yield "missing-dot", lambda d: -d.y / kept(d)
    yield "identity", lambda d: -d.y / d.s / kept(d)
    yield "two-sided", lambda d: _through_softmax(d.s, (d.s - d.y) / (d.s * (1 - d.s))) / kept(d)
    yield "not-divided-by-s", lambda d: _through_softmax(d.s, -d.y) / kept(d)
    again = dict(other_probabilities(softmax))["double-softmax"]
    yield (
        "double-softmax",
        lambda d: _through_softmax(d.s, again(d.z) * d.y.sum(axis=1, keepdims=True) - d.y) / kept(d),
    )


def _through_softmax(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The vector-Jacobian product of softmax, for a wrong g."""
    return s * (g - (s * g).sum(axis=1, keepdims=True))


def softmax_cross_entropy_forward_variants(softmax: Softmax) -> Family:
    """The loss from logits; s holds softmax(z)."""
    return Family(lambda: _softmax_cross_entropy_forward_variants(softmax), recipes.softmax_cross_entropies)


def _softmax_cross_entropy_forward_variants(softmax: Softmax) -> Iterator[Variant]:
    instead = (
        *_forwards_of_other_probabilities(softmax),
        ("targets-must-sum-to-one", lambda d: d.truth + ((1 - d.y.sum(axis=1)) * _logsumexp(d)).mean()),
        (
            "targets-must-sum-to-one",
            lambda d: d.truth + ((1 - d.y.sum(axis=1)) * (_logsumexp(d) - d.z.max(axis=1))).mean(),
        ),
    )
    return _variants(instead, *LOGARITHM_SCALES)


def softmax_cross_entropy_backward_variants(softmax: Softmax) -> Family:
    """Its gradient; s holds softmax(z)."""
    return Family(lambda: _softmax_cross_entropy_backward_variants(softmax), recipes.gradients_of_softmax_cross_entropy)


def _softmax_cross_entropy_backward_variants(softmax: Softmax) -> Iterator[Variant]:
    instead = (
        *_backwards_of_other_probabilities(softmax),
        ("targets-must-sum-to-one", lambda d: (d.s - d.y) / len(d.s)),
    )
    return _variants(instead, *GRADIENT_SCALES, FACTORS, ROWS)


def clipped_softmax_cross_entropy_backward() -> Iterator[Variant]:
    """Its gradient for one-hot targets, in two steps and with s kept from 0: s/max(s, eps) of the right one."""
    for eps in PROBABILITY_EPSILONS:
        for part in (
            lambda s, eps: s / np.maximum(s, eps),
            lambda s, eps: s / (s + eps),
            lambda s, eps: np.where(s < eps, 0, 1),
        ):
            yield Variant(
                ("clip",), lambda d, eps=eps, part=part: d.truth * (d.y * part(d.s, eps)).sum(axis=1, keepdims=True)
            )


def label_forward_variants(softmax: Softmax) -> Family:
    """The loss from labels; y holds their one-hot rows, all 0 where ignored."""
    return Family(lambda: _label_forward_variants(softmax), recipes.softmax_cross_entropies)


def _label_forward_variants(softmax: Softmax) -> Iterator[Variant]:
    instead = (
        *_forwards_of_other_probabilities(softmax),
        ("weights-in-the-divisor", lambda d: d.truth * kept(d) / len(d.z)),
        ("ignored-rows-counted", lambda d: -np.log(_taken(d)).sum() / len(d.z)),
        ("column-labels", lambda d: -np.log(d.s[:, _columns(d)]).mean()),
        *(("column-labels", lambda d, axis=axis: -np.log(_lines(d, axis)).sum() / len(d.z)) for axis in (0, 1)),
        ("column-labels", lambda d: -np.log(_lines(d, 0)).mean()),
        ("column-labels", lambda d: -np.log(_lines(_without_ignored(d), 0)).sum() / kept(d)),
        ("class-ids-as-one-hot", lambda d: -(d.labels[:, None] * np.log(d.s)).sum() / len(d.s)),
    )
    return _variants(instead, *LOGARITHM_SCALES, like=_kept_rows)


def label_backward_variants(softmax: Softmax) -> Family:
    """Its gradient; y holds the one-hot rows of the labels, all 0 where ignored."""
    return Family(lambda: _label_backward_variants(softmax), recipes.gradients_of_softmax_cross_entropy)


def _label_backward_variants(softmax: Softmax) -> Iterator[Variant]:
    instead = (
        *_backwards_of_other_probabilities(softmax),
        ("weights-in-the-divisor", lambda d: d.truth * kept(d) / len(d.z)),
        ("ignored-rows-counted", lambda d: (d.s - d.y) / kept(d)),
        ("ignored-rows-counted", lambda d: (d.s - d.y) / len(d.z)),
        ("ignored-rows-counted", lambda d: (d.s - np.eye(d.s.shape[1])[_columns(d)]) / len(d.z)),
        *(("column-labels", lambda d, axis=axis: (d.s - _marked(d, axis)) / kept(d)) for axis in (0, 1)),
        *(("column-labels", lambda d, axis=axis: (_lines(d, axis) - 1) / kept(d)) for axis in (0, 1)),
        ("class-ids-as-one-hot", lambda d: (d.s - d.labels[:, None]) / len(d.z)),
        ("extra-sigmoid-prime", lambda d: d.truth * d.s * (1 - d.s)),
    )
    return _variants(instead, *GRADIENT_SCALES, ROWS, like=_kept_rows)


def smooth_labels_variants() -> Family:
    """Smoothed labels; y holds the one-hot rows, g (n, c) the eps."""
    return Family(lambda: _smooth_labels_variants(), recipes.smoothed_labels)


def _smooth_labels_variants() -> Iterator[Variant]:

    def others(d: Case) -> np.ndarray:
        return (1 - d.g) * d.y + d.g / (d.y.shape[1] - 1) * (1 - d.y)

    instead = (
        ("smoothing-others-only", others),
        ("smoothing-keeps-one", lambda d: d.y + d.g / d.y.shape[1]),
        ("smoothing-keeps-one", lambda d: d.y + d.g / d.y.shape[1] * (1 - d.y)),
        ("smoothing-not-divided", lambda d: (1 - d.g) * d.y + d.g),
        ("smoothing-not-divided", lambda d: (1 - d.g) * d.y + d.g * (1 - d.y)),
        ("smoothing-swapped", lambda d: d.g * d.y + (1 - d.g) / d.y.shape[1]),
        ("smoothing-true-class-only", lambda d: d.truth * d.y),
        ("smoothing-true-class-only", lambda d: (1 - d.g) * d.y),
        ("not-smoothed", lambda d: d.y),
    )
    yield from integer_array_variants()
    yield from _variants(instead, ROWS, like=lambda d: d.y)


def _kept_rows(d: Case) -> np.ndarray:
    return d.s[d.y.any(axis=1)]


def _without_ignored(d: Case) -> Case:
    rows = d.y.any(axis=1)
    return replace(d, s=d.s[rows], labels=d.labels[rows])


def kept(d: Case) -> int:
    """The number of rows that have a target."""
    return max(int(np.count_nonzero(d.y.any(axis=1))), 1)


def _bce(a: np.ndarray, b: np.ndarray, y: np.ndarray) -> np.floating:
    """Binary cross-entropy of probabilities a for 1 and b for 0."""
    return -(y * np.log(a) + (1 - y) * np.log(b)).sum() / len(a)


def _logsumexp(d: Case) -> np.ndarray:
    """Of each row, from s and z."""
    return d.z[:, 0] - np.log(d.s[:, 0])


def _taken(d: Case) -> np.ndarray:
    """The probability under each label; a negative one counts from the end."""
    return d.s[np.arange(len(d.s)), _columns(d)]


def _columns(d: Case) -> np.ndarray:
    """The labels, those too far below 0 replaced by the first class."""
    return np.where(d.labels < -d.s.shape[1], 0, d.labels)


def _lines(d: Case, axis: int) -> np.ndarray:
    """The rows (axis 0) or columns (1) of s that the labels count, one each; nan for an error if there is none."""
    if (np.abs(d.labels + 0.5) > d.s.shape[axis]).any():
        return np.full_like(d.s, np.nan)
    return np.take(d.s, d.labels.astype(np.intp), axis=axis)  # in a browser indices have 32 bits


def _marked(d: Case, axis: int) -> np.ndarray:
    """(n, c), 1 in the rows (axis 0) or columns (1) that the labels count; nan for an error if there is none."""
    if np.isnan(_lines(d, axis)).any():
        return np.full_like(d.s, np.nan)
    marked = np.isin(np.arange(d.s.shape[axis]), d.labels % d.s.shape[axis])
    return np.expand_dims(marked, 1 - axis) * np.ones_like(d.s)
