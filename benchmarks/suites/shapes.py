"""The way from any number of axes to the reference's rows, and back."""

from __future__ import annotations

import numpy as np


def as_rows(x: np.ndarray, axis: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """x with ``axis`` last, in two axes; and the shape that `back` needs."""
    moved = np.moveaxis(x, axis, -1) if x.ndim else x.reshape(1)
    return moved.reshape(-1, moved.shape[-1]) if moved.size else moved.reshape(-1, moved.shape[-1] or 0), moved.shape


def back(rows: np.ndarray, shape: tuple[int, ...], axis: int, ndim: int) -> np.ndarray:
    """What `as_rows` took apart."""
    return np.moveaxis(rows.reshape(shape), -1, axis) if ndim else rows.reshape(())
