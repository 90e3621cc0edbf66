"""Softmax and cross-entropy in one, from the logits, with options (chapters *Fused and stable*, *Variants*).

The clear form: it computes with whole matrices. `reference.fast` computes the same in blocks of rows.

Options, the same for forward and backward:

- ``class_weights`` (c,): w ⊙ y takes the place of y, and with labels the mean divides by ``Σ_i w_{t_i}`` over the rows
  kept.
- ``row_weights`` (n,): each row's loss is multiplied by its own, and counts as often in what the mean divides by: a
  weight of 2 is the row twice.
- ``label_smoothing`` ε: the targets become ``(1 - ε) y + ε/c``, before they are weighted.
- ``temperature`` T > 0: softmax of z/T; the gradient carries 1/T.
- ``z_loss`` ζ: each row's loss grows by ``ζ logsumexp(z/T)²``. Its mean is over the rows kept, whatever the weights of
  their classes are.
- ``reduction``: ``"mean"``, ``"sum"``, or ``"none"``, which gives each row's loss (n,); each row of the gradient is
  then that of its own loss, as for the sum.

Several axes before or after the classes: reshape to (n, c) first, with the classes last.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reference.arrays import as_floats, as_floats_like, as_labels
from reference.half import in_float32
from reference.options import class_weights_of, divisor, row_weights_of
from reference.smoothing import smoothed
from reference.softmax import log_softmax_product, shifted_exponentials


@in_float32
def softmax_cross_entropy_forward(
    z: np.ndarray,
    y: np.ndarray,
    *,
    class_weights: np.ndarray | None = None,
    row_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i Σ_k y_ik ln s_ik``, s = softmax(z), for any targets, ``0 · ln 0 = 0``; z, y (n, c) → one number.

    Computed as ``Σ_k y_k (ln(1 + rest) + m - z_k)``: no term is negative for y ≥ 0, so nothing cancels. The options are
    at the top of the module. Raises ValueError if the shapes differ or an option makes no sense.
    """
    options = Options(class_weights, row_weights, label_smoothing, temperature, z_loss, reduction)
    return _forward(_dense(z, y, options), options)


@in_float32
def softmax_cross_entropy_backward(
    z: np.ndarray,
    y: np.ndarray,
    *,
    class_weights: np.ndarray | None = None,
    row_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.ndarray:
    """``dL/dz = (s_j Σ_k y_k - y_j) / n`` of `softmax_cross_entropy_forward`; z, y (n, c) → (n, c).

    For the largest class computed as ``(s_j Σ_{k≠j} y_k - y_j Σ_{k≠j} s_k) / n``, the missing part and the i = j term:
    the sums keep the digits that ``Σ_k y_k - y_j`` and ``1 - s_j`` lose when y_j or s_j is nearly all there is.
    """
    options = Options(class_weights, row_weights, label_smoothing, temperature, z_loss, reduction)
    return _backward(_dense(z, y, options), options)


@in_float32
def cross_entropy_from_labels_forward(
    z: np.ndarray,
    labels: np.ndarray,
    ignore_index: int = -100,
    *,
    class_weights: np.ndarray | None = None,
    row_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """`softmax_cross_entropy_forward` with one-hot targets given as labels (n,); z (n, c) → one number.

    Rows whose label is ``ignore_index`` count neither in the sum nor in the mean's divisor; 0 if all are ignored.
    Raises ValueError if the shapes do not fit or a label is no class.
    """
    options = Options(class_weights, row_weights, label_smoothing, temperature, z_loss, reduction)
    return _forward(_from_labels(z, labels, ignore_index, options), options)


@in_float32
def cross_entropy_from_labels_backward(
    z: np.ndarray,
    labels: np.ndarray,
    ignore_index: int = -100,
    *,
    class_weights: np.ndarray | None = None,
    row_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.ndarray:
    """dL/dz of `cross_entropy_from_labels_forward`; z (n, c) → (n, c).

    ``(s - one-hot) / n`` with n the rows kept, 0 in the others.
    """
    options = Options(class_weights, row_weights, label_smoothing, temperature, z_loss, reduction)
    return _backward(_from_labels(z, labels, ignore_index, options), options)


class Options(NamedTuple):
    """What the top of the module lists."""

    class_weights: np.ndarray | None
    row_weights: np.ndarray | None
    label_smoothing: float
    temperature: float
    z_loss: float
    reduction: str


class _Problem(NamedTuple):
    z: np.ndarray
    """divided by the temperature"""
    targets: np.ndarray
    """smoothed and weighted; 0 in rows that do not count"""
    counts: np.ndarray
    """(n, 1): how often a row counts, 0 if it is ignored"""
    divisor: float
    z_divisor: float
    """the same for the z-loss, which knows no classes"""


def _dense(z: np.ndarray, y: np.ndarray, options: Options) -> _Problem:
    z = as_floats("z", z)
    y = smoothed(as_floats_like("y", y, "z", z), options.label_smoothing)
    if options.class_weights is not None:
        y = y * class_weights_of(options.class_weights, z)
    counts = np.ones((len(z), 1), dtype=z.dtype)
    if options.row_weights is not None:
        counts = row_weights_of(options.row_weights, z)[:, None]
        y = y * counts
    by = divisor(counts.sum(dtype=np.float64), options.reduction)
    return _Problem(_scaled(z, options.temperature), y, counts, by, by)


def _from_labels(z: np.ndarray, labels: np.ndarray, ignore_index: int, options: Options) -> _Problem:
    z = as_floats("z", z)
    labels = as_labels(labels, z.shape, ignore_index)
    counts = (labels != ignore_index)[:, None].astype(z.dtype)
    one_hot = (labels[:, None] == np.arange(z.shape[1])) & (counts > 0)
    if options.row_weights is not None:
        counts = counts * row_weights_of(options.row_weights, z)[:, None]
    y = smoothed(one_hot.astype(z.dtype), options.label_smoothing) * counts
    z_total = total = counts.sum(dtype=np.float64)
    if options.class_weights is not None:
        w = class_weights_of(options.class_weights, z)
        y = y * w
        total = (one_hot * w * counts).sum(dtype=np.float64)
    by, z_by = divisor(total, options.reduction), divisor(z_total, options.reduction)
    return _Problem(_scaled(z, options.temperature), y, counts, by, z_by)


def _forward(problem: _Problem, options: Options) -> np.floating | np.ndarray:
    z, y, counts, by, z_by = problem
    m, x, _, rest = shifted_exponentials(z)
    log_sum = np.log1p(rest)
    terms = np.zeros_like(z)
    np.multiply(y, log_sum - x, out=terms, where=y != 0)
    losses = terms.sum(axis=1)
    if not options.z_loss:
        return losses if options.reduction == "none" else z.dtype.type(losses.sum(dtype=np.float64) / by)
    squares = np.zeros_like(counts)
    np.multiply(counts, options.z_loss * np.square(m + log_sum), out=squares, where=counts != 0)
    if options.reduction == "none":
        return losses + squares[:, 0]
    return z.dtype.type(losses.sum(dtype=np.float64) / by + squares.sum(dtype=np.float64) / z_by)


def _backward(problem: _Problem, options: Options) -> np.ndarray:
    z, y, counts, by, z_by = problem
    m, _, e, rest = shifted_exponentials(z)
    gradient = log_softmax_product(z, e, rest, y)
    gradient /= z.dtype.type(-by * options.temperature)
    if options.z_loss:
        factor = 2 * options.z_loss * counts * (m + np.log1p(rest))
        gradient += (factor / z.dtype.type(z_by * options.temperature)).astype(z.dtype) * (e / (1 + rest))
    return np.where(counts != 0, gradient, z.dtype.type(0)) + z.dtype.type(0)


def _scaled(z: np.ndarray, temperature: float) -> np.ndarray:
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}; it must be positive")
    return z if temperature == 1 else z / z.dtype.type(temperature)
