"""Ways to get difference quotients, relative errors and gradient checks wrong.

A difference quotient and a relative error are numbers, and are explained as any others. Of a gradient check only its
verdicts are seen: which pairs of a loss and a gradient it accepts. A `Checker` is a model of a check that has a slip,
and predicts a verdict for each pair, or leaves it open where its error is near its tolerance. `explain_verdicts` names
a slip only if its model predicts every verdict, at least two of them wrong ones, and no model of another slip does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from missingsum.diagnosis import Variant
from missingsum.variants.language import SIGN, TWOS, around

Loss = Callable[..., Any]
"""(z, y) → one number"""
Gradient = Callable[..., np.ndarray]
"""(z, y) → what is claimed, or taken, for the gradient of a loss"""

# --- central_difference(f, x, h) --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Differences:
    """One call: the ``truth``, the function of one array, where it is looked at, and the step."""

    truth: np.ndarray | float
    f: Callable[[np.ndarray], float]
    x: np.ndarray
    h: float

    def along(self, above: Callable, below: Callable, width: float, cut: Callable = np.asarray) -> np.ndarray:
        """``(f(x + above) - f(x + below)) / width`` for each entry of x, both arrays for the entry's index."""
        x = np.asarray(self.x, dtype=np.float64)
        values = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            values[index] = (self.f(cut(x + above(x, index))) - self.f(cut(x + below(x, index)))) / width
        return values


def _entry(x: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    e = np.zeros(x.shape)
    e[index] = 1
    return e


def _before(x: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    """1 at all entries that come before this one."""
    return (np.arange(x.size) < np.ravel_multi_index(index, x.shape)).reshape(x.shape) * 1.0


def _row(x: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    e = np.zeros(x.shape)
    e[index[0]] = 1
    return e


def _column(x: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    e = np.zeros(x.shape)
    e[..., index[-1]] = 1
    return e


def _nowhere(x: np.ndarray, index: tuple[int, ...]) -> np.ndarray:
    return np.zeros(x.shape)


def _moved(h: float, *directions: Callable) -> Callable:
    return lambda x, index: h * sum(direction(x, index) for direction in directions)


def _left_moved(d: Differences) -> np.ndarray:
    return d.along(_moved(d.h, _before, _entry), _moved(-d.h, _before, _entry), 2 * d.h)


def _left_below(d: Differences) -> np.ndarray:
    """One array is moved up, then down, and stays there."""
    down = _moved(-d.h, _before)
    return d.along(lambda x, k: down(x, k) + d.h * _entry(x, k), lambda x, k: down(x, k) - d.h * _entry(x, k), 2 * d.h)


def _truncated(d: Differences) -> np.ndarray:
    cut = np.trunc if np.asarray(d.x).dtype.kind in "iu" else np.asarray
    return d.along(_moved(d.h, _entry), _moved(-d.h, _entry), 2 * d.h, cut)


OWN_STEPS = (0.1, 0.05, *(10.0**-k * m for k in range(2, 9) for m in (1, 2, 3, 5)))


def difference_variants() -> Iterator[Variant]:
    """Ways to get a difference quotient wrong; the data of a sample is `Differences`."""
    instead = (
        ("one-sided-difference", lambda d: d.along(_moved(d.h, _entry), _nowhere, d.h)),
        ("one-sided-difference", lambda d: d.along(_nowhere, _moved(-d.h, _entry), d.h)),
        ("not-divided-by-h", lambda d: d.truth * 2 * d.h),
        ("not-divided-by-h", lambda d: d.truth * d.h),
        ("not-divided-by-h", lambda d: d.truth * d.h**2),
        ("entries-left-moved", _left_moved),
        ("entries-left-moved", _left_below),
        *(
            ("entries-moved-together", lambda d, which=which: d.along(_moved(d.h, which), _moved(-d.h, which), 2 * d.h))
            for which in (_row, _column, lambda x, index: np.ones(x.shape))
        ),
        ("integer-array", _truncated),
        ("integer-array", lambda d: np.trunc(d.truth) if np.asarray(d.x).dtype.kind in "iu" else d.truth),
        *(("own-step", lambda d, h=h: d.along(_moved(h, _entry), _moved(-h, _entry), 2 * h)) for h in OWN_STEPS),
        *(
            ("own-step", lambda d, m=m: d.along(_moved(d.h * m, _entry), _moved(-d.h * m, _entry), 2 * d.h * m))
            for m in (0.5, 2)
        ),
    )
    yield from around(lambda d: d.truth, instead, lambda d: d.truth, SIGN, TWOS, most=2)
    yield Variant(
        ("one-sided-difference", "entries-left-moved"), lambda d: d.along(_moved(d.h, _before, _entry), _nowhere, d.h)
    )


# --- relative_error(a, b) ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sizes:
    """One call: the ``truth``, and the two arrays."""

    truth: float
    a: np.ndarray
    b: np.ndarray

    @property
    def difference(self) -> float:
        return _size(self.a - self.b)

    @property
    def sizes(self) -> tuple[float, float]:
        return _size(self.a), _size(self.b)


def _size(a: np.ndarray) -> Any:
    return np.sqrt((a * a).sum())


def _largest(a: np.ndarray) -> Any:
    return np.abs(a).max()


SIZE_EPSILONS = tuple(10.0**-k for k in range(1, 13))


def relative_error_variants() -> Iterator[Variant]:
    """Ways to get a relative error wrong; the data of a sample is `Sizes`."""
    instead = (
        ("error-over-one-size", lambda d: d.difference / d.sizes[0]),
        ("error-over-one-size", lambda d: d.difference / d.sizes[1]),
        ("error-over-the-sum", lambda d: d.difference / sum(d.sizes)),
        ("error-over-the-sum", lambda d: 2 * d.difference / sum(d.sizes)),
        ("error-over-the-smaller", lambda d: d.difference / min(d.sizes)),
        ("error-not-divided", lambda d: d.difference),
        ("error-of-entries", lambda d: _largest(d.a - d.b) / max(_largest(d.a), _largest(d.b))),
        ("error-of-entries", lambda d: _largest((d.a - d.b) / np.maximum(np.abs(d.a), np.abs(d.b)))),
        ("error-of-entries", lambda d: np.mean(np.abs(d.a - d.b) / np.maximum(np.abs(d.a), np.abs(d.b)))),
        ("error-of-entries", lambda d: np.abs(d.a - d.b).sum() / max(np.abs(d.a).sum(), np.abs(d.b).sum())),
        ("error-of-entries", lambda d: np.abs(d.a - d.b) / np.maximum(np.abs(d.a), np.abs(d.b))),
        ("error-squared", lambda d: d.truth**2),
        ("error-squared", lambda d: d.difference**2 / max(d.sizes)),
        ("sizes-compared", lambda d: abs(d.sizes[0] - d.sizes[1]) / max(d.sizes)),
        ("spectral-norm", lambda d: np.linalg.norm(d.a - d.b, 2) / max(np.linalg.norm(d.a, 2), np.linalg.norm(d.b, 2))),
        *(("epsilon-in-the-divisor", lambda d, e=e: d.difference / (max(d.sizes) + e)) for e in SIZE_EPSILONS),
        *(("epsilon-in-the-divisor", lambda d, e=e: d.difference / max(*d.sizes, e)) for e in SIZE_EPSILONS),
    )
    yield from around(lambda d: np.asarray(d.truth), instead, lambda d: np.asarray(d.truth), SIGN, TWOS)
    for e in SIZE_EPSILONS:
        yield Variant(
            ("error-over-the-sum", "epsilon-in-the-divisor"), lambda d, e=e: d.difference / (sum(d.sizes) + e)
        )


# --- gradient_check(forward, backward, z, y) --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Place:
    """A loss, and where it is looked at."""

    loss: Loss
    z: np.ndarray
    y: np.ndarray
    moves: list[tuple[float, float]] = field(default_factory=list)
    """how far below and above z the check under test asked for the loss"""
    _measured: dict = field(default_factory=dict)

    def watched(self, z: np.ndarray, y: np.ndarray) -> float:
        """The loss, as a check under test is given it."""
        move = np.asarray(z) - self.z
        self.moves.append((float(-move.min()), float(move.max())))
        return self.loss(z, y)

    @cached_property
    def step(self) -> float | None:
        """How large the steps of the check under test are, in all its calls; None if it was not seen to take any."""
        steps = [max(move) for move in self.moves if max(move) > 0]
        return float(np.median(steps)) if steps else None

    def shows_nothing(self, measure: Measure, h: float) -> bool:
        """Whether what this way to measure finds here is no more than the rounding of the loss."""
        return bool(np.abs(self.measured(measure, h)).max() <= self._rounding / h)

    @cached_property
    def _rounding(self) -> float:
        return 4 * float(np.finfo(np.float64).eps) * abs(float(self.loss(self.z, self.y)))

    @cached_property
    def sides(self) -> set[int]:
        """On how many sides of z the check under test may have looked."""
        below, above = (any(move[k] > 0 for move in self.moves) for k in (0, 1))
        return {1, 2} if not self.moves else {below + above}

    def measured(self, measure: Measure, h: float) -> np.ndarray:
        """What this way to measure with step h takes for the gradient; computed once."""
        if (measure, h) not in self._measured:
            with np.errstate(all="ignore"):
                self._measured[measure, h] = measure(self, h)
        return self._measured[measure, h]


@dataclass(frozen=True, eq=False)
class Pair:
    """A loss at a place, and what is claimed to be its gradient; ``right`` is None where a check may say either."""

    name: str
    right: bool | None
    place: Place
    gradient: Gradient
    _errors: dict = field(default_factory=dict)

    @cached_property
    def given(self) -> np.ndarray:
        return np.asarray(self.gradient(self.place.z, self.place.y), dtype=np.float64)

    def error(self, error: Error, measure: Measure, h: float) -> float:
        """By how much what is given is off, for a check that measures in this way; computed once for all tolerances."""
        if (error, measure, h) not in self._errors:
            measured = self.place.measured(measure, h)
            with np.errstate(all="ignore"):
                self._errors[error, measure, h] = error(self.given, measured)
        return self._errors[error, measure, h]


RAISES = "raises"
"""The verdict of a check that ends in an exception."""
Judge = Callable[[Pair], object]
Measure = Callable[..., np.ndarray]
"""(place, h) → what is taken for the true gradient."""
Error = Callable[..., float]
"""(given, measured) → the error that is held against a tolerance."""


def _by(quotient: Callable[..., np.ndarray]) -> Measure:
    return lambda place, h: quotient(Differences(np.nan, lambda z: place.loss(z, place.y), place.z, h))


BOTH_SIDES = _by(lambda d: d.along(_moved(d.h, _entry), _moved(-d.h, _entry), 2 * d.h))
ONE_SIDE = _by(lambda d: d.along(_moved(d.h, _entry), _nowhere, d.h))
LEFT_MOVED = (_by(_left_moved), _by(_left_below))


def _over(divisor: Error, size: Callable[[np.ndarray], float] = _size) -> Error:
    return lambda g, m: size(g - m) / divisor(g, m) if size(g - m) else 0.0


RELATIVE = _over(lambda g, m: max(_size(g), _size(m)))
RELATIVE_LARGEST = _over(lambda g, m: max(_largest(g), _largest(m)), _largest)
NORMS = (RELATIVE, RELATIVE_LARGEST)

SUBSETS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda v: v[:, :1],
    lambda v: v[:1],
    lambda v: v[:1, :1],
    lambda v: v[-1:],
    lambda v: v[:, -1:],
    lambda v: v[-1:, -1:],
    lambda v: np.diagonal(v),
    lambda v: v[:, :2],
    lambda v: v[:2],
    lambda v: v[:1, :2],
    lambda v: v[:1, :3],
)


SEEN_AT_ONCE = (("accepts-everything",), ("refuses-everything",))
OF_THE_STEP = (("tolerance-too-narrow",), ("step-too-small",), ("step-too-large",), ("one-sided-difference",))
ORDINARY_STEPS = (3e-8, 5e-3)


@dataclass(frozen=True)
class Checker:
    """A model of a gradient check with these ``slips``.

    It takes ``measure(place, h)`` for the truth and accepts if ``error(given, measured) < tolerance``. Its verdict is
    open where the error is within a factor of ``open_within`` of the tolerance; a check without a slip of tolerance may
    have any from 1e-8 to 3e-4.
    """

    slips: tuple[str, ...]
    measure: Measure = BOTH_SIDES
    h: float = 1e-5
    error: Error = RELATIVE
    tolerance: float = np.sqrt(1e-8 * 3e-4)
    open_within: float = np.sqrt(3e-4 / 1e-8)

    def expects(self, pair: Pair) -> set:
        """The verdicts that this check may give on the pair."""
        if self.slips in SEEN_AT_ONCE:
            return {self.slips == ("accepts-everything",)}
        if pair.given.shape != pair.place.z.shape:
            broadcasts = pair.given.shape == pair.place.z.shape[1:]
            return {True, RAISES, *([False] if broadcasts else [])} if "shape-not-checked" in self.slips else {False}
        if not np.isfinite(pair.given).all():
            if "nan-passes" in self.slips:
                return {True} if np.isnan(pair.given).any() else {True, False}
            return {True, False} if "few-entries" in self.slips and np.isfinite(pair.given).any() else {False}
        low, high = (self.h / 3.3, self.h * 3.3) if self.slips[:1] in OF_THE_STEP else ORDINARY_STEPS
        if pair.place.step is not None and not low < pair.place.step < high:
            return set()
        if not ({1} if self.slips[:1] == ("one-sided-difference",) else {0, 2}) & pair.place.sides:
            return set()
        if pair.place.step is None and pair.place.shows_nothing(self.measure, self.h):
            return set()  # a loss that does not change looks the same, and so does much else
        error = pair.error(self.error, self.measure, self.h)
        if np.isnan(error):
            return {True, False} if not pair.given.any() else {"nan-passes" in self.slips}
        if self.tolerance / self.open_within <= error <= self.tolerance * self.open_within:
            return {True, False}
        return {bool(error < self.tolerance)}


def checkers(formulas: Mapping[str, Gradient] = MappingProxyType({})) -> Iterator[Checker]:
    """The models: those of sound checks, those with one slip, and those with two.

    ``formulas`` are gradients that somebody with this slip compares with, in place of a measurement.
    """
    comparing = [
        Checker((slip,), lambda place, h, formula=formula: formula(place.z, place.y))
        for slip, formula in formulas.items()
    ]
    for slips in ((), *FORM, ("nan-passes", "shape-not-checked")):
        for error in NORMS:
            yield Checker(slips, error=error)
    yield from _single_checkers()
    yield from comparing
    for slip in FORM:
        yield from _single_checkers(slip)
        yield from (replace(checker, slips=checker.slips + slip) for checker in comparing)


FORM = (("nan-passes",), ("shape-not-checked",))
"""Slips in the form of what is compared; each may come beside any other."""


@cache
def _single_checkers(beside: tuple[str, ...] = ()) -> Sequence[Checker]:
    """Those of one slip, and of two that are made in one line; or of one more ``beside`` these."""
    if beside:
        singles = (checker for checker in _single_checkers() if checker.slips not in SEEN_AT_ONCE)
        return [replace(checker, slips=checker.slips + beside) for checker in singles]
    return list(_made_singly())


def _made_singly() -> Iterator[Checker]:
    yield Checker(("accepts-everything",))
    yield Checker(("refuses-everything",))
    for error, tolerance in product(NORMS, (1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.5, 1.0, 2.0, 10.0)):
        yield Checker(("tolerance-too-wide",), error=error, tolerance=tolerance, open_within=1.3)
    for h, tolerance in product((1e-3, 1e-4, 1e-5, 1e-6, 1e-7), 10.0 ** -np.arange(8, 17)):
        yield Checker(("tolerance-too-narrow",), h=h, tolerance=tolerance, open_within=10)
    for h, tolerance in product(10.0 ** -np.arange(8, 17), (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)):
        yield Checker(("step-too-small",), h=h, tolerance=tolerance, open_within=10)
    for h, tolerance in product((1e-2, 3e-2, 0.1, 0.3, 1.0), (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)):
        yield Checker(("step-too-large",), h=h, tolerance=tolerance, open_within=1.3)
    for size, tolerance in product(
        (_size, _largest, lambda d: np.abs(d).mean(), lambda d: (d * d).mean()), 10.0 ** -np.arange(0, 13)
    ):
        yield Checker(
            ("absolute-tolerance",), error=lambda g, m, size=size: size(g - m), tolerance=tolerance, open_within=3
        )
    for along in (
        lambda g, m: abs((g - m).sum()) / max(_size(g), _size(m), 1e-300),
        lambda g, m: abs((g - m).sum()) / max(_size(g), _size(m), 1),
        lambda g, m: abs((g - m).sum()) / max(abs(g.sum()), abs(m.sum()), 1e-300),
    ):
        yield Checker(("one-sided-directions",), error=along)
    for tolerance in 10.0 ** -np.arange(0, 13):
        slips = ("one-sided-directions", "absolute-tolerance")
        yield Checker(slips, error=lambda g, m: abs((g - m).sum()), tolerance=tolerance, open_within=3)
    for subset, norm in product(SUBSETS, NORMS):
        yield Checker(("few-entries",), error=lambda g, m, subset=subset, norm=norm: norm(subset(g), subset(m)))
    for compare in (
        lambda g, m: RELATIVE(np.abs(g), np.abs(m)),
        lambda g, m: abs(_size(g) - _size(m)) / max(_size(g), _size(m), 1e-300),
    ):
        yield Checker(("sizes-compared",), error=compare)
    for slip, factor in (("sign", -1), ("factor-two", 2), ("half", 0.5)):
        yield Checker((slip,), lambda place, h, factor=factor: factor * place.measured(BOTH_SIDES, h))
    for power in (1, 2):
        yield Checker(("not-divided-by-h",), lambda place, h, power=power: h**power * place.measured(BOTH_SIDES, h))
    for which in (_row, _column):
        yield Checker(
            ("entries-moved-together",),
            _by(lambda d, which=which: d.along(_moved(d.h, which), _moved(-d.h, which), 2 * d.h)),
        )
    for left, h, tolerance in product(LEFT_MOVED, (1e-3, 1e-4, 1e-5), (1e-4, 1e-5, 1e-6, 1e-7)):
        yield Checker(("entries-left-moved",), left, h, tolerance=tolerance, open_within=10)
    for h, tolerance in product((1e-3, 1e-4, 1e-5), (1e-4, 1e-5, 1e-6, 1e-7)):
        yield Checker(("one-sided-difference",), ONE_SIDE, h, tolerance=tolerance, open_within=10)


def probes(rng: np.random.Generator, loss: Loss, right: Gradient, other: Loss, right_of_other: Gradient) -> list[Pair]:
    """Pairs that tell the models apart. The rows of the ``right`` gradient of ``loss`` sum to 0; ``other`` is any."""
    first, second = ((rng.normal(size=(3, 4)), rng.uniform(0.2, 1.2, size=(3, 4))) for _ in range(2))
    one, two, elsewhere = Place(loss, *first), Place(other, *first), Place(other, *second)
    pairs = [*probes_of_one_loss(rng, one, right)]
    pairs += [
        Pair("right, elsewhere", True, Place(loss, *second), right),
        Pair("another loss", True, two, right_of_other),
        Pair("another loss, elsewhere", True, elsewhere, right_of_other),
        Pair("another loss, zeros", False, two, lambda z, y: 0 * z),
        Pair("another loss, sign", False, elsewhere, lambda z, y: -right_of_other(z, y)),
        Pair("another loss, the gradient of the first", False, two, right),
        Pair("another loss, the gradient of the first, elsewhere", False, elsewhere, right),
    ]
    for size, where, factors in (
        (1e-6, first, (1, 1.02)),
        (1e-6, second, (1, 1.05)),
        (1e-5, second, (1, 1.03)),
        (1e3, second, (1, 1.03)),
    ):
        place = Place(lambda z, y, size=size: size * other(z, y), *where)
        for factor in factors:
            pairs.append(
                Pair(
                    f"another loss of size {size:g}, times {factor}",
                    factor == 1,
                    place,
                    lambda z, y, size=size, factor=factor: size * factor * right_of_other(z, y),
                )
            )
    slopes = rng.normal(size=(3, 4))
    linear, moved = (Place(lambda z, y: float((slopes * z).sum()), z, first[1]) for z in (np.zeros((3, 4)), second[0]))
    pairs.append(Pair("linear, elsewhere", True, moved, lambda z, y: slopes))
    for factor, verdict in (
        (1, True),
        (1 + 1e-11, None),
        (1 + 1e-9, None),
        (1 + 1e-7, None),
        (1 + 1e-5, None),
        (0.7, False),
    ):  # here the difference quotient is exact, whatever the step
        pairs.append(Pair(f"linear at 0, times {factor}", verdict, linear, lambda z, y, factor=factor: factor * slopes))
    return pairs


def probes_of_one_loss(
    rng: np.random.Generator, place: Place, right: Gradient, formulas: Mapping[str, Gradient] = MappingProxyType({})
) -> list[Pair]:
    """The right gradient at this place and many wrong ones, among them those of ``formulas`` that are wrong there."""
    scale, noise = np.abs(right(place.z, place.y)).max(), rng.normal(size=place.z.shape)

    def spoilt(name: str, spoil: Callable[[np.ndarray], np.ndarray]) -> Pair:
        return Pair(name, False, place, lambda z, y: spoil(right(z, y)))

    def times(factor: float) -> Pair:
        return spoilt(f"times {factor}", lambda g: factor * g)

    def at(where: tuple[int, int]) -> Pair:
        return spoilt(f"wrong at {where}", lambda g: g + 0.5 * scale * (1 + noise**2) * _entry(g, where))

    def put(name: str, value: float, where: tuple[int, int]) -> Pair:
        return spoilt(name, lambda g: np.where(_entry(g, where) > 0, value, g))

    others = [Pair(name, False, place, formula) for name, formula in formulas.items()]
    return [
        *(
            pair
            for pair in others
            if np.isfinite(pair.given).all() and _size(pair.given - right(place.z, place.y)) > 0.01 * scale
        ),
        Pair("right", True, place, right),
        Pair("right again", True, place, lambda z, y: right(z, y) + 0.0),
        spoilt("zeros", lambda g: 0 * g),
        spoilt("another row's", lambda g: np.roll(g, 1, axis=0)),
        spoilt("noise", lambda g: scale * noise),
        *(
            times(factor)
            for factor in (-1, 2, 3, 0.5, 0.25, 1.0015, 1.003, 1.0075, 1.015, 1.03, 1.075, 1.15, 1.3, 1.75, 5)
        ),
        *(at(where) for where in ((0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 3), (2, 0), (2, 2), (2, 3))),
        spoilt("without the first column", lambda g: g * (np.arange(g.shape[1]) > 0)),
        spoilt("without the last row", lambda g: g * (np.arange(len(g)) < len(g) - 1)[:, None]),
        spoilt("rows shifted", lambda g: g + 0.3 * scale * (1 + noise[:, :1] ** 2)),
        put("nan", np.nan, (0, 2)),
        put("nan elsewhere", np.nan, (2, 0)),
        put("inf", np.inf, (1, 1)),
        spoilt("nan throughout", lambda g: np.nan * g),
        spoilt("transposed", np.transpose),
        spoilt("summed over the rows", lambda g: g.sum(axis=0)),
        spoilt("one row too few", lambda g: g[1:]),
    ]


def explain_verdicts(judge: Judge, pairs: Sequence[Pair], models: Iterable[Checker]) -> tuple[str, ...]:
    """The slips of the simplest model that predicts all verdicts of ``judge``; () if none does, or several disagree.

    That everything is accepted, or refused, is what was seen and no guess at a cause: it comes first.

    ``judge(pair)`` is True, False, or `RAISES`; anything else is no verdict.
    """
    verdicts = [judge(pair) for pair in pairs]
    if not all(isinstance(verdict, (bool, np.bool_)) or verdict == RAISES for verdict in verdicts):
        return ()
    if sum(pair.right is not None and verdict != pair.right for pair, verdict in zip(pairs, verdicts)) < 2:
        return ()
    found: set[tuple[str, ...]] = set()
    for model in sorted(models, key=lambda model: len(model.slips)):
        if found and len(model.slips) > len(next(iter(found))):
            break
        if all(verdict in model.expects(pair) for pair, verdict in zip(pairs, verdicts)):
            if model.slips in SEEN_AT_ONCE:
                return model.slips
            found.add(model.slips)
    return found.pop() if len(found) == 1 else ()
