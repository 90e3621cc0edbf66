"""Ways to get one head of attention wrong, forward and backward: one of its steps, or two, replaced by a wrong one.

Both functions return several arrays. `whole` explains them together: what is named must account for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from missingsum.comparison import Answer, not_real_numbers
from missingsum.diagnosis import Family, Sample, Variant
from missingsum.explain import heads
from missingsum.explain.steps import Other, Step, Values, chosen, computed, slips_of, words_of
from missingsum.variants.language import ROWS, SIGN, TWOS, around
from missingsum.variants.masks import (
    OTHER_MASKS,
    Scores,
    in_rows_without_keys,
    large_score_ways,
    softmax_or_0,
    softmax_rows,
)
from missingsum.variants.masks import others as other_softmaxes
from missingsum.variants.softmax import Product, product_variants

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


def _weights(v: Values, y: np.ndarray) -> np.ndarray:
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


def _factors(step: str, what: str) -> Iterator[Other]:
    for slip, words, weight, factor in FACTORS:
        said = f"{what}: {words}" if words and what else words or what
        yield Other(step, slip, said, lambda v, f=factor: np.array(f(sizes(v))), weight)


# --- Forward ----------------------------------------------------------------------------------------------------------


def _fitting(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if value.shape != shape:
        raise ValueError("it would not be of this shape")
    return value


def _outputs() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("o", slip, words, value, weight)

    yield way("wrong-array", "the weights are put on the queries q, not on v", lambda v: v["p"] @ v["q"])
    yield way("wrong-array", "the weights are put on the keys k, not on v", lambda v: v["p"] @ v["k"])
    yield way("transposed", "P is transposed", lambda v: v["p"].T @ v["v"], 1.1)
    yield way("wrong-array", "the scores are put on v, not their softmax", lambda v: v["x"] @ v["v"], 1.1)
    yield way("not-normalised", "", lambda v: _e(v) @ v["v"], 1.1)
    yield way("scale-twice", "the output is multiplied by 1/√d too", lambda v: v["o"] * v["scale"], 1.1)
    yield way("scale-upside-down", "the output is multiplied by √d", lambda v: v["o"] / v["scale"], 1.2)
    yield way("mean-for-sum", "the output is divided by the number of keys", lambda v: v["o"] / len(v["k"]), 1.1)
    yield way("wrong-array", "v is not weighed: the mean of its rows", lambda v: 0 * v["o"] + v["v"].mean(0), 1.2)
    yield way("wrong-array", "v is not weighed: the sum of its rows", lambda v: 0 * v["o"] + v["v"].sum(0), 1.2)
    yield way("wrong-array", "the largest weight alone counts", lambda v: v["v"][v["p"].argmax(axis=1)], 1.2)
    yield from _online()
    yield Other(
        "p",
        "scale-after-softmax",
        "",
        lambda v: _weights(v, v["x"] / v["scale"]) * v["scale"],
    )
    for slip, words, value in (
        ("mask-ignored", "the mask is lost in the P that is returned", lambda v: softmax_rows(v["x"])),
        ("not-normalised", "the P that is returned is not divided by its sum", _e),
        ("wrong-array", "the scores are returned, not P", lambda v: v["x"]),
        ("wrong-array", "the scores, with -inf where a key is hidden, are returned, not P", lambda v: v["y"]),
        ("log-softmax", "the logarithm of P is returned", lambda v: np.log(v["p"])),
        ("transposed", "the P that is returned is transposed", lambda v: v["p"].T),
        ("mask-as-number", "the mask is returned, not P", lambda v: v["mask"]),
    ):
        yield Other("p returned", slip, words, value, 1.1)


def _e(v: Values) -> np.ndarray:
    return np.nan_to_num(np.exp(v["y"] - v["y"].max(axis=1, keepdims=True)))


Rescale = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(the maximum before, the new one) → what stands in the place of exp(before - new)."""
RESCALES: tuple[tuple[str, Rescale], ...] = (
    ("not at all", lambda before, new: np.ones_like(before)),
    ("by the difference of the maxima, without exp", lambda before, new: before - new),
    ("by exp(m_new - m_old), the wrong way round", lambda before, new: np.exp(new - before)),
    ("by exp(-m_new)", lambda before, new: np.exp(-new)),
    ("by exp(m_old)", lambda before, new: np.exp(before)),
    ("twice", lambda before, new: np.exp(2 * (before - new))),
    ("to nothing", lambda before, new: np.zeros_like(before)),
)


def right_rescale(before: np.ndarray, new: np.ndarray) -> np.ndarray:
    return np.exp(before - new)


def _blocks(length: int, size: int) -> list[slice]:
    """So many keys at a time; two halves for 0."""
    if size == 0:
        return [slice(0, length // 2), slice(length // 2, length)]
    return [slice(first, first + size) for first in range(0, length, size)]


def online(v: Values, size: int, of_sum: Rescale, of_output: Rescale, own_maximum: bool = False) -> np.ndarray:
    """The output, ``size`` keys at a time, halves for 0; with ``own_maximum`` a block has a maximum of its own."""
    n, y = len(v["q"]), v["y"]
    m, total, o = np.full((n, 1), -1e300), np.zeros((n, 1)), np.zeros((n, v["v"].shape[1]))
    for block in _blocks(y.shape[1], size):
        new = np.maximum(m, y[:, block].max(axis=1, keepdims=True))
        used = np.maximum(y[:, block].max(axis=1, keepdims=True), -1e300) if own_maximum else new
        e = np.exp(y[:, block] - used)
        if block.start:
            total, o = total * of_sum(m, new), o * of_output(m, new)
        total, o, m = total + e.sum(axis=1, keepdims=True), o + e @ v["v"][block], new
    return o / np.where(total == 0, 1, total)


def _online() -> Iterator[Other]:
    """In blocks of keys, halves of them or so many at a time, with something wrong in how blocks are put together."""
    for name, size in (("half", 0), ("2", 2), ("3", 3), ("1", 1), ("4", 4)):

        def way(words: str, weight: float, size: int = size, **wrong: object) -> Other:
            def value(v: Values) -> np.ndarray:
                of = {"of_sum": right_rescale, "of_output": right_rescale, **wrong}
                return online(v, size, **of)  # type: ignore[arg-type]

            return Other("o", "not-rescaled", words, value, weight)

        blocks = "of half the keys" if name == "half" else f"of {name} key{'s' * (name != '1')}"
        for said, rescale in RESCALES:
            end = f", in blocks {blocks}"
            yield way(f"the output so far is rescaled {said}{end}", 1.3, of_output=rescale)
            yield way(f"the sum so far is rescaled {said}{end}", 1.3, of_sum=rescale)
            yield way(f"sum and output so far are rescaled {said}{end}", 1.35, of_sum=rescale, of_output=rescale)
        yield way(f"a block is measured from its own maximum, and not from the one so far{end}", 1.3, own_maximum=True)


@cache
def forward_others() -> tuple[Other, ...]:
    """What may stand in the place of a step of the forward pass."""
    return (*_factors("scale", ""), *_scores(), *other_softmaxes(), *_outputs())


def _scores() -> Iterator[Other]:
    yield Other(
        "x", "wrong-array", "q is multiplied by itself, not by k", lambda v: v["q"] @ v["q"].T * v["scale"], 1.1
    )
    yield Other(
        "x", "wrong-array", "k is multiplied by itself, not by q", lambda v: v["k"] @ v["k"].T * v["scale"], 1.1
    )
    yield Other("x", "transposed", "k qᵀ stands where q kᵀ belongs", lambda v: v["x"].T, 1.1)
    yield Other("x", "transposed", "k is not transposed", lambda v: v["q"] @ v["k"] * v["scale"], 1.05)
    yield Other("x", "sign", "the scores have the wrong sign", lambda v: -v["x"], 1.1)


def _variants(steps: dict[str, Step], others: Sequence[Other], parts: Sequence[str], most: int) -> Iterator[Variant]:
    """Each with all ``parts`` of an answer at once, as a tuple; ValueError where shapes do not fit."""
    for found in chosen(others, most, 2.1):

        def wrong(data: Head, found: tuple[Other, ...] = found) -> tuple[np.ndarray, ...]:
            values = computed(steps, data.given, found, data.right)
            return tuple(values[part] for part in parts)

        yield Variant(slips_of(found), wrong, words_of(found))


def forward_ways(part: str) -> Family:
    """What `whole` does not explain: one change of a formula of ``part``, "o" or "p"; data: a `Head`."""
    return Family(tuple, heads.outputs if part == "o" else heads.weights, deep=False)


# --- Backward ---------------------------------------------------------------------------------------------------------


def _lse(v: Values) -> np.ndarray:
    """The logsumexp of the scores that are visible; inf in a row without keys."""
    m = np.maximum(v["y"].max(axis=1, keepdims=True), -1e300)
    total = np.exp(v["y"] - m).sum(axis=1, keepdims=True)
    return np.where(total > 0, m + np.log(np.where(total > 0, total, 1)), np.inf)


def _log_sum(v: Values) -> np.ndarray:
    """The same without the maximum added back."""
    m = np.maximum(v["y"].max(axis=1, keepdims=True), -1e300)
    total = np.exp(v["y"] - m).sum(axis=1, keepdims=True)
    return np.where(total > 0, np.log(np.where(total > 0, total, 1)), np.inf)


def _made_again() -> Iterator[tuple[str, str, float, Step]]:
    """Other weights than those of the forward pass."""
    again = "another-p"
    yield again, "P is made again from all scores, without the mask", 1.0, lambda v: np.exp(v["x"] - _lse(v))
    yield again, "P is made again without the mask, and normalised anew", 1.0, lambda v: softmax_rows(v["x"])
    yield (
        again,
        "P is made again from scores that are multiplied by the mask: hidden ones become 0, not -inf",
        1.0,
        lambda v: np.exp(v["x"] * v["mask"] - _lse(v)),
    )
    yield (
        again,
        "hidden scores become 0, not -inf, where P is made again",
        1.0,
        lambda v: softmax_rows(v["x"] * v["mask"]),
    )
    yield "shift-not-undone", "each row of P is exp(m) times too large", 1.0, lambda v: np.exp(v["y"] - _log_sum(v))
    yield again, "P is made again as exp(x), not divided by its sum", 1.0, lambda v: np.exp(v["y"])
    yield again, "P is made again as exp(x - m), not divided by its sum", 1.0, _e
    yield again, "P is made again to base 2, with a logsumexp to base e", 1.0, lambda v: np.exp2(v["y"] - _lse(v))
    yield (
        again,
        "P is made again to base e, with a logsumexp to base 2",
        1.0,
        lambda v: np.exp(v["y"] - _lse(v) / np.log(2)),
    )
    yield again, "P is made again to base 2", 1.0, lambda v: _power(2.0, v)
    yield (
        again,
        "P is made again from scores without 1/√d",
        1.0,
        lambda v: np.where(v["mask"] > 0, np.exp(v["x"] / v["scale"] - _lse(v)), 0.0),
    )
    yield (
        again,
        "P is made again from scores without 1/√d, and normalised anew",
        1.0,
        lambda v: _weights(v, v["x"] / v["scale"]),
    )
    yield (
        again,
        "P is made again from scores with 1/√d twice",
        1.0,
        lambda v: np.where(v["mask"] > 0, np.exp(v["x"] * v["scale"] - _lse(v)), 0.0),
    )
    yield (
        again,
        "P is made again from scores with 1/√d twice, and normalised anew",
        1.1,
        lambda v: _weights(v, v["x"] * v["scale"]),
    )
    yield (
        again,
        "the maximum is subtracted twice",
        1.0,
        lambda v: np.exp(v["y"] - v["y"].max(axis=1, keepdims=True) - _lse(v)),
    )
    yield again, "the sum is divided out twice", 1.1, lambda v: v["p"] / np.exp(_log_sum(v))
    yield again, "softmax is taken of P once more", 1.0, lambda v: _weights(v, v["p"])
    yield again, "softmax is taken of P once more, hidden keys included", 1.0, lambda v: softmax_rows(v["p"])
    yield again, "softmax runs over the queries", 1.0, lambda v: np.nan_to_num(softmax_rows(v["y"].T).T)
    yield again, "softmax runs over everything", 1.1, lambda v: np.exp(v["y"]) / np.exp(v["y"]).sum()
    yield "sign", "P is made again from scores with the wrong sign", 1.1, lambda v: _weights(v, -v["x"])
    yield again, "the scores themselves stand where P belongs", 1.1, lambda v: v["x"]
    yield again, "the scores themselves, hidden ones 0, stand where P belongs", 1.1, lambda v: v["x"] * v["mask"]
    yield again, "the mask itself stands where P belongs", 1.1, lambda v: v["mask"]
    yield again, "all weights are the same", 1.2, lambda v: np.full(v["p"].shape, 1 / len(v["k"]))
    yield "transposed", "P is transposed", 1.1, lambda v: _fitting(v["p"].T, v["p"].shape)
    for slip, words, weight, change in OTHER_MASKS:
        if slip != "mask-ignored":
            said = (
                words
                or {"mask-inverted": "True is taken for hidden", "mask-transposed": "the mask is transposed"}[slip]
            )
            yield (
                slip,
                f"{said}, where P is made again",
                weight + 0.1,
                lambda v, c=change: np.nan_to_num(softmax_rows(np.where(c(v["given mask"]), v["x"], -np.inf))),
            )
    for c in (-1.0, -5.0, -10.0, -20.0):
        yield (
            "finite-mask",
            f"{c:g} is added to hidden scores where P is made again",
            1.1,
            lambda v, c=c: softmax_rows(v["x"] + c * (1 - v["mask"])),
        )


def _power(base: float, v: Values) -> np.ndarray:
    e = np.nan_to_num(base ** (v["y"] - v["y"].max(axis=1, keepdims=True)))
    total = e.sum(axis=1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def _weights_backward() -> Iterator[Other]:
    for slip, words, weight, value in _made_again():
        yield Other("P", slip, words, value, weight)
        yield Other("P in dS", slip, f"in dS: {words}", value, weight + 0.05)
        yield Other("P in dv", slip, f"in dv: {words}", value, weight + 0.05)


def _upstream() -> Iterator[Other]:
    for slip, words, value in (
        ("ignores-upstream", "", lambda v: np.ones_like(v["do"])),
        ("wrong-array", "the output o stands everywhere where do belongs", lambda v: v["o"]),
        ("over-n", "the upstream gradient do is divided by the number of queries", lambda v: v["do"] / len(v["do"])),
        (
            "mean-over-everything",
            "the upstream gradient do is divided by the number of its entries",
            lambda v: v["do"] / v["do"].size,
        ),
        (
            "summed-too-early",
            "the upstream gradient do is summed along the row",
            lambda v: 0 * v["do"] + v["do"].sum(axis=1, keepdims=True),
        ),
        ("once-too-often", "the upstream gradient do is squared", lambda v: v["do"] ** 2),
        ("sign", "the upstream gradient do has the wrong sign", lambda v: -v["do"]),
        ("factor-two", "", lambda v: 2 * v["do"]),
        ("half", "", lambda v: v["do"] / 2),
        ("softmax-of-gradient", "softmax is taken of do", lambda v: softmax_rows(v["do"])),
    ):
        yield Other("do", slip, words, value, 1.05)


def _of_dp() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("dp", slip, words, lambda v: _fitting(np.asarray(value(v)), v["p"].shape), weight)

    yield way("wrong-array", "the array dP is made with the keys k, not with v", lambda v: v["do"] @ v["k"].T)
    yield way("wrong-array", "the array dP is made with the queries q, not with v", lambda v: v["do"] @ v["q"].T)
    yield way("wrong-array", "the array dP is made of o, not of do", lambda v: v["o"] @ v["v"].T)
    yield way("wrong-array", "the array dP is made of q, not of do", lambda v: v["q"] @ v["v"].T)
    yield way("transposed", "v is not transposed in do vᵀ", lambda v: v["do"] @ v["v"])
    yield way("transposed", "v doᵀ stands where do vᵀ belongs", lambda v: v["v"] @ v["do"].T)
    yield way("columns-left-out", "the width of q is used for v", lambda v: _columns(v, v["q"].shape[1]))
    for c in (1, 2, 3):
        yield way(
            "columns-left-out",
            f"only the first {c} count" if c > 1 else "only the first counts",
            lambda v, c=c: _columns(v, c),
            1.1,
        )
    yield way("columns-left-out", "the last one is missing", lambda v: _columns(v, -1), 1.1)
    yield way("ignores-upstream", "", lambda v: 0 * v["dp"] + v["v"].sum(axis=1), 1.1)
    yield way("ignores-upstream", "", lambda v: np.ones_like(v["dp"]), 1.2)
    yield way(
        "summed-too-early",
        "the upstream gradient do is summed along the row",
        lambda v: v["do"].sum(1, keepdims=True) * v["v"].sum(1),
        1.2,
    )
    yield way("once-too-often", "the array dP is multiplied by 1/√d too", lambda v: v["dp"] * v["scale"], 1.15)
    yield way(
        "hidden-as-zero",
        "the array dP is multiplied by the mask, and the sum goes with it",
        lambda v: v["dp"] * v["mask"],
        1.3,
    )
    yield way(
        "mean-for-sum", "the product do vᵀ is divided by the width of v", lambda v: v["dp"] / v["v"].shape[1], 1.1
    )
    yield way("once-too-often", "the array dP is multiplied by P already", lambda v: v["dp"] * v["p"], 1.1)
    yield way("wrong-array", "the product do vᵀ is subtracted from o vᵀ", lambda v: v["o"] @ v["v"].T - v["dp"], 1.3)
    yield way("sign", "the array dP has the wrong sign", lambda v: -v["dp"], 1.2)


def _columns(v: Values, c: int) -> np.ndarray:
    return v["do"][:, :c] @ v["v"][:, :c].T


def _row_sums() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("D", slip, words, value, weight)

    def product(v: Values) -> np.ndarray:
        return v["P in dS"] * v["dp"]

    yield way("missing-dot", "", lambda v: 0 * v["D"])
    yield way("mean-for-sum", "D is a mean over the keys, not a sum", lambda v: product(v).mean(1, keepdims=True))
    yield way(
        "mean-for-sum", "D is a mean over the columns, not a sum", lambda v: (v["do"] * v["o"]).mean(1, keepdims=True)
    )
    yield way(
        "mean-for-sum",
        "D is a mean over the visible keys, not a sum",
        lambda v: product(v).sum(1, keepdims=True) / v["mask"].sum(1, keepdims=True),
        1.1,
    )
    yield way("sum-not-weighed", "", lambda v: v["dp"].sum(axis=1, keepdims=True))
    yield way("sum-not-weighed", "it is the mean of dP", lambda v: v["dp"].mean(axis=1, keepdims=True))
    yield way("wrong-axis", "D is summed over the queries", lambda v: product(v).sum(axis=0, keepdims=True))
    yield way("whole-matrix", "D is one sum over everything", lambda v: np.array(product(v).sum()))
    yield way("wrong-array", "D is the row sum of do alone", lambda v: v["do"].sum(axis=1, keepdims=True))
    yield way("wrong-array", "D is the row sum of o alone", lambda v: v["o"].sum(axis=1, keepdims=True))
    yield way("wrong-array", "D is the row sum of do²", lambda v: (v["do"] ** 2).sum(axis=1, keepdims=True), 1.1)
    yield way("wrong-array", "D is the row sum of o²", lambda v: (v["o"] ** 2).sum(axis=1, keepdims=True), 1.1)
    yield way("wrong-array", "D is do itself, not summed", lambda v: _fitting(v["do"] * v["o"], v["p"].shape), 1.1)
    yield way("another-reduction", "D is a maximum, not a sum", lambda v: product(v).max(axis=1, keepdims=True), 1.1)
    yield way("keepdims-lost", "", lambda v: _fitting(product(v).sum(axis=1), v["p"].shape[1:]), 1.1)
    yield way("once-too-often", "D is multiplied by 1/√d", lambda v: v["D"] * v["scale"], 1.1)
    yield way("wrong-constant", "D is taken twice", lambda v: 2 * v["D"], 1.1)
    yield way("wrong-constant", "half of D is taken", lambda v: v["D"] / 2, 1.2)
    yield way("part-sign", "D is added where it should be subtracted", lambda v: -v["D"])
    yield way(
        "once-too-often", "P stands twice in the sum", lambda v: (v["p"] ** 2 * v["dp"]).sum(1, keepdims=True), 1.1
    )
    yield way(
        "log-derivative", "", lambda v: v["D"] + v["dp"] - (v["dp"] - v["D"]) / np.where(v["p"] > 0, v["p"], 1), 1.3
    )
    for size in (2, 1, 3, 4, 0):
        words = f"the sum runs over blocks of {size or 'half the'} key{'s' * (size != 1)}"
        yield way("sum-of-one-block", words, lambda v, s=size: _by_blocks(product(v), s))
        yield way(
            "sum-of-one-block",
            f"only the first {size or 'half of the'} key{'s' * (size != 1)} are in the sum",
            lambda v, s=size: product(v)[:, : s or len(v["k"]) // 2].sum(axis=1, keepdims=True),
            1.1,
        )
        yield way(
            "sum-of-one-block",
            f"the sum grows from block to block of {size or 'half the'} key{'s' * (size != 1)}",
            lambda v, s=size: _growing(product(v), s),
            1.1,
        )
    yield way("term-skipped", "the first key is not in the sum", lambda v: product(v)[:, 1:].sum(1, keepdims=True), 1.1)
    yield way("term-skipped", "the last key is not in the sum", lambda v: product(v)[:, :-1].sum(1, keepdims=True), 1.1)
    yield way(
        "columns-left-out", "the last one is not in D", lambda v: (v["do"] * v["o"])[:, :-1].sum(1, keepdims=True), 1.1
    )
    yield way("last-row-everywhere", "D of the last row counts for all rows", lambda v: v["D"][-1:], 1.2)
    yield way("first-row-everywhere", "D of the first row counts for all rows", lambda v: v["D"][:1], 1.2)


def _by_blocks(product: np.ndarray, size: int) -> np.ndarray:
    """The sum of each block beside its own keys."""
    result = np.zeros_like(product)
    for block in _blocks(product.shape[1], size):
        result[:, block] = product[:, block].sum(axis=1, keepdims=True)
    return result


def _growing(product: np.ndarray, size: int) -> np.ndarray:
    result, total = np.zeros_like(product), np.zeros((len(product), 1))
    for block in _blocks(product.shape[1], size):
        total = total + product[:, block].sum(axis=1, keepdims=True)
        result[:, block] = total
    return result


def _of_ds() -> Iterator[Other]:
    def way(slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other("ds", slip, words, lambda v: _fitting(np.asarray(value(v)), v["p"].shape), weight)

    yield way("identity", "", lambda v: v["dp"])
    yield way("missing-sum", "", lambda v: v["P in dS"] * (1 - v["P in dS"]) * v["dp"])
    yield way("lost-factor", "the factor P in front of the difference is lost", lambda v: v["dp"] - v["D"])
    yield way("no-diagonal", "", lambda v: -v["p"] * v["D"], 1.1)
    yield way("twice", "", lambda v: v["p"] * (v["ds"] - (v["p"] * v["ds"]).sum(1, keepdims=True)), 1.1)
    yield way("sign", "the array dS has the wrong sign", lambda v: -v["ds"], 1.05)
    yield way(
        "chain-out-of-order",
        "",
        lambda v: (_fitting(v["p"], v["do"].shape) * (v["do"] - (v["p"] * v["do"]).sum(1, keepdims=True))) @ v["v"].T,
    )
    yield way("matrix-for-elementwise", "", lambda v: _fitting(v["p"], v["p"].T.shape) @ (v["dp"] - v["D"]))
    yield way("once-too-often", "P stands in front twice", lambda v: v["ds"] * v["p"], 1.1)
    yield way(
        "wrong-operation",
        "the difference dP - D is divided by P",
        lambda v: np.where(v["p"] > 0, (v["dp"] - v["D"]) / np.where(v["p"] > 0, v["p"], 1), 0),
        1.3,
    )
    yield way("over-n", "the array dS is divided by the number of queries", lambda v: v["ds"] / len(v["q"]), 1.1)
    yield way("wrong-number", "the array dS is divided by the number of keys", lambda v: v["ds"] / len(v["k"]), 1.1)
    yield way("softmax-of-gradient", "", lambda v: softmax_rows(v["dp"]), 1.1)
    yield way(
        "wrong-function", "ReLU's derivative stands where softmax's belongs", lambda v: v["dp"] * (v["p"] > 0), 1.2
    )
    yield way(
        "wrong-function",
        "tanh's derivative, 1 - P², stands where softmax's belongs",
        lambda v: v["dp"] * (1 - v["p"] ** 2),
        1.2,
    )
    yield way(
        "hidden-as-zero", "the dS of a hidden key is not 0", lambda v: np.where(v["mask"] > 0, v["ds"], v["dp"]), 1.2
    )
    yield way("part-sign", "the brackets are missing: P dP - D", lambda v: v["p"] * v["dp"] - v["D"], 1.0)
    for c in (*CONSTANTS, -1e30, 1.0):
        yield way("constant-on-gradient", f"{c:g} is added", lambda v, c=c: v["ds"] + c * (1 - v["mask"]), 1.05)
        yield way(
            "constant-on-gradient", f"{c:g} is put there", lambda v, c=c: np.where(v["mask"] > 0, v["ds"], c), 1.06
        )


def _of_gradients() -> Iterator[Other]:
    def way(step: str, slip: str, words: str, value: Step, weight: float = 1.0) -> Other:
        return Other(step, slip, words, lambda v: _fitting(np.asarray(value(v)), v[step].shape), weight)

    for name in GRADIENTS:
        yield way(name, "gradient-never-written", f"the gradient {name} is 0 throughout", lambda v, n=name: 0 * v[n])
        yield way(name, "sign", f"the gradient {name} has the wrong sign", lambda v, n=name: -v[n], 1.1)
        yield way(name, "factor-two", f"so is {name}", lambda v, n=name: 2 * v[n], 1.2)
        yield way(name, "half", f"so is {name}", lambda v, n=name: v[n] / 2, 1.2)
        yield way(name, "over-n", f"so is {name}", lambda v, n=name: v[n] / len(v["q"]), 1.2)
        yield way(
            name,
            "wrong-number",
            f"the gradient {name} is divided by the number of keys",
            lambda v, n=name: v[n] / len(v["k"]),
            1.2,
        )
        yield way(
            name,
            "wrong-number",
            f"the gradient {name} is divided by the width of v",
            lambda v, n=name: v[n] / v["v"].shape[1],
            1.2,
        )
        yield way(
            name,
            "once-too-often",
            f"the gradient {name} is added twice, to itself squared",
            lambda v, n=name: v[n] ** 2,
            1.4,
        )
    for words, factor in (("multiplied by 1/√d", 1.0), ("multiplied by √d", -1.0)):
        yield way("dv", "scale-on-values", f"the gradient dv is {words}", lambda v, f=factor: v["dv"] * v["scale"] ** f)
    yield way(
        "dq", "wrong-array", "the gradient dq is made with q, not with k", lambda v: v["ds"] @ v["q"] * v["scale"]
    )
    yield way(
        "dq", "wrong-array", "the gradient dq is made with v, not with k", lambda v: v["ds"] @ v["v"] * v["scale"]
    )
    yield way("dq", "transposed", "the array dS is transposed in dq", lambda v: v["ds"].T @ v["k"] * v["scale"])
    yield way(
        "dq", "wrong-array", "the gradient dq is made of P, not of dS", lambda v: v["p"] @ v["k"] * v["scale"], 1.05
    )
    yield way(
        "dq", "wrong-array", "the gradient dq is made of dP, not of dS", lambda v: v["dp"] @ v["k"] * v["scale"], 1.05
    )
    yield way(
        "dk", "wrong-array", "the gradient dk is made with k, not with q", lambda v: v["ds"].T @ v["k"] * v["scale"]
    )
    yield way("dk", "transposed", "the array dS is not transposed in dk", lambda v: v["ds"] @ v["q"] * v["scale"])
    yield way(
        "dk", "wrong-array", "the gradient dk is made of P, not of dS", lambda v: v["p"].T @ v["q"] * v["scale"], 1.05
    )
    yield way(
        "dk", "wrong-array", "the gradient dk is made of dP, not of dS", lambda v: v["dp"].T @ v["q"] * v["scale"], 1.05
    )
    yield way("dv", "transposed", "P is not transposed in dv", lambda v: v["p"] @ v["do"])
    yield way("dv", "wrong-array", "the gradient dv is made of o, not of do", lambda v: v["p"].T @ v["o"], 1.05)
    yield way("dv", "wrong-array", "the gradient dv is made of dS, not of P", lambda v: v["ds"].T @ v["do"], 1.0)
    yield way("dv", "wrong-array", "the gradient dv is made of dP, not of P", lambda v: v["dp"].T @ v["do"], 1.05)
    yield way(
        "dv", "wrong-array", "the gradient dv is made of the scores, not of P", lambda v: v["x"].T @ v["do"], 1.05
    )
    yield way("dv", "wrong-array", "the gradient dv is made of q, not of do", lambda v: v["p"].T @ v["q"], 1.05)
    yield way("dv", "ignores-upstream", "", lambda v: 0 * v["dv"] + v["p"].sum(axis=0)[:, None], 1.1)
    for step, other in (("dq", "k"), ("dk", "q"), ("dv", "do")):
        left = {"dq": lambda v: v["ds"], "dk": lambda v: v["ds"].T, "dv": lambda v: v["P in dv"].T}[step]
        for size in (1, 2, 3, 4, 0):
            yield way(
                step,
                "one-term-only",
                f"in {step}, {_blocks_in_words(size)} the last block of the sum survives",
                _last_block(left, other, step, size),
                1.1,
            )
            yield way(
                step,
                "one-term-only",
                f"in {step}, {_blocks_in_words(size)} the first block of the sum survives",
                _first_block(left, other, step, size),
                1.15,
            )


def _blocks_in_words(size: int) -> str:
    return f"in blocks of {size or 'half the length'}"


def _last_block(left: Step, right: str, step: str, size: int) -> Step:
    def value(v: Values) -> np.ndarray:
        a, b = left(v), v[right]
        length = len(b)
        block = slice((length - 1) // (size or max(length // 2, 1)) * (size or max(length // 2, 1)), None)
        return a[:, block] @ b[block] * (1 if step == "dv" else v["scale"])

    return value


def _first_block(left: Step, right: str, step: str, size: int) -> Step:
    def value(v: Values) -> np.ndarray:
        a, b = left(v), v[right]
        block = slice(0, size or max(len(b) // 2, 1))
        return a[:, block] @ b[block] * (1 if step == "dv" else v["scale"])

    return value


def _both_scales() -> Iterator[Other]:
    """1/√d of dq and of dk, together and each alone; a factor of dS is one of both."""
    for slip, words, weight, factor in FACTORS:
        said = f": {words}" if words else ""
        for name in ("dq", "dk"):
            yield Other(
                f"scale of {name}",
                slip,
                f"so it is in {name} alone{said}",
                lambda v, f=factor: np.array(f(sizes(v))),
                weight,
            )
        yield Other(
            "ds",
            slip,
            f"so it is in dq and dk{said}",
            lambda v, f=factor: v["ds"] * f(sizes(v)) / v["scale"],
            weight + 0.01,
        )


@cache
def backward_others() -> tuple[Other, ...]:
    """What may stand in the place of a step of the backward pass, where the forward pass is right."""
    return (*_of_gradients(), *_upstream(), *_of_ds(), *_row_sums(), *_both_scales(), *_weights_backward(), *_of_dp())


def _backward_variants(most: int, forward: bool) -> Iterator[Variant]:
    """With ``forward`` it is the forward pass that is wrong, at least."""
    if forward:
        yield from _wrong_forward()
        return
    yield from _variants(BACKWARD, backward_others(), GRADIENTS, 1)
    yield from _variants(SUMMED, _with_sum(), GRADIENTS, 1)
    if most > 1:
        heavy = tuple(other for other in backward_others() if other.weight <= 1.05)
        for steps in (BACKWARD, SUMMED):
            yield from (way for way in _variants(steps, heavy, GRADIENTS, 2) if len(way.slips) > 1)


def _with_sum() -> tuple[Other, ...]:
    return tuple(other for other in backward_others() if other.step in ("P", "P in dS", "dp"))


def _wrong_forward() -> Iterator[Variant]:
    """A forward pass that is wrong, and a backward pass that is right for it, or right but for its scale."""
    yield from _variants(BACKWARD, forward_others(), GRADIENTS, 1)
    yield from _variants(BACKWARD, tuple(_scores_scaled()), GRADIENTS, 1)
    yield from _variants(BACKWARD, _both_directions(), GRADIENTS, 2)


def _scores_scaled() -> Iterator[Other]:
    for slip, words, weight, factor in FACTORS:
        yield Other("x", slip, words, lambda v, f=factor: v["x"] / v["scale"] * f(sizes(v)), weight)


def _both_directions() -> tuple[Other, ...]:
    """What is common, of the forward pass and of the row sum: one of each may be wrong."""
    common = (*_scores_scaled(), *forward_others())
    forward = (other for other in common if other.step in ("x", "mask", "y", "p") and other.weight <= 1)
    return (*forward, *(other for other in _row_sums() if other.weight <= 1))


def backward_ways(part: str) -> Family:
    """What `whole` does not explain: one change of a formula of the gradient called ``part``; data: a `Head`."""
    return Family(tuple, lambda: heads.gradients(part), deep=False)


# --- Several answers at once ------------------------------------------------------------------------------------------


def whole(samples: Sequence[Sequence[Sample]], most: int = 2, forward: bool = False) -> Variant | None:
    """What explains all parts of all answers at once: of each call the samples of its parts, in their order.

    ``most`` is how many steps may be wrong; where gradients are asked, ``forward`` says that the forward pass is wrong.
    """
    if samples[0][0].data.do is None:
        variants = _variants(FORWARD, forward_others(), OUTPUTS, most)
    else:
        variants = _backward_variants(most, forward)
    return first_that_accounts_for(samples, variants)


def at_special_inputs(samples: Sequence[Sequence[Sample]]) -> Variant | None:
    """What explains answers that are right at ordinary scores, where every row has a key."""
    backward = samples[0][0].data.do is not None
    steps, parts = (BACKWARD, GRADIENTS) if backward else (FORWARD, OUTPUTS)
    return first_that_accounts_for(samples, _variants(steps, special_others(), parts, 1))


def first_that_accounts_for(samples: Sequence[Sequence[Sample]], variants: Iterable[Variant]) -> Variant | None:
    with np.errstate(all="ignore"):
        ordered = sorted(variants, key=lambda v: len(v.slips))
        return next((variant for variant in ordered if accounts_for(variant, samples)), None)


@cache
def special_others() -> tuple[Other, ...]:
    """What a masked softmax may be at such inputs alone."""

    def other(variant: Variant) -> Other:
        def value(v: Values) -> np.ndarray:
            return np.asarray(variant.wrong(Scores(v["x"], v["given mask"], v["p"])))

        return Other("p", variant.slips[0], variant.words[0] if variant.words else "", value)

    return tuple(other(variant) for variant in (*in_rows_without_keys(), *large_score_ways()))


def accounts_for(
    variant: Variant,
    samples: Sequence[Sequence[Sample]],
    rtol: float = 1e-6,
    clear: float = 1e-3,
    least: int = 2,
) -> bool:
    """Whether all parts of all answers are what the variant computes, and ``least`` answers clearly wrong."""
    clearly = 0
    for parts in samples:
        try:
            values = variant.wrong(parts[0].data)
        except ValueError:
            return False
        if not all(_near(sample.answer, value, sample.truth, rtol) for sample, value in zip(parts, values)):
            return False
        clearly += not all(_near(value, sample.truth, sample.truth, clear) for sample, value in zip(parts, values))
    return clearly >= least


def _near(a: Answer, b: np.ndarray, truth: np.ndarray, rtol: float) -> bool:
    """Equal to rounding error, row by row; what is nan or infinite is so in both."""
    if not_real_numbers(a, np.shape(b)):
        return False
    a, b = np.asarray(a), np.asarray(b)
    finite = np.isfinite(b)
    if not finite.all():
        if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
            return False
        a, b = np.where(finite, a, 0), np.where(finite, b, 0)
    size = np.abs(b).max(axis=-1, keepdims=True)
    if truth.shape == b.shape:
        size = np.maximum(size, np.abs(truth).max(axis=-1, keepdims=True))
    return bool((np.abs(a - b) <= rtol * size).all())


def one_step_wrong(part: str) -> Iterator[Variant]:
    """Of all ways to get one step wrong, what becomes of one array of the answer: o, p, or a gradient."""
    parts = GRADIENTS if part in GRADIENTS else OUTPUTS
    steps, others = (BACKWARD, backward_others()) if part in GRADIENTS else (FORWARD, forward_others())
    for variant in _variants(steps, others, parts, 1):

        def wrong(data: Head, variant: Variant = variant) -> np.ndarray:
            try:
                return np.asarray(variant.wrong(data)[parts.index(part)])
            except ValueError:
                return np.array(np.nan)

        yield Variant(variant.slips, wrong, variant.words)


# --- One product, one sum ---------------------------------------------------------------------------------------------


def scores_backward_ways() -> Family:
    """Ways to get the product with softmax's Jacobian wrong, as in problem set 2; the data is a `Product`."""
    family = product_variants(2)

    def named() -> Iterator[Variant]:
        yield Variant(("matrix-for-elementwise",), lambda d: _square(d.output) @ (d.upstream - _dot(d)))
        yield Variant(("sum-not-weighed",), lambda d: d.output * (d.upstream - d.upstream.sum(axis=1, keepdims=True)))
        yield Variant(
            ("sum-not-weighed",),
            lambda d: d.output * (d.upstream - d.upstream.mean(axis=1, keepdims=True)),
            ("it is the mean of dP",),
        )
        yield from family.named()

    return Family(named, family.language, family.deep)


def _dot(d: Product) -> np.ndarray:
    return (d.output * d.upstream).sum(axis=1, keepdims=True)


def _square(p: np.ndarray) -> np.ndarray:
    return p if p.shape[0] == p.shape[1] else np.full(p.shape[:1] * 2, np.nan)


def delta_ways() -> Family:
    """Ways to get the row sums of do ∘ o wrong; the data is `Weighed`."""

    def named() -> Iterator[Variant]:
        instead = (
            ("wrong-axis", lambda d: (d.o * d.do).sum(axis=0)),
            ("whole-matrix", lambda d: np.full(len(d.o), (d.o * d.do).sum())),
            ("whole-matrix", lambda d: np.array((d.o * d.do).sum())),
            ("not-summed", lambda d: d.o * d.do),
            ("matrix-for-elementwise", lambda d: d.o @ d.do.T),
            ("matrix-for-elementwise", lambda d: d.do @ d.o.T),
            ("mean-for-sum", lambda d: (d.o * d.do).mean(axis=1)),
        )
        return around(lambda d: d.truth, instead, lambda d: d.o, SIGN, TWOS, ROWS)

    return Family(named, heads.sums)
