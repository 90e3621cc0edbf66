"""Losses and their gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Part, Value, array, number, of, total
from missingsum.explain.recipes.logits import points, shifted
from missingsum.explain.recipes.pieces import (
    NUMBERS,
    arrays_of,
    c,
    eye,
    instead_of_softmax,
    n,
    of_logits,
    ones,
    s,
    shapes_of,
    sigmoid_of,
    softmax_of,
    squared,
    turned,
    with_sizes,
    words_of,
    y,
    z,
)
from missingsum.explain.search import Language
from missingsum.explain.versions import Change

LOSS_WORDS = Vocabulary(words_of("s", "y", "z", "ln s"), "nj", "n", numbers=NUMBERS)
GRADIENT_WORDS = Vocabulary(words_of("s", "y", "z", "ln s", "exp z"), "nj", "n", numbers=NUMBERS)
OF_TARGETS = {"s": [*instead_of_softmax(), *shapes_of("s")], "y": shapes_of("y")}


def _loss(
    *recipes: Part,
    instead: Mapping[str, Sequence[Change]] = OF_TARGETS,
    related: Sequence[tuple[str, Part]] = (),
    sign: str = "loss-lacks-minus",
) -> Language:
    return Language(LOSS_WORDS, "nij", "", of_logits, recipes, instead, related, mean=True, sign=sign)


def _gradient(*recipes: Part, instead: Mapping[str, Sequence[Change]] = OF_TARGETS) -> Language:
    return Language(GRADIENT_WORDS, "nij", "nj", of_logits, recipes, instead, mean=True)


@cache
def squared_errors() -> Language:
    """½ Σ (a - y)² / n; s holds the outputs."""
    half = number(0.5)
    language = _loss(half * total(squared(s - y), "nj") / n, total(half * squared(s - y), "nj") / n, sign="sign")
    return replace(language, zero="whole-number-division")


@cache
def gradients_of_squared_errors() -> Language:
    return _gradient((s - y) / n)


two_sided = y * of("log", s) + (ones - y) * of("log", ones - s)


@cache
def binary_losses() -> Language:
    """Binary cross-entropy from logits; s holds sigmoid(z)."""
    stable = Part("maximum", (z, number(0))) - z * y + of("log", number(1) + of("exp", -of("abs", z)))
    return _loss(
        -total(two_sided, "nj") / n,
        total(stable, "nj") / n,
        related=[("one-sided", total(y * of("log", number(1) + of("exp", -z)), "nj") / n)],
        instead={"s": shapes_of("s"), "y": shapes_of("y"), "z": points()},
    )


@cache
def gradients_of_binary_losses() -> Language:
    return _gradient(
        (s - y) / n,
        ((s - y) / (s * (ones - s)) * (s * (ones - s))) / n,
        instead={
            "s": [*shapes_of("s"), Change(sigmoid_of(-z), "wrong-point", "the sigmoid is taken of -z", 1.0, (), "s")],
            "y": shapes_of("y"),
        },
    )


@cache
def cross_entropies() -> Language:
    """-Σ y ln s / n."""
    return _loss(-total(y * of("log", s), "nj") / n, instead={"s": shapes_of("s"), "y": shapes_of("y")})


@cache
def gradients_of_cross_entropy() -> Language:
    """-y / s / n."""
    return _gradient(-y / s / n, -(y / s) / n, instead={"s": shapes_of("s"), "y": shapes_of("y")})


@cache
def softmax_cross_entropies() -> Language:
    """-Σ y ln softmax(z) / n; the data is a `Case` with s, y and z."""
    lse = of("log", total(of("exp", z), "j"))
    return _loss(
        -total(y * of("log", s), "nj") / n,
        -total(y * (z - lse), "nj") / n,
        -total(y * (shifted - of("log", total(of("exp", shifted), "j"))), "nj") / n,
        total(total(y, "j") * lse - total(y * z, "j"), "n") / n,
    )


def _of_a_fused_gradient(data: Any) -> dict[str, Value]:
    found = of_logits(data)
    with np.errstate(all="ignore"):
        return found | {"δ": np.eye(found["z"].shape[2])[None], "u": -found["y"] / found["s"]}


@cache
def gradients_of_softmax_cross_entropy() -> Language:
    """(s Σ y - y) / n."""
    return Language(
        Vocabulary(words_of("s", "y", "z", "ln s", "exp z"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nj",
        _of_a_fused_gradient,
        (
            (s * total(y, "j") - y) / n,
            (s - y) / n,
            s * (array("u") - total(s * array("u"), "j")) / n,
            total(-turned(y) * (eye - s), "i") / n,
        ),
        {**OF_TARGETS, "u": []},
        (
            ("targets-must-sum-to-one", (s - y) / n),
            ("missing-sum", -y * (ones - s) / n),
            ("missing-dot", -y / n),
            ("no-diagonal", s * total(y, "j") / n),
            ("identity", -y / s / n),
        ),
        mean=True,
        defined={"s": softmax_of(z), "u": -y / s},
    )


@cache
def smoothed_labels() -> Language:
    """(1 - eps) y + eps / c; y holds the one-hot rows, g the eps."""
    eps = array("eps")
    pool = {"y": "the one-hot rows", "eps": "eps"}

    def arrays(data: Any) -> dict[str, Value]:
        found = arrays_of(data, {"y": "y", "g": "eps"})
        return with_sizes(found)

    return Language(
        Vocabulary(pool, "nj", "n", numbers=NUMBERS),
        "nij",
        "nj",
        arrays,
        ((number(1) - eps) * y + eps / c,),
        {
            "y": [
                Change(Part("one on", (y,), "j"), "one-label-off", "", 1.0, (), "y"),
                Change(Part("one back", (y,), "j"), "one-label-off", "", 1.0, (), "y"),
            ]
        },
    )
