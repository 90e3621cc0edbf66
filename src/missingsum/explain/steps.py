"""A computation in named steps, and what people put in the place of one step: each a slip with a sentence.

A step is computed from what was given and from the steps before it, and so is what takes its place; there it may also
use what is right. So a wrong step goes on into everything that follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

Values = dict[str, np.ndarray]
"""What was given, and the steps that were computed so far, by name."""
Step = Callable[..., np.ndarray]
"""The values so far → that of a step; whatever else it takes has a default."""


@dataclass(frozen=True)
class Other:
    """What is computed in the place of ``step``, or after it: then it finds the right value under the step's name."""

    step: str
    slip: str
    words: str
    value: Step
    weight: float = 1.0


def computed(
    steps: Mapping[str, Step], given: Values, others: Sequence[Other] = (), right: Values | None = None
) -> Values:
    """All steps, with the ``others`` in the place of theirs; ValueError where shapes do not fit.

    What is ``right`` need not be computed again before the first step that is wrong.
    """
    values = dict(given)
    instead: dict[str, list[Other]] = {}
    for other in others:
        instead.setdefault(other.step, []).append(other)
    wrong = right is None
    for name, step in steps.items():
        wrong = wrong or name in instead
        values[name] = step(values) if wrong or right is None else right[name]
        for other in instead.get(name, ()):
            values[name] = np.asarray(other.value(values), dtype=np.float64)
    return values


def chosen(others: Sequence[Other], most: int, heaviest: float = 2.2) -> Iterator[tuple[Other, ...]]:
    """One of them, and then, if ``most`` is 2, two of different steps that are not too far-fetched."""
    yield from ((other,) for other in others)
    for one, two in combinations(others, 2) if most > 1 else ():
        if one.step != two.step and one.slip != two.slip and one.weight + two.weight <= heaviest:
            yield one, two


def slips_of(others: Sequence[Other]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other.slip for other in others))


def words_of(others: Sequence[Other]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other.words for other in others if other.words))
