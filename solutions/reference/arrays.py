"""What every function of the package asks of its arguments: real numbers, of one dtype and of matching shapes."""

from __future__ import annotations

import numpy as np

from reference.half import USUAL, is_half


def as_floats(name: str, values: np.ndarray, *dimensions: int) -> np.ndarray:
    """``values`` in rows that lie in one piece: float32 is kept, half precision becomes float32, all else real float64.

    The result may be the array that was given, and must not be written to. ``dimensions`` are the numbers of axes
    allowed, 2 if none is named. Raises TypeError for what is not real, ValueError for another number of axes.
    """
    array = np.asarray(values)
    if array.dtype not in USUAL:
        array = _converted(name, array)
    if array.ndim not in (dimensions or (2,)):
        wanted = " or ".join({0: "()", 1: "(n,)", 2: "(n, c)"}[d] for d in dimensions or (2,))
        raise ValueError(f"{name} has shape {array.shape}; {wanted} is expected")
    return array if array.flags.c_contiguous else np.ascontiguousarray(array)


def _converted(name: str, array: np.ndarray) -> np.ndarray:
    if is_half(array.dtype):
        return array.astype(np.float32)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} has dtype {array.dtype}; real numbers are expected")
    return array.astype(np.float32 if array.dtype.kind == "f" and array.dtype.itemsize == 4 else np.float64)


def as_floats_like(name: str, values: np.ndarray, other_name: str, other: np.ndarray) -> np.ndarray:
    """``values`` in the dtype of ``other``; ValueError naming both shapes unless they are the same."""
    array = values
    if not (type(array) is np.ndarray and array.dtype == other.dtype and array.flags.c_contiguous):
        array = as_floats(name, values, 0, 1, 2).astype(other.dtype, copy=False)
    if array.shape != other.shape:
        raise ValueError(
            f"{name} has shape {array.shape} and {other_name} has shape {other.shape}; they must be the same"
        )
    return array


def as_labels(labels: np.ndarray, shape: tuple[int, int], ignore_index: int | None = None) -> np.ndarray:
    """``labels`` as integers (n,) that fit logits of ``shape`` (n, c): each from 0 to c - 1, or ``ignore_index``.

    Raises TypeError unless they are integers, ValueError for another shape (naming both) or a label that is no class.
    """
    array = np.asarray(labels)
    if array.size == 0:
        array = array.astype(np.intp)
    if array.dtype.kind not in "iu":
        raise TypeError(f"labels have dtype {array.dtype}; integers are expected")
    if array.shape != shape[:1]:
        raise ValueError(
            f"labels have shape {array.shape} and the logits {shape}; ({shape[0]},) and {shape} are expected"
        )
    bad = (array < 0) | (array >= shape[1])
    if ignore_index is not None:
        bad &= array != ignore_index
    if bad.any():
        row = int(np.argmax(bad))
        ignored = "" if ignore_index is None else f" or ignore_index {ignore_index}"
        raise ValueError(f"labels[{row}] is {array[row]}; a class from 0 to {shape[1] - 1}{ignored} is expected")
    return array.astype(np.intp, copy=False)
