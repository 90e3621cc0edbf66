"""Find the slip, or the pair of slips, that turns the right answer into the one given.

A *variant* is a way to go wrong: the ids of its slips and a function that computes the wrong answer from the data of one
sample. `explain` accepts the simplest variant that fits every sample to rounding error, and otherwise gives no name: a wrong
answer that nothing explains stays unexplained, and a right answer is never accused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from missingsum.comparison import not_real_numbers

CLEAR = 1e-3
"""A mistake changes the answer by more than this; what changes it less cannot be told from an error of measurement."""


@dataclass(frozen=True)
class Sample:
    """One input, the right answer to it and the answer given."""

    data: Any
    truth: np.ndarray
    answer: object


@dataclass(frozen=True)
class Variant:
    """A wrong way to compute: ``wrong(data)`` is the answer that somebody with these slips gets."""

    slips: tuple[str, ...]
    wrong: Callable[[Any], np.ndarray]


def explain(samples: Sequence[Sample], variants: Iterable[Variant], rtol: float = 1e-6) -> tuple[str, ...]:
    """The slips of the simplest variant that fits all ``samples``; () if none does or if there is nothing to explain.

    With t the truth, w the wrong answer of the variant and a the given one, a variant fits a sample if |a - w| ≤ rtol · max(|t|, |w|)
    in every row, and it counts only if on at least two samples w differs from t by more than that.
    """
    readable = [s for s in samples if not not_real_numbers(s.answer, np.shape(s.truth))]
    if len(readable) < max(2, len(samples)):
        return ()
    if all(_close(s.answer, s.truth, s.truth, rtol) for s in readable):
        return ()
    for variant in sorted(variants, key=lambda v: len(v.slips)):
        wrong = [np.broadcast_to(variant.wrong(s.data), np.shape(s.truth)) for s in readable]
        if not all(_close(s.answer, w, s.truth, rtol) for s, w in zip(readable, wrong)):
            continue
        if sum(not _close(w, s.truth, s.truth, CLEAR) for s, w in zip(readable, wrong)) >= 2:
            return variant.slips
    return ()


def _close(a: object, w: np.ndarray, truth: np.ndarray, rtol: float) -> bool:
    a, w, truth = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (a, w, truth))
    if not (np.isfinite(a).all() and np.isfinite(w).all()):
        return False
    scale = np.maximum(np.abs(truth), np.abs(w)).max(axis=-1, keepdims=True)
    return bool((np.abs(a - w) <= rtol * scale).all())
