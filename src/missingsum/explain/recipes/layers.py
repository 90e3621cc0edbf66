"""Linear layers and ReLU."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Value, array, of, total
from missingsum.explain.recipes.pieces import (
    NUMBERS,
    as_rows,
    g,
    instead_of_upstream,
    one_number,
    with_sizes,
    words_of,
    z,
)
from missingsum.explain.search import Language


def _of_a_layer(data: Any) -> dict[str, Value]:
    """x (n, d, 1), W (1, d, m), b (1, 1, m), and g (n, 1, m)."""
    found: dict[str, Value] = {"x": np.asarray(data.x, dtype=np.float64)[:, :, None]}
    if data.W is not None:
        found["W"] = np.asarray(data.W, dtype=np.float64)[None]
    if data.b is not None:
        found["b"] = np.asarray(data.b, dtype=np.float64)[None, None, :]
    if data.g is not None:
        found["g"] = np.asarray(data.g, dtype=np.float64)[:, None, :]
    found["1"], found["n"] = one_number(1), one_number(len(data.x))
    return found


OF_A_LAYER = Vocabulary(
    {"x": "the layer's input X", "W": "the weights W", "g": "the upstream gradient g", "b": "the bias b"},
    "ndm",
    "n",
    ("dm",),
    numbers={"n": NUMBERS["n"]},
)
x, W, b = array("x"), array("W"), array("b")


@cache
def layers(part: str) -> Language:
    """A linear layer: ``part`` is its output "y", or one of the gradients dX, dW, db."""
    recipe, result = {
        "y": (total(x * W, "d") + b, "nm"),
        "dX": (total(g * W, "m"), "nd"),
        "dW": (total(x * g, "n"), "dm"),
        "db": (total(g, "n"), "m"),
    }[part]
    return Language(OF_A_LAYER, "ndm", result, _of_a_layer, (recipe,))


def _entrywise(data: Any) -> dict[str, Value]:
    found = {"z": as_rows(data.x)}
    if data.g is not None:
        found["g"] = as_rows(data.g)
    return with_sizes(found)


@cache
def relus() -> Language:
    return Language(
        Vocabulary(words_of("z"), "nj", "n"), "nij", "nj", _entrywise, (of("relu", z), z * of("positive", z))
    )


@cache
def products_of_relu() -> Language:
    return Language(
        Vocabulary(words_of("z", "g"), "nj", "n"),
        "nij",
        "nj",
        _entrywise,
        (g * of("positive", z),),
        {"g": instead_of_upstream()},
    )
