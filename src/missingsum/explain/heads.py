"""What attention is made of: its arrays, and the right formulas in the styles in which people write them.

Axes are those of the queries q, of the keys k, of the width f of both, and of the columns v of the values; so q is
(q, 1, f, 1), P is (q, k, 1, 1) and v is (1, k, 1, v).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from missingsum.explain.changes import Vocabulary
from missingsum.explain.parts import Part, Value, array, of, reduced, total
from missingsum.explain.search import Language

AXES = "qkfv"
WORDS = {
    "q": "the queries q",
    "k": "the keys k",
    "v": "the values v",
    "x": "the scores x",
    "P": "the weights P",
    "o": "the output o",
    "do": "the upstream gradient do",
    "dP": "dP",
    "D": "the row sum D",
    "dS": "dS",
    "mask": "the mask",
}
NUMBERS = {
    "√d": "the root of the width of q and k",
    "√e": "the root of the width of v",
    "√n": "the root of the number of queries",
    "√m": "the root of the number of keys",
    "d": "the width of q and k",
}
q, k, v, x, P, o, do, dP, D, dS, mask, root = (array(name) for name in (*WORDS, "√d"))


def _pool(*names: str) -> dict[str, str]:
    return {name: WORDS[name] for name in names}


def _of_scores(data: Any) -> dict[str, Value]:
    shape = (*data.x.shape, 1, 1)
    return {
        "x": np.asarray(data.x, dtype=np.float64).reshape(shape),
        "mask": data.mask.astype(float).reshape(shape),
        "1": np.ones((1, 1, 1, 1)),
        "n": np.full((1, 1, 1, 1), float(len(data.x))),
    }


def _weights(scores: Part) -> Part:
    shown = mask * of("exp", scores)
    return shown / total(shown, "k")


@cache
def masked_softmaxes() -> Language:
    """Softmax of the scores x over the keys that the mask leaves; the data holds x and mask."""
    e = array("e")
    return Language(
        Vocabulary(_pool("x", "mask"), "qk", "q"),
        AXES,
        "qk",
        lambda data: _of_scores(data) | {"e": data.mask[..., None, None] * np.exp(_of_scores(data)["x"])},
        (_weights(x), e / total(e, "k"), mask * (of("exp", x) / total(e, "k"))),
        defined={"e": mask * of("exp", x - reduced("max", x, "k"))},
    )


def _of_a_head(data: Any) -> Mapping[str, Value]:
    """All arrays of one head with the axes of `AXES`; the data is a `Head`, with do where gradients are asked."""
    n, m = data.mask.shape
    found: dict[str, Value] = {
        "q": data.q[:, None, :, None],
        "k": data.k[None, :, :, None],
        "v": data.v[None, :, None, :],
        "mask": data.mask.astype(float)[:, :, None, None],
    }
    for name, value, shape in (
        ("x", data.right["x"], (n, m, 1, 1)),
        ("P", data.right["p"], (n, m, 1, 1)),
        ("o", data.right["o"], (n, 1, 1, -1)),
    ):
        found[name] = value.reshape(shape)
    if data.do is not None:
        found["do"] = data.do[:, None, None, :]
        for name, of_data, shape in (("dP", "dp", (n, m, 1, 1)), ("D", "D", (n, 1, 1, 1)), ("dS", "ds", (n, m, 1, 1))):
            found[name] = data.right[of_data].reshape(shape)
    d, e = data.q.shape[1], data.v.shape[1]
    sizes = {"√d": d**0.5, "√e": e**0.5, "√n": n**0.5, "√m": m**0.5, "d": d, "n": n, "1": 1}
    return found | {name: np.full((1, 1, 1, 1), float(size)) for name, size in sizes.items()}


def _head(names: tuple[str, ...], result: str, recipes: tuple[Part, ...], defined: Mapping[str, Part]) -> Language:
    return Language(
        Vocabulary(_pool(*names), AXES, "q", numbers=NUMBERS), AXES, result, _of_a_head, recipes, defined=defined
    )


SCORES = total(q * k, "f") / root


@cache
def outputs() -> Language:
    """o = P v."""
    return _head(
        ("q", "k", "v", "P"), "qv", (total(P * v, "k"), total(_weights(x) * v, "k")), {"P": _weights(x), "x": SCORES}
    )


@cache
def weights() -> Language:
    """P, from the queries and keys."""
    return _head(("q", "k", "v"), "qk", (_weights(x), _weights(SCORES)), {"x": SCORES})


WHOLE = P * (dP - D)
DEFINED = {"dS": WHOLE, "dP": total(do * v, "v"), "D": total(do * o, "v")}


@cache
def gradients(part: str) -> Language:
    """One of dq, dk, dv."""
    summed = P * (dP - total(P * dP, "k"))
    recipes, result = {
        "dq": (tuple(total(ds * k, "k") / root for ds in (dS, WHOLE, summed)), "qf"),
        "dk": (tuple(total(ds * q, "q") / root for ds in (dS, WHOLE, summed)), "kf"),
        "dv": ((total(P * do, "q"),), "kv"),
    }[part]
    return _head(("q", "k", "v", "P", "o", "do", "dP"), result, recipes, DEFINED)


@cache
def sums() -> Language:
    """D = Σ do o along the row; the data holds o and do."""

    def arrays(data: Any) -> Mapping[str, Value]:
        n = np.full((1, 1, 1, 1), float(len(data.o)))
        return {"o": data.o[:, None, None, :], "do": data.do[:, None, None, :], "1": np.ones((1, 1, 1, 1)), "n": n}

    return Language(Vocabulary(_pool("o", "do"), "qv", "q"), AXES, "q", arrays, (total(do * o, "v"),))
