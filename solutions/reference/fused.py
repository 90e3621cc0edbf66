"""Softmax and cross-entropy in one, from the logits, with options (chapters *Fused and stable*, *Variants*).

The clear form: it computes with whole matrices. `reference.fast` computes the same in blocks of rows.

Options, the same for forward and backward:

- ``class_weights`` (c,): w ⊙ y takes the place of y, and with labels the mean divides by ``Σ_i w_{t_i}`` over the rows
  kept.
- ``label_smoothing`` ε: the targets become ``(1 - ε) y + ε/c``, before they are weighted.
- ``temperature`` T > 0: softmax of z/T; the gradient carries 1/T.
- ``z_loss`` ζ: each row's loss grows by ``ζ logsumexp(z/T)²``.
- ``reduction``: ``"mean"``, ``"sum"``, or ``"none"``, which gives each row's loss (n,); each row of the gradient is
  then that of its own loss, as for the sum.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from reference.arrays import as_floats, as_floats_like, as_labels
from reference.softmax import shifted_exponentials


def softmax_cross_entropy_forward(
    z: np.ndarray,
    y: np.ndarray,
    *,
    class_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """``L = -(1/n) Σ_i Σ_k y_ik ln s_ik``, s = softmax(z), for any targets, ``0 · ln 0 = 0``; z, y (n, c) → one number.

    Computed as ``Σ_k y_k (ln(1 + rest) + m - z_k)``: no term is negative for y ≥ 0, so nothing cancels. The options are
    at the top of the module. Raises ValueError if the shapes differ or an option makes no sense.
    """
    return _forward(_dense(z, y, class_weights, label_smoothing, temperature, reduction), z_loss, reduction)


def softmax_cross_entropy_backward(
    z: np.ndarray,
    y: np.ndarray,
    *,
    class_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.ndarray:
    """``dL/dz = (s_j Σ_k y_k - y_j) / n`` of `softmax_cross_entropy_forward`; z, y (n, c) → (n, c).

    Computed as ``(s_j Σ_{k≠j} y_k - y_j Σ_{k≠j} s_k) / n``, the missing part and the i = j term: the second sum keeps
    the digits that ``1 - s_j`` loses when s_j is near 1.
    """
    return _backward(_dense(z, y, class_weights, label_smoothing, temperature, reduction), z_loss)


def cross_entropy_from_labels_forward(
    z: np.ndarray,
    labels: np.ndarray,
    ignore_index: int = -100,
    *,
    class_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.floating | np.ndarray:
    """`softmax_cross_entropy_forward` with one-hot targets given as labels (n,); z (n, c) → one number.

    Rows whose label is ``ignore_index`` count neither in the sum nor in the mean's divisor; 0 if all are ignored.
    Raises ValueError if the shapes do not fit or a label is no class.
    """
    return _forward(
        _from_labels(z, labels, ignore_index, class_weights, label_smoothing, temperature, reduction), z_loss, reduction
    )


def cross_entropy_from_labels_backward(
    z: np.ndarray,
    labels: np.ndarray,
    ignore_index: int = -100,
    *,
    class_weights: np.ndarray | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    z_loss: float = 0.0,
    reduction: str = "mean",
) -> np.ndarray:
    """dL/dz of `cross_entropy_from_labels_forward`; z (n, c) → (n, c).

    ``(s - one-hot) / n`` with n the rows kept, 0 in the others.
    """
    return _backward(
        _from_labels(z, labels, ignore_index, class_weights, label_smoothing, temperature, reduction), z_loss
    )


def smooth_labels(labels: np.ndarray, c: int, eps: float) -> np.ndarray:
    """``(1 - ε) one-hot + ε/c``; labels (n,) → (n, c) float64.

    ValueError for a label outside 0 … c - 1 or ε outside 0 … 1.
    """
    labels = as_labels(labels, (np.size(labels), c))
    return _smoothed(np.eye(c)[labels], eps)


def focal_from_labels_forward(z: np.ndarray, labels: np.ndarray, gamma: float = 2.0) -> np.floating:
    """``L = -(1/n) Σ_i (1 - s_t)^γ ln s_t`` with t the row's label; z (n, c), labels (n,) → one number (Lin et al.
    2017). γ ≥ 0.
    """
    _, _, others, loss = _target_terms(z, labels, gamma)
    return loss.dtype.type((others**gamma * loss).sum(dtype=np.float64) / max(len(loss), 1))


def focal_from_labels_backward(z: np.ndarray, labels: np.ndarray, gamma: float = 2.0) -> np.ndarray:
    """dL/dz of `focal_from_labels_forward`:

    ``(s - e_t) [(1 - s_t)^γ - γ s_t (1 - s_t)^(γ-1) ln s_t] / n``; z (n, c) → (n, c).
    """
    s, labels, others, loss = _target_terms(z, labels, gamma)
    s_t = np.take_along_axis(s, labels, axis=1)
    towards = s.copy()
    np.put_along_axis(towards, labels, -others, axis=1)
    ratio = np.ones_like(others)  # of -ln s_t to 1 - s_t, whose limit is 1 at s_t = 1
    np.divide(loss, others, out=ratio, where=others > 0)
    return towards * others**gamma * (1 + gamma * s_t * ratio) / max(len(s), 1)


class _Problem(NamedTuple):
    z: np.ndarray
    targets: np.ndarray
    kept: np.ndarray
    divisor: float
    temperature: float


def _dense(z, y, class_weights, label_smoothing, temperature, reduction) -> _Problem:
    z = as_floats("z", z)
    y = _smoothed(as_floats_like("y", y, "z", z), label_smoothing)
    if class_weights is not None:
        y = y * _class_weights(class_weights, z)
    return _Problem(
        _scaled(z, temperature), y, np.ones((len(z), 1), dtype=bool), _divisor(len(z), reduction), temperature
    )


def _from_labels(z, labels, ignore_index, class_weights, label_smoothing, temperature, reduction) -> _Problem:
    z = as_floats("z", z)
    labels = as_labels(labels, z.shape, ignore_index)
    kept = (labels != ignore_index)[:, None]
    one_hot = (labels[:, None] == np.arange(z.shape[1])) & kept
    y = np.where(kept, _smoothed(one_hot.astype(z.dtype), label_smoothing), z.dtype.type(0))
    total = float(kept.sum())
    if class_weights is not None:
        w = _class_weights(class_weights, z)
        y = y * w
        total = float((one_hot * w).sum(dtype=np.float64))
    return _Problem(_scaled(z, temperature), y, kept, _divisor(total, reduction), temperature)


def _forward(problem: _Problem, z_loss: float, reduction: str) -> np.floating | np.ndarray:
    z, y, kept, divisor, _ = problem
    m, x, _, rest = shifted_exponentials(z)
    log_sum = np.log1p(rest)
    terms = np.zeros_like(z)
    np.multiply(y, log_sum - x, out=terms, where=y != 0)
    loss = terms.sum(axis=1)
    if z_loss:
        loss += np.where(kept, z_loss * np.square(m + log_sum), 0)[:, 0].astype(z.dtype)
    return loss if reduction == "none" else z.dtype.type(loss.sum(dtype=np.float64) / divisor)


def _backward(problem: _Problem, z_loss: float) -> np.ndarray:
    z, y, kept, divisor, temperature = problem
    m, _, e, rest = shifted_exponentials(z)
    others = rest + (1 - e)  # Σ_{k≠j} e_k
    gradient = e * (y.sum(axis=1, keepdims=True) - y) - others * y
    if z_loss:
        gradient += np.where(kept, 2 * z_loss * (m + np.log1p(rest)) * e, 0).astype(z.dtype)
    return np.where(
        kept, gradient / ((1 + rest) * z.dtype.type(divisor * temperature)), z.dtype.type(0)
    ) + z.dtype.type(0)


def _target_terms(z, labels, gamma):
    """s, the labels as a column, and, for each row's target, 1 - s_t without cancellation and -ln s_t."""
    if gamma < 0:
        raise ValueError(f"gamma is {gamma}; it must not be negative")
    z = as_floats("z", z)
    labels = as_labels(labels, z.shape)[:, None]
    _, x, e, rest = shifted_exponentials(z)
    others = (rest + (1 - np.take_along_axis(e, labels, axis=1))) / (1 + rest)
    return e / (1 + rest), labels, others, np.log1p(rest) - np.take_along_axis(x, labels, axis=1)


def _smoothed(y: np.ndarray, eps: float) -> np.ndarray:
    if not 0 <= eps <= 1:
        raise ValueError(f"label smoothing is {eps}; a number from 0 to 1 is expected")
    return (1 - eps) * y + eps / y.shape[1] if eps else y


def _class_weights(weights: np.ndarray, z: np.ndarray) -> np.ndarray:
    weights = as_floats("class_weights", weights, 1)
    if weights.shape != z.shape[1:]:
        raise ValueError(
            f"class_weights has shape {weights.shape} and z has shape {z.shape}; one weight a class is expected"
        )
    return weights.astype(z.dtype, copy=False)


def _scaled(z: np.ndarray, temperature: float) -> np.ndarray:
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}; it must be positive")
    return z if temperature == 1 else z / z.dtype.type(temperature)


def _divisor(total: float, reduction: str) -> float:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"reduction is {reduction!r}; 'mean', 'sum' or 'none' is expected")
    return total or 1.0 if reduction == "mean" else 1.0
