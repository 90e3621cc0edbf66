"""What a task is: a question with one right answer, computed, and wrong answers that say what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from missingsum.numeric import rowwise_jacobian
from missingsum.questions import Known, Question
from missingsum.slips import SLIPS

DRAWS = 400
"""How many random inputs are tried until one shows all that a task must tell apart."""


def softmax(z: np.ndarray) -> np.ndarray:
    """softmax of each row; right for small logits, which is all that a task by hand has."""
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


KNOWN = Known.measured(softmax)


def jacobian_at(s: np.ndarray) -> np.ndarray:
    """The Jacobian of softmax where its output is s (c,), measured; (c, c)."""
    return KNOWN.jacobian(s[None])[0]


def measured_gradient(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """The gradient of a number, by the same differences as all Jacobians here."""
    flat = rowwise_jacobian(lambda rows: np.array([[f(row.reshape(x.shape))] for row in rows]), x.reshape(1, -1))
    return flat[0, 0].reshape(x.shape)


@dataclass(frozen=True)
class Mistake:
    """A wrong number, and what somebody did who got it."""

    value: float
    said: str


@dataclass(frozen=True)
class NumberTask:
    """A number is asked for: right is what is nearer to it than ``within``."""

    asked: str
    right: float
    decimals: int
    mistakes: tuple[Mistake, ...]
    why: str

    @property
    def within(self) -> float:
        """A last digit that was rounded the other way is right, too."""
        return 0.6 * 10.0**-self.decimals

    def told(self, value: float) -> tuple[str, ...]:
        """What is said to somebody who answers this; () if it is right or if no mistake gives it."""
        if abs(value - self.right) <= self.within:
            return ()
        return tuple(mistake.said for mistake in self.mistakes if abs(value - mistake.value) <= self.within)


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from, in Markdown, and what is said to who chooses it."""

    text: str
    said: str
    right: bool


@dataclass(frozen=True)
class ChoiceTask:
    """One of some answers is right."""

    asked: str
    options: tuple[Option, ...]


ABOUT_ROWS = ("wrong-axis", "whole-matrix", "one-jacobian-for-all")
"""What nobody does who computes one row by hand."""

Wrong = Iterable[tuple[float, str]]
"""Wrong numbers, each with the id of its slip or with words of its own."""


@dataclass(frozen=True)
class Numbers:
    """A family of tasks that ask for a number, each with other numbers."""

    name: str
    read: str
    """the label of the section that explains it"""
    draw: Callable[[np.random.Generator], tuple[str, float, Wrong, str]]
    """→ what is asked, the right number, the wrong ones, and why the right one is right"""
    decimals: int
    tells: tuple[str, ...]
    """the slips that the numbers must tell from the right answer and from each other, as they must own words"""

    def tasks(self, count: int) -> list[NumberTask]:
        """Different ones, the same at each call."""
        found: dict[str, NumberTask] = {}
        for k in range(DRAWS):
            task = self._task(np.random.default_rng([k, *self.name.encode()]))
            if task:
                found.setdefault(task.asked, task)
            if len(found) == count:
                return list(found.values())
        raise ValueError(
            f"{self.name}: {DRAWS} draws gave {len(found)} tasks that tell {self.tells} apart, not {count}"
        )

    def _task(self, rng: np.random.Generator) -> NumberTask | None:
        asked, right, wrong, why = self.draw(rng)
        right, within = float(right) + 0.0, 1.2 * 10.0**-self.decimals
        wrong = list(wrong)
        must = dict.fromkeys([*self.tells, *(said for _, said in wrong if said not in SLIPS)])
        mistakes: dict[str, float] = {}
        for value, said in sorted(wrong, key=lambda each: each[1] not in must):
            if np.isfinite(value) and abs(value - right) > within:
                mistakes.setdefault(said, float(value) + 0.0)
        told = [mistakes[said] for said in must if said in mistakes]
        apart = all(abs(a - b) > within for k, a in enumerate(told) for b in told[:k])
        if len(told) < len(must) or not apart:
            return None
        said = tuple(Mistake(value, in_words(words)) for words, value in mistakes.items())
        return NumberTask(asked, right, self.decimals, said, why)


@dataclass(frozen=True)
class Choices:
    """A family of tasks with answers to choose from.

    ``draw`` gives what is asked, the true value, and the answers: text, value, what is said. The right answer is the
    one whose value is the true one.
    """

    name: str
    read: str
    draw: Callable[[np.random.Generator], tuple[str, object, Sequence[tuple[str, object, str]]]]

    def tasks(self, count: int) -> list[ChoiceTask]:
        """In other orders, and with other numbers where there are numbers."""
        return [self._task(np.random.default_rng([k, *self.name.encode()])) for k in range(count)]

    def _task(self, rng: np.random.Generator) -> ChoiceTask:
        asked, truth, answers = self.draw(rng)
        options = [Option(text, said, same(value, truth)) for text, value, said in answers]
        if sum(option.right for option in options) != 1:
            raise ValueError(
                f"{self.name}: of {len(options)} answers {sum(o.right for o in options)} are right, not one"
            )
        return ChoiceTask(asked, tuple(options[k] for k in rng.permutation(len(options))))


NUMBERS: dict[str, Numbers] = {}
CHOICES: dict[str, Choices] = {}


def numbers(name: str, read: str, tells: tuple[str, ...] = (), decimals: int = 3) -> Callable:
    """Register what it decorates as a family of tasks that ask for a number."""

    def register(draw: Callable) -> Callable:
        NUMBERS[name] = Numbers(name, read, draw, decimals, tells)
        return draw

    return register


def choices(name: str, read: str) -> Callable:
    """Register what it decorates as a family of tasks with answers to choose from."""

    def register(draw: Callable) -> Callable:
        CHOICES[name] = Choices(name, read, draw)
        return draw

    return register


def same(value: object, truth: object) -> bool:
    if isinstance(truth, (bool, str)):
        return bool(value == truth)
    a, b = np.asarray(value, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-6, atol=1e-7))


def slipped(question: Question, right: np.ndarray, arguments: tuple, *place: int) -> Iterator[tuple[float, str]]:
    """What each single slip makes of the entry at a place of the right answer, by the code that recognises it."""
    right = np.asarray(right)
    data = question.data(KNOWN, right, *arguments)
    not_here = ABOUT_ROWS if right.ndim < 2 or len(right) == 1 else ()
    with np.errstate(all="ignore"):
        for variant in question.variants(KNOWN):
            if len(variant.slips) == 1 and variant.slips[0] not in not_here:
                wrong = np.asarray(variant.wrong(data), dtype=np.float64)
                if wrong.shape == right.shape:
                    yield wrong[place].item(), variant.slips[0]


def in_words(said: str) -> str:
    """The words of a slip, by its id, or own words as they are."""
    return SLIPS[said].explanation.replace("*", r"\*") if said in SLIPS else said


# --- Inputs that one can compute with by hand, and how they are written -----------------------------------------------


def shares(rng: np.random.Generator, c: int = 3) -> np.ndarray:
    """Different probabilities in whole tenths."""
    while True:
        cuts = np.sort(rng.choice(np.arange(1, 10), c - 1, replace=False))
        parts = np.diff([0, *cuts, 10])
        if len(set(parts)) == c:
            return parts / 10


def halves(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Different multiples of a half between -3 and 3, none of them 0."""
    values = np.array([k / 2 for k in range(-6, 7) if k])
    return rng.choice(values, shape, replace=False)


def one_hot(rng: np.random.Generator, c: int = 3) -> np.ndarray:
    return np.eye(c)[rng.integers(c)]


def shown(value: float | np.ndarray) -> str:
    """A number, (1, 2, 3) or, of a matrix, its rows."""
    if np.ndim(value) == 2:
        return ", ".join(shown(row) for row in np.asarray(value))
    if np.ndim(value) == 1:
        return f"({', '.join(shown(each) for each in np.asarray(value))})"
    return f"{value + 0.0:.10g}".replace("-", "−")


def added(values: np.ndarray) -> str:
    """Numbers with plus signs between them."""
    return " + ".join(factor(value) for value in values)


def factor(value: float) -> str:
    """A number behind another sign: in brackets if it is negative."""
    return f"({shown(value)})" if value < 0 else shown(value)


def products(a: np.ndarray, b: np.ndarray) -> str:
    """The terms of a dot product."""
    return " + ".join(f"{factor(x)} · {factor(y)}" for x, y in zip(a, b))


def at(j: int) -> str:
    """An index, set low."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(j))
