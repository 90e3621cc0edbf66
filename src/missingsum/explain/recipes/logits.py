"""Functions of logits: softmax, its logarithm, the logarithm of the sum, sigmoid; and what goes back through them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Part, Space, Value, array, compute, number, of, reduced, total
from missingsum.explain.recipes.pieces import (
    NUMBERS,
    as_rows,
    c,
    g,
    instead_of_softmax,
    instead_of_upstream,
    of_logits,
    ones,
    s,
    shapes_of,
    sigmoid_of,
    softmax_of,
    squared,
    with_sizes,
    words_of,
    z,
)
from missingsum.explain.recipes.products import OF_LOG_SOFTMAX
from missingsum.explain.search import Language
from missingsum.explain.versions import Change


def _bare_logits(data: Any) -> dict[str, Value]:
    """Logits, or a pair of logits and their softmax."""
    logits = data[0] if isinstance(data, tuple) else getattr(data, "z", data)
    x = as_rows(logits)
    e = np.exp(x - x.max(axis=2, keepdims=True))
    return with_sizes({"z": x, "s": e / e.sum(axis=2, keepdims=True), "e": e})


FROM_LOGITS = Vocabulary(words_of("z", "s"), "nj", "n", numbers={"c": NUMBERS["c"]})
largest = reduced("max", z, "j")
e, shifted = array("e"), array("z - max")


def points() -> list[Change]:
    """Other logits."""

    def change(template: Part, slip: str, words: str, weight: float = 1.0) -> Change:
        return Change(template, slip, words, weight, (), "z")

    return [
        change(-z, "wrong-point", "it is taken of -z: the sign of z is the wrong way round"),
        change(of("relu", z), "cut-logits", "logits below 0 are cut off"),
        change(of("abs", z), "wrong-point", "it is taken of |z|", 1.1),
        change(s, "double-softmax", "", 1.0),
        change(of("exp", z), "wrong-point", "it is taken of exp(z): one exponential too many", 1.1),
        change(z * z, "wrong-point", "it is taken of z²", 1.1),
        change(of("trunc", z), "integer-array", "", 1.1),
        change(of("floor", z), "integer-array", "", 1.1),
        change(sigmoid_of(z), "wrong-point", "it is taken of the sigmoid of z", 1.1),
        change(ones - z, "wrong-point", "it is taken of 1 - z", 1.1),
        *(
            change(number(k) * z, "wrong-point", f"it is taken of z times {k:g}")
            for k in (2, 0.5, 3, 1 / 3, 4, 0.25, 10, 0.1)
        ),
        *(
            change(
                Part("maximum", (Part("minimum", (z, number(k))), number(-k))),
                "cut-logits",
                f"the logits are clipped to the range from {-k:g} to {k:g}",
                1.1,
            )
            for k in (0.5, 1, 2, 3, 5, 10, 20, 50)
        ),
        change(z - reduced("mean", z, "n"), "wrong-axis", "", 1.3),
        change(
            z / reduced("max", z, "j"),
            "once-too-often",
            "z is divided by its maximum, where that should be subtracted",
            1.2,
        ),
        change(z / c, "once-too-often", "z is divided by the number of columns c", 1.2),
    ]


@cache
def softmaxes() -> Language:
    """Softmax of logits; the data holds z."""
    return Language(
        FROM_LOGITS,
        "nij",
        "nj",
        _bare_logits,
        (
            of("exp", z) / total(of("exp", z), "j"),
            of("exp", z - largest) / total(of("exp", z - largest), "j"),
            of("exp", z - of("log", total(of("exp", z), "j"))),
            e / total(e, "j"),
        ),
        {"z": points(), "e": []},
        (
            ("sigmoid-for-softmax", sigmoid_of(z)),
            ("no-exponential", z / total(z, "j")),
            ("not-normalised", of("exp", z)),
            ("not-normalised", of("exp", z - largest)),
            ("log-softmax", z - of("log", total(of("exp", z), "j"))),
        ),
        defined={"e": of("exp", z - largest)},
    )


def softmax_of_cut_logits(logits: np.ndarray, bound: float) -> np.ndarray:
    """What softmax gives of logits that are clipped to ±bound, (n, c)."""
    cut = as_rows(np.clip(logits, -bound, bound))
    return compute(softmaxes().recipes[1], Space("nij", {"z": cut}))[:, 0, :]


@cache
def log_softmaxes() -> Language:
    """Log-softmax of logits."""
    return Language(
        FROM_LOGITS,
        "nij",
        "nj",
        _bare_logits,
        (
            z - of("log", total(of("exp", z), "j")),
            z - largest - of("log", total(of("exp", z - largest), "j")),
            of("log", of("exp", z) / total(of("exp", z), "j")),
            z - (largest + of("log", total(of("exp", z - largest), "j"))),
        ),
        {"z": points()},
    )


@cache
def log_sum_exps() -> Language:
    """ln Σ exp(z) of each row."""
    return Language(
        FROM_LOGITS,
        "nij",
        "n",
        _bare_logits,
        (
            of("log", total(of("exp", z), "j")),
            largest + of("log", total(of("exp", z - largest), "j")),
        ),
        {"z": points()},
    )


@cache
def products_of_log_softmax() -> Language:
    """The vector-Jacobian product of log-softmax; the data is a `Case` with s, z and g."""
    return Language(
        Vocabulary(words_of("s", "g", "z", "ln s", "exp z"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nj",
        lambda data: of_logits(data) | {"δ": np.eye(data.g.shape[1])[None]},
        (*OF_LOG_SOFTMAX, g - of("exp", array("ln s")) * total(g, "j")),
        {"s": instead_of_softmax(), "g": instead_of_upstream()},
        defined={"s": softmax_of(z)},
    )


@cache
def sigmoids() -> Language:
    """1 / (1 + exp(-z)); s holds its values."""

    def arrays(data: Any) -> dict[str, Value]:
        found = of_logits(data)
        found["z"] = np.log(found["s"]) - np.log1p(-found["s"])
        return found

    small = of("exp", -of("abs", z))
    return Language(
        FROM_LOGITS,
        "nij",
        "nj",
        arrays,
        (
            number(1) / (number(1) + of("exp", -z)),
            of("exp", z) / (number(1) + of("exp", z)),
            (of("not negative", z) + (number(1) - of("not negative", z)) * small) / (number(1) + small),
        ),
        {"z": points()},
    )


@cache
def products_of_sigmoid() -> Language:
    """g a (1 - a); s holds a."""

    def arrays(data: Any) -> dict[str, Value]:
        found = of_logits(data)
        with np.errstate(all="ignore"):
            found["z"] = np.log(found["s"]) - np.log1p(-found["s"])
        return found

    return Language(
        Vocabulary(words_of("s", "g", "z", "ln s", "exp z"), "nj", "n", numbers=NUMBERS),
        "nij",
        "nj",
        arrays,
        (g * s * (ones - s), g * (s * (ones - s)), g * (s - squared(s))),
        {
            "s": [*shapes_of("s"), Change(sigmoid_of(s), "double-sigmoid", "", 1.0, (), "s")],
            "g": instead_of_upstream(),
        },
    )
