"""Local checks of problem set 5, *Gradient checking*.

Difference quotients and relative errors are held to values that are known. A gradient check is tried on pairs whose
derivative needs no derivation, right ones and wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import difference, require_equal, require_samples
from missingsum.comparison import Answer, not_real_numbers
from missingsum.diagnosis import Sample, explain
from missingsum.differences import derivative
from missingsum.variants import (
    RAISES,
    Differences,
    Gradient,
    Loss,
    Pair,
    Place,
    Sizes,
    checkers,
    difference_variants,
    explain_verdicts,
    probes,
    probes_of_one_loss,
    relative_error_variants,
)


@local_check
def central_difference(function: Callable, report: Report) -> None:
    """Check ``central_difference(f, x, h)``: the quotients (f(x + h e_j) - f(x - h e_j)) / 2h, in the shape of x."""
    x = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
    weights = np.arange(1.0, 7.0).reshape(2, 3)
    with report.step("a linear function gives its coefficients"):
        require_equal(call(function, lambda x: float((weights * x).sum()), x, 0.5), weights, rtol=1e-12)
    with report.step("x³ gives 3x² + h²: both sides of x, and the h that was given"):
        _require_differences(function, lambda x: float((x**3).sum()), x, lambda h: 3 * x**2 + h**2)
    with report.step("entries that act on each other"):
        vector = np.array([0.5, -1.0, 2.0, 3.0])
        others = np.array([vector[[k for k in range(4) if k != j]].prod() for j in range(4)])
        require_equal(call(function, lambda x: float(x.prod()), vector, 0.25), others, rtol=1e-12)
    with report.step("an array of integers"):
        whole = np.array([1, -2, 3])
        _require_differences(function, lambda x: float((np.asarray(x) ** 2).sum()), whole, lambda h: 2.0 * whole)


def _require_differences(
    function: Callable, f: Callable, x: np.ndarray, quotients: Callable[[float], np.ndarray]
) -> None:
    samples = []
    for h in (0.5, 0.125):
        truth = quotients(h)
        samples.append(Sample(Differences(truth, f, x, h), truth, call(function, f, x, h)))
    require_samples(samples, difference_variants(), 1e-9)


@local_check
def relative_error(function: Callable, report: Report) -> None:
    """Check ``relative_error(a, b)`` = ‖a - b‖ / max(‖a‖, ‖b‖), 0 if both are 0."""
    a, longer = np.array([3.0, 4.0]), np.array([3.3, 4.4])
    table = np.array([[1.0, -2.0, 2.0], [0.0, 4.0, 0.0]])  # of norm 5
    for name, pairs in (
        (
            "vectors",
            ((a, longer, 1 / 11), (longer, a, 1 / 11), (a, -a, 2.0), (1e-6 * a, 1.1e-6 * a, 1 / 11)),
        ),
        (
            "matrices",
            (
                (table, 0.8 * table, 0.2),
                (table, table * [[1], [0]], 0.8),
                (table * [[1], [0]], table, 0.8),
                (table, table.copy(), 0.0),
            ),
        ),
        ("zeros", ((a, 0 * a, 1.0), (0 * a, a, 1.0), (0 * a, 0 * a, 0.0))),
    ):
        with report.step(name), np.errstate(all="ignore"):
            samples = [
                Sample(Sizes(truth, left, right), np.array(truth), call(function, left, right))
                for left, right, truth in pairs
            ]
            for sample, (left, right, truth) in zip(samples, pairs):
                if problem := difference(sample.answer, sample.truth, 1e-9) if truth else _not_zero(sample.answer):
                    slips = explain([s for s in samples if s.truth > 0], relative_error_variants(), clear=1e-6)
                    if not (left.any() or right.any()) and "nan" in problem:
                        slips = ("zero-over-zero",)
                    raise Wrong(f"a = {left.tolist()}, b = {right.tolist()}: {problem}", slips)


@local_check
def gradient_check(function: Callable, report: Report) -> None:
    """Check ``gradient_check(forward, backward, z, y)``: True for right pairs, False for wrong ones."""
    z, y = np.random.default_rng(11).normal(size=(2, 3, 4))

    def forward(z: np.ndarray, y: np.ndarray) -> float:
        return float((y * np.sin(z)).sum())

    def right(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return y * np.cos(z)

    def size(factor: float) -> tuple[Loss, Gradient]:
        return lambda z, y: factor * forward(z, y), lambda z, y: factor * right(z, y)

    good = {
        "a right gradient": (forward, right),
        "a right one of size 1000": size(1e3),
        "a right one of size 0.00001": size(1e-5),
    }
    bad = {
        "zeros": lambda z, y: 0 * z,
        "the wrong sign": lambda z, y: -right(z, y),
        "one that is 1.001 times too large": lambda z, y: 1.001 * right(z, y),
        "one that is wrong in one entry": lambda z, y: right(z, y) + 0.02 * (np.arange(12).reshape(3, 4) == 7),
        "one with a nan": lambda z, y: np.where(np.arange(12).reshape(3, 4) == 7, np.nan, right(z, y)),
        "one of another shape": lambda z, y: right(z, y).T,
    }
    why = _Explained(lambda: _explain_check(function))
    for name, (f, b) in good.items():
        with report.step(f"accepts {name}"):
            _require_verdict(call(function, f, b, z, y), True, why)
    for name, b in bad.items():
        with report.step(f"refuses {name}"), np.errstate(all="ignore"):
            _require_verdict(call(function, forward, b, z, y), False, why)


class _Explained:
    """The slips that ``explain`` finds, looked for once and only if they are asked for."""

    def __init__(self, explain: Callable[[], Sequence[str]]):
        self.explain = explain

    @cached_property
    def slips(self) -> Sequence[str]:
        with np.errstate(all="ignore"):
            return self.explain()


def _explain_check(function: Callable) -> Sequence[str]:
    """What explains the verdicts on pairs that tell one slip from another."""

    def judge(pair: Pair) -> object:
        try:
            return call(function, pair.place.watched, pair.gradient, pair.place.z, pair.place.y)
        except Wrong:
            return RAISES

    pairs = probes(
        np.random.default_rng(13),
        _loss,
        _measured_gradient,
        lambda z, y: float((y * np.sin(z)).sum()),
        lambda z, y: y * np.cos(z),
    )
    return explain_verdicts(judge, pairs, checkers({"formula-for-a-measurement": _measured_gradient}))


@local_check
def find_the_bugs(function: Callable, report: Report) -> None:
    """Check ``find_the_bugs(candidates, z, y)``: the sorted names of the wrong ones among measured gradients."""
    rng = np.random.default_rng(12)
    z = rng.normal(size=(3, 4))
    spoilt = {
        "anna": lambda gradient: gradient,
        "emma": lambda gradient: -gradient,
        "cleo": lambda gradient: 3 * gradient,
        "dora": lambda gradient: gradient + 0.01 * (np.arange(12).reshape(3, 4) == 5),
        "bert": lambda gradient: gradient + 0.0,
    }
    for name, y in (
        ("one-hot targets", np.eye(4)[[2, 0, 1]]),
        ("targets of any sum", rng.uniform(0.2, 1.5, size=(3, 4))),
    ):
        with report.step(name):
            candidates = {
                name: lambda z, y, spoil=spoil: spoil(_measured_gradient(z, y)) for name, spoil in spoilt.items()
            }
            answer = call(function, candidates, z, y)
            if not isinstance(answer, list):
                raise Wrong(
                    f"it returns {'None (is there a return?)' if answer is None else f'a {type(answer).__name__}'}; "
                    "a list of names is expected",
                    ["no-return"] if answer is None else (),
                )
            if answer != ["cleo", "dora", "emma"]:
                in_order = sorted(map(str, answer)) != ["cleo", "dora", "emma"]
                raise Wrong(
                    f"it returns {answer}; wrong are ['cleo', 'dora', 'emma'], in this order",
                    _explain_accusations(function) if in_order else ["names-not-sorted"],
                )


def _explain_accusations(function: Callable) -> Sequence[str]:
    """What explains whom it accuses among candidates that tell one slip from another."""
    rng = np.random.default_rng(14)
    pairs: list[Pair] = []
    accused: dict[Pair, bool] = {}
    own = {
        "missing-mean": lambda z, y: len(z) * _measured_gradient(z, y),
        "mean-over-everything": lambda z, y: _measured_gradient(z, y) / z.shape[1],
    }
    for y in (rng.uniform(0.2, 1.2, size=(3, 4)), np.eye(4)[[2, 0, 1]], 1e-4 * rng.uniform(0.2, 1.2, size=(3, 4))):
        listed = [
            pair
            for pair in probes_of_one_loss(rng, Place(_loss, rng.normal(size=(3, 4)), y), _measured_gradient, own)
            if pair.given.shape == (3, 4)
        ]
        answer = call(
            function, {f"candidate {k:02}": pair.gradient for k, pair in enumerate(listed)}, listed[0].place.z, y
        )
        pairs += listed
        accused |= {pair: isinstance(answer, list) and f"candidate {k:02}" in answer for k, pair in enumerate(listed)}
    with np.errstate(all="ignore"):
        return explain_verdicts(lambda pair: not accused[pair], pairs, checkers(own))


def _loss(z: np.ndarray, y: np.ndarray) -> float:
    """Softmax and cross-entropy, averaged over the rows; for small logits."""
    return float((y * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)).sum() / len(z))


def _measured_gradient(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """dL/dz of softmax and cross-entropy, averaged over the rows, by differences: all rows move at once."""

    def losses(z: np.ndarray) -> np.ndarray:
        return (y * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)).sum(axis=1) / len(z)

    columns = np.eye(z.shape[1])
    noise = np.full(len(z), 1e-15)
    return np.stack([derivative(lambda t, e=e: losses(z + t * e), noise)[0] for e in columns], axis=1)


def _require_verdict(answer: object, expected: bool, why: _Explained) -> None:
    if not isinstance(answer, (bool, np.bool_)):
        what = "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"
        raise Wrong(f"it returns {what}; True or False is expected", ["no-return"] if answer is None else ())
    if bool(answer) != expected:
        raise Wrong(f"it returns {bool(answer)}", why.slips)


def _not_zero(answer: Answer) -> str | None:
    if problem := not_real_numbers(answer, ()):
        return problem
    return None if float(answer) == 0 else f"the number is {float(answer):.6g}; it should be 0"
