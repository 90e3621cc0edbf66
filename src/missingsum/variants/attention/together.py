"""What accounts for several answers at once: the output and the weights, or the three gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np

from missingsum.comparison import Answer, not_real_numbers
from missingsum.diagnosis import Sample, Variant
from missingsum.explain.steps import Other, Values
from missingsum.variants.attention.backward import backward_others, backward_variants
from missingsum.variants.attention.forward import forward_others, from_steps
from missingsum.variants.attention.steps import BACKWARD, FORWARD, GRADIENTS, OUTPUTS, Head
from missingsum.variants.masks import (
    Scores,
    in_rows_without_keys,
    large_score_ways,
)


def whole(samples: Sequence[Sequence[Sample]], most: int = 2, forward: bool = False) -> Variant | None:
    """What explains all parts of all answers at once: of each call the samples of its parts, in their order.

    ``most`` is how many steps may be wrong; where gradients are asked, ``forward`` says that the forward pass is wrong.
    """
    return first_that_accounts_for(samples, simplest_first(samples[0][0].data.do is not None, most, forward))


def at_special_inputs(samples: Sequence[Sequence[Sample]]) -> Variant | None:
    """What explains answers that are right at ordinary scores, where every row has a key."""
    backward = samples[0][0].data.do is not None
    steps, parts = (BACKWARD, GRADIENTS) if backward else (FORWARD, OUTPUTS)
    return first_that_accounts_for(samples, from_steps(steps, special_others(), parts, 1))


@cache
def simplest_first(backward: bool, most: int, forward: bool) -> Sequence[Variant]:
    """The variants of `whole`: fewest slips first. There are a thousand, the same for every answer."""
    if backward:
        variants = backward_variants(most, forward)
    else:
        variants = from_steps(FORWARD, forward_others(), OUTPUTS, most)
    return sorted(variants, key=lambda v: len(v.slips))


def first_that_accounts_for(samples: Sequence[Sequence[Sample]], variants: Iterable[Variant]) -> Variant | None:
    with np.errstate(all="ignore"):
        return next((variant for variant in variants if accounts_for(variant, samples)), None)


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
    for variant in from_steps(steps, others, parts, 1):

        def wrong(data: Head, variant: Variant = variant) -> np.ndarray:
            try:
                return np.asarray(variant.wrong(data)[parts.index(part)])
            except ValueError:
                return np.array(np.nan)

        yield Variant(variant.slips, wrong, variant.words)
