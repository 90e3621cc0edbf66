"""Checks that come for free for a forward function and its backward function, from the forward function alone.

The truth is measured: with L = Σ g · f(x), each part of the gradient is ∂L/∂x by central differences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograder.checking.asked import (
    BATCHES,
    EXACT,
    RTOL,
    Arrays,
    Asked,
    Draw,
    Forward,
    Tiny,
    Ways,
    copied,
    is_tiny,
    named,
    part_of,
)
from autograder.checking.explaining import explained
from autograder.checking.protocol import Caller, Check, Failed, Problem, Run, require_inputs_unchanged
from autograder.checking.trying import by_part, try_draw, try_tiny
from autograder.checking.words import GENERAL, in_general
from missingsum.comparison import Answer, mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant, find, nearly_right
from missingsum.explain.finding import Finding
from missingsum.variants.language import ROWS, SIGN, TWOS, around
from missingsum.watching import explains

FAR_APART = 1e9
"""Times that the upstream gradient of one example is larger: who measures the sum of all loses the others in it."""

MEASURED = (
    "One example has an upstream gradient a thousand million times as large as the others: "
    "was the loss measured by differences, or are examples mixed?"
)

INEXACT = "inexact where the gradient is nearly 0: measured, clipped or rounded?"

VALUES, ONE, APART, WHOLE = (
    "values of a batch, random upstream",
    "one example, and the inputs stay as they are",
    "upstream gradients of very different size",
    "whole numbers in integer arrays",
)


def gradient_of(
    forward: Forward,
    draw: Draw,
    *,
    name: str = "",
    parts: Mapping[str, int] | None = None,
    variants: Ways = (),
    tiny: Tiny | None = None,
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
        goes wrong with gradients in general is known without. Of several parts, say which: ``{part: variants}``.
    tiny
        Inputs at which a gradient that is measured shows (see `Tiny`). They belong to the checks of values.
    points
        Check → points, where they are not the usual ones; 0 leaves a check out.

    Checked are: values at two batches for each part (3 points, or 2 each); one example, which must not change its
    inputs (1); upstream gradients of very different size, which a loss measured by differences gets wrong (1); whole
    numbers in integer arrays (1). The points of the cell in the problem set must be their sum.

    All is tried here: ValueError where ``draw``, ``tiny`` or ``variants`` cannot be what was meant, and says why.
    """
    name, wanted = name or f"{forward.__name__}_backward", dict(parts or {"": 0})
    ways = by_part(name, variants, wanted)
    try_draw(name, forward, draw, wanted.values())
    if tiny:
        try_tiny(name, forward, tiny, wanted)

    def asked(arguments: Arrays, g: np.ndarray) -> list[Asked]:
        return [Asked(forward, arguments, g, position) for position in wanted.values()]

    def upstream(arguments: Arrays, rng: np.random.Generator) -> np.ndarray:
        return rng.normal(size=np.shape(forward(*copied(arguments))))

    def values(part: str) -> Run:
        def run(call: Caller, rng: np.random.Generator) -> None:
            looked_at = []
            for n in BATCHES:
                arguments = draw(rng, n)
                one = Asked(forward, arguments, upstream(arguments, rng), wanted[part])
                answer = part_of(call(name, *arguments, one.g).answer, part, wanted)
                looked_at.append((one, Sample(one, one.truth, answer)))
            for one, sample in looked_at:
                _require(part, one, sample, lambda: explained(looked_at, ways[part]))
                _require_double_precision(part, sample)
            if tiny:
                *given, g = tiny.draw(rng)
                truth = part_of(tiny.backward(*copied((*given, g))), part, wanted)
                answer = part_of(call(name, *given, g).answer, part, wanted)
                _require_exact(part, answer, truth, is_tiny(forward, given, g, truth))

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
        _require_all(call(name, *arguments, g).answer, asked(arguments, g))
        large = np.arange(len(g)) == rng.integers(len(g))
        rows = large.reshape(-1, *[1] * (g.ndim - 1))
        answer = call(name, *arguments, np.where(rows, FAR_APART * g, g)).answer
        for part, one in zip(wanted, asked(arguments, g)):
            truth = FAR_APART * one.measured(np.where(rows, g, 0)) + one.measured(np.where(rows, 0, g))
            if problem := mismatch(part_of(answer, part, wanted), truth, RTOL, one.noise):
                raise Failed(f"{named(part, problem)}. {MEASURED}")

    def whole_numbers(call: Caller, rng: np.random.Generator) -> None:
        arguments = tuple(_whole(array) for array in draw(rng, BATCHES[1]))
        as_floats = tuple(_as_float(array) for array in arguments)
        g = upstream(as_floats, rng)
        _require_all(call(name, *arguments, g).answer, asked(as_floats, g), ["integer-array"])

    def _require_all(answer: Answer, looked_at: Sequence[Asked], otherwise: Sequence[str] = ()) -> None:
        for part, one in zip(wanted, looked_at):
            given = part_of(answer, part, wanted)
            sample = Sample(one, one.truth, given)
            slips = tuple(otherwise) if _is_cut_down(given, one.truth) else ()
            _require(part, one, sample, partial(Finding, slips))

    usual = {named(part, VALUES): 2.0 if len(wanted) > 1 else 3.0 for part in wanted}
    runs: dict[str, Run] = {named(part, VALUES): values(part) for part in wanted}
    for title, run in ((ONE, one_example), (APART, far_apart), (WHOLE, whole_numbers)):
        usual[title], runs[title] = 1.0, run
    return _problem(name, runs, usual, points, [variant for part in ways.values() for variant in part])


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
    try_draw(name, forward, draw)

    def run_batches(call: Caller, rng: np.random.Generator) -> None:
        looked_at = []
        for n in BATCHES:
            one = _without_gradient(forward, draw(rng, n))
            looked_at.append((one, Sample(one, one.output, call(name, *one.arguments).answer)))

        def cause() -> Finding:
            samples = [sample for _, sample in looked_at]
            usual = around(lambda d: d.output, (), lambda d: d.arguments[0], SIGN, TWOS, ROWS)
            return find(samples, [*variants, *usual], 1e-8) or nearly_right(samples)

        for one, sample in looked_at:
            if problem := mismatch(sample.answer, one.output, 1e-9):
                raise Failed(f"{problem}.", cause() if explains() else (), samples=[s for _, s in looked_at])

    def one_example(call: Caller, rng: np.random.Generator) -> None:
        one = _without_gradient(forward, draw(rng, 1))
        reply = call(name, *one.arguments)
        if problem := mismatch(reply.answer, one.output, 1e-9):
            raise Failed(f"{problem}.", samples=[Sample(one, one.output, reply.answer)])
        require_inputs_unchanged(reply, *one.arguments)

    usual = {"values of a batch": 2.0, ONE: 1.0}
    return _problem(name, {"values of a batch": run_batches, ONE: one_example}, usual, points, variants)


def _problem(
    name: str,
    runs: Mapping[str, Run],
    usual: Mapping[str, float],
    points: Mapping[str, float] | None,
    variants: Sequence[Variant],
) -> Problem:
    if unknown := set(points or {}) - set(runs):
        raise ValueError(f"{name} has no check named {', '.join(sorted(unknown))}; there are: {', '.join(runs)}")
    count = {**usual, **(points or {})}
    own = {slip for variant in variants for slip in variant.slips}
    checks = (Check(title, count[title], _said_in_general(run, own)) for title, run in runs.items() if count[title] > 0)
    return Problem(name, tuple(checks), tuple(variants), tuple(GENERAL.values()))


def _said_in_general(run: Run, own: Collection[str]) -> Run:
    """The check, with names of mistakes that fit any function, beside the author's ``own``."""

    def said(call: Caller, rng: np.random.Generator) -> None:
        try:
            run(call, rng)
        except Failed as failed:
            failed.found = in_general(failed.found, own)
            raise

    return said


def _without_gradient(forward: Forward, arguments: Arrays) -> Asked:
    return Asked(forward, arguments, np.ones(np.shape(forward(*copied(arguments)))))


def _require(part: str, one: Asked, sample: Sample, cause: Callable[[], Finding]) -> None:
    if problem := mismatch(sample.answer, one.truth, RTOL, one.noise):
        failed = Failed(f"{problem}.", cause() if explains() else (), samples=[sample])
        raise failed.of(part) if part else failed


def _require_exact(part: str, answer: Answer, truth: np.ndarray, entries: np.ndarray) -> None:
    """These ``entries`` equal the truth, each relative to itself; otherwise `Failed`."""
    if problem := not_real_numbers(answer, np.shape(truth)):
        raise Failed(named(part, f"{problem}."))
    off = entries & ~(np.abs(answer - truth) <= EXACT * np.abs(truth))
    if off.any():
        where = tuple(int(k) for k in np.argwhere(off)[0])
        problem = f"entry {list(where)} is {float(answer[where]):.6g}; it should be {truth[where]:.6g}"
        raise Failed(f"{named(part, problem)}: {INEXACT}")


def _require_double_precision(part: str, sample: Sample) -> None:
    kind = np.asarray(sample.answer).dtype
    if kind.kind == "f" and kind.itemsize < 8:
        message = f"its dtype is {kind}, though all inputs are float64; float64 is expected."
        raise Failed(named(part, message), ["single-precision"], samples=[sample])


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
