"""What the local checks of several problem sets share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from inspect import signature
from io import StringIO
from typing import Any

import numpy as np

from missingsum.check.errors import in_words
from missingsum.check.report import Report, TooSmall, Wrong, after_unexplained, first_failure, named_before, note
from missingsum.check.running import CannotCheck, LocalCheck, accepts, call
from missingsum.comparison import Answer, Shape, largest_error, mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant, at_special_inputs, find, find_where_it_fits, nearly_right, shallow
from missingsum.explain.facts import Example, example, facts
from missingsum.explain.finding import Finding
from missingsum.numeric import rowwise_jacobian
from missingsum.questions import Input, Known, Question
from missingsum.variants import Product
from missingsum.verdict import too_small
from missingsum.watching import explains

RTOL = 1e-7
"""Tolerance of a comparison with central differences, which are good to about 1e-9 for logits up to 10000."""
RTOL_ORDINARY = 1e-8
"""At `ORDINARY` inputs, where they are good to about 1e-11: what is computed in float32 is not as near."""
SQUARE = ((3, 3), (5, 5))
"""Shapes for which a lost axis goes unnoticed."""


UNKNOWN = Known(lambda z: np.full(z.shape, np.nan), lambda s: np.full((*s.shape, s.shape[1]), np.nan))
"""For a question about softmax itself, or about something else."""
ORDINARY = ("batch", "vector", "single rows", "one-hot", "any", "any targets", "ignored", "known logits", "pairs")
"""The kinds of inputs that have nothing special, so that no right answer makes NumPy warn."""


def difference(answer: Answer, truth: np.ndarray, rtol: float = RTOL, rounding: np.ndarray | float = 0.0) -> str | None:
    """The `mismatch` of an answer, None if it is right; the report takes down the relative error."""
    if not not_real_numbers(answer, np.shape(truth)):
        note(*largest_error(answer, truth))
    return mismatch(answer, truth, rtol, rounding)


def number(answer: Answer) -> float:
    """The answer, which is one number; or `Wrong`."""
    require_shape(answer, ())
    return float(answer)


def require_samples(
    samples: Sequence[Sample],
    variants: Iterable[Variant] = (),
    rtol: float = RTOL,
    *,
    not_finite: str = "",
    beside: Sequence[Sample] = (),
) -> None:
    """Every answer equals its truth; otherwise `Wrong`, with the slips that explain it and what was seen ``beside`` it.

    ``not_finite`` is the slip of an answer that holds nan or inf, unless numbers were wrong before that nothing
    explains: they may be the cause. `TooSmall` if the truths are vector-Jacobian products
    of which none is larger than its rounding.
    """
    require_judgeable([s.data for s in samples if isinstance(s.data, Product) and s.data.value.size == s.truth.size])
    for sample in samples:
        if problem := difference(sample.answer, sample.truth, rtol):
            broken = not_finite and is_broken(sample) and not after_unexplained()
            found = (
                at_special_inputs(not_finite)
                if broken
                else find([*samples, *beside], as_deep(variants)) or nearly_right(samples)
            )
            raise Wrong(problem, found, samples=samples)


def require(
    function: Callable,
    question: Question,
    kind: str,
    rng: np.random.Generator,
    truth: Callable[[Input], np.ndarray | float],
    known: Known | Callable[[], Any] = UNKNOWN,
    *,
    answer: Callable[[Input], Answer] | None = None,
    rtol: float | None = None,
) -> list[Sample]:
    """The samples of a question's inputs of this kind; `Wrong` if one of them is not answered by its ``truth``.

    If the function raises, its answers to other inputs explain it. What is ``known`` may be a function that finds it,
    where something is wrong; ``answer`` is what is looked at, if it is not all that the function returns.
    """

    def sample(made: Input) -> Sample:
        right = np.asarray(truth(made))
        given = answer(made) if answer else call(function, *made.arguments)
        return Sample(question.data(known, right, *made.arguments), right, given)

    def ways(inputs: Sequence[Input]) -> Iterable[Variant]:
        return question.ways(kind, inputs, known() if callable(known) else known)

    def beside() -> list[Sample]:
        if not explains():
            return []
        try:
            return [sample(made) for made in question.draw_beside(kind, np.random.default_rng(31))]
        except Wrong:
            return []

    rtol = rtol or (RTOL_ORDINARY if kind in ORDINARY else RTOL)
    inputs = question.inputs[kind](rng)
    others = question.draw_instead(kind, rng)
    with (
        np.errstate(all=None if kind in ORDINARY else "ignore"),
        explained_where_shapes_fit(
            sample, lambda: ways(others), others, lambda: question.data_that_fit_nowhere(kind, inputs, known)
        ),
    ):
        samples = [sample(made) for made in inputs]
    require_judgeable([s.data for s in samples if isinstance(s.data, Product) and s.data.value.size == s.truth.size])
    for made, each in zip(inputs, samples):
        if problem := difference(each.answer, each.truth, rtol):
            broken = made.not_finite and is_broken(each) and not after_unexplained()
            name = f"{made.name}: " if made.name else ""
            explained = find([*samples, *beside()], as_deep(ways(inputs))) if not broken else Finding()
            found = at_special_inputs(made.not_finite) if broken else explained or nearly_right(samples)
            if not found and named_before():  # at such inputs many formulas agree: no new name is taken from them
                again = find(samples, shallow(question.variants(known() if callable(known) else known)))
                found = again if named_before() >= set(again.slips) else found
            ordinary = kind in ORDINARY
            small = example_of(function, inputs, samples) if ordinary else None
            seen = facts(each.answer, each.truth)
            raise Wrong(f"{name}{problem}", found, seen, small, special=not ordinary, samples=samples)
    return samples


def as_deep(variants: Iterable[Variant]) -> Iterable[Variant]:
    """The whole language for the first thing that is wrong, what is found soon for all that follow."""
    return variants if first_failure() else shallow(variants)


def example_of(function: Callable, inputs: Sequence[Input], samples: Sequence[Sample]) -> Example | None:
    """The rows of the narrowest input that is not answered rightly, under the names of the function's parameters."""
    wrong = [(m, s) for m, s in zip(inputs, samples) if mismatch(s.answer, s.truth, RTOL)]
    if not wrong:
        return None
    made, sample = min(wrong, key=lambda pair: np.shape(pair[1].truth)[-1:])
    try:
        names = list(signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    names += [f"input {k + 1}" for k in range(len(names), len(made.arguments))]
    return example(names, made.arguments, sample.answer, sample.truth)


def is_broken(sample: Sample) -> bool:
    """Of the right form, with nan or inf in it."""
    return not not_real_numbers(sample.answer, np.shape(sample.truth)) and not np.isfinite(sample.answer).all()


def require_judgeable(products: Sequence[Product]) -> None:
    """`TooSmall` if the outputs change, and no product of their Jacobian with g is larger than its rounding."""
    if too_small([(product.jacobian, product.output, product.upstream) for product in products]):
        raise TooSmall


def measured_product(forward: Callable, x: np.ndarray, g: np.ndarray) -> np.ndarray:
    """``Σ_i g_i ∂f_i/∂x_j`` by central differences, (n, c); `TooSmall` if that is nowhere larger than its rounding."""
    product = Product(rowwise_jacobian(forward, x), np.asarray(forward(x)), g)
    require_judgeable([product])
    return product.value


@contextmanager
def explained_by(find: Callable[[], Finding]) -> Iterator[None]:
    """What is `Wrong` inside without a slip is explained by what ``find()`` gives, if it gives anything."""
    try:
        yield
    except Wrong as wrong:
        raise Wrong(str(wrong), wrong.found or find(), samples=wrong.samples) from wrong.__cause__


@contextmanager
def explained_where_shapes_fit(
    sample: Callable[[Any], Sample],
    variants: Callable[[], Iterable[Variant]],
    square: Iterable[Any] = SQUARE,
    raising: Callable[[], Sequence[Any]] = tuple,
) -> Iterator[None]:
    """If the function raises inside, as it does where shapes do not fit, its answers to ``square`` ones explain it."""
    try:
        yield
    except Wrong as wrong:
        if wrong.__cause__ is None:
            raise
        try:
            found = find_where_it_fits([sample(shape) for shape in square], variants(), raising)
        except Wrong:
            found = Finding()
        raise Wrong(str(wrong), found) from wrong.__cause__


def require_equal(answer: Answer, truth: np.ndarray, *, rtol: float = RTOL, not_finite: str = "") -> None:
    """One answer equals its truth."""
    require_samples([Sample(None, truth, answer)], rtol=rtol, not_finite=not_finite)


def require_shape(answer: Answer, shape: Shape) -> None:
    """The answer holds real numbers and has this shape."""
    if problem := not_real_numbers(answer, shape):
        raise Wrong(problem)


def require_row_sums(s: np.ndarray) -> None:
    """Each row is positive and sums to 1."""
    off = np.abs(s.sum(axis=1) - 1)
    note(float(off.max()), (int(off.argmax()),))
    if (off <= 1e-9).all() and (s > 0).all():
        return
    if np.allclose(s.sum(axis=0), 1, atol=1e-9):
        raise Wrong("the columns sum to 1, not the rows", ["wrong-axis"])
    if np.isclose(s.sum(), 1, atol=1e-9) and (s > 0).all():
        raise Wrong("all entries together sum to 1, not each row", ["whole-matrix"])
    sums = s.sum(axis=1)
    near = bool((off < 1e-2).all() and (s > 0).all())
    slips = ["epsilon-in-the-divisor"] if near and (sums < 1).all() else []
    raise Wrong(f"the rows sum to {' '.join(in_digits(value) for value in sums)}", slips)


def in_digits(value: float) -> str:
    """A number near 1 with the digits in which it differs: ``1 - 4.2e-09``; any other to four decimals."""
    off = value - 1
    if 0 < abs(off) < 5e-4:
        return f"1 {'-' if off < 0 else '+'} {abs(off):.2g}"
    return f"{value:.4g}"


def passed(function: Callable, name: str, check: LocalCheck, report: Report) -> Callable:
    """The student's function ``name``, found beside ``function``, after its own ``check``; `CannotCheck` without it.

    What is returned calls it without letting it print, because differences call it hundreds of times, and raises
    `Wrong` if it raises.
    """
    beside = getattr(
        function, "__globals__", vars(sys.modules["__main__"])
    )  # an object that can be called, or a partial, knows none
    found = beside.get(name)
    advice = f"{report.function} is measured against your {name}, which "
    if found is None:
        raise CannotCheck(advice + "is not defined yet: run its cell first.")

    def quiet(*arguments: object) -> object:
        with redirect_stdout(StringIO()):
            try:
                return found(*arguments)
            except Exception as error:
                raise Wrong(f"your {name} {in_words(error, found)}") from error

    if found not in report.passed_before:
        with redirect_stdout(StringIO()):
            if not accepts(check.body, found, report.passed_before):
                raise CannotCheck(advice + "does not pass its own check yet: get that right first.")
        report.passed_before.add(found)
    return quiet
