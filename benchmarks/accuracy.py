"""Largest relative error of loss and gradient for integer labels, against 50-digit arithmetic.

An error of 1 means that nothing is right. Each gap is how far the winning class is ahead of the others, and the winner
is the label. Entries smaller than the smallest normal number of the dtype are not counted.
"""

from __future__ import annotations

import numpy as np
from exact import exact_row
from machine import lines
from mpmath import mp, mpf
from peers import peers, products

CASES = ("spread 3", "gap 15", "gap 30", "gap 80", "offset 1e6")
GAPS = (10, 20, 30, 40)


def measure(options) -> dict[str, object]:
    dtypes = (np.float32, np.float64)
    return {
        "rows": [_row(case, dtype) for dtype in dtypes for case in CASES],
        "products": [_product(gap, dtype) for dtype in dtypes for gap in GAPS],
    }


def table(measured) -> str:
    names = list(measured["rows"][0]["errors"])
    rows = [
        [f"{row['dtype']} {row['case']} {part}", *(f"{row['errors'][name][part]:.1e}" for name in names)]
        for row in measured["rows"]
        for part in ("loss", "gradient")
    ]
    products = [
        [f"{row['dtype']} gap {row['gap']}", *(f"{error:.1e}" for error in row["errors"].values())]
        for row in measured["products"]
    ]
    head = ["softmax's product with g", *measured["products"][0]["errors"]]
    return "\n\n".join([lines(["", *names], rows), lines(head, products)])


def logits(case: str) -> np.ndarray:
    """Eight rows of ten logits."""
    rng = np.random.default_rng(1)
    kind, size = case.split()
    if kind == "gap":
        z = rng.uniform(-1, 0, size=(8, 10))
        z[:, 3] = float(size)
        return z
    return rng.normal(size=(8, 10), scale=3 if kind == "offset" else float(size)) + (
        float(size) if kind == "offset" else 0
    )


def _row(case: str, dtype: type) -> dict[str, object]:
    z = logits(case).astype(dtype)
    labels = z.argmax(axis=1) if case.startswith("gap") else np.arange(8)
    truth = [exact_row(row, np.eye(10)[label]) for row, label in zip(z, labels)]
    loss = mp.fsum(row.loss for row in truth) / len(z)
    entries = [
        (i, k, value / len(z))
        for i, row in enumerate(truth)
        for k, value in enumerate(row.gradient)
        if abs(value) / len(z) > float(np.finfo(dtype).tiny)
    ]
    errors = {}
    for name, function in peers(z, labels).items():
        if name == "ours, fast, new array":
            continue
        ours, gradient = function()
        gradient = np.asarray(gradient)
        errors[name] = {
            "loss": _relative(ours, loss),
            "gradient": max(_relative(gradient[i, k], value) for i, k, value in entries),
        }
    return {"dtype": np.dtype(dtype).name, "case": case, "errors": errors}


def _relative(value: object, truth: mpf) -> float:
    return float(abs(mpf(float(value)) - truth) / abs(truth))


def _product(gap: int, dtype: type) -> dict[str, object]:
    """Largest error of softmax's vector-Jacobian product, as a share of the row's largest entry.

    Eight rows of three classes, each decided by ``gap``, with a Gaussian g.
    """
    rng = np.random.default_rng(2)
    z = rng.uniform(-1, 0, size=(8, 3))
    z[np.arange(8), np.arange(8) % 3] = gap
    z, g = z.astype(dtype), rng.normal(size=(8, 3)).astype(dtype)
    with mp.workdps(60):
        truth = [_exact_product(*row) for row in zip(z, g)]
        errors = {
            name: max(
                float(max(abs(mpf(float(a)) - t) for a, t in zip(ours, row)) / max(map(abs, row)))
                for ours, row in zip(np.asarray(function()), truth)
            )
            for name, function in products(z, g).items()
        }
    return {"dtype": np.dtype(dtype).name, "gap": gap, "errors": errors}


def _exact_product(z: np.ndarray, g: np.ndarray) -> list[mpf]:
    powers = [mp.exp(mpf(float(v))) for v in z]
    s = [power / mp.fsum(powers) for power in powers]
    mean = mp.fsum(p * mpf(float(v)) for p, v in zip(s, g))
    return [p * (mpf(float(v)) - mean) for p, v in zip(s, g)]
