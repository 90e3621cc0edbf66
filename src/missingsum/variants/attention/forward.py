"""Ways to get the forward pass wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np

from missingsum.diagnosis import Family, Variant
from missingsum.explain import heads
from missingsum.explain.steps import Other, Step, Values, chosen, computed, slips_of, words_of
from missingsum.variants.attention.steps import Head, factors_at, weights_of
from missingsum.variants.masks import others as other_softmaxes
from missingsum.variants.masks import (
    softmax_rows,
)


def fitting(value: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
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
    yield way("not-normalised", "", lambda v: exponentials(v) @ v["v"], 1.1)
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
        lambda v: weights_of(v, v["x"] / v["scale"]) * v["scale"],
    )
    for slip, words, value in (
        ("mask-ignored", "the mask is lost in the P that is returned", lambda v: softmax_rows(v["x"])),
        ("not-normalised", "the P that is returned is not divided by its sum", exponentials),
        ("wrong-array", "the scores are returned, not P", lambda v: v["x"]),
        ("wrong-array", "the scores, with -inf where a key is hidden, are returned, not P", lambda v: v["y"]),
        ("log-softmax", "the logarithm of P is returned", lambda v: np.log(v["p"])),
        ("transposed", "the P that is returned is transposed", lambda v: v["p"].T),
        ("mask-as-number", "the mask is returned, not P", lambda v: v["mask"]),
    ):
        yield Other("p returned", slip, words, value, 1.1)


def exponentials(v: Values) -> np.ndarray:
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


def slices_of(length: int, size: int) -> list[slice]:
    """So many keys at a time; two halves for 0."""
    if size == 0:
        return [slice(0, length // 2), slice(length // 2, length)]
    return [slice(first, first + size) for first in range(0, length, size)]


def online(v: Values, size: int, of_sum: Rescale, of_output: Rescale, own_maximum: bool = False) -> np.ndarray:
    """The output, ``size`` keys at a time, halves for 0; with ``own_maximum`` a block has a maximum of its own."""
    n, y = len(v["q"]), v["y"]
    m, total, o = np.full((n, 1), -1e300), np.zeros((n, 1)), np.zeros((n, v["v"].shape[1]))
    for block in slices_of(y.shape[1], size):
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
    return (*factors_at("scale", ""), *_scores(), *other_softmaxes(), *_outputs())


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


def from_steps(steps: dict[str, Step], others: Sequence[Other], parts: Sequence[str], most: int) -> Iterator[Variant]:
    """Each with all ``parts`` of an answer at once, as a tuple; ValueError where shapes do not fit."""
    for found in chosen(others, most, 2.1):

        def wrong(data: Head, found: tuple[Other, ...] = found) -> tuple[np.ndarray, ...]:
            values = computed(steps, data.given, found, data.right)
            return tuple(values[part] for part in parts)

        yield Variant(slips_of(found), wrong, words_of(found))


def forward_ways(part: str) -> Family:
    """What `whole` does not explain: one change of a formula of ``part``, "o" or "p"; data: a `Head`."""
    return Family(tuple, heads.outputs if part == "o" else heads.weights, deep=False)
