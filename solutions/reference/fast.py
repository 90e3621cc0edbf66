"""The loss and its gradient in one go, fast: the same numbers as `reference.fused`, in blocks of rows (chapter *Fast*).

What makes it fast is where the numbers are, not fewer of them. A block of rows is worked through while it lies in the
processor's cache, in place, in the array that will hold the gradient, so that each logit is read from memory once and
each entry of the gradient written once. Rows are added up by a matrix-vector product, which the linear algebra library
does in wide registers (but for a row that fills a block alone: the ones to multiply by would be as long). With few
classes, rows are too short for that: such a block is transposed first, so that each operation runs along many rows.
"""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats, as_labels
from reference.half import is_half

BLOCK_BYTES = 512 * 1024
"""A block fits the second-level cache of a present-day core, twice."""

FEW_CLASSES = 64
"""Up to here a block is transposed."""

BUFFER = 512
"""NumPy copies an operand that is repeated along each row through a buffer, unless the row is longer (default 8192)."""


def cross_entropy_from_labels(
    z: np.ndarray, labels: np.ndarray, ignore_index: int = -100, *, out: np.ndarray | None = None
) -> tuple[np.floating, np.ndarray]:
    """`cross_entropy_from_labels_forward` and `cross_entropy_from_labels_backward` together: (L, dL/dz).

    z (n, c), labels (n,) → one number and (n, c), of z's dtype. The gradient is written to ``out`` if given: an array
    like z, C-contiguous, that does not overlap it. Beyond the gradient it needs about 1 MB. Raises ValueError as those
    do, and for an ``out`` that does not fit.
    """
    given = np.asarray(z)
    if is_half(given.dtype):
        loss, gradient = cross_entropy_from_labels(given.astype(np.float32), labels, ignore_index)
        rounded = np.empty_like(given, order="C") if out is None else _checked(out, given)
        with np.errstate(over="ignore"):
            rounded[...] = gradient.astype(given.dtype)
            return loss.astype(given.dtype), rounded
    z = as_floats("z", z)
    labels = as_labels(labels, z.shape, ignore_index)
    n, c = z.shape
    if c == 0:
        raise ValueError(f"z has shape {z.shape}; at least one class is expected")
    gradient = np.empty_like(z) if out is None else _checked(out, z)
    ignored = labels == ignore_index
    dropped = np.count_nonzero(ignored)
    if dropped:
        labels = np.where(ignored, 0, labels)
    divisor = max(n - dropped, 1)
    losses = np.empty(n, z.dtype)
    step = max(1, BLOCK_BYTES // (c * z.itemsize))
    ones = np.ones(c, z.dtype) if step > 1 else None
    with np.errstate(invalid="ignore"):
        np.setbufsize(BUFFER)  # until the end of the errstate block
        for start in range(0, n, step):
            rows = slice(start, start + step)
            if c <= FEW_CLASSES:
                losses[rows] = _block_of_short_rows(z[rows], labels[rows], gradient[rows], divisor)
            else:
                losses[rows] = _block_of_long_rows(z[rows], labels[rows], gradient[rows], divisor, ones)
    if dropped:
        losses[ignored] = 0
        gradient[ignored] = 0
    return z.dtype.type(losses.sum(dtype=np.float64) / divisor), gradient


def _block_of_long_rows(
    z: np.ndarray, labels: np.ndarray, e: np.ndarray, divisor: int, ones: np.ndarray | None
) -> np.ndarray:
    """The losses of the rows of z; ``e`` becomes their gradient, divided by ``divisor``. ``ones``: one a class."""
    row = np.arange(len(z))
    first = z.argmax(axis=1)
    np.subtract(z, z[row, first][:, None], out=e)
    x_t = e[row, labels]
    np.exp(e, out=e)
    e_t = e[row, labels]
    e[row, first] -= 1  # exactly 0: what is left to add up keeps its digits
    rest = e.sum(axis=1) if ones is None else e @ ones
    e[row, first] += 1
    scale = 1 / ((1 + rest) * z.dtype.type(divisor))
    e *= scale[:, None]
    e[row, labels] = (0 - (rest + (1 - e_t))) * scale
    return np.log1p(rest) - x_t


def _block_of_short_rows(z: np.ndarray, labels: np.ndarray, gradient: np.ndarray, divisor: int) -> np.ndarray:
    """The same with classes along the first axis."""
    e = z.T.copy()
    flat = e.reshape(-1)
    target = labels * len(z) + np.arange(len(z))
    e -= e.max(axis=0)
    x_t = flat[target]
    np.exp(e, out=e)
    e_t = flat[target]
    peaks = e == 1
    rest = (e - peaks).sum(axis=0) + (peaks.sum(axis=0, dtype=np.int8) - 1)
    scale = 1 / ((1 + rest) * z.dtype.type(divisor))
    e *= scale
    flat[target] = (0 - (rest + (1 - e_t))) * scale
    gradient[...] = e.T
    return np.log1p(rest) - x_t


def _checked(out: np.ndarray, z: np.ndarray) -> np.ndarray:
    if out.shape != z.shape or out.dtype != z.dtype:
        raise ValueError(
            f"out has shape {out.shape} and dtype {out.dtype}, z has {z.shape} and {z.dtype}; they must be the same"
        )
    if not out.flags.c_contiguous or np.may_share_memory(out, z):
        raise ValueError("out must be C-contiguous and must not overlap z")
    return out
