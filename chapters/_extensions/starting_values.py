"""The tables of the interactive figures, computed with NumPy; without arguments, at their starting values.

Each function returns the tables of one figure: caption, headings (the first for the row labels), and
the cells of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

LOGITS = (1.5, 0.8, -0.3)
Tables = list[tuple[str, list[str], dict[str, list[str]]]]
LINES = {
    "mean squared error": "part",
    "cross-entropy": "whole",
    "whole sum": "whole",
    "i = j term only": "part",
    "sum left out": "part",
    "targets": "none",
    "forward difference": "part",
    "central difference": "whole",
    "complex step": "third",
    "one-hot": "whole",
    "smoothed": "part",
    "label": "whole",
    "teacher": "third",
    "plain": "third",
    "product rule": "whole",
    "first term alone": "part",
    "log-sum-exp": "whole",
    "tangent": "part",
    "gap": "gap",
    "in blocks": "whole",
    "one by one": "third",
    "all Jacobians": "part",
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


def denominator(logits: Sequence[float] = LOGITS, j: int = 0) -> Tables:
    z = np.array(logits)
    s = softmax(z)
    numerator, through_sum = s * (np.arange(3) == j), -s * s[j]
    values = {str(k): [number(z[k], 1), *row([np.exp(z[k]), s[k]])] for k in range(3)}
    derivatives = zip(numerator, through_sum, numerator + through_sum)
    return [
        ("forward: S = exp z₀ + exp z₁ + exp z₂", ["class", "z", "exp z", "s = exp z / S"], values),
        (
            "backward: ∂s by the chosen logit, a column of diag(s) − s sᵀ",
            ["", "by numerator", "by S", "both"],
            {f"s{'₀₁₂'[i]}": row(parts) for i, parts in enumerate(derivatives)},
        ),
    ]


def jacobian(logits: Sequence[float] = LOGITS, y: Sequence[float] = (0, 1, 0)) -> Tables:
    z, targets = np.array(logits), np.array(y)
    s = softmax(z)
    J, g = np.diag(s) - np.outer(s, s), -targets / s
    columns = zip(s, targets, g, g @ J, g * np.diag(J))
    return [
        ("softmax Jacobian J, row i, column j", ["", "z₀", "z₁", "z₂"], {f"s{'₀₁₂'[i]}": row(J[i]) for i in range(3)}),
        (
            "gradients",
            ["class", "z", "s", "y", "g = −y/s", "whole sum, g J", "i = j term"],
            {str(k): [number(z[k], 2), *row(values)] for k, values in enumerate(columns)},
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


def simplex_race(
    steps: int = 50,
    y: Sequence[float] = (0.6, 0.3, 0.1),
    start: Sequence[float] = (0.07, 0.11, 0.82),
    rate: float = 0.5,
) -> Tables:
    targets = np.array(y)
    rows = {}
    for name, gradient in (("whole sum", lambda s: s - targets), ("i = j term only", lambda s: -targets * (1 - s))):
        z = np.log(start)
        for _ in range(steps):
            z = z - rate * gradient(softmax(z))
        rows[name] = row([*softmax(z), -targets @ np.log(softmax(z))])
    rows["targets"] = row([*targets, -sum(share * np.log(share) for share in targets if share)])
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


def breaking(scale: float = 60.0, kind: type = np.float32, true_class: int = 0) -> Tables:
    y = np.eye(4, dtype=kind)[true_class]

    def at(scale: float) -> dict[str, np.ndarray]:
        z = (np.array([1.0, 0.5, 0.0, -1.0]) * scale).astype(kind)
        with np.errstate(all="ignore"):
            s, raw = softmax(z), np.exp(z)
            g = -y / s
            return {"z": z, "without max": raw / raw.sum(), "s": s, "g": g, "two": s * (g - g @ s), "fused": s - y}

    def threshold(way: str) -> str:
        def breaks(scale: float) -> bool:
            return not np.isfinite(at(scale)[way]).all()

        return number(first(breaks, 1000.0), 1) if breaks(1000.0) else "never"

    cells = {str(k): [number(z, 0), *row(values)] for k, (z, *values) in enumerate(zip(*at(scale).values()))}
    ways = {"without max": "without max", "two steps": "two", "fused": "fused"}
    return [
        ("one example, step by step", ["class", "z", "without max", "s", "g = −y/s", "two steps", "fused"], cells),
        ("where it breaks", ["", "from scale"], {name: [threshold(way)] for name, way in ways.items()}),
    ]


def attention_row(scores: Sequence[float] = (1.0, 0.4, -0.2, -0.8), pull: int = 0) -> Tables:
    x, dP = np.array(scores), np.array([(1, 0.4, -0.3, -1.2), (2, 2, 2, 2), (3, 2.4, 1.8, 0.6)][pull])
    P = softmax(x)
    D = P @ dP
    gradients = {"whole sum": P * (dP - D), "sum left out": P * dP}
    columns = zip(x, P, dP, dP - D, *gradients.values())
    weights = {"before": P} | {name: softmax(x - gradient) for name, gradient in gradients.items()}
    return [
        (
            "one query, four keys; D is the sum of P dP",
            ["key", "x", "P", "dP", "dP − D", "whole sum", "sum left out"],
            {str(k): [number(score, 2), *row(values)] for k, (score, *values) in enumerate(columns)},
        ),
        (
            "weights after a step of 1",
            ["", "key 0", "key 1", "key 2", "key 3", "sum of P dP"],
            {name: row([*values, values @ dP]) for name, values in weights.items()},
        ),
    ]


def first(breaks: Callable[[float], bool], broken: float, whole: float = 0.0) -> float:
    """Where something begins to break between ``whole`` and ``broken``, by bisection."""
    while broken - whole > 0.01:
        middle = (whole + broken) / 2
        whole, broken = (whole, middle) if breaks(middle) else (middle, broken)
    return broken


def smoothing(eps: float = 0.1, gap: float = 8.0, c: int = 10) -> Tables:
    s = softmax(np.array([gap] + [0.0] * (c - 1)))

    def cells(eps: float) -> list[str]:
        y = (1 - eps) * np.eye(c)[0] + eps / c
        return row([-y @ np.log(s), s[0] - y[0], np.log((c - (c - 1) * eps) / eps) if eps else np.inf])

    rows = {"one-hot": cells(0.0), "smoothed": cells(eps)}
    return [("ten classes", ["targets", "loss", "∂L/∂z, true class", "lowest at gap"], rows)]


def temperature(T: float = 4.0) -> Tables:
    z, teacher = np.array([2.0, 1.0, 0.0, -1.0]), np.array([3.0, 0.0, 1.0, -2.0])
    s, soft = softmax(z / T), softmax(teacher / T)
    lengths = {name: float(np.linalg.norm((s - y) / T)) for name, y in (("label", np.eye(4)[1]), ("teacher", soft))}
    probabilities = {str(k): [number(z[k], 0), number(s[k]), number(teacher[k], 0), number(soft[k])] for k in range(4)}
    return [
        ("probabilities at T", ["class", "z", "softmax(z/T)", "teacher's z", "teacher's y"], probabilities),
        (
            "length of ∂L/∂z, targets from a label (class 1) or from the teacher",
            ["targets", "length", "T × length", "T² × length"],
            {name: row([length, T * length, T**2 * length]) for name, length in lengths.items()},
        ),
    ]


def focal(gamma: float = 2.0, s: float = 0.2) -> Tables:
    constant = (1 - s) ** gamma
    factors = {
        "plain": 1.0,
        "product rule": constant - gamma * s * (1 - s) ** (gamma - 1) * np.log(s),
        "first term alone": constant,
    }
    rows = {name: row([factor, factor * (s - 1)]) for name, factor in factors.items()}
    return [("the focal factor", ["gradient", "factor", "∂L/∂z, true class"], rows)]


def collapse(steps: int = 200, units: int = 4) -> Tables:
    radius = np.tile(np.arange(1, 13) / 12, 3)
    t = np.repeat(np.arange(3), 12)
    turn = 2 * np.pi * t / 3 + 2.5 * radius
    x, y = radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1), np.eye(3)[t]

    def trained(gradient: Callable[[np.ndarray], np.ndarray]) -> list[str]:
        layers = start()
        for _ in range(steps):
            signals = forward(layers)
            G = gradient(signals[-1]) / len(x)
            for k, signal in reversed(list(enumerate(signals[:-1]))):
                W, b = layers[k]
                layers[k] = W - signal.T @ G, b - G.sum(axis=0)
                G = (G @ W.T) * (1 - signal**2)
        *_, hidden, s = forward(layers)
        unit = hidden / np.linalg.norm(hidden, axis=1, keepdims=True)
        cosine = number((unit @ unit.T)[t[:, None] != t].mean()) if units else "–"
        shares, drift = s[np.arange(36), t], layers[-1][1].sum()
        return [*row([-np.log(shares).mean(), shares.mean()]), cosine, number(0 if abs(drift) < 1e-9 else drift)]

    def start() -> list[tuple[np.ndarray, np.ndarray]]:
        def wave(shape: tuple[int, int], turn: float, size: float) -> np.ndarray:
            return size * np.sin(turn * np.arange(1, shape[0] * shape[1] + 1)).reshape(shape)

        if not units:
            return [(np.zeros((2, 3)), np.zeros(3))]
        return [(wave((2, units), 2.1, 1.0), np.zeros(units)), (wave((units, 3), 1.3, 0.5), np.zeros(3))]

    def forward(layers: list[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
        signals = [x]
        for W, b in layers[:-1]:
            signals.append(np.tanh(signals[-1] @ W + b))
        W, b = layers[-1]
        return [*signals, np.array([softmax(z) for z in signals[-1] @ W + b])]

    rows = {"whole sum": trained(lambda s: s - y), "i = j term only": trained(lambda s: -y * (1 - s))}
    columns = ["gradient", "loss", "s of the true class", "cosine of hidden signals", "sum of biases"]
    return [("means over the 36 points", columns, rows)]


def tangent(x: float = -1.5, touching: float = 1.2) -> Tables:
    def lse(x: float) -> float:
        return float(np.logaddexp(x, 0))

    s, y = softmax(np.array([x, 0.0])), softmax(np.array([touching, 0.0]))
    line = lse(touching) + y[0] * (x - touching)
    heights = {"log-sum-exp": lse(x), "tangent": line, "gap": lse(x) - line}
    parts = {
        "prediction s, the slope at x": s[0],
        "target y, the slope of the tangent": y[0],
        "curvature at x": s[0] * s[1],
        "entropy of y": -y @ np.log(y),
        "cross-entropy of s": -y @ np.log(s),
    }
    return [
        ("heights at x", ["", "value"], {name: row([value]) for name, value in heights.items()}),
        ("class 0 of two", ["", "value"], {name: row([value]) for name, value in parts.items()}),
    ]


def memory(n: int = 4096, c: int = 1000, k: int = 6, bandwidth: float = 20.0, entry: int = 4) -> Tables:
    """``bandwidth`` in GB/s, ``entry`` in bytes."""
    copy = 2 * n * c * entry
    ways = {
        "in blocks": (None, copy),
        "one by one": (n * c * entry, k * copy),
        "all Jacobians": (n * c * c * entry, c * copy),
    }
    rows = {
        name: [size(held) if held else "one block", size(moved), duration(moved / (bandwidth * 1e9))]
        for name, (held, moved) in ways.items()
    }
    columns = ["", "memory beside z and ∂L/∂z", "to memory and back", "time at least"]
    return [("loss and gradient of n rows of c classes", columns, rows)]


def size(bytes: int) -> str:
    power = min((len(str(bytes)) - 1) // 3, 5)
    return f"{short(bytes / 1000**power)} {('B', 'kB', 'MB', 'GB', 'TB', 'PB')[power]}"


def duration(seconds: float) -> str:
    units = {"years": 31557600, "h": 3600, "s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9, "ps": 1e-12}
    name = next(name for name, unit in units.items() if seconds >= unit)
    return f"{short(seconds / units[name])} {name}"


def short(value: float) -> str:
    return f"{value:.{0 if value >= 99.95 else 1 if value >= 9.995 else 2}f}"
