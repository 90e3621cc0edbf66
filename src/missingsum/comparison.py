"""Compare an answer with what it should be, and say in words where it differs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from missingsum.watching import tell_truth, tell_wrong

Answer = Any
"""What a student's function returns: what it should, or anything else."""
Shape = tuple[int, ...]


class Missing:
    """Stands for a part of an answer that is None: the function did return something."""


def parts_of(answer: Sequence[Answer]) -> list[Answer]:
    """The values of an answer that has several, None as `Missing`."""
    return [Missing() if part is None else part for part in answer]


def mismatch(answer: Answer, truth: np.ndarray, rtol: float, rounding: np.ndarray | float = 0.0) -> str | None:
    """What is wrong with ``answer``, in a sentence, or None if it is right.

    An answer is right if it is real, has the shape of ``truth`` and, with t a row of ``truth``,

        |answer - t| ≤ rtol · max|t| + rounding        entry by entry, row by row,

    where ``rounding`` is what a measured truth may be off by.
    """
    tell_truth(answer, truth, rtol)
    if problem := _mismatch(answer, np.asarray(truth, dtype=np.float64), rtol, rounding):
        tell_wrong()
    return problem


def _mismatch(answer: Answer, truth: np.ndarray, rtol: float, rounding: np.ndarray | float) -> str | None:
    problem = not_real_numbers(answer, truth.shape)
    if problem:
        return problem
    error, where = largest_error(answer, truth)
    if error <= rtol or _within(np.asarray(answer, dtype=np.float64) - truth, truth, rtol, rounding):
        return None
    values = np.asarray(answer, dtype=np.float64) + 0.0  # no -0 in messages
    if np.isnan(error):
        return f"{_entry(where)} is {values[where]}; it should be {truth[where]:.6g}"
    share = f", {np.mean(relative_errors(values, truth) > rtol):.0%} of the entries are off" if truth.size > 1 else ""
    sentence = (
        f"{_entry(where)} is {values[where]:.6g}; it should be {truth[where]:.6g} (relative error {error:.2g}{share})"
    )
    if error < 1e-5:
        sentence += ". So near, and yet too far for float64: was it computed in float32, or with an epsilon added?"
    return sentence


def largest_error(answer: Answer, truth: np.ndarray) -> tuple[float, tuple[int, ...]]:
    """The largest of the `relative_errors` of an answer of the right shape, and its index; nan if one is not finite."""
    values, truth = (np.asarray(array, dtype=np.float64) for array in (answer, truth))
    finite = np.isfinite(values)
    errors = relative_errors(values, truth) if finite.all() else np.where(finite, -1.0, np.nan)
    where = tuple(int(k) for k in np.unravel_index(np.argmax(errors), errors.shape)) if errors.size else ()
    return (float(errors[where]) if errors.size else 0.0), where


def not_real_numbers(answer: Answer, shape: Shape) -> str | None:
    """What keeps ``answer`` from being real numbers of this ``shape``, or None."""
    wanted = f"a NumPy array of shape {shape}" if shape else "one number"
    if answer is None:
        return f"it returns None; {wanted} is expected (is there a return?)"
    if isinstance(answer, Missing):
        return f"None stands in its place; {wanted} is expected"
    if isinstance(answer, bool) or not isinstance(answer, (np.ndarray, np.generic, int, float)):
        return f"it returns {kind_of(answer)}; {wanted} is expected"
    values = np.asarray(answer)
    if values.dtype.kind not in "fiu":
        return f"its dtype is {values.dtype}; real numbers are expected, float64 as a rule"
    if values.shape != shape:
        every = len(shape) == 2 and values.ndim == 3 and values.shape.count(shape[0]) > 1 and 1 < shape[0] != shape[1]
        hint = ": every row met the matrices of all rows, and one product for each row is asked" if every else ""
        return f"its shape is {values.shape}; {wanted} is expected{hint}"
    return None


def kind_of(answer: Answer) -> str:
    """What a function returned that was to return something else, in words."""
    if answer is None:
        return "None (is there a return?)"
    name = "array" if isinstance(answer, np.ndarray) else type(answer).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def in_place_of_several(answer: Answer) -> str:
    """What a function returned that was to return several values, in words."""
    if isinstance(answer, np.ndarray):
        return f"one array of shape {answer.shape}"
    if isinstance(answer, (tuple, list)):
        return f"{len(answer)} value{'s' if len(answer) != 1 else ''}"
    return kind_of(answer)


def cancelled(answer: Answer, truth: np.ndarray, z: np.ndarray) -> bool:
    """Whether the answer is off by no more than the spacing of the large numbers ``z``, which were subtracted late."""
    if not_real_numbers(answer, np.shape(truth)):
        return False
    return bool(np.abs(answer - truth).max() < 4 * np.spacing(np.abs(z).max()))


def _within(difference: np.ndarray, truth: np.ndarray, rtol: float, rounding: np.ndarray | float) -> bool:
    largest = np.abs(truth).max(axis=-1, keepdims=True) if truth.ndim else np.abs(truth)
    return bool(np.any(rounding) and (np.abs(difference) <= rtol * largest + rounding).all())


def relative_errors(values: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """|values - truth| divided by the largest |truth| of the row; 0 where both rows are all 0."""
    difference = np.abs(values - truth)
    scale = np.broadcast_to(np.abs(truth).max(axis=-1, keepdims=True) if truth.ndim else np.abs(truth), truth.shape)
    errors = np.full(truth.shape, np.inf)
    np.divide(difference, scale, out=errors, where=scale > 0)
    return np.where(difference == 0, 0.0, errors)


def _entry(where: tuple[int, ...]) -> str:
    return f"entry [{', '.join(str(int(k)) for k in where)}]" if where else "the number"
