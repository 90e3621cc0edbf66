"""Arrays, words and changes that the recipes of several families share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from missingsum.explain.parts import Part, Value, array, number, of, reduced, total
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


def as_rows(values: Any) -> Value:
    """(n, c) or (n,) → (n, 1, c); (c,) of one row has been made (1, c) before."""
    values = np.asarray(values, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    return values[:, None, :]


def arrays_of(data: Any, names: Mapping[str, str]) -> dict[str, Value]:
    """The arrays that the data of a sample has, by their names in formulas."""
    found = {}
    for attribute, name in names.items():
        if getattr(data, attribute, None) is not None:
            found[name] = as_rows(getattr(data, attribute))
    return found


def one_number(value: float) -> Value:
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


def with_sizes(found: dict[str, Value]) -> dict[str, Value]:
    first = next(iter(found.values()))
    found["1"] = one_number(1)
    found.setdefault("n", one_number(first.shape[0]))
    found.setdefault("c", one_number(first.shape[2]))
    if "s" in found:
        with np.errstate(all="ignore"):
            found["ln s"] = np.log(found["s"])
    if "z" in found:
        with np.errstate(all="ignore"):
            found["exp z"] = np.exp(found["z"])
    return found


def words_of(*names: str) -> dict[str, str]:
    return {name: WORDS[name] for name in names}


def of_log_s() -> list[Change]:
    """Where the logits are not known, ln s stands for them: softmax is the same for both."""
    x = array("ln s")

    def change(template: Part, slip: str, words: str) -> Change:
        return Change(template, slip, words, 1.1, (), "s")

    return [
        change(softmax_of(-x), "wrong-point", "softmax is taken of -z"),
        *(change(softmax_of(number(k) * x), "wrong-point", f"softmax is taken of z times {k:g}") for k in (2, 0.5)),
    ]


def instead_of_upstream() -> list[Change]:
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


def shapes_of(name: str) -> list[Change]:
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


def of_logits(data: Any) -> dict[str, Value]:
    found = arrays_of(data, {"s": "s", "z": "z", "y": "y", "g": "g"})
    first = found.get("z", next(iter(found.values())))
    if "z" not in found and "s" in found:
        with np.errstate(all="ignore"):
            found["z"] = np.log(found["s"])
    kept = (
        float(np.count_nonzero(found["y"].any(axis=(1, 2))))
        if getattr(data, "labels", None) is not None
        else first.shape[0]
    )
    found["n"] = one_number(max(kept, 1.0))
    if "z" in found:
        found["z - max"] = found["z"] - found["z"].max(axis=2, keepdims=True)
    if kept != first.shape[0]:
        found["rows"] = one_number(first.shape[0])
    return with_sizes(found)


def squared(x: Part) -> Part:
    return of("square", x)
