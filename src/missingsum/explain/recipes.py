"""What each question is made of: its arrays, and the right formula in the styles in which people write it.

The formulas are those of the course's pages. Each is used only on samples whose truth, measured by the check or handed
in by it, it gives; so that what is said about softmax is never said about another function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Part, Space, Value, array, compute, number, of, reduced, total
from missingsum.explain.search import Language
from missingsum.explain.versions import Change

s, z, g, y, a, n, c, J = (array(name) for name in ("s", "z", "g", "y", "a", "n", "c", "J"))
eye, ones = array("δ"), array("1")

WORDS = {
    "s": "the output s",
    "z": "the input z",
    "g": "the upstream gradient g",
    "y": "the targets y",
    "a": "the output a",
    "ln s": "ln s",
    "exp z": "exp(z), not normalised,",
    "u": "dL/ds",
    "e": "the exponentials",
    "z - max": "the shifted logits",
}
NUMBERS = {"n": "the number of rows n", "c": "the number of columns c"}


def softmax_of(logits: Part, axes: str = "j") -> Part:
    """exp(z) / Σ exp(z), without care for overflow: samples are small."""
    return of("exp", logits) / total(of("exp", logits), axes)


def turned(part: Part) -> Part:
    """s_i of s_j."""
    return Part("turned", (part,), "ij")


def sigmoid_of(logits: Part) -> Part:
    return of("sigmoid", logits)


def _rows(values: Any) -> Value:
    """(n, c) or (n,) → (n, 1, c); (c,) of one row has been made (1, c) before."""
    values = np.asarray(values, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    return values[:, None, :]


def _given(data: Any, names: Mapping[str, str]) -> dict[str, Value]:
    """The arrays that the data of a sample has, by their names in formulas."""
    found = {}
    for attribute, name in names.items():
        if getattr(data, attribute, None) is not None:
            found[name] = _rows(getattr(data, attribute))
    return found


def _number(value: float) -> Value:
    return np.full((1, 1, 1), float(value))


def instead_of_softmax(input_for_output: str = "no-activation") -> list[Change]:
    """What people take for softmax, wherever it stands; the slip of who takes the logits themselves."""
    name, source = "s", "z"
    x = array(source)

    def change(template: Part, slip: str, words: str, weight: float = 1.1) -> Change:
        return Change(template, slip, words, weight, (), name)

    where = WORDS.get(name, name)
    return [
        change(array("g"), "wrong-array", f"the upstream gradient g stands everywhere where {where} belongs"),
        change(array("y"), "wrong-array", f"the targets y stand everywhere where {where} belongs"),
        change(
            x,
            input_for_output,
            f"the input {source} stands everywhere where {where} belongs",
            1.0,
        ),
        change(of("log", array(name)), "wrong-array", f"ln {name} stands everywhere where {where} belongs", 1.0),
        change(softmax_of(array(name)), "double-softmax", "", 1.0),
        change(sigmoid_of(x), "sigmoid-for-softmax", "", 1.0),
        change(x / total(x, "j"), "no-exponential", "", 1.0),
        change(of("exp", x), "not-normalised", "", 1.0),
        change(of("exp", x - reduced("max", x, "j")), "not-normalised", "", 1.0),
        change(softmax_of(-x), "wrong-point", f"softmax is taken of -{source}", 1.0),
        change(softmax_of(of("relu", x)), "cut-logits", "logits below 0 are cut off", 1.0),
        change(softmax_of(of("abs", x)), "wrong-point", f"softmax is taken of |{source}|"),
        change(softmax_of(of("exp", x)), "wrong-point", f"softmax is taken of exp({source}): one exponential too many"),
        change(softmax_of(sigmoid_of(x)), "wrong-point", f"softmax is taken of the sigmoid of {source}"),
        *(
            change(softmax_of(number(k) * x), "wrong-point", f"softmax is taken of {source} times {k:g}")
            for k in (2, 0.5, 3, 1 / 3, 4, 0.25, 10, 0.1)
        ),
        *(
            change(
                softmax_of(Part("maximum", (Part("minimum", (x, number(k))), number(-k)))),
                "cut-logits",
                f"the logits are clipped to the range from {-k:g} to {k:g}",
            )
            for k in (0.5, 1, 2, 3, 5, 10, 20, 50)
        ),
        change(softmax_of(x, "n"), "wrong-axis", "", 1.0),
        change(softmax_of(x, "nj"), "whole-matrix", "", 1.0),
        change(array(name) * array(name), "once-too-often", f"{where} is squared everywhere"),
        change(number(1) - array(name), "wrong-array", f"1 minus {where} stands where {where} belongs"),
        change(array(name) * (number(1) - array(name)), "extra-sigmoid-prime", "", 1.1),
        change(ones / c, "wrong-array", f"1/c stands everywhere where {where} belongs", 1.3),
    ]


# --- Vector-Jacobian products of rows -------------------------------------------------------------------

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
    found = _given(data, {"output": "s", "upstream": "g", "logits": "z"})
    jacobian = data.jacobian
    found["J"] = np.asarray(jacobian, dtype=np.float64)
    m, columns = jacobian.shape[1:]
    if m == columns:
        found["δ"] = np.eye(m)[None]
    return _with_sizes(found)


def _with_sizes(found: dict[str, Value]) -> dict[str, Value]:
    first = next(iter(found.values()))
    found["1"] = _number(1)
    found.setdefault("n", _number(first.shape[0]))
    found.setdefault("c", _number(first.shape[2]))
    if "s" in found:
        with np.errstate(all="ignore"):
            found["ln s"] = np.log(found["s"])
    if "z" in found:
        with np.errstate(all="ignore"):
            found["exp z"] = np.exp(found["z"])
    return found


def _pool(*names: str) -> dict[str, str]:
    return {name: WORDS[name] for name in names}


@cache
def products(mean: bool = False) -> Language:
    """Vector-Jacobian products of rows; the data is a `Product`."""
    return Language(
        Vocabulary(_pool("s", "g", "z", "ln s", "exp z"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nj",
        _product_arrays,
        (*OF_SOFTMAX, *OF_ANY, *OF_LOG_SOFTMAX, *OF_SIGMOID),
        {"s": [*instead_of_softmax("wrong-array"), *_of_log_s()], "g": _instead_of_upstream()},
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


def _of_log_s() -> list[Change]:
    """Where the logits are not known, ln s stands for them: softmax is the same for both."""
    x = array("ln s")

    def change(template: Part, slip: str, words: str) -> Change:
        return Change(template, slip, words, 1.1, (), "s")

    return [
        change(softmax_of(-x), "wrong-point", "softmax is taken of -z"),
        *(change(softmax_of(number(k) * x), "wrong-point", f"softmax is taken of z times {k:g}") for k in (2, 0.5)),
    ]


def _instead_of_upstream() -> list[Change]:
    def change(template: Part, slip: str, words: str, weight: float = 1.1) -> Change:
        return Change(template, slip, words, weight, (), "g")

    return [
        change(ones, "ignores-upstream", "", 1.0),
        change(s, "wrong-array", "the output s stands everywhere where the upstream gradient g belongs"),
        change(z, "wrong-array", "the input z stands everywhere where the upstream gradient g belongs"),
        change(g * g, "once-too-often", "the upstream gradient g is squared"),
        change(of("abs", g), "once-too-often", "the absolute value of the upstream gradient g is taken"),
        change(of("relu", g), "relu-of-upstream", "", 1.2),
        change(softmax_of(g), "wrong-array", "softmax of the upstream gradient g stands where g belongs"),
        change(reduced("mean", g, "j"), "summed-too-early", "the upstream gradient g is averaged along the row"),
        change(total(g, "j"), "summed-too-early", "the upstream gradient g is summed along the row"),
        change(total(g, "n"), "summed-too-early", "the upstream gradient g is summed down the columns"),
        change(reduced("mean", g, "n"), "summed-too-early", "the upstream gradient g is averaged down the columns"),
    ]


# --- One example: all entries of dL/dz of cross-entropy, its missing part, the table of the Jacobian ----


def _of_one_example(data: Any) -> dict[str, Value]:
    found = _product_arrays(data)
    found["y"] = -found["g"] * found["s"]
    return found


def _in_one_example(recipes: Sequence[Part], result: str, related: Sequence[tuple[str, Part]] = ()) -> Language:
    return Language(
        Vocabulary(_pool("s", "y", "ln s"), "j", "", ("ij",), numbers={"c": NUMBERS["c"]}),
        "nij",
        result,
        _of_one_example,
        recipes,
        {"s": [*_of_log_s(), *_shapes_of("s")], "y": _shapes_of("y")},
        related,
    )


def _shapes_of(name: str) -> list[Change]:
    """What is done to one array wherever it stands."""
    x = array(name)

    def change(template: Part, slip: str, words: str, weight: float = 1.1) -> Change:
        return Change(template, slip, words, weight, (), name)

    said = WORDS[name]
    return [
        change(number(1) - x, "wrong-array", f"1 minus {said} stands everywhere where {said} belongs"),
        change(x * x, "once-too-often", f"{said} is squared everywhere"),
        change(of("log", x), "wrong-array", f"the logarithm of {said} stands everywhere where {said} belongs"),
        change(x / total(x, "j"), "once-too-often", f"{said} is divided by its sum", 1.2),
        change(
            softmax_of(x),
            "double-softmax" if name == "s" else "once-too-often",
            "" if name == "s" else f"softmax is taken of {said}",
        ),
        change(ones, "left-out", f"{said} is left out everywhere"),
        change(Part("one on", (x,), "j"), "one-off", f"{said} is moved on by one place"),
        change(Part("one back", (x,), "j"), "one-off", f"{said} is moved back by one place"),
        change(Part("reversed", (x,), "j"), "one-off", f"{said} is reversed"),
        *(
            change(array(other), "wrong-array", f"{WORDS[other]} stands everywhere where {said} belongs")
            for other in ("s", "y", "z")
            if other != name
        ),
    ]


@cache
def products_of_errors() -> Language:
    """dL/dz of the mean squared error behind softmax: a product whose g is (s - y)/n."""

    def arrays(data: Any) -> dict[str, Value]:
        found = _product_arrays(data)
        return found | {"y": found["s"] - found["g"] * found["n"]}

    language = products(mean=True)
    return replace(
        language,
        vocabulary=replace(language.vocabulary, pool=_pool("s", "g", "y", "z", "ln s", "exp z")),
        arrays=arrays,
        recipes=(*OF_SOFTMAX[:2], *OF_ANY),
        instead={**language.instead, "y": _shapes_of("y")},
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
        Vocabulary(_pool("s", "ln s"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nij",
        _product_arrays,
        OF_THE_TABLE,
        {"s": [*_of_log_s(), *_shapes_of("s")]},
    )


# --- Softmax, its logarithm, the logarithm of the sum ---------------------------------------------------


def _of_logits(data: Any) -> dict[str, Value]:
    found = _given(data, {"s": "s", "z": "z", "y": "y", "g": "g"})
    first = found.get("z", next(iter(found.values())))
    if "z" not in found and "s" in found:
        with np.errstate(all="ignore"):
            found["z"] = np.log(found["s"])
    kept = (
        float(np.count_nonzero(found["y"].any(axis=(1, 2))))
        if getattr(data, "labels", None) is not None
        else first.shape[0]
    )
    found["n"] = _number(max(kept, 1.0))
    if "z" in found:
        found["z - max"] = found["z"] - found["z"].max(axis=2, keepdims=True)
    if kept != first.shape[0]:
        found["rows"] = _number(first.shape[0])
    return _with_sizes(found)


def _bare_logits(data: Any) -> dict[str, Value]:
    """Logits, or a pair of logits and their softmax."""
    logits = data[0] if isinstance(data, tuple) else getattr(data, "z", data)
    x = _rows(logits)
    e = np.exp(x - x.max(axis=2, keepdims=True))
    return _with_sizes({"z": x, "s": e / e.sum(axis=2, keepdims=True), "e": e})


FROM_LOGITS = Vocabulary(_pool("z", "s"), "nj", "n", numbers={"c": NUMBERS["c"]})
largest = reduced("max", z, "j")
e, shifted = array("e"), array("z - max")


def _points() -> list[Change]:
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
        {"z": _points(), "e": []},
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
    cut = _rows(np.clip(logits, -bound, bound))
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
        {"z": _points()},
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
        {"z": _points()},
    )


@cache
def products_of_log_softmax() -> Language:
    """The vector-Jacobian product of log-softmax; the data is a `Case` with s, z and g."""
    return Language(
        Vocabulary(_pool("s", "g", "z", "ln s", "exp z"), "nj", "n", ("ij",), numbers=NUMBERS),
        "nij",
        "nj",
        lambda data: _of_logits(data) | {"δ": np.eye(data.g.shape[1])[None]},
        (*OF_LOG_SOFTMAX, g - of("exp", array("ln s")) * total(g, "j")),
        {"s": instead_of_softmax(), "g": _instead_of_upstream()},
        defined={"s": softmax_of(z)},
    )


# --- Losses ---------------------------------------------------------------------------------------------

LOSS_WORDS = Vocabulary(_pool("s", "y", "z", "ln s"), "nj", "n", numbers=NUMBERS)
GRADIENT_WORDS = Vocabulary(_pool("s", "y", "z", "ln s", "exp z"), "nj", "n", numbers=NUMBERS)
OF_TARGETS = {"s": [*instead_of_softmax(), *_shapes_of("s")], "y": _shapes_of("y")}


def _loss(
    *recipes: Part,
    instead: Mapping[str, Sequence[Change]] = OF_TARGETS,
    related: Sequence[tuple[str, Part]] = (),
    sign: str = "loss-lacks-minus",
) -> Language:
    return Language(LOSS_WORDS, "nij", "", _of_logits, recipes, instead, related, mean=True, sign=sign)


def _gradient(*recipes: Part, instead: Mapping[str, Sequence[Change]] = OF_TARGETS) -> Language:
    return Language(GRADIENT_WORDS, "nij", "nj", _of_logits, recipes, instead, mean=True)


def _square(x: Part) -> Part:
    return of("square", x)


@cache
def squared_errors() -> Language:
    """½ Σ (a - y)² / n; s holds the outputs."""
    half = number(0.5)
    language = _loss(half * total(_square(s - y), "nj") / n, total(half * _square(s - y), "nj") / n, sign="sign")
    return replace(language, zero="whole-number-division")


@cache
def gradients_of_squared_errors() -> Language:
    return _gradient((s - y) / n)


@cache
def sigmoids() -> Language:
    """1 / (1 + exp(-z)); s holds its values."""

    def arrays(data: Any) -> dict[str, Value]:
        found = _of_logits(data)
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
        {"z": _points()},
    )


@cache
def products_of_sigmoid() -> Language:
    """g a (1 - a); s holds a."""

    def arrays(data: Any) -> dict[str, Value]:
        found = _of_logits(data)
        with np.errstate(all="ignore"):
            found["z"] = np.log(found["s"]) - np.log1p(-found["s"])
        return found

    return Language(
        Vocabulary(_pool("s", "g", "z", "ln s", "exp z"), "nj", "n", numbers=NUMBERS),
        "nij",
        "nj",
        arrays,
        (g * s * (ones - s), g * (s * (ones - s)), g * (s - _square(s))),
        {
            "s": [*_shapes_of("s"), Change(sigmoid_of(s), "double-sigmoid", "", 1.0, (), "s")],
            "g": _instead_of_upstream(),
        },
    )


two_sided = y * of("log", s) + (ones - y) * of("log", ones - s)


@cache
def binary_losses() -> Language:
    """Binary cross-entropy from logits; s holds sigmoid(z)."""
    stable = Part("maximum", (z, number(0))) - z * y + of("log", number(1) + of("exp", -of("abs", z)))
    return _loss(
        -total(two_sided, "nj") / n,
        total(stable, "nj") / n,
        related=[("one-sided", total(y * of("log", number(1) + of("exp", -z)), "nj") / n)],
        instead={"s": _shapes_of("s"), "y": _shapes_of("y"), "z": _points()},
    )


@cache
def gradients_of_binary_losses() -> Language:
    return _gradient(
        (s - y) / n,
        ((s - y) / (s * (ones - s)) * (s * (ones - s))) / n,
        instead={
            "s": [*_shapes_of("s"), Change(sigmoid_of(-z), "wrong-point", "the sigmoid is taken of -z", 1.0, (), "s")],
            "y": _shapes_of("y"),
        },
    )


@cache
def cross_entropies() -> Language:
    """-Σ y ln s / n."""
    return _loss(-total(y * of("log", s), "nj") / n, instead={"s": _shapes_of("s"), "y": _shapes_of("y")})


@cache
def gradients_of_cross_entropy() -> Language:
    """-y / s / n."""
    return _gradient(-y / s / n, -(y / s) / n, instead={"s": _shapes_of("s"), "y": _shapes_of("y")})


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
    found = _of_logits(data)
    with np.errstate(all="ignore"):
        return found | {"δ": np.eye(found["z"].shape[2])[None], "u": -found["y"] / found["s"]}


@cache
def gradients_of_softmax_cross_entropy() -> Language:
    """(s Σ y - y) / n."""
    return Language(
        Vocabulary(_pool("s", "y", "z", "ln s", "exp z"), "nj", "n", ("ij",), numbers=NUMBERS),
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
        found = _given(data, {"y": "y", "g": "eps"})
        return _with_sizes(found)

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


# --- Linear layers and ReLU -----------------------------------------------------------------------------


def _of_a_layer(data: Any) -> dict[str, Value]:
    """x (n, d, 1), W (1, d, m), b (1, 1, m), and g (n, 1, m)."""
    found: dict[str, Value] = {"x": np.asarray(data.x, dtype=np.float64)[:, :, None]}
    if data.W is not None:
        found["W"] = np.asarray(data.W, dtype=np.float64)[None]
    if data.b is not None:
        found["b"] = np.asarray(data.b, dtype=np.float64)[None, None, :]
    if data.g is not None:
        found["g"] = np.asarray(data.g, dtype=np.float64)[:, None, :]
    found["1"], found["n"] = _number(1), _number(len(data.x))
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
    found = {"z": _rows(data.x)}
    if data.g is not None:
        found["g"] = _rows(data.g)
    return _with_sizes(found)


@cache
def relus() -> Language:
    return Language(Vocabulary(_pool("z"), "nj", "n"), "nij", "nj", _entrywise, (of("relu", z), z * of("positive", z)))


@cache
def products_of_relu() -> Language:
    return Language(
        Vocabulary(_pool("z", "g"), "nj", "n"),
        "nij",
        "nj",
        _entrywise,
        (g * of("positive", z),),
        {"g": _instead_of_upstream()},
    )


# --- A whole network -------------------------------------------------------------------------------------------------

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
