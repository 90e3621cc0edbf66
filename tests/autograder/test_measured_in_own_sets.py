"""What a measured gradient earns in a set of one's own: the figures of the page *Your own problem set*."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib.util import module_from_spec, spec_from_file_location
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking.asked import EXACT, is_tiny
from autograder.checking.protocol import Problem, Reply
from autograder.extend import Failed, Tiny, gradient_of

from .notebooks import ROOT

PAGE = (ROOT / "chapters" / "your_own_problem_set.md").read_text()
Slope = Callable[[Callable[[np.ndarray], Any], np.ndarray], np.ndarray]
"""(f, x) → the derivatives of every number of f by every entry of x, whose axes come last."""


def of_the_page() -> SimpleNamespace:
    """What the page's code of *Unit length* defines."""
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        if "unit" in block:
            exec(block, names)
    return SimpleNamespace(**names)


def of_the_example(name: str) -> Any:
    """The hidden checks of an example."""
    spec = spec_from_file_location(f"of_{name}", ROOT / "examples" / name / "hidden" / f"ps1_{name}.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


UNIT, LAYERNORM, CONV2D = of_the_page(), of_the_example("layernorm"), of_the_example("conv2d")


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.sqrt((x**2).sum(axis=1, keepdims=True))


def layernorm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=1, keepdims=True)
    return gamma * x / np.sqrt((x * x).mean(axis=1, keepdims=True) + LAYERNORM.EPS) + beta


def conv2d(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    height, width = x.shape[1] - k.shape[0] + 1, x.shape[2] - k.shape[1] + 1
    return sum(k[a, b] * x[:, a : a + height, b : b + width] for a, b in np.ndindex(k.shape))


def central(f: Callable, x: np.ndarray) -> np.ndarray:
    found = np.zeros(np.shape(f(x)) + x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-5
        found[(..., *index)] = (f(x + step) - f(x - step)) / 2e-5
    return found


def complex_step(f: Callable, x: np.ndarray) -> np.ndarray:
    found = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-200j
        found[index] = np.imag(f(moved)) / 1e-200
    return found


def measured(forward: Callable, positions: Sequence[int], slope: Slope, *, each_output: bool = False) -> Callable:
    """A backward function that measures the sum Σ g f, or each output by itself."""

    def backward(*given: np.ndarray) -> Any:
        *arguments, g = (np.asarray(array, dtype=float) for array in given)
        parts = []
        for k in positions:

            def at(x: np.ndarray, k: int = k) -> np.ndarray:
                return forward(*arguments[:k], x, *arguments[k + 1 :])

            if each_output:
                parts.append(np.tensordot(g, slope(at, arguments[k]), axes=g.ndim))
            else:
                parts.append(slope(lambda x, at=at: (g * at(x)).sum(), arguments[k]))
        return parts[0] if len(parts) == 1 else tuple(parts)

    return backward


def points(problem: Problem, function: Callable, seed: int = 0) -> float:
    """What the function earns."""

    def call(name: str, *arguments: Any, **_: Any) -> Reply:
        given = tuple(np.array(array) for array in arguments)
        return Reply(function(*given), given)

    earned = 0.0
    for check in problem.checks:
        try:
            check.run(call, np.random.default_rng(seed))
            earned += check.points
        except Failed as failed:
            assert "measured" in str(failed)
    return earned


def small_images(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Fewer pixels than the example's, of which each is measured many times."""
    return rng.normal(size=(n, 7, 6)), rng.normal(size=(3, 2))


CASES = {
    "unit": (unit, UNIT.draw, None, Tiny(UNIT.first_entry_nearly_0, UNIT.unit_backward)),
    "layernorm": (
        layernorm,
        LAYERNORM.draw,
        {"dx": 0, "dgamma": 1, "dbeta": 2},
        Tiny(LAYERNORM.small_gamma, LAYERNORM.layernorm_backward),
    ),
    "conv2d": (conv2d, small_images, {"dx": 0, "dk": 1}, Tiny(CONV2D.one_corner, CONV2D.conv2d_backward)),
}
"""Function → forward, draw, parts, and inputs at which a measured gradient shows."""


def figures() -> list[list[str]]:
    """The numbers in the rows of the page's table."""
    rows = PAGE.partition("What a measured gradient earns")[2].partition("\n\nSo without")[0].splitlines()
    return [re.findall(r"\d+", row.partition("|")[2].partition("|")[2]) for row in rows if re.search(r"\d", row)]


@pytest.mark.parametrize("with_tiny", [False, True], ids=["without tiny", "with tiny"])
@pytest.mark.parametrize("name", CASES)
def test_the_figures_of_the_page_are_what_measured_gradients_earn(name, with_tiny):
    forward, draw, parts, tiny = CASES[name]
    problem = gradient_of(forward, draw, parts=parts, tiny=tiny if with_tiny else None)
    asked = list((parts or {"": 0}).values())
    ways = (
        measured(forward, asked, central),
        measured(forward, asked, central, each_output=True),
        measured(forward, asked, complex_step),
    )
    earned = [problem.max_score, *(points(problem, way) for way in ways)]
    assert [f"{number:g}" for number in earned] == figures()[2 * list(CASES).index(name) + with_tiny]
    assert points(problem, tiny.backward) == problem.max_score


def unit_otherwise(x, g):
    length = np.linalg.norm(x, axis=1, keepdims=True)
    J = [np.eye(x.shape[1]) / each - np.outer(row, row) / each**3 for row, each in zip(x, length)]
    return np.einsum("ni,nij->nj", g, np.array(J))


def layernorm_otherwise(x, gamma, beta, g):
    n, c = x.shape
    s, x_hat = 1 / np.sqrt(x.var(axis=1) + LAYERNORM.EPS), LAYERNORM.normalised(x)
    dx = np.zeros((n, c))
    for k in range(n):
        for j in range(c):
            for i in range(c):
                dx[k, j] += g[k, i] * gamma[i] * s[k] * ((i == j) - 1 / c - x_hat[k, i] * x_hat[k, j] / c)
    return dx, np.einsum("nc,nc->c", x_hat, g), g.sum(axis=0)


def conv2d_otherwise(x, k, g):
    dx, dk = np.zeros(x.shape), np.zeros(k.shape)
    for (n, i, j), each in np.ndenumerate(g):
        dx[n, i : i + k.shape[0], j : j + k.shape[1]] += each * k
        dk += each * x[n, i : i + k.shape[0], j : j + k.shape[1]]
    return dx, dk


OTHERWISE = {"unit": unit_otherwise, "layernorm": layernorm_otherwise, "conv2d": conv2d_otherwise}


@pytest.mark.parametrize("name", CASES)
def test_what_is_right_and_computed_otherwise_has_the_digits_that_are_asked(name):
    forward, _, parts, tiny = CASES[name]
    for seed in range(100):
        *arguments, g = tiny.draw(np.random.default_rng(seed))
        answers = [backward(*arguments, g) for backward in (tiny.backward, OTHERWISE[name])]
        found = 0
        for one, other in zip(*answers) if parts else [answers]:
            entries = is_tiny(forward, arguments, g, one)
            found += entries.sum()
            assert (np.abs(other - one)[entries] <= 1e-3 * EXACT * np.abs(one)[entries]).all()
        assert found


def test_the_threat_model_says_where_the_figures_are():
    said = (ROOT / "chapters" / "threat_model.md").read_text()
    assert "all points but one, or all" in said and "(your_own_problem_set.md)" in said
