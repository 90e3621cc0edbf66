"""A whole network."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Value, array, of, total
from missingsum.explain.recipes.pieces import NUMBERS, n, s, y
from missingsum.explain.search import Language

OF_A_NETWORK = {
    "X": "the network's input X",
    "Z1": "the hidden layer's Z1",
    "A": "the hidden layer's output A",
    "W1": "the weights W1",
    "W2": "the weights W2",
    "s": "the output s",
    "y": "the targets y",
}


def _of_a_network(data: Any) -> dict[str, Value]:
    """X (n, d, 1, 1), W1 (1, d, m, 1), Z1 and A (n, 1, m, 1), W2 (1, 1, m, c), s and y (n, 1, 1, c)."""
    W1, b1, W2, b2 = (np.asarray(data.params[name], dtype=np.float64) for name in ("W1", "b1", "W2", "b2"))
    Z1 = data.X @ W1 + b1
    A = (Z1 + np.abs(Z1)) / 2
    Z2 = A @ W2 + b2
    e = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    found = {
        "X": data.X[:, :, None, None],
        "W1": W1[None, :, :, None],
        "Z1": Z1[:, None, :, None],
        "A": A[:, None, :, None],
        "W2": W2[None, None],
        "z": Z2[:, None, None, :],
        "s": (e / e.sum(axis=1, keepdims=True))[:, None, None, :],
        "y": np.asarray(data.y, dtype=np.float64)[:, None, None, :],
    }
    return found | {
        name: np.full((1, 1, 1, 1), float(value)) for name, value in (("n", len(data.X)), ("c", W2.shape[1]))
    }


@cache
def networks(asked: str) -> Language:
    """A network of one hidden layer: its loss, or the gradient called ``asked``; the data is a `Network`."""
    last = (s - y) / n
    hidden = of("positive", array("Z1")) * total(last * array("W2"), "c")
    recipe, result = {
        "loss": (-total(y * of("log", s), "nc") / n, ""),
        "W1": (total(array("X") * hidden, "n"), "dm"),
        "b1": (total(hidden, "n"), "m"),
        "W2": (total(array("A") * last, "n"), "mc"),
        "b2": (total(last, "n"), "c"),
    }[asked]
    return Language(
        Vocabulary(OF_A_NETWORK, "ndmc", "n", numbers=NUMBERS),
        "ndmc",
        result,
        _of_a_network,
        (recipe,),
        mean=True,
        sign="loss-lacks-minus" if asked == "loss" else "sign",
    )
