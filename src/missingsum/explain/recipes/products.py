"""Vector-Jacobian products of rows; and of one example all entries, the missing part, the table of the Jacobian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Part, Value, total
from missingsum.explain.recipes.pieces import (
    NUMBERS,
    J,
    arrays_of,
    eye,
    g,
    instead_of_softmax,
    instead_of_upstream,
    n,
    of_log_s,
    ones,
    s,
    shapes_of,
    softmax_of,
    turned,
    with_sizes,
    words_of,
    y,
    z,
)
from missingsum.explain.search import Language

OF_SOFTMAX = (
    s * (g - total(s * g, "j")),
    total(turned(g) * turned(s) * (eye - s), "i"),
    s * g - s * total(s * g, "j"),
    total(turned(g) * (eye * (s * (ones - s)) - (ones - eye) * (turned(s) * s)), "i"),
)
OF_ANY = (total(turned(g) * J, "i"),)


OF_LOG_SOFTMAX = (
    g - s * total(g, "j"),
    total(turned(g) * (eye - s), "i"),
)
OF_SIGMOID = (g * s * (ones - s),)


def _product_arrays(data: Any) -> dict[str, Value]:
    found = arrays_of(data, {"output": "s", "upstream": "g", "logits": "z"})
    jacobian = data.jacobian
    found["J"] = np.asarray(jacobian, dtype=np.float64)
    m, columns = jacobian.shape[1:]
    if m == columns:
        found["δ"] = np.eye(m)[None]
    return with_sizes(found)


@cache
def products(mean: bool = False) -> Language:
    """Vector-Jacobian products of rows; the data is a `Product`."""
    return Language(
        Vocabulary(words_of("s", "g", "z", "ln s", "exp z"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nj",
        _product_arrays,
        (*OF_SOFTMAX, *OF_ANY, *OF_LOG_SOFTMAX, *OF_SIGMOID),
        {"s": [*instead_of_softmax("wrong-array"), *of_log_s()], "g": instead_of_upstream()},
        (
            ("missing-sum", g * s * (ones - s)),
            ("missing-dot", s * g),
            ("no-diagonal", -s * total(s * g, "j")),
            ("log-derivative", g - total(s * g, "j")),
            ("identity", g),
            ("fused-as-softmax", s - g),
        ),
        mean=mean,
    )


def _of_one_example(data: Any) -> dict[str, Value]:
    found = _product_arrays(data)
    found["y"] = -found["g"] * found["s"]
    return found


def _in_one_example(recipes: Sequence[Part], result: str, related: Sequence[tuple[str, Part]] = ()) -> Language:
    return Language(
        Vocabulary(words_of("s", "y", "ln s"), "j", "", ("ij",), numbers={"c": NUMBERS["c"]}),
        "nij",
        result,
        _of_one_example,
        recipes,
        {"s": [*of_log_s(), *shapes_of("s")], "y": shapes_of("y")},
        related,
    )


@cache
def products_of_errors() -> Language:
    """dL/dz of the mean squared error after softmax: a product whose g is (s - y)/n."""

    def arrays(data: Any) -> dict[str, Value]:
        found = _product_arrays(data)
        return found | {"y": found["s"] - found["g"] * found["n"]}

    language = products(mean=True)
    return replace(
        language,
        vocabulary=replace(language.vocabulary, pool=words_of("s", "g", "y", "z", "ln s", "exp z")),
        arrays=arrays,
        recipes=(*OF_SOFTMAX[:2], *OF_ANY),
        instead={**language.instead, "y": shapes_of("y")},
        defined={"g": (s - y) / n, "s": softmax_of(z)},
    )


@cache
def total_derivatives() -> Language:
    """dL/dz of cross-entropy for one example; the data is a `Product` whose upstream gradient is -y/s."""
    return _in_one_example(
        (
            s * total(y, "j") - y,
            total(-(turned(y) / turned(s)) * (turned(s) * (eye - s)), "i"),
            total(-turned(y) * (eye - s), "i"),
            -(y * (ones - s)) + total((ones - eye) * (turned(y) * s), "i"),
            total(-(turned(y) / turned(s)) * (eye * (s * (ones - s)) - (ones - eye) * (turned(s) * s)), "i"),
        ),
        "j",
        (
            ("targets-must-sum-to-one", s - y),
            ("missing-sum", -y * (ones - s)),
            ("missing-dot", -y),
            ("no-diagonal", s * total(y, "j")),
        ),
    )


@cache
def missing_parts() -> Language:
    """dL/dz of one example without its i = j term."""
    return _in_one_example(
        (
            s * (total(y, "j") - y),
            total((ones - eye) * (turned(y) * s), "i"),
            s * total(y, "j") - y + y * (ones - s),
            total((ones - eye) * (-(turned(y) / turned(s)) * -(turned(s) * s)), "i"),
        ),
        "j",
    )


OF_THE_TABLE = (
    turned(s) * (eye - s),
    eye * turned(s) - turned(s) * s,
    eye * (s * (ones - s)) - (ones - eye) * (turned(s) * s),
)


@cache
def entries() -> Language:
    """The table of ∂s_i/∂z_j of one example."""
    return _in_one_example(OF_THE_TABLE, "ij")


@cache
def jacobians() -> Language:
    """The Jacobians of a batch."""
    return Language(
        Vocabulary(words_of("s", "ln s"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nij",
        _product_arrays,
        OF_THE_TABLE,
        {"s": [*of_log_s(), *shapes_of("s")]},
    )
