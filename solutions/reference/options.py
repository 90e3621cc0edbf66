"""What the losses' options have in common: weights and reductions."""

from __future__ import annotations

import numpy as np

from reference.arrays import as_floats

REDUCTIONS = ("mean", "sum", "none")


def divisor(total: float, reduction: str) -> float:
    """What the sum over the rows is divided by: ``total``, or 1 if that is 0, for the mean, and 1 for any other
    reduction.

    ValueError for a reduction that is none of "mean", "sum" and "none".
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; 'mean', 'sum' or 'none' is expected")
    return (float(total) or 1.0) if reduction == "mean" else 1.0


def reduced(losses: np.ndarray, reduction: str, total: float | None = None) -> np.floating | np.ndarray:
    """The losses (n,) added up in float64 and divided, in their dtype; as they are for "none".

    The mean divides by ``total``, or by n if that is None. For no rows, mean and sum are 0.
    """
    by = divisor(len(losses) if total is None else total, reduction)
    return losses if reduction == "none" else losses.dtype.type(losses.sum(dtype=np.float64) / by)


def class_weights_of(weights: np.ndarray, z: np.ndarray, name: str = "class_weights") -> np.ndarray:
    """One weight a class, (c,), in the dtype of z (n, c); ValueError naming both shapes otherwise."""
    weights = as_floats(name, weights, 1)
    if weights.shape != z.shape[1:]:
        raise ValueError(f"{name} has shape {weights.shape} and z has shape {z.shape}; one weight a class is expected")
    return weights.astype(z.dtype, copy=False)


def row_weights_of(weights: np.ndarray, z: np.ndarray) -> np.ndarray:
    """One weight a row, (n,), in the dtype of z (n, c); ValueError naming both shapes otherwise."""
    weights = as_floats("row_weights", weights, 1)
    if weights.shape != z.shape[:1]:
        raise ValueError(
            f"row_weights has shape {weights.shape} and z has shape {z.shape}; one weight a row is expected"
        )
    return weights.astype(z.dtype, copy=False)
