"""SciPy: softmax, log_softmax and logsumexp of scipy.special."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import reference
from suites.outcome import Difference

NAME = "SciPy"


def version() -> str:
    import scipy

    return scipy.__version__


def files() -> list[str]:
    import scipy.special

    return [str(Path(scipy.special.__file__).parent / "tests/test_logsumexp.py")]


def concerns(test: str) -> bool:
    return "wrap_radians" not in test


def install() -> None:
    import scipy.special
    from scipy._lib._array_api import xp_capabilities_table

    for function in (softmax, log_softmax, logsumexp):
        name = function.__name__
        xp_capabilities_table[function] = xp_capabilities_table[getattr(scipy.special, name)]
        setattr(scipy.special, name, function)


def _rows(x, axis):
    """x in rows over one axis, several or all; and the way back for an array of x's shape."""
    x = np.asarray(x)
    if x.dtype.kind == "c":
        raise Difference("complex numbers: left out")
    axes = tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis) % max(x.ndim, 1)) if x.ndim else ()
    kept = [a for a in range(x.ndim) if a not in axes]
    order = [*kept, *axes]
    moved = x.transpose(order)
    rows = moved.reshape(int(np.prod(moved.shape[: len(kept)])), -1)
    if rows.shape[1] == 0:
        raise Difference("no classes, or none at all: refused")
    return rows, lambda r: r.reshape(moved.shape).transpose(np.argsort(order)), [x.shape[a] for a in kept], axes


def softmax(x, axis=None):
    rows, back, _, _ = _rows(x, axis)
    return back(reference.softmax_forward(rows))[()]


def log_softmax(x, axis=None):
    rows, back, _, _ = _rows(x, axis)
    return back(reference.log_softmax_forward(rows))[()]


def logsumexp(a, axis=None, b=None, keepdims=False, return_sign=False):
    if b is not None or return_sign:
        raise Difference("weights and signs inside a logsumexp: left out")
    rows, _, kept, axes = _rows(a, axis)
    shape = [1 if k in axes else n for k, n in enumerate(np.shape(a))] if keepdims else kept
    return reference.logsumexp(rows).reshape(shape)[()]
