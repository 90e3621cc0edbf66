"""The tables of the interactive figures at their starting values, computed with NumPy.

Each function returns the tables of one figure: caption, headings (the first for the row labels), and
the cells of each row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LOGITS = (1.5, 0.8, -0.3)
Tables = list[tuple[str, list[str], dict[str, list[str]]]]
LINES = {
    "mean squared error": "part",
    "cross-entropy": "whole",
    "whole sum": "whole",
    "i = j term only": "part",
    "targets": "none",
    "forward difference": "part",
    "central difference": "whole",
    "complex step": "third",
}
"""Which line of the drawing a row of the table belongs to."""


def number(value: float, digits: int = 3) -> str:
    """A number as the figures write it."""
    if not np.isfinite(value):
        text = str(float(value))
    elif value == 0:
        text = "0"
    elif not 1e-3 <= abs(value) < 1e4:
        text = power(value)
    else:
        text = f"{value:.{digits}f}"
    return text.replace("-", "−")


def power(value: float) -> str:
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}e{int(exponent)}".replace("-", "−")


def row(values) -> list[str]:
    return [number(value) for value in values]


def softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def jacobian(logits: Sequence[float] = LOGITS, true_class: int = 1) -> Tables:
    s, y = softmax(np.array(logits)), np.eye(3)[true_class]
    J, g = np.diag(s) - np.outer(s, s), -y / s
    columns = zip(s, y, g, g @ J, s - y)
    return [
        ("softmax Jacobian J, row i, column j", ["", "z₀", "z₁", "z₂"], {f"s{'₀₁₂'[i]}": row(J[i]) for i in range(3)}),
        (
            "gradients",
            ["class", "s", "y", "g = −y/s", "g J", "s − y"],
            {str(k): row(values) for k, values in enumerate(columns)},
        ),
    ]


def paths(chosen: Sequence[bool] = (True, False, False), j: int = 0, y: Sequence[float] = (0.1, 0.8, 0.1)) -> Tables:
    s = softmax(np.array(LOGITS))
    g, column = -np.array(y) / s, s * ((np.arange(3) == j) - s[j])
    terms = g * column
    rows = {f"through s{'₀₁₂'[i]}": [*row([g[i], column[i], terms[i]]), "yes" if chosen[i] else "no"] for i in range(3)}
    sums = {
        "sum of the chosen": ["", "", number(terms[list(chosen)].sum()), "chosen"],
        "sum of all": ["", "", number(terms.sum()), "all"],
    }
    return [("the paths from the logit to the loss", ["path", "∂L/∂s", "∂s/∂z", "product", "in the sum"], rows | sums)]


def mse_versus_ce(gap: float = -4.0) -> Tables:
    s, y = softmax(np.array([gap, 0.0])), np.array([1.0, 0.0])
    r = s - y
    return [
        (
            "loss and gradient with respect to the logit of the true class",
            ["", "loss", "gradient"],
            {
                "mean squared error": row([r @ r / 2, s[0] * (r[0] - s @ r)]),
                "cross-entropy": row([-np.log(s[0]), r[0]]),
            },
        )
    ]


def simplex_race(steps: int = 50, rate: float = 0.5) -> Tables:
    y = np.array([0.6, 0.3, 0.1])
    rows = {}
    for name, gradient in (("whole sum", lambda s: s - y), ("i = j term only", lambda s: -y * (1 - s))):
        z = np.array([-1.0, -0.5, 1.5])
        for _ in range(steps):
            z = z - rate * gradient(softmax(z))
        rows[name] = row([*softmax(z), -y @ np.log(softmax(z))])
    rows["targets"] = row([*y, -y @ np.log(y)])
    return [("probabilities", ["", "class 0", "class 1", "class 2", "loss"], rows)]


def step_size(h: float = 1e-5) -> Tables:
    def loss(z):
        return np.log(np.exp(z - z.max()).sum()) + z.max() - z[1]

    def errors(kind):
        z, step = np.array(LOGITS, kind), np.array([h, 0, 0], kind)
        truth = softmax(z.astype(float))[0]
        differences = (loss(z + step) - loss(z)) / step[0], (loss(z + step) - loss(z - step)) / (2 * step[0])
        return [power(abs(float(value) - truth)) for value in differences]

    z = LOGITS + np.array([1j * h, 0, 0])
    complex_step = (np.log(np.exp(z).sum()) - z[1]).imag / h
    return [
        (
            "error of the measured derivative",
            ["", "float32", "float64"],
            {
                **dict(
                    zip(
                        ("forward difference", "central difference"),
                        map(list, zip(errors(np.float32), errors(np.float64))),
                    )
                ),
                "complex step": ["–", power(abs(complex_step - softmax(np.array(LOGITS))[0]))],
            },
        )
    ]


def breaking(scale: float = 60.0) -> Tables:
    z = (np.array([1.0, 0.5, 0.0, -1.0]) * scale).astype(np.float32)
    y = np.array([1, 0, 0, 0], np.float32)
    with np.errstate(all="ignore"):
        s, raw = softmax(z), np.exp(z)
        g = -y / s
        columns = zip(z, raw / raw.sum(), s, g, s * (g - g @ s), s - y)
        cells = {str(k): [number(logit, 0), *row(values)] for k, (logit, *values) in enumerate(columns)}
    return [("one example, step by step", ["class", "z", "without max", "s", "g = −y/s", "two steps", "fused"], cells)]
