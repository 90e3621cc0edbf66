"""Check the backward function of any layer against its forward function: ``gradcheck(f, x, backward)``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from missingsum.differences import Curve, derivative, rounding_noise
from missingsum.verdict import TOO_SMALL, Judged, Verdict

MOST_ENTRIES = 256
"""Up to so many curves every entry is looked at; beyond, random directions are."""
DIRECTIONS = 4
COMPLEX_STEP = 1e-30
BLURRED = 1e-3
"""An entry whose tolerance is larger than this share of the largest gradient is not decided."""


HEADLINES = {
    Verdict.RIGHT: "✓ the gradient agrees with its function",
    Verdict.WRONG: "✗ the gradient is wrong",
    Verdict.TOO_SMALL: f"? {TOO_SMALL}",
}


@dataclass(frozen=True)
class Gradcheck(Judged):
    """What `gradcheck` found. It is true if the gradient is right, false if it is wrong; printed, it says why.

    Where the verdict is neither, asking for its truth raises ValueError: neither ``assert`` nor ``assert not`` passes.
    """

    verdict: Verdict
    error: float
    """the largest |given - measured| / max(|given|, |measured|) of the entries that are off; else of all that count"""
    where: tuple[int, ...] | None
    """the entry of x where it is; None if it is in a random direction"""
    given: float
    measured: float
    tolerance: float
    """what |given - measured| may be there"""
    why: str
    """how the tolerance was derived"""
    directions: str
    """what was looked at"""
    problem: str = ""
    """what else is wrong: a shape, a nan, a changed input, a place without a derivative"""

    @property
    def passed(self) -> bool:
        """The same as ``right``."""
        return self.right

    def __str__(self) -> str:
        place = "a random direction" if self.where is None else f"entry [{', '.join(map(str, self.where))}]"
        lines = [HEADLINES[self.verdict]]
        if self.problem:
            lines = [f"✗ {self.problem}"]
        if self.verdict is Verdict.TOO_SMALL:
            lines.append(f"  largest change measured {abs(self.measured):.2g}, in {place}")
            lines.append(f"  its rounding is up to {self.tolerance:.2g}: {self.why}")
        elif np.isfinite(self.error):
            lines.append(
                f"  largest relative error {self.error:.2g}, in {place}: "
                f"given {self.given:.9g}, measured {self.measured:.9g}"
            )
            lines.append(f"  tolerance there {self.tolerance:.2g}: {self.why}")
        return "\n".join([*lines, f"  looked at {self.directions}"])


def gradcheck(
    f: Callable[[np.ndarray], object],
    x: np.ndarray,
    backward: Callable[[np.ndarray, np.ndarray], np.ndarray] | np.ndarray,
    *,
    rows_independent: bool | None = None,
    directions: int | None = None,
    seed: int = 0,
) -> Gradcheck:
    """Is ``backward`` the derivative of ``f`` at ``x``?

    >>> import numpy as np
    >>> from missingsum import gradcheck
    >>> x = np.random.default_rng(0).normal(size=(4, 3))
    >>> bool(gradcheck(np.tanh, x, lambda x, g: g * (1 - np.tanh(x) ** 2)))
    True
    >>> print(gradcheck(lambda x: (x**3).sum(), x, 2 * x**2))    # doctest: +ELLIPSIS
    ✗ the gradient is wrong
      largest relative error 0.33, in entry [...]: given ..., measured ...
      tolerance there ...: 1024 roundings of f; its derivative is exact, by complex step
      looked at every entry of x, one at a time

    f
        any function of one array: a layer, an activation, a loss. Parameters go in by a closure: ``lambda W: X @ W``.
    x
        where to look; real, of any shape; it is never changed. Choose random values: at zeros much is hidden.
    backward
        ``backward(x, g)``, the vector-Jacobian product Σ_i g_i ∂f_i/∂x, of the shape of x, for g of the shape of f(x);
        or, for an f that gives one number, the gradient itself, an array of the shape of x.
    rows_independent
        True if row k of f(x) depends on row k of x alone: then all rows are moved at once, column by column. Found out
        if not said.
    directions
        look at so many random directions in place of every entry; found from the size if not said.

    The upstream gradient g and the directions are Gaussian: all ones lie in the null space of softmax, and signs or
    positive numbers cancel against other mistakes. Where f computes with complex numbers, and that agrees with
    differences, the derivative is exact (complex step); otherwise it is measured by central differences. The tolerance
    follows from the measurement: it is the bound of its error (`differences.derivative`), and it grows with the
    rounding of f and of the gradient given, so that float32 needs no other call. An entry at a kink, where there is no
    derivative, is not passed.

    The verdict has three values. Where the outputs of f change by more than their rounding, and no measured change of
    Σ_i g_i f_i does, the gradient is *too small to judge*: a softmax that has decided looks like a constant, and zeros
    like its gradient. A smaller gap between the logits would show it, or a scaled g: ``w * f(x)`` with
    ``backward(x, w * g)``, w small where f is large. A function whose outputs do not change is right with zeros.

    Raises ValueError if x or f(x) is not of finite real numbers, if f changes x, or gives two answers for one x, or if
    the gradient is given as an array though f(x) is no single number. A backward function that is wrong in whatever way
    is no error but a result.
    """
    rng = np.random.default_rng([seed, 0x6772616463])  # a stream of its own: with the seed of x alone, g could equal x
    x = np.array(x, dtype=np.float64)
    value = _value(f, x)
    if callable(backward):
        g = rng.normal(size=value.shape)
    else:
        if value.ndim:
            raise ValueError(f"f(x) has shape {value.shape}: give backward(x, g), or an f that returns one number")
        g = np.ones(())
    if rows_independent is None:
        rows_independent = _rows_are_independent(f, x, value, rng)
    measure = _Measure(f, x, g, rows_independent, rng, np.finfo(value.dtype).eps if value.dtype.kind == "f" else 0.0)
    entries = directions is None and measure.curves_for_entries <= MOST_ENTRIES
    looked = measure.describe(entries, directions or DIRECTIONS)
    given, problem = _given(backward, x, g)
    if problem:
        return Gradcheck(Verdict.WRONG, np.inf, None, np.nan, np.nan, np.nan, measure.why, looked, problem)
    return _compare(measure, given, entries, directions or DIRECTIONS, looked)


def _compare(measure: _Measure, given: np.ndarray, entries: bool, directions: int, looked: str) -> Gradcheck:
    """All that is looked at, and the worst of it."""
    single = given.dtype == np.float32
    given = given.astype(np.float64)
    places: list[tuple[int, ...] | None] = []
    found, truths, bounds = [], [], []
    for where, v in measure.entries() if entries else measure.directions(directions):
        truth, bound = measure.along(v)
        places += where if where else [None] * len(truth)
        found += list(measure.per_row(given * v))
        truths += list(truth)
        bounds += list(bound)
    a, t, bound = np.array(found), np.array(truths), np.array(bounds)
    largest = max(np.abs(a).max(), np.abs(t[np.isfinite(t)]).max(initial=0.0))
    tolerance = bound + 64 * np.finfo(np.float32 if single else np.float64).eps * largest
    difference = np.where(np.isfinite(t), np.abs(a - t), np.inf)
    blurred = ~(tolerance <= np.maximum(BLURRED * largest, measure.resolution))
    wrong = (difference > tolerance) & ~blurred
    counts = np.abs(t) > tolerance  # what is 0 but for rounding has a relative error of 1, which means nothing
    with np.errstate(all="ignore"):
        relative = np.where(counts | wrong | blurred, difference / np.maximum(np.abs(a), np.abs(t)), 0.0)
    if wrong.any():
        k = int(np.argmax(np.where(wrong, relative, -1)))
    elif blurred.any():
        k = int(np.argmax(blurred))
    else:
        k = int(np.argmax(np.where(counts, relative, -1) if counts.any() else np.abs(t)))
    why = measure.why + (", and 64 roundings of the gradient, which is float32" if single else "")
    problem = ""
    if blurred.any() and not wrong.any():
        place = places[k]
        spot = "in a random direction" if place is None else f"at entry [{', '.join(map(str, place))}] of x"
        problem = (
            f"f has no derivative that can be measured {spot}: a kink, a jump or values that are not finite beside it"
        )
    verdict = Verdict.WRONG if wrong.any() or blurred.any() else Verdict.RIGHT
    if verdict is Verdict.RIGHT and not counts.any() and measure.outputs_change():
        verdict = Verdict.TOO_SMALL
    return Gradcheck(
        verdict,
        float(relative[k]) if np.isfinite(relative[k]) else np.inf,
        places[k],
        float(a[k]),
        float(t[k]),
        float(tolerance[k]),
        why,
        looked,
        problem,
    )


class _Measure:
    """Derivatives of φ(x) = Σ g·f(x), for each row on its own or for all of x, with a bound of their error."""

    def __init__(
        self, f: Callable, x: np.ndarray, g: np.ndarray, by_row: bool, rng: np.random.Generator, epsilon: float
    ):
        self.f, self.x, self.g, self.by_row, self.rng = f, x, g, by_row, rng
        self.epsilon = max(epsilon, np.finfo(np.float64).eps)
        probe = self._gaussian()
        floor = self.epsilon * self.per_row(np.abs(g * f(x.copy())))
        self.noise = np.maximum(rounding_noise(self._curve(probe), self.epsilon), floor)
        self.complex = self._complex_step_works([probe, self._gaussian()])
        self.resolution = 1e4 * self.noise.max() + 64 * np.finfo(np.float64).tiny
        self.why = (
            "1024 roundings of f; its derivative is exact, by complex step"
            if self.complex
            else "what halving the step changes, and the measured rounding of f over the step"
        )

    @property
    def curves_for_entries(self) -> int:
        return self.x[0].size if self.by_row else self.x.size

    def describe(self, entries: bool, directions: int) -> str:
        if entries:
            return "every entry of x, " + ("one column of all rows at a time" if self.by_row else "one at a time")
        return f"{directions} Gaussian directions" + (" of each row" if self.by_row else "")

    def per_row(self, values: np.ndarray) -> np.ndarray:
        """The sum over each row (n,), or over everything (1,)."""
        return np.asarray(values).reshape(len(self.x) if self.by_row else 1, -1).sum(axis=1)

    def entries(self) -> Iterator[tuple[list[tuple[int, ...]], np.ndarray]]:
        """For each curve the entries that it moves and the direction, which is 1 there."""
        for index in np.ndindex(self.x.shape[1:] if self.by_row else self.x.shape):
            v = np.zeros(self.x.shape)
            v[(slice(None), *index) if self.by_row else index] = 1.0
            yield ([(k, *index) for k in range(len(self.x))] if self.by_row else [index]), v

    def directions(self, count: int) -> Iterator[tuple[list, np.ndarray]]:
        for _ in range(count):
            yield [], self._gaussian()

    def along(self, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The derivative of φ along v and a bound of its error: (n,) or (1,)."""
        if self.complex:
            slope = self._complex_step(v)
            return slope, 1024 * (self.noise + np.finfo(np.float64).eps * np.abs(slope))
        return derivative(self._curve(v), self.noise)

    def outputs_change(self) -> bool:
        """Some output of f, by itself and without g, changes along a direction by more than its own rounding."""
        v = self._gaussian()

        def outputs(t: float) -> np.ndarray:
            return np.asarray(self.f(self.x + t * v), dtype=np.float64).reshape(-1)

        slope, bound = derivative(outputs, rounding_noise(outputs, self.epsilon))
        return bool((np.abs(slope) > bound).any())

    def _gaussian(self) -> np.ndarray:
        return self.rng.normal(size=self.x.shape)

    def _curve(self, v: np.ndarray) -> Curve:
        return lambda t: self.per_row(self.g * np.asarray(self.f(self.x + t * v), dtype=np.float64))

    def _complex_step(self, v: np.ndarray) -> np.ndarray:
        return self.per_row(np.imag(self.g * np.asarray(self.f(self.x + 1j * COMPLEX_STEP * v)))) / COMPLEX_STEP

    def _complex_step_works(self, directions: list[np.ndarray]) -> bool:
        """f takes complex numbers, and the result agrees with differences along Gaussian directions.

        No entry escapes these.
        """
        try:
            with np.errstate(all="raise", under="ignore"), warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                for v in directions:
                    slope = self._complex_step(v)
                    measured, bound = derivative(self._curve(v), self.noise)
                    allowed = 4 * bound + 64 * np.finfo(np.float64).eps * np.abs(measured)
                    if not (np.isfinite(bound) & (np.abs(slope - measured) <= allowed)).all():
                        return False
        except Exception:  # whatever a function that knows no complex numbers raises
            return False
        return True


def _value(f: Callable, x: np.ndarray) -> np.ndarray:
    """f(x), after the conditions on f and x."""
    if not np.isfinite(x).all():
        raise ValueError("x holds entries that are not finite")
    if not x.size:
        raise ValueError("x is empty")
    given = x.copy()
    value = np.asarray(f(given))
    if not np.array_equal(given, x):
        raise ValueError("f changes the x that it is given; work on a copy")
    if value.dtype.kind not in "fiu" or not value.size:
        raise ValueError(f"f(x) has dtype {value.dtype} and shape {value.shape}; real numbers are expected")
    if not np.isfinite(value).all():
        raise ValueError(
            f"f(x) is not finite at {tuple(int(k) for k in np.argwhere(~np.isfinite(value))[0])}; choose another x"
        )
    value = value.copy()
    if not np.array_equal(value, np.asarray(f(x.copy()))):
        raise ValueError("f gives two answers for the same x: fix its random numbers, and let it keep no state")
    return value


def _given(backward: Callable | np.ndarray, x: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, str]:
    """The gradient to be checked, and what is wrong with it at first sight."""
    x_given, g_given = x.copy(), g.copy()
    answer = np.asarray(backward(x_given, g_given) if callable(backward) else backward)
    problem = ""
    if answer.dtype.kind not in "fiu":
        problem = f"the gradient has dtype {answer.dtype}; real numbers are expected"
    elif answer.shape != x.shape:
        problem = f"the gradient has shape {answer.shape}; it must have the shape of x, {x.shape}"
    elif not np.isfinite(answer).all():
        problem = f"the gradient is not finite at entry {[int(k) for k in np.argwhere(~np.isfinite(answer))[0]]}"
    elif not (np.array_equal(x_given, x) and np.array_equal(g_given, g)):
        problem = "backward changes an array that it is given; work on a copy"
    return answer, problem


def _rows_are_independent(f: Callable, x: np.ndarray, value: np.ndarray, rng: np.random.Generator) -> bool:
    """Row k of f(x) does not change, to the last bit, when other rows of x do.

    Half of the rows are moved at a time, and then the other half: all those whose number has a certain binary digit.
    Any two rows differ in one digit, so that 2 log2 n evaluations see every pair.
    """
    n = len(x) if x.ndim else 0
    if x.ndim < 2 or n < 2 or value.ndim < 1 or len(value) != n:
        return False
    for digit in range((n - 1).bit_length()):
        for half in (0, 1):
            moved = (np.arange(n) >> digit & 1) == half
            other = x + 1e-3 * rng.normal(size=x.shape) * moved.reshape(-1, *[1] * (x.ndim - 1))
            if not np.array_equal(np.asarray(f(other))[~moved], value[~moved]):
                return False
    return True
