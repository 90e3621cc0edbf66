"""Softmax and log-softmax by row, the Jacobian, and its products (chapters *The missing sum* and *The Jacobian*).

Logits may be of any finite size, and -inf (a class that is ruled out). A row of -inf alone, or with +inf, has no
softmax: it becomes nan.

In a decided row the largest s is 1 but for rounding, and ``g_j - Σ_i s_i g_i`` and ``1 - s_j`` leave nothing of it. No
product forms them there: a constant added to g changes nothing (``Jᵀ1 = 0``), so g is measured from its value at the
largest s, and ``1 - s_j`` is the sum of the others (chapter *Fused and stable*).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from reference.arrays import as_floats, as_floats_like
from reference.half import in_float32


def shifted_exponentials(z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What every stable form is made of: ``m``, ``x``, ``e``, ``rest`` with ``m`` the row's maximum, ``x = z - m ≤ 0``,
    ``e = exp(z - m)`` and ``rest`` the sum of the row's e without that of the first maximum, which is 1.

    Then ``Σ_k exp(z_k - m) = 1 + rest`` and ``logsumexp(z) = m + ln(1 + rest)``. In log1p(rest), a small rest keeps all
    its digits, where 1 + rest has lost them. z (n, c) float → m, rest (n, 1) and x, e (n, c). ValueError for no
    classes.
    """
    largest = _largest("z", z)
    m = z.take(largest)
    with np.errstate(invalid="ignore", over="ignore"):  # -inf - -inf is nan, as it should be
        x, error = _difference(z, m)
        e = np.exp(x)
        e += e * error
    others = e.copy()
    others.put(largest, e.take(largest) - 1)  # exactly 0, or nan
    return m, x, e, others.sum(axis=1, keepdims=True)


def _largest(name: str, v: np.ndarray) -> np.ndarray:
    """The place of each row's first maximum in v read row by row, for ``take`` and ``put``; v (n, c) → (n, 1).

    ValueError for no classes.
    """
    n, c = v.shape
    if c == 0:
        raise ValueError(f"{name} has shape {v.shape}; at least one class is expected")
    places = v.argmax(axis=1)
    if n > 1:
        places += np.arange(0, n * c, c)
    return places[:, None]


class _Constants(NamedTuple):
    """What sums of rows and decided rows need, as arrays: of a Python number NumPy makes one at every call.

    Small arrays would spend their time on that. For the same reason columns are repeated to (n, c) before NumPy
    calculates with them.
    """

    ones: np.ndarray
    """(c, 1): a product with it is the sum of each row, (n, 1)."""
    minus_ones: np.ndarray
    """(c,): a product with it is minus the sum of each row, (n,)."""
    classes: np.ndarray
    """c."""
    lead: np.ndarray
    """A row with a larger s is decided. It is more than ½, so that rounding gives no row two of them."""


@lru_cache(maxsize=4)
def _constants(c: int, dtype: np.dtype) -> _Constants:
    return _Constants(np.ones((c, 1), dtype), -np.ones(c, dtype), np.array(c), np.array(0.6, dtype))


def _difference(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``a - b`` as rounded, and what the rounding took from it, exactly (Knuth's two-sum).

    0 where the difference is not finite. Rounding z - m = -80 to float32 moves exp(z - m) by up to 40 units in the last
    place.
    """
    x = a - b
    b_used = a - x
    return x, np.where(np.isfinite(x), (a - (x + b_used)) - (b - b_used), a.dtype.type(0))


@in_float32
def softmax_forward(z: np.ndarray) -> np.ndarray:
    """``s_i = exp(z_i - m) / Σ_k exp(z_k - m)`` with m the row's maximum; z (n, c) → s (n, c), float32 or float64.

    ValueError unless z is a matrix with at least one column.
    """
    _, _, e, rest = shifted_exponentials(as_floats("z", z))
    return e / (1 + rest)


@in_float32
def softmax_jacobian(s: np.ndarray) -> np.ndarray:
    """``J[k, i, j] = ∂s_ki/∂z_kj = s_ki (δ_ij - s_kj)``; s (n, c), rows that sum to 1 → (n, c, c).

    ValueError unless s is a matrix. The diagonal is computed as ``s_i Σ_{k≠i} s_k``: a product with a matrix of ones
    that has 0 in its diagonal.
    """
    s = as_floats("s", s)
    n, c = s.shape
    jacobian = s[:, :, None] * -s[:, None, :]
    jacobian.reshape(n, c * c)[:, :: c + 1] = s * s.dot(_others(c, s.dtype))
    return jacobian


def _others(c: int, dtype: np.dtype) -> np.ndarray:
    """Ones with 0 in the diagonal, (c, c): ``v.dot`` of it is, at each class, the sum of the others; v (n, c)."""
    ones = np.empty(c * c, dtype)
    ones.fill(1)
    ones[:: c + 1] = 0
    return ones.reshape(c, c)


@in_float32
def softmax_backward(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The VJP ``Σ_i g_i J_ij = s_j (g_j - Σ_i s_i g_i)`` of each row; s, g (n, c), rows of s that sum to 1 → (n, c).

    Computed as ``s_j Σ_i s_i (g_p - g_i) - s_j (g_p - g_j)``, p the class of the largest s. A row of s may be 0, as a
    mask leaves it; its product is 0. ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    g = as_floats_like("g", g, "s", s)
    c = s.shape[1]
    terms = g.take(_largest("s", s)).repeat(c, 1)
    terms -= g
    terms *= s
    product = terms.dot(_constants(c, s.dtype).ones).repeat(c, 1)
    product *= s
    product -= terms
    return product


@in_float32
def log_softmax_forward(z: np.ndarray) -> np.ndarray:
    """``ln s_i = (z_i - m) - ln Σ_k exp(z_k - m)`` with m the row's maximum; z (n, c) → (n, c).

    ValueError unless z is such a matrix.
    """
    _, x, _, rest = shifted_exponentials(as_floats("z", z))
    return x - np.log1p(rest)


@in_float32
def log_softmax_backward(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The VJP of log-softmax at z: ``g_j - s_j Σ_i g_i``; z, g (n, c) → (n, c). ValueError if the shapes differ.

    Computed as in `log_softmax_product`.
    """
    z = as_floats("z", z)
    g = as_floats_like("g", g, "z", z)
    _, _, e, rest = shifted_exponentials(z)
    return log_softmax_product(z, e, rest, g)


def log_softmax_product(z: np.ndarray, e: np.ndarray, rest: np.ndarray, g: np.ndarray) -> np.ndarray:
    """`log_softmax_backward` from the `shifted_exponentials` of z; z, e, g (n, c), rest (n, 1) → (n, c).

    Computed for the largest class p as ``g_p (1 - s_p) - s_p Σ_{i≠p} g_i``, with ``1 - s_p`` and the sum from the
    others alone.
    """
    p = _largest("z", z)
    g_p = g.take(p)
    product = g.copy()
    product.put(p, 0)
    g_others = product.sum(axis=1, keepdims=True)
    product -= e * ((g_others + g_p) / (1 + rest))
    product.put(p, (g_p * rest - g_others) / (1 + rest))
    return product


@in_float32
def logsumexp(z: np.ndarray) -> np.ndarray:
    """``m + ln Σ_k exp(z_k - m)`` with m the row's maximum; z (n, c) → (n,). Its gradient is the softmax.

    -inf for a row of -inf alone, inf for one with inf. These have no gradient, and softmax is nan there.
    """
    m, _, _, rest = shifted_exponentials(as_floats("z", z))
    return np.where(np.isinf(m), m, m + np.log1p(rest))[:, 0]


@in_float32
def mse_softmax_backward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``dL/dz = s_j (r_j - Σ_i s_i r_i) / n`` of ``L = (1/n) Σ_i ½ Σ_k r_ik²``, ``r = s - y``; z, y (n, c) → (n, c).

    For a class with ``s > ½``, r is computed as ``(1 - y) - Σ_{k≠j} s_k``. ValueError if the shapes differ.
    """
    z = as_floats("z", z)
    y = as_floats_like("y", y, "z", z)
    _, _, e, rest = shifted_exponentials(z)
    s = e / (1 + rest)
    residual = s - y
    p = _largest("z", z)
    residual.put(p, np.where(rest < 1, (1 - y.take(p)) - rest / (1 + rest), residual.take(p)))
    return softmax_backward(s, residual) / max(len(z), 1)


@in_float32
def cross_entropy_gradient(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """``dL/dz = s_j Σ_k y_k - y_j`` of ``L = -Σ_k y_k ln s_k``, row by row, not averaged; s, y (n, c) → (n, c), any y.

    The rows of s sum to 1. A decided row's gradient is, at its largest s, minus the sum of the others. ValueError if
    the shapes differ.
    """
    s = as_floats("s", s)
    y = as_floats_like("y", y, "s", s)
    c = s.shape[1]
    ones, minus_ones, classes, lead = _constants(c, s.dtype)
    gradient = y.dot(ones).repeat(c, 1)
    gradient *= s
    gradient -= y
    decided = (s > lead).ravel().nonzero()[0]
    if decided.size:
        gradient.put(decided, 0)
        sums = gradient.dot(minus_ones)
        gradient.put(decided, sums if len(s) == 1 else sums[decided // classes])
    return gradient


@in_float32
def cross_entropy_gradient_missing_part(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`cross_entropy_gradient` minus its i = j term ``-y_j (1 - s_j)``: ``s_j Σ_{k≠j} y_k``; s, y (n, c) → (n, c).

    ValueError if the shapes differ.
    """
    s = as_floats("s", s)
    y = as_floats_like("y", y, "s", s)
    return s * (y.sum(axis=1, keepdims=True) - y)
