"""Hidden checks of the problem set *Unit length*."""

import numpy as np

from autograder.extend import Assignment, gradient_of, values_of


def unit(x: np.ndarray) -> np.ndarray:
    """The right answer: each row of x divided by its length."""
    return x / np.sqrt((x**2).sum(axis=1, keepdims=True))


def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray]:
    """n rows to ask for; their length is none of the numbers of rows, 1, 4 and 5."""
    return (rng.normal(size=(n, 3)),)


ASSIGNMENT = Assignment("ps1_unit", (values_of(unit, draw), gradient_of(unit, draw)))
