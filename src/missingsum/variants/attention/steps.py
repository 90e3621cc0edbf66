"""One head of attention in steps, forward and backward, and the factors that may stand where 1/√d belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from missingsum.explain.steps import Other, Step, Values, computed
from missingsum.variants.masks import (
    softmax_or_0,
)

GRADIENTS = ("dq", "dk", "dv")
OUTPUTS = ("o", "p returned")
"""The steps that a function returns."""
CONSTANTS = (-1e10, -1e9, -1e4, -10.0, -1.0)


@dataclass(frozen=True)
class Weighed:
    """What the sum without P is computed from, o and do (n, e), and the sum (n,)."""

    o: np.ndarray
    do: np.ndarray
    truth: np.ndarray


@dataclass(frozen=True)
class Head:
    """q (n, d), k (m, d), v (m, e), a mask (n, m) or None, and do (n, e) where gradients are asked."""

    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    seen: np.ndarray | None
    do: np.ndarray | None = None

    @property
    def mask(self) -> np.ndarray:
        """True everywhere where there is none."""
        return np.ones((len(self.q), len(self.k)), dtype=bool) if self.seen is None else self.seen

    @property
    def given(self) -> Values:
        found = {"q": self.q, "k": self.k, "v": self.v, "given mask": self.mask}
        return found if self.do is None else found | {"given do": self.do}

    @cached_property
    def right(self) -> Values:
        """All steps, from both directions where there is a do."""
        with np.errstate(all="ignore"):
            return computed(FORWARD if self.do is None else BACKWARD, self.given)

    @property
    def root(self) -> float:
        return float(np.sqrt(self.q.shape[1]))


def weights_of(v: Values, y: np.ndarray) -> np.ndarray:
    return softmax_or_0(np.where(v["mask"] > 0, y, -np.inf))


FORWARD: dict[str, Step] = {
    "scale": lambda v: np.array(1 / np.sqrt(v["q"].shape[1])),
    "x": lambda v: v["q"] @ v["k"].T * v["scale"],
    "mask": lambda v: v["given mask"].astype(float),
    "y": lambda v: np.where(v["mask"] > 0, v["x"], -np.inf),
    "p": lambda v: softmax_or_0(v["y"]),
    "o": lambda v: v["p"] @ v["v"],
    "p returned": lambda v: v["p"],
}
BACKWARD: dict[str, Step] = FORWARD | {
    "do": lambda v: v["given do"],
    "P": lambda v: v["p"],
    "P in dS": lambda v: v["P"],
    "P in dv": lambda v: v["P"],
    "dp": lambda v: v["do"] @ v["v"].T,
    "D": lambda v: (v["do"] * v["o"]).sum(axis=1, keepdims=True),
    "ds": lambda v: v["P in dS"] * (v["dp"] - v["D"]),
    "scale of dq": lambda v: v["scale"],
    "scale of dk": lambda v: v["scale"],
    "dq": lambda v: v["ds"] @ v["k"] * v["scale of dq"],
    "dk": lambda v: v["ds"].T @ v["q"] * v["scale of dk"],
    "dv": lambda v: v["P in dv"].T @ v["do"],
}
SUMMED: dict[str, Step] = BACKWARD | {"D": lambda v: (v["P in dS"] * v["dp"]).sum(axis=1, keepdims=True)}
"""The same with the sum over the keys, which takes part in what is wrong with P and dP."""

# --- Factors ----------------------------------------------------------------------------------------------------------

Sizes = tuple[int, int, int, int]
"""n, m, d, e."""
FACTORS: tuple[tuple[str, str, float, Callable[..., float]], ...] = (
    ("scale-missing", "", 1.0, lambda s: 1.0),
    ("scale-twice", "", 1.0, lambda s: 1 / s[2]),
    ("scale-upside-down", "", 1.0, lambda s: s[2] ** 0.5),
    ("scale-upside-down", "they are multiplied by the whole width", 1.1, lambda s: float(s[2])),
    ("scale-of-another-size", "it is the root of the width of v", 1.0, lambda s: s[3] ** -0.5),
    ("scale-of-another-size", "it is the root of the number of queries", 1.0, lambda s: s[0] ** -0.5),
    ("scale-of-another-size", "it is the root of the number of keys", 1.0, lambda s: s[1] ** -0.5),
    ("scale-of-another-size", "it is the width of v", 1.1, lambda s: 1 / s[3]),
    ("scale-of-another-size", "it is the number of queries", 1.1, lambda s: 1 / s[0]),
    ("scale-of-another-size", "it is the number of keys", 1.1, lambda s: 1 / s[1]),
    ("scale-of-another-size", "it is the root of the number of all entries of q", 1.1, lambda s: (s[0] * s[2]) ** -0.5),
    ("scale-twice", "the root is taken three times over", 1.2, lambda s: s[2] ** -1.5),
    ("scale-of-another-size", "it is the fourth root of d", 1.2, lambda s: s[2] ** -0.25),
    ("scale-of-another-size", "it is the logarithm of d", 1.3, lambda s: 1 / np.log(s[2])),
    ("scale-of-another-size", "it is the root of half of d", 1.2, lambda s: (s[2] / 2) ** -0.5),
    ("scale-of-another-size", "it is the root of twice d", 1.2, lambda s: (2 * s[2]) ** -0.5),
    ("scale-of-another-size", "it is the root of d - 1", 1.2, lambda s: (s[2] - 1) ** -0.5),
    ("scale-of-another-size", "it is the root of d + 1", 1.2, lambda s: (s[2] + 1) ** -0.5),
    ("scale-of-another-size", "it is d // 2", 1.3, lambda s: 1 / (s[2] // 2)),
    *(
        ("scale-of-another-size", f"the factor is {c:g}, whatever the width", 1.2, lambda s, c=c: c)
        for c in (0.5, 0.25, 0.125, 0.1, 2.0, 1 / 3, 64**-1.0)
    ),
)


def sizes(v: Values) -> Sizes:
    return (*v["q"].shape[:1], *v["k"].shape, v["v"].shape[1])


def factors_at(step: str, what: str) -> Iterator[Other]:
    for slip, words, weight, factor in FACTORS:
        said = f"{what}: {words}" if words and what else words or what
        yield Other(step, slip, said, lambda v, f=factor: np.array(f(sizes(v))), weight)
