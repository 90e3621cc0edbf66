"""Checks that come for free for a forward function and its backward function, from the forward function alone.

The truth is measured: with L = Σ g · f(x), each part of the gradient is ∂L/∂x by central differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograder.checking.protocol import Caller, Check, Failed, Problem, Run, require_inputs_unchanged
from missingsum.comparison import Answer, mismatch, not_real_numbers, parts_of
from missingsum.diagnose import diagnose
from missingsum.diagnosis import Sample, Variant, find, nearly_right
from missingsum.explain.finding import Finding
from missingsum.numeric import gradient, rowwise_jacobian
from missingsum.variants.language import ROWS, SCALES, SIGN, TWOS, around
from missingsum.watching import explains

Arrays = tuple[Any, ...]
Forward = Callable[..., np.ndarray]
Draw = Callable[[np.random.Generator, int], Arrays]
"""(random numbers, number of examples) → the arguments of the forward function."""
Ways = Sequence[Variant] | Mapping[str, Sequence[Variant]]
"""Ways to go wrong: of the one part of a gradient, or of each by its name."""

RTOL = 1e-7
"""Of a comparison with what is measured, which is good to about 1e-11 of the terms that it sums."""
NOISE = 1e-11
STEP = 5e-4
"""Of the differences."""
BATCHES = (4, 5)
"""Examples in the batches; choose other sizes for all other axes, so that no axis can be taken for another."""
FAR_APART = 1e9
"""Times that the upstream gradient of one example is larger: who measures the sum of all loses the others in it."""

MEASURED = (
    "One example has an upstream gradient a thousand million times as large as the others: "
    "was the loss measured by differences, or are examples mixed?"
)

VALUES, ONE, APART, WHOLE = (
    "values of a batch, random upstream",
    "one example, and the inputs stay as they are",
    "upstream gradients of very different size",
    "whole numbers in integer arrays",
)


@dataclass(frozen=True)
class Asked:
    """One call of a backward function, for which one part of the gradient is looked at; what variants compute from.

    ``g`` is the upstream gradient, and ``x`` the argument that the gradient is taken by.
    """

    forward: Forward
    arguments: Arrays
    g: np.ndarray
    position: int = 0

    @property
    def x(self) -> np.ndarray:
        return self.arguments[self.position]

    @cached_property
    def output(self) -> np.ndarray:
        return np.asarray(self.forward(*_copied(self.arguments)), dtype=np.float64)

    @cached_property
    def truth(self) -> np.ndarray:
        """∂L/∂x, measured."""
        return self.measured(self.g)

    @cached_property
    def without_upstream(self) -> np.ndarray:
        """What somebody gets who leaves g out: the same for an upstream gradient of ones."""
        return self.measured(np.ones_like(self.g))

    @property
    def by_example(self) -> np.ndarray:
        """The share of each example in the gradient, one after the other."""
        rows = np.eye(len(self.g)).reshape(len(self.g), len(self.g), *[1] * (self.g.ndim - 1))
        return np.stack([self.measured(self.g * row) for row in rows])

    @cached_property
    def noise(self) -> np.ndarray:
        """How far the measured truth may be off: by rounding, and by what steps four times as long are off."""
        coarse = gradient(lambda x: float((self.g * self.at(x)).sum()), self.x, 4 * STEP)
        return NOISE * np.abs(self.g * self.output).sum() + np.abs(coarse - self.truth)

    def measured(self, g: np.ndarray) -> np.ndarray:
        """∂(Σ g · f)/∂x by central differences."""
        found = gradient(lambda x: float((g * self.at(x)).sum()), self.x, STEP)
        return np.where(np.abs(found) <= NOISE * np.abs(g * self.output).sum(), 0.0, found)

    def at(self, x: np.ndarray) -> np.ndarray:
        """The forward function, with ``x`` in its place among the arguments."""
        others = _copied(self.arguments)
        return np.asarray(self.forward(*others[: self.position], x, *others[self.position + 1 :]))


def gradient_of(
    forward: Forward,
    draw: Draw,
    *,
    name: str = "",
    parts: Mapping[str, int] | None = None,
    variants: Ways = (),
    points: Mapping[str, float] | None = None,
) -> Problem:
    """The problem “write the backward function of ``forward``”, with its checks.

    forward
        The right forward function, (*arguments) → an array whose first axis are the examples.
    draw
        (rng, n) → its arguments for n examples, drawn from the generator ``rng``.
    name
        The student's function, by default ``<forward>_backward``. It is called with the arguments of ``forward`` and
        then g, the upstream gradient, of the shape of the output.
    parts
        What it returns: name → position of the argument that this gradient is taken by. Several are returned as a
        tuple in this order. By default the function returns one array, the gradient by the first argument.
    variants
        Ways to go wrong that you expect, each ``Variant(slips, wrong)`` with ``wrong(asked)`` as of an `Asked`. What
        goes wrong with gradients in general is known without.
    points
        Check → points, where they are not the usual ones; 0 leaves a check out.

    Checked are: values at two batches for each part (3 points, or 2 each); one example, which must not change its
    inputs (1); upstream gradients of very different size, which a loss measured by differences gets wrong (1); whole
    numbers in integer arrays (1). The points of the cell in the problem set must be their sum.
    """
    name, wanted = name or f"{forward.__name__}_backward", dict(parts or {"": 0})

    def asked(arguments: Arrays, g: np.ndarray) -> list[Asked]:
        return [Asked(forward, arguments, g, position) for position in wanted.values()]

    def upstream(arguments: Arrays, rng: np.random.Generator) -> np.ndarray:
        return rng.normal(size=np.shape(forward(*_copied(arguments))))

    def values(part: str) -> Run:
        def run(call: Caller, rng: np.random.Generator) -> None:
            looked_at = []
            for n in BATCHES:
                arguments = draw(rng, n)
                one = Asked(forward, arguments, upstream(arguments, rng), wanted[part])
                answer = _part(call(name, *arguments, one.g).answer, part, wanted)
                looked_at.append((one, Sample(one, one.truth, answer)))
            for one, sample in looked_at:
                _require(part, one, sample, lambda: _explained(looked_at, _of(variants, part)))
                _require_double_precision(part, sample)

        return run

    def one_example(call: Caller, rng: np.random.Generator) -> None:
        arguments = draw(rng, 1)
        g = upstream(arguments, rng)
        reply = call(name, *arguments, g)
        _require_all(reply.answer, asked(arguments, g))
        require_inputs_unchanged(reply, *arguments, g)

    def far_apart(call: Caller, rng: np.random.Generator) -> None:
        arguments = draw(rng, BATCHES[0])
        g = upstream(arguments, rng)
        large = np.arange(len(g)) == rng.integers(len(g))
        rows = large.reshape(-1, *[1] * (g.ndim - 1))
        answer = call(name, *arguments, np.where(rows, FAR_APART * g, g)).answer
        for part, one in zip(wanted, asked(arguments, g)):
            truth = FAR_APART * one.measured(np.where(rows, g, 0)) + one.measured(np.where(rows, 0, g))
            if problem := mismatch(_part(answer, part, wanted), truth, RTOL, one.noise):
                raise Failed(f"{_named(part, problem)}. {MEASURED}")

    def whole_numbers(call: Caller, rng: np.random.Generator) -> None:
        arguments = tuple(_whole(array) for array in draw(rng, BATCHES[1]))
        as_floats = tuple(_as_float(array) for array in arguments)
        g = upstream(as_floats, rng)
        _require_all(call(name, *arguments, g).answer, asked(as_floats, g), ["integer-array"])

    def _require_all(answer: Answer, looked_at: Sequence[Asked], otherwise: Sequence[str] = ()) -> None:
        for part, one in zip(wanted, looked_at):
            given = _part(answer, part, wanted)
            sample = Sample(one, one.truth, given)
            slips = tuple(otherwise) if _is_cut_down(given, one.truth) else ()
            _require(part, one, sample, partial(Finding, slips))

    usual = {_named(part, VALUES): 2.0 if len(wanted) > 1 else 3.0 for part in wanted}
    runs: dict[str, Run] = {_named(part, VALUES): values(part) for part in wanted}
    for title, run in ((ONE, one_example), (APART, far_apart), (WHOLE, whole_numbers)):
        usual[title], runs[title] = 1.0, run
    return _problem(name, runs, usual, points)


def values_of(
    forward: Forward,
    draw: Draw,
    *,
    name: str = "",
    variants: Sequence[Variant] = (),
    points: Mapping[str, float] | None = None,
) -> Problem:
    """The problem “write ``forward`` itself”: values at two batches (2 points), and one example, which must not change
    its inputs (1).

    ``variants`` compute from an `Asked`, whose g is 1 throughout.
    """
    name = name or forward.__name__

    def run_batches(call: Caller, rng: np.random.Generator) -> None:
        looked_at = []
        for n in BATCHES:
            one = _without_gradient(forward, draw(rng, n))
            looked_at.append((one, Sample(one, one.output, call(name, *one.arguments).answer)))

        def explained() -> Finding:
            samples = [sample for _, sample in looked_at]
            usual = around(lambda d: d.output, (), lambda d: d.arguments[0], SIGN, TWOS, ROWS)
            return find(samples, [*variants, *usual], 1e-8) or nearly_right(samples)

        for one, sample in looked_at:
            if problem := mismatch(sample.answer, one.output, 1e-9):
                raise Failed(f"{problem}.", explained() if explains() else (), samples=[s for _, s in looked_at])

    def one_example(call: Caller, rng: np.random.Generator) -> None:
        one = _without_gradient(forward, draw(rng, 1))
        reply = call(name, *one.arguments)
        if problem := mismatch(reply.answer, one.output, 1e-9):
            raise Failed(f"{problem}.", samples=[Sample(one, one.output, reply.answer)])
        require_inputs_unchanged(reply, *one.arguments)

    return _problem(
        name, {"values of a batch": run_batches, ONE: one_example}, {"values of a batch": 2, ONE: 1}, points
    )


def _problem(
    name: str, runs: Mapping[str, Run], usual: Mapping[str, float], points: Mapping[str, float] | None
) -> Problem:
    if unknown := set(points or {}) - set(runs):
        raise ValueError(f"{name} has no check named {', '.join(sorted(unknown))}; there are: {', '.join(runs)}")
    count = {**usual, **(points or {})}
    return Problem(name, tuple(Check(title, count[title], run) for title, run in runs.items() if count[title] > 0))


def _without_gradient(forward: Forward, arguments: Arrays) -> Asked:
    return Asked(forward, arguments, np.ones(np.shape(forward(*_copied(arguments)))))


def _named(part: str, title: str) -> str:
    return f"{part}: {title}" if part else title


def _of(variants: Ways, part: str) -> Sequence[Variant]:
    return variants.get(part, ()) if isinstance(variants, Mapping) else variants


def _part(answer: Answer, part: str, wanted: Mapping[str, int]) -> Answer:
    """One part of the answer; `Failed` if it has not as many as are wanted."""
    if len(wanted) == 1:
        return answer
    if not isinstance(answer, (tuple, list)) or len(answer) != len(wanted):
        given = f"{len(answer)} values" if isinstance(answer, (tuple, list)) else f"a {type(answer).__name__}"
        raise Failed(
            f"it returns {'nothing' if answer is None else given}; {len(wanted)} arrays are expected, "
            f"({', '.join(wanted)}).",
            ["no-return"] if answer is None else (),
        )
    return parts_of(answer)[list(wanted).index(part)]


def _require(part: str, one: Asked, sample: Sample, explained: Callable[[], Finding]) -> None:
    if problem := mismatch(sample.answer, one.truth, RTOL, one.noise):
        failed = Failed(f"{problem}.", explained() if explains() else (), samples=[sample])
        raise failed.of(part) if part else failed


def _require_double_precision(part: str, sample: Sample) -> None:
    kind = np.asarray(sample.answer).dtype
    if kind.kind == "f" and kind.itemsize < 8:
        message = f"its dtype is {kind}, though all inputs are float64; float64 is expected."
        raise Failed(_named(part, message), ["single-precision"], samples=[sample])


def _explained(looked_at: Sequence[tuple[Asked, Sample]], variants: Iterable[Variant]) -> Finding:
    """What turns the truths into the answers: what the author expects, and what goes wrong with any gradient."""
    samples = [sample for _, sample in looked_at]
    return (
        find(samples, list(variants), 1e-6)
        or _by_the_jacobian(looked_at)
        or find(samples, list(usual_ways()), 1e-6)
        or nearly_right(samples)
    )


def usual_ways() -> Iterable[Variant]:
    """What goes wrong with a gradient of any shape."""
    instead = (
        ("ignores-upstream", lambda d: d.without_upstream),
        ("rows-not-summed", lambda d: d.by_example),
        ("last-row-only", lambda d: d.by_example[-1]),
        ("first-row-only", lambda d: d.by_example[0]),
    )
    return around(lambda d: d.truth, instead, lambda d: np.asarray(d.arguments[0]), *SCALES)


def _by_the_jacobian(looked_at: Sequence[tuple[Asked, Sample]]) -> Finding:
    """What `diagnose` says of both answers alike, where each row of the output depends on its own row of x alone."""
    found = []
    for one, sample in looked_at:
        if one.x.ndim != 2 or one.output.ndim != 2 or len(one.x) != len(one.output):
            return Finding()
        truth = np.einsum("ni,nij->nj", one.g, rowwise_jacobian(one.at, one.x))
        if mismatch_of_truths(truth, one.truth) or not_real_numbers(sample.answer, one.x.shape):
            return Finding()
        said = diagnose(one.at, one.x, one.g, sample.answer)
        found.append((tuple(slip.id for slip in said.slips), said.details))
    slips, details = found[0]
    if not slips or any(other != slips for other, _ in found):
        return Finding()
    return Finding(slips, (details.rstrip("."),) if details and all(d == details for _, d in found) else ())


def mismatch_of_truths(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(one - other).max() > 1e-6 * np.abs(other).max())


def _is_cut_down(answer: Answer, truth: np.ndarray) -> bool:
    """Whether these are whole numbers where the truth has fractions."""
    if not_real_numbers(answer, np.shape(truth)):
        return False
    return bool(np.array_equal(answer, np.trunc(answer)) and not np.array_equal(truth, np.trunc(truth)))


def _whole(array: Any) -> Any:
    """Whole numbers of the same signs and order of size, no two of the same size and none 0: f may bend there."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        return array
    ranks = np.empty(array.size, dtype=np.int64)
    ranks[np.argsort(np.abs(array), axis=None)] = np.arange(1, array.size + 1)
    return np.where(array < 0, -1, 1) * ranks.reshape(array.shape)


def _as_float(array: Any) -> Any:
    return array.astype(np.float64) if isinstance(array, np.ndarray) and array.dtype.kind in "iu" else array


def _copied(arguments: Arrays) -> Arrays:
    return tuple(array.copy() if isinstance(array, np.ndarray) else array for array in arguments)
