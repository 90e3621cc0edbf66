"""What a backward function is asked, and the right answer, measured from the forward function alone."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from autograder.checking.protocol import Failed
from missingsum.comparison import Answer, parts_of
from missingsum.diagnosis import Variant
from missingsum.numeric import gradient

Arrays = tuple[Any, ...]
Forward = Callable[..., np.ndarray]
Backward = Callable[..., Any]
Draw = Callable[[np.random.Generator, int], Arrays]
"""(random numbers, number of examples) → the arguments of the forward function."""

Ways = Sequence[Variant] | Mapping[str, Sequence[Variant]]
"""Ways to go wrong: of the one part of a gradient, or of each by its name."""

RTOL = 1e-7
"""Of a comparison with what is measured, which is good to about 1e-11 of the terms that it sums."""
BATCHES = (4, 5)
"""Examples in the batches; choose other sizes for all other axes, so that no axis can be taken for another."""
NOISE = 1e-11
STEP = 5e-4
"""Of the differences."""
NEARLY_ZERO = 1e-12
"""Of Σ |g f|: an entry of a gradient that is smaller has hardly a digit in any difference of the sum."""
EXACT = 1e-6
"""To what such an entry is compared, relative to itself: six digits, so that chance cancels nobody's right answer."""


@dataclass(frozen=True)
class Tiny:
    """Inputs at which entries of a gradient are nearly 0 beside the others, and the gradient there.

    Such an entry is compared relative to itself: who differentiates has it to the last digits, and who measures has
    none of them, since the difference drowns in the rounding of all the rest.

    draw
        rng → (*arguments, g), drawn from the generator ``rng``. Entries count that are not 0, and smaller than
        `NEARLY_ZERO` times Σ |g f|; whatever is right must come to `EXACT` there, in whichever order it computes.
    backward
        (*arguments, g) → the right gradient, or a tuple with all parts. It is compared with the measured one.
    """

    draw: Callable[[np.random.Generator], Arrays]
    backward: Backward


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
        return np.asarray(self.forward(*copied(self.arguments)), dtype=np.float64)

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
        coarse = self._slopes(self.g, 4 * STEP)
        return NOISE * np.abs(self.g * self.output).sum() + np.abs(coarse - self.truth)

    def measured(self, g: np.ndarray) -> np.ndarray:
        """∂(Σ g · f)/∂x by central differences."""
        found = self._slopes(g, STEP)
        return np.where(np.abs(found) <= NOISE * np.abs(g * self.output).sum(), 0.0, found)

    def _slopes(self, g: np.ndarray, step: float) -> np.ndarray:
        return _measured(self.forward, self.position, step, pickle.dumps((self.arguments, g)))

    def at(self, x: np.ndarray) -> np.ndarray:
        """The forward function, with ``x`` in its place among the arguments."""
        others = copied(self.arguments)
        return np.asarray(self.forward(*others[: self.position], x, *others[self.position + 1 :]))


@lru_cache(maxsize=64)
def _measured(forward: Forward, position: int, step: float, given: bytes) -> np.ndarray:
    """∂(Σ g · f)/∂x by central differences; kept, since whoever seeks a mistake asks for the same again and again."""
    arguments, g = pickle.loads(given)
    asked = Asked(forward, arguments, g, position)
    found = gradient(lambda x: float((g * asked.at(x)).sum()), asked.x, step)
    found.flags.writeable = False
    return found


def is_tiny(forward: Forward, arguments: Sequence[Any], g: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Which entries of a gradient drown in Σ g f."""
    size = np.abs(g * np.asarray(forward(*copied(tuple(arguments))))).sum()
    return (truth != 0) & (np.abs(truth) <= NEARLY_ZERO * size)


def copied(arguments: Arrays) -> Arrays:
    return tuple(array.copy() if isinstance(array, np.ndarray) else array for array in arguments)


def named(part: str, title: str) -> str:
    return f"{part}: {title}" if part else title


def part_of(answer: Answer, part: str, wanted: Mapping[str, int]) -> Answer:
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
