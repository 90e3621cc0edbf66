"""Local checks of problem set 5, *Gradient checking*.

Difference quotients and relative errors are held to values that are known. A gradient check is tried on pairs whose
derivative needs no derivation, right ones and wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import require
from missingsum.comparison import Answer, kind_of
from missingsum.differences import derivative
from missingsum.questions import ps5
from missingsum.variants import (
    RAISES,
    Gradient,
    Loss,
    Pair,
    Place,
    checkers,
    explain_verdicts,
    probes,
    probes_of_one_loss,
)


@local_check
def central_difference(function: Callable, report: Report) -> None:
    """Check ``central_difference(f, x, h)``: the quotients (f(x + h e_j) - f(x - h e_j)) / 2h, in the shape of x."""
    question, rng = ps5.CENTRAL_DIFFERENCE, np.random.default_rng(10)
    for name, kind, rtol in (
        ("a x³/3 + b x²/2 gives a (x² + h²/3) + b x: both sides of x, and the h that was given", "vector", 1e-9),
        ("an array of integers", "integers", 1e-9),
        ("an array of two axes, whose entries act on each other", "row", 1e-9),
        ("with a small step, the derivative of a sine", "small steps", 1e-8),
    ):
        with report.step(name):
            require(function, question, kind, rng, lambda made: made.made_of, rtol=rtol)


@local_check
def relative_error(function: Callable, report: Report) -> None:
    """Check ``relative_error(a, b)`` = ‖a - b‖ / max(‖a‖, ‖b‖), 0 if both are 0."""
    question, rng = ps5.RELATIVE_ERROR, np.random.default_rng(9)
    with report.step("vectors and matrices whose sizes and angle are known"):
        require(function, question, "pairs", rng, lambda made: made.made_of, rtol=1e-9)
    with report.step("zeros"):
        require(function, question, "zeros", rng, lambda made: made.made_of, rtol=1e-11)


@local_check
def gradient_check(function: Callable, report: Report) -> None:
    """Check ``gradient_check(forward, backward, z, y)``: True for right pairs, False for wrong ones."""
    rng = np.random.default_rng(11)
    z, y = rng.normal(size=(2, 3, 4))

    def forward(z: np.ndarray, y: np.ndarray) -> float:
        return float((y * np.sin(z)).sum())

    def right(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return y * np.cos(z)

    def size(factor: float, too_large: float = 1) -> tuple[Loss, Gradient]:
        return lambda z, y: factor * forward(z, y), lambda z, y: too_large * factor * right(z, y)

    good = {
        "a right gradient": (forward, right),
        "a right one of size 1000": size(1e3),
        "a right one of size 1e-8": size(1e-8),
    }
    bad = {
        **{name: (forward, gradient) for name, gradient in ps5.overlooked(rng, right, z, y).items()},
        "the wrong sign": size(1, -1),
        "one of size 1e-8 that is 1.01 times too large": size(1e-8, 1.01),
    }
    why = _Explained(lambda: _explain_check(function))
    for name, pair in good.items():
        with report.step(f"accepts {name}"):
            _require_verdict(function, pair, z, y, True, why)
    for name, pair in bad.items():
        with report.step(f"refuses {name}"), np.errstate(all="ignore"):
            _require_verdict(function, pair, z, y, False, why)


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
    for name, y, right in (
        ("one-hot targets", np.eye(4)[[2, 0, 1]], ("anna", "bert")),
        ("targets of any sum", rng.uniform(0.2, 1.5, size=(3, 4)), ("ines", "otto", "zoe")),
    ):
        with report.step(name):
            z = rng.normal(size=(3, 4))
            wrong = ps5.overlooked(rng, _measured_gradient, z, y).values()
            names = [f"{letter}{vowel}" for letter in "bcdfghklmn" for vowel in "aeo"]
            accused = [names[k] for k in rng.permutation(len(names))[: len(wrong)]]
            candidates = dict(zip(accused, wrong)) | dict.fromkeys(right, _measured_gradient)
            in_some_order = [list(candidates)[k] for k in rng.permutation(len(candidates))]
            shuffled = {name: candidates[name] for name in in_some_order}
            answer = call(partial(function, shuffled, z.copy(), y.copy()))  # what it does to z and y is not asked here
            _require_names(answer, sorted(accused), sorted(candidates), lambda: _explain_accusations(function))


def _require_names(
    answer: Answer, expected: Sequence[str], names: Sequence[str], explained: Callable[[], Sequence[str]]
) -> None:
    if not isinstance(answer, list):
        raise Wrong(
            f"it returns {kind_of(answer)}; a list of names is expected",
            ["no-return"] if answer is None else (),
        )
    if answer == list(expected):
        return
    if other := next((each for each in answer if not isinstance(each, str)), None):
        raise Wrong(f"the list holds {kind_of(other)}; the names are asked, which are the keys of candidates")
    given = sorted(map(str, answer))
    if given == list(expected):
        raise Wrong(f"it returns {answer}; wrong are {list(expected)}, in this order", ["names-not-sorted"])
    if unknown := [name for name in given if name not in names]:
        raise Wrong(
            f"it returns {answer}, but {unknown[0]!r} is no key of candidates: other names are given each time, and "
            "wrong are those whose gradient is wrong"
        )
    if given == [name for name in names if name not in expected]:
        raise Wrong(f"it returns {answer}: these are the right ones. Asked for are the names of the wrong ones")
    raise Wrong(f"it returns {answer}; wrong are {list(expected)}, in this order", explained())


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
    """dL/dz of softmax and cross-entropy, averaged over the rows, by differences: each column of all rows moves."""
    columns = np.eye(z.shape[1])[:, None]

    def losses(t: float) -> np.ndarray:
        moved = z + t * columns
        of_rows = (y * (np.log(np.exp(moved).sum(axis=2, keepdims=True)) - moved)).sum(axis=2)
        return of_rows.ravel() / len(z)

    found, _ = derivative(losses, np.full(z.size, 1e-15))
    return found.reshape(z.shape[::-1]).T.copy()


def _require_verdict(
    function: Callable, pair: tuple[Loss, Gradient], z: np.ndarray, y: np.ndarray, expected: bool, why: _Explained
) -> None:
    watched = [ps5.Watched(name, each, z, y) for name, each in zip(("forward", "backward"), pair)]
    try:
        answer = call(function, *watched, z, y)
    except Wrong as wrong:
        raise Wrong(_exchanged(watched) or str(wrong), wrong.slips) from wrong.__cause__
    if not isinstance(answer, (bool, np.bool_)):
        raise Wrong(f"it returns {kind_of(answer)}; True or False is expected", ["no-return"] if answer is None else ())
    if bool(answer) != expected:
        problem = _exchanged(watched)
        raise Wrong(problem or f"it returns {bool(answer)}", () if problem else why.slips)


def _exchanged(watched: Sequence[ps5.Watched]) -> str:
    return next((each.problem for each in watched if each.problem), "")
