"""Find the slip, or the pair of slips, that turns the right answer into the one given.

A *variant* is a way to go wrong: the ids of its slips and a function that computes the wrong answer from the data of
one sample. `explain` accepts the simplest variant that fits every sample to rounding error, and otherwise gives no
name: a wrong answer that nothing explains stays unexplained, and a right answer is never accused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from missingsum.comparison import Answer, Shape, not_real_numbers
from missingsum.explain.finding import Finding
from missingsum.explain.search import Language, Search, is_right, without_common_holes
from missingsum.watching import explains, tell_truth

CLEAR = 1e-3
"""A mistake changes the answer by more than this; what changes it less cannot be told from an error of measurement."""
OVERFLOWS = {"no-max", "max-with-zero", "max-of-all", "exp-overflow"}
NEARLY_RIGHT = "nearly-right"
"""The slip that is named where no other is."""
FLOAT32 = 1e-5
"""What is nearer than this to the truth, and of float32, was right until it was rounded."""
LINES = {"first-row-only", "last-row-only", "first-row-everywhere", "last-row-everywhere"}
"""Slips of which a sample shows nothing if the right answer is 0 in the line that was computed."""

Compute = Callable[..., Any]
"""The data of a sample → an array or a number; whatever else it takes has a default."""


@dataclass(frozen=True)
class Sample:
    """One input, the right answer to it and the answer given."""

    data: Any
    truth: np.ndarray
    answer: Answer
    coarse: float = 0.0
    """to what the answer is compared, relative to its row, where its inputs allow no more"""

    def __post_init__(self) -> None:
        tell_truth(self.answer, self.truth)


@dataclass(frozen=True)
class Variant:
    """A wrong way to compute: ``wrong(data)`` is what somebody with these slips gets, maybe of a wrong shape."""

    slips: tuple[str, ...]
    wrong: Compute
    words: tuple[str, ...] = ()
    """sentences about what is computed, where the slips alone do not say it"""

    @property
    def finding(self) -> Finding:
        return Finding(self.slips, self.words)


class Family(Iterable[Variant]):
    """The wrong answers to one question: those that have names of their own, and the language of all others.

    ``named`` gives the first, ``language`` the second; both are asked for only where an answer is wrong. Two changes at
    once are sought only if it is ``deep``, because that takes longest. ``broken`` gives wrong answers that are known by
    where they are nan or infinite, too.
    """

    def __init__(
        self,
        named: Callable[[], Iterable[Variant]],
        language: Callable[[], Language],
        deep: bool = True,
        broken: Callable[[], Iterable[Variant]] = tuple,
    ):
        self.named, self.language, self.deep, self.broken = named, language, deep, broken

    def __iter__(self) -> Iterator[Variant]:
        return iter(self.named())


def shallow(variants: Iterable[Variant]) -> Iterable[Variant]:
    """The same without two changes at once, for what is looked at beside an answer that was explained or not."""
    if not isinstance(variants, Family):
        return variants
    return Family(variants.named, variants.language, deep=False, broken=variants.broken)


def explain(
    samples: Sequence[Sample], variants: Iterable[Variant], rtol: float = 1e-6, clear: float = CLEAR
) -> tuple[str, ...]:
    """The slips that `find` finds; () if none does or if there is nothing to explain."""
    return find(samples, variants, rtol, clear).slips


def find(samples: Sequence[Sample], variants: Iterable[Variant], rtol: float = 1e-6, clear: float = CLEAR) -> Finding:
    """The simplest explanation that fits all ``samples``; an empty one if there is none, or nothing to explain.

    With t the truth, w the wrong answer of an explanation and a the given one, it fits a sample if a has the shape of w
    and |a - w| ≤ rtol · max(|t|, |w|) in every row, and it counts only if on at least two samples w differs from t by
    more than ``clear``. Before all others comes the form of the answers: no answer at all, a list, a shape or a dtype
    which says by itself what happened.
    """
    if len(samples) < 2 or not explains():
        return Finding()
    if form := _slip_of_form(samples):
        return Finding((form,), fits=lambda others: all(_is_of_form(form, s) for s in others))
    if any(not_real_numbers(s.answer, getattr(s.answer, "shape", ())) for s in samples):
        return Finding()
    if all(_close(s.answer, s.truth, s.truth, rtol) for s in samples):
        return Finding()
    if not all(np.isfinite(s.answer).all() for s in samples):
        broken = variants.broken() if isinstance(variants, Family) else ()
        return _first(v.finding for v in broken if _breaks_alike(samples, v, rtol))
    if isinstance(variants, Family):
        with np.errstate(all="ignore"):
            return _in_a_language(samples, variants, rtol, clear)
    return _first(_variant(samples, v, rtol, clear) for v in sorted(variants, key=lambda v: len(v.slips)))


def find_where_it_fits(
    samples: Sequence[Sample], variants: Iterable[Variant], raising: Callable[[], Sequence[Any]] = tuple
) -> Finding:
    """`find`, for a function that raises where n ≠ c: answers with an axis too many show that axes are mixed up.

    A formula that gives numbers for the data that it raises for, ``raising()``, does not explain that.
    """
    if found := find(samples, variants):
        return found if found.lets_raise(raising) else Finding()
    mixed = all(isinstance(s.answer, np.ndarray) and s.answer.ndim == np.ndim(s.truth) + 1 for s in samples)
    return Finding(("axes-mixed-up",)) if samples and mixed else Finding()


def _in_a_language(samples: Sequence[Sample], family: Family, rtol: float, clear: float) -> Finding:
    """The simplest explanation, step by step from the cheapest kind on."""
    data, truths, answers = zip(*((s.data, s.truth, s.answer) for s in samples))
    search = Search(family.language(), data, truths, answers, rtol, clear)
    named = list(family.named())
    single = [variant for variant in named if len(variant.slips) == 1]
    double = [variant for variant in named if len(variant.slips) > 1]

    def known(variant: Variant, exact: bool) -> Finding:
        found = search.known(variant.slips, variant.wrong, exact=exact)
        return replace(found, details=(*variant.words, *found.details)) if found and variant.words else found

    numbers = [np.unique(answer) for answer in answers]
    different = len(np.unique(np.concatenate(numbers)))
    if all(len(each) < 2 for each in numbers) and (different < 2 or np.size(truths[0]) > 1):
        whole = [variant for variant in single if not set(variant.slips) & LINES]  # constants fit much by chance
        found = search.nothing() or _first(known(v, exact=True) for v in whole)
        return found or (search.one_change() if different > 1 else Finding())
    lines = search.alone(lines=True)
    return (
        _first(search.related(exact=True, only=v.slips) or known(v, exact=True) for v in single)
        or search.related(exact=True)
        or search.alone(lines=False)
        or (lines if len(lines.slips) == 1 else Finding())
        or search.one_change()
        or _first(known(v, exact=True) for v in double)
        or _shortest(known(v, exact=False) for v in single)
        or lines
        or search.related(exact=False)
        or search.one_change_and_a_scale()
        or (search.two_changes() if family.deep else Finding())
        or search.row_by_row()
    )


def _first(findings: Iterable[Finding]) -> Finding:
    return next((finding for finding in findings if finding), Finding())


def _shortest(findings: Iterable[Finding]) -> Finding:
    return min((finding for finding in findings if finding), key=lambda f: len(f.slips), default=Finding())


def _variant(samples: Sequence[Sample], variant: Variant, rtol: float, clear: float) -> Finding:
    if not _fits(samples, variant, rtol, clear):
        return Finding()

    def fits(others: Sequence[Sample]) -> bool:
        wrong = [s for s in others if not_real_numbers(s.answer, np.shape(s.truth)) or not is_right(s)]
        return all(_gives(variant, s, max(rtol, s.coarse)) for s in wrong)

    return Finding(
        variant.slips, variant.words, fits=fits, gives=lambda data: bool(np.isfinite(variant.wrong(data)).all())
    )


def _gives(variant: Variant, sample: Sample, rtol: float) -> bool:
    """Whether a variant gives this answer, which need not be finite."""
    if not_real_numbers(sample.answer, np.shape(sample.answer)):
        return False
    with np.errstate(all="ignore"):
        wrong = _as_answered(variant.wrong(sample.data), sample.truth)
    return _close(*without_common_holes(np.asarray(sample.answer), wrong), sample.truth, rtol)


def _fits(samples: Sequence[Sample], variant: Variant, rtol: float, clear: float) -> bool:
    clearly_wrong = 0
    for s in samples:
        with np.errstate(all="ignore"):
            wrong = _as_answered(variant.wrong(s.data), s.truth)
        if not _close(s.answer, wrong, s.truth, rtol):
            return False
        clearly_wrong += not _close(wrong, s.truth, s.truth, clear)
    return clearly_wrong >= 2


def _breaks_alike(samples: Sequence[Sample], variant: Variant, rtol: float) -> bool:
    """Whether the variant is nan, infinite or a number just where the answers are, and the numbers are the same."""
    for s in samples:
        with np.errstate(all="ignore"):
            wrong, answer = np.asarray(variant.wrong(s.data)), np.asarray(s.answer)
        finite = np.isfinite(wrong)
        if wrong.shape != answer.shape or not np.array_equal(wrong[~finite], answer[~finite], equal_nan=True):
            return False
        if not _close(np.where(finite, answer, 0), np.where(finite, wrong, 0), s.truth, rtol):
            return False
    return True


def _as_answered(wrong: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """A variant's answer in the shape of the truth, if it broadcasts to that; else in its own shape."""
    try:
        return np.broadcast_to(wrong, np.shape(truth))
    except ValueError:
        return np.asarray(wrong)


def _close(a: Answer, w: np.ndarray, truth: np.ndarray, rtol: float) -> bool:
    if np.shape(a) != np.shape(w):
        return False
    truth = truth if np.shape(truth) == np.shape(w) else np.full(np.shape(w), np.abs(truth).max())
    a, w, truth = (np.atleast_1d(np.asarray(v, dtype=np.float64)) for v in (a, w, truth))
    if not (np.isfinite(a).all() and np.isfinite(w).all()):
        return False
    scale = np.maximum(np.abs(truth), np.abs(w)).max(axis=-1, keepdims=True)
    return bool((np.abs(a - w) <= rtol * scale).all())


def _slip_of_form(samples: Sequence[Sample]) -> str:
    """The slip that all answers show by their form, with right numbers in it; "" if there is none."""
    return next((slip for slip, shown in FORMS.items() if all(shown(s.answer, s.truth) for s in samples)), "")


def at_special_inputs(slip: str) -> Finding:
    """What an input shows as a rule; an overflow may follow from another mistake, and nan does not."""
    return Finding((slip,), presumed=slip in OVERFLOWS, tentative=True)


def nearly_right(samples: Sequence[Sample]) -> Finding:
    """That answers, of which one was refused, are right to six digits: no formula tells them from right ones."""

    def fits(others: Sequence[Sample]) -> bool:
        return all(_right(s.answer, s.truth) for s in others)

    return Finding((NEARLY_RIGHT,), presumed=True, fits=fits) if len(samples) > 1 and fits(samples) else Finding()


def _is_of_form(slip: str, sample: Sample) -> bool:
    """Whether one more answer shows this slip by its form; of a single row, in which other causes give the same."""
    answer, truth = sample.answer, np.asarray(sample.truth)
    if FORMS[slip](answer, truth):
        return True
    if slip not in ("axis-too-many", "one-loss-a-row") or np.size(answer) != truth.size:
        return False
    return not not_real_numbers(answer, np.shape(answer)) and _right(np.reshape(answer, truth.shape), truth)


def _right(answer: Answer, truth: np.ndarray, rtol: float = 1e-6) -> bool:
    return not not_real_numbers(answer, np.shape(truth)) and _close(answer, truth, truth, rtol)


def _right_list(answer: Answer, truth: np.ndarray) -> bool:
    return (
        isinstance(answer, (list, tuple))
        and _is_of_numbers(answer, np.shape(truth))
        and _right(np.array(answer), truth)
    )


def _is_of_numbers(answer: Answer, shape: Shape) -> bool:
    """Whether lists in lists hold numbers in just this shape.

    Only such are made into an array: text takes as much memory for every entry as its longest.
    """
    if isinstance(answer, np.ndarray):
        return answer.shape == shape
    if not shape:
        return isinstance(answer, (int, float, np.number))
    return (
        isinstance(answer, (list, tuple))
        and len(answer) == shape[0]
        and all(_is_of_numbers(item, shape[1:]) for item in answer)
    )


def _right_with_another_axis(answer: Answer, truth: np.ndarray) -> bool:
    """One axis of length 1 too many or too few; not in a single row, where such axes have other causes too."""
    return (
        isinstance(answer, (np.ndarray, np.generic, float))
        and (np.ndim(truth) < 2 or np.shape(truth)[0] > 1)
        and abs(np.ndim(answer) - np.ndim(truth)) == 1
        and np.size(answer) == np.size(truth)
        and np.squeeze(answer).shape == np.squeeze(truth).shape
        and _right(np.reshape(answer, np.shape(truth)), truth)
    )


def _right_transposed(answer: Answer, truth: np.ndarray) -> bool:
    return (
        isinstance(answer, np.ndarray)
        and np.ndim(truth) == 2
        and np.shape(answer) != np.shape(truth)
        and _right(answer.T, truth)
    )


def _right_rounded(answer: Answer, truth: np.ndarray) -> bool:
    return (
        isinstance(answer, (np.ndarray, np.generic))
        and answer.dtype == np.float32
        and _right(answer, truth, FLOAT32)
        and not _right(answer, truth, 1e-9)
    )


def _right_in_the_mean(answer: Answer, truth: np.ndarray) -> bool:
    return (
        isinstance(answer, np.ndarray)
        and np.ndim(truth) == 0
        and answer.ndim == 1
        and answer.size > 1
        and not not_real_numbers(answer, answer.shape)
        and _right(np.mean(answer), truth)
    )


def _right_cut_down(answer: Answer, truth: np.ndarray) -> bool:
    """Whole numbers of an integer type, where the truth has fractions."""
    return (
        isinstance(answer, np.ndarray)
        and answer.dtype.kind in "iu"
        and np.shape(answer) == np.shape(truth)
        and np.array_equal(answer, np.trunc(truth))
        and not np.array_equal(truth, np.trunc(truth))
    )


def _matrix_of_the_batch(answer: Answer, truth: np.ndarray) -> bool:
    """As many rows and columns as the truth, of several rows and columns, has entries."""
    several = np.ndim(truth) == 2 and min(np.shape(truth)) > 1
    return isinstance(answer, np.ndarray) and several and answer.shape == (np.size(truth),) * 2


FORMS: dict[str, Callable[[Answer, np.ndarray], bool]] = {
    "no-return": lambda answer, truth: answer is None,
    "list-for-array": _right_list,
    "axis-too-many": _right_with_another_axis,
    "transposed-result": _right_transposed,
    "single-precision": _right_rounded,
    "one-loss-a-row": _right_in_the_mean,
    "integer-array": _right_cut_down,
    "jacobian-returned": _matrix_of_the_batch,
}
"""What the form of an answer shows by itself: (answer, truth) → whether it does."""
