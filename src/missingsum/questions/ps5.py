"""What problem set 5, *Gradient checking*, asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from missingsum.comparison import Shape
from missingsum.questions.question import Input, Inputs, Question
from missingsum.variants import Differences, Gradient, Sizes, difference_variants, relative_error_variants

# --- central_difference(f, x, h) -------------------------------------------------------------------------------------


def cubic(rng: np.random.Generator, x: np.ndarray, h: float) -> Input:
    """A function Σ (a x³/3 + b x²/2) + k (Σ x)²/2, made of its difference quotients: exact but for the cube."""
    a, b, k = rng.normal(size=x.shape), rng.normal(size=x.shape), rng.normal()

    def f(x: np.ndarray) -> float:
        return float((a * x**3 / 3 + b * x**2 / 2).sum() + k * x.sum() ** 2 / 2)

    return Input((f, x, h), a * (x**2 + h**2 / 3) + b * x + k * x.sum())


def cubics(shape: Shape, *steps: float, integers: bool = False) -> Inputs:
    """At steps for which forward differences, or another step, would show."""

    def inputs(rng: np.random.Generator) -> list[Input]:
        made = []
        for h in steps:
            x = rng.integers(-2, 3, size=shape) if integers else rng.normal(size=shape)
            made.append(cubic(rng, x, h))
        return made

    return inputs


def small_steps(rng: np.random.Generator) -> list[Input]:
    """Good steps for a function with all its derivatives, made of the derivative."""
    made = []
    for h in (1e-5, 2e-5):
        A, x = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))

        def f(x: np.ndarray, A: np.ndarray = A) -> float:
            return float(np.sin(A @ x).sum())

        made.append(Input((f, x, h), A.T @ np.cos(A @ x)))
    return made


CENTRAL_DIFFERENCE = Question(
    "central_difference",
    "difference quotients",
    {
        "vector": cubics((5,), 0.5, 0.25),
        "integers": cubics((2, 3), 0.5, 0.25, integers=True),
        "small steps": small_steps,
        "row": cubics((3, 4), 0.125),
    },
    lambda known, truth, f, x, h: Differences(truth, f, x, h),
    lambda known: difference_variants(),
)

# --- relative_error(a, b) --------------------------------------------------------------------------------------------


def of_known_error(rng: np.random.Generator, shape: Shape, sizes: tuple[float, float], angle: float) -> Input:
    """Two arrays of these sizes with this angle between them, made of their relative error."""
    basis, _ = np.linalg.qr(rng.normal(size=(np.prod(shape), 2)))
    one, other = sizes
    a = one * basis[:, 0]
    b = other * (np.cos(angle) * basis[:, 0] + np.sin(angle) * basis[:, 1])
    distance = np.sqrt((one - other) ** 2 + 4 * one * other * np.sin(angle / 2) ** 2)
    return Input((a.reshape(shape), b.reshape(shape)), distance / max(one, other))


def pairs_of_arrays(rng: np.random.Generator) -> list[Input]:
    """Vectors and matrices, near and far apart, small and large, either of them the larger."""
    made = []
    for shape in ((6,), (3, 4)):
        for ratio, angle in ((1.001, 0.0), (1.2, 0.4), (3.0, 2.0)):
            for size in (2.0, 1e6, 1e-3):
                for sizes in ((size, size * ratio), (size * ratio, size)):
                    made.append(of_known_error(rng, shape, sizes, angle))
    return made


def zeros(rng: np.random.Generator) -> list[Input]:
    """A missing gradient is no small error, and two zeros are the same."""
    zero, a = np.zeros((2, 3)), rng.normal(size=(2, 3))
    return [
        Input((a, zero), 1.0, "b is 0"),
        Input((zero, a), 1.0, "a is 0"),
        Input((a, a.copy()), 0.0, "a and b are the same"),
        Input((a, -a), 2.0, "b is -a"),
        Input((zero, zero), 0.0, "both are 0", "zero-over-zero"),
    ]


RELATIVE_ERROR = Question(
    "relative_error",
    "relative error",
    {"pairs": pairs_of_arrays, "zeros": zeros},
    lambda known, truth, a, b: Sizes(float(truth), a, b),
    lambda known: relative_error_variants(),
)

# --- gradient_check(forward, backward, z, y) and find_the_bugs(candidates, z, y) --------------------------------------


def overlooked(rng: np.random.Generator, right: Gradient, z: np.ndarray, y: np.ndarray) -> dict[str, Gradient]:
    """Wrong gradients made of a right one, many of which pass if a check sums, is wide, or lets nan through."""
    noise, scale = rng.normal(size=z.shape), np.abs(right(z, y)).max()
    one, column = int(rng.integers(z.size)), int(rng.integers(z.shape[1]))
    swapped, row = [1, 0, *range(2, z.shape[1])], np.arange(len(z))[:, None]

    def at_one_entry(value: float) -> Callable[[np.ndarray], np.ndarray]:
        return lambda given: np.where(np.arange(z.size).reshape(z.shape) == one, given + value, given)

    spoilt: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "zeros": np.zeros_like,
        "one that is 1.001 times too large": lambda given: 1.001 * given,
        "one that is wrong in one entry": at_one_entry(0.02 * scale),
        "one that is off by a thousandth of its size": lambda given: given + 1e-3 * scale * noise,
        "one whose rows are shifted, each by a number": lambda given: given + 0.01 * scale * noise[:, :1],
        "one with a column of zeros": lambda given: given * (np.arange(z.shape[1]) != column),
        "one with two columns exchanged": lambda given: given[:, swapped],
        "one with the first two rows exchanged": lambda given: np.concatenate([given[1::-1], given[2:]]),
        "one that is 0 in the first row": lambda given: given * (row > 0),
        "one that is 0 in the last row": lambda given: given * (row < len(z) - 1),
        "one with a nan": at_one_entry(np.nan),
        "one that is not finite": lambda given: np.full_like(given, np.inf),
        "one of another shape": np.transpose,
        "one that is summed over the rows": lambda given: given.sum(axis=0),
    }
    return {name: lambda z, y, spoil=spoil: spoil(right(z, y)) for name, spoil in spoilt.items()}


def in_order(function: str, names: Sequence[str], arguments: Sequence[Any], named: Mapping[str, Any]) -> list[Any]:
    """The arguments of a call, one for each of ``names``, in their order or by name; ValueError for any others."""
    given = {**dict(zip(names, arguments)), **named}
    if len(arguments) + len(named) != len(names) or given.keys() != set(names):
        many = {1: "one argument", 2: "two arguments"}[len(names)]
        raise ValueError(
            f"{function} takes {many}, ({', '.join(names)}), and is called with {len(arguments) + len(named)}"
            + (f", some of them called {', '.join(named)}" if named else "")
        )
    return [given[name] for name in names]


class Watched:
    """A function of z and y that notes whether it is called with the two exchanged."""

    def __init__(self, name: str, function: Callable, z: np.ndarray, y: np.ndarray):
        self.name, self.function, self.z, self.y = name, function, z, y
        self.exchanged = False

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        z, y = in_order(self.name, ("z", "y"), arguments, named)
        self.exchanged |= np.array_equal(z, self.y) and not np.array_equal(y, self.y)
        return self.function(z, y)

    @property
    def problem(self) -> str:
        """What to say of it; "" if its arguments stand in their order."""
        order = f"the logits come first and then the targets, {self.name}(z, y)"
        return f"it calls {self.name}(y, z): {order}" if self.exchanged else ""
