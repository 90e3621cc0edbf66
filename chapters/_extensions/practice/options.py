"""What answers to choose from are made of: code that is run, and activations that are measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from missingsum.numeric import rowwise_jacobian
from practice.task import softmax

Rows = Callable[[np.ndarray], np.ndarray]
ACTIVATIONS: dict[str, Rows] = {
    "softmax(*z*)": softmax,
    "log-softmax(*z*)": lambda z: np.log(softmax(z)),
    "sigmoid(*z*)": lambda z: 1 / (1 + np.exp(-z)),
    "softmax(*z*/2)": lambda z: softmax(z / 2),
    "tanh(*z*)": np.tanh,
    "*z* / Σ *z*": lambda z: z / z.sum(axis=1, keepdims=True),
}
SOMEWHERE = np.array([[0.3, -0.7, 1.1]])


def run(code: str, **given: object) -> object:
    """The value of an expression of NumPy, or the name of the error that it raises."""
    try:
        with np.errstate(all="ignore"):
            return eval(code, {"np": np, **given})
    except (ValueError, TypeError, IndexError) as error:
        return type(error).__name__


def in_code(answers: Sequence[tuple[str, str]], **given: object) -> list[tuple[str, object, str]]:
    return [(f"`{code}`", run(code, **given), said) for code, said in answers]


def is_coupled(f: Rows) -> bool:
    """One input moves an output of another place."""
    J = rowwise_jacobian(f, SOMEWHERE)[0]
    return bool(np.abs(J - np.diag(np.diag(J))).max() > 1e-6)


def is_symmetric(f: Rows) -> bool:
    J = rowwise_jacobian(f, SOMEWHERE)[0]
    return bool(np.allclose(J, J.T, atol=1e-8))
