"""What problem set 2, *The missing sum*, asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from missingsum.comparison import Shape
from missingsum.diagnosis import Variant
from missingsum.explain import recipes
from missingsum.questions.logits import moderate, nothing, of_any_size, probabilities, rows_apart
from missingsum.questions.question import Input, Inputs, Known, Question, draw
from missingsum.variants import (
    PROBABILITY_EPSILONS,
    Product,
    forward_variants,
    jacobian_variants,
    missing_part_variants,
    product_variants,
    total_derivative_variants,
)

Targets = Callable[[np.random.Generator, int], np.ndarray]
"""Targets (c,) of one example with c classes."""


def one_hot(rng: np.random.Generator, c: int) -> np.ndarray:
    return np.eye(c)[rng.integers(c)]


def any_targets(rng: np.random.Generator, c: int) -> np.ndarray:
    return rng.uniform(0.2, 1.5, size=c)


def example(rng: np.random.Generator, shape: Shape) -> Input:
    """The probabilities s (c,) of one example."""
    return Input((probabilities(rng, (1, *shape))[0],))


def examples_with(targets: Targets) -> Inputs:
    """s and y of two examples."""
    return lambda rng: [Input((*example(rng, (c,)).arguments, targets(rng, c))) for c in (4, 6)]


def probabilities_and_upstream(rng: np.random.Generator, shape: Shape) -> Input:
    return Input((probabilities(rng, shape), rng.normal(size=shape)))


def absent_classes(rng: np.random.Generator) -> list[Input]:
    """Rows with two classes of probability exactly 0, and large upstream entries."""
    made = []
    for _ in range(2):
        s = np.column_stack([probabilities(rng, (1, 2)), np.zeros((1, 2))])
        made.append(Input((s, rng.normal(size=(1, 4), scale=1e3))))
    return made


def far_from_zero_first(rng: np.random.Generator) -> list[Input]:
    """Logits of any size, first those at which an exponential of them overflows or underflows."""
    apart, *others = of_any_size(underflow="no-max")(rng)
    return [*others, apart]


def product(known: Known, truth: np.ndarray, s: np.ndarray, g: np.ndarray) -> Product:
    """What a vector-Jacobian product is computed from."""
    return Product(known.jacobian(s), s, g)


def _of_cross_entropy(known: Known, truth: np.ndarray, s: np.ndarray, y: np.ndarray) -> Product:
    """One example, whose upstream gradient is -y/s."""
    return product(known, truth, s[None], -y[None] / s)


CUTS = (1.0, 5.0, 10.0, 20.0, 30.0, 50.0, 60.0, 80.0, 88.0, 100.0, 200.0, 300.0, 500.0, 700.0, 709.0, 1000.0)


def _clipped_forward(known: Known) -> Iterator[Variant]:
    for bound in CUTS:
        yield Variant(("cut-logits",), lambda z, bound=bound: recipes.softmax_of_cut_logits(z, bound))
    for eps in PROBABILITY_EPSILONS:
        yield Variant(("clip",), lambda z, eps=eps: np.clip(known.softmax(z), eps, 1 - eps))
        yield Variant(("clip",), lambda z, eps=eps: np.maximum(known.softmax(z), eps))
        yield Variant(("clip",), lambda z, eps=eps: known.softmax(z) + eps)


def _clipped_backward(known: Known) -> Iterator[Variant]:
    for eps in PROBABILITY_EPSILONS:
        for keep in (lambda s, eps: np.clip(s, eps, 1 - eps), np.maximum, np.add):
            yield Variant(("clip",), lambda d, eps=eps, keep=keep: _product_with(keep(d.output, eps), d.upstream))


def _product_with(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    return s * (g - (s * g).sum(axis=1, keepdims=True))


_TARGETS = {"one-hot": examples_with(one_hot), "any": examples_with(any_targets)}

SOFTMAX_FORWARD = Question(
    "softmax_forward",
    "softmax(z)",
    {
        "batch": moderate(nothing, (4, 6), (3, 5)),
        "square": moderate(nothing, (4, 4), (5, 5)),
        "row": moderate(nothing, (1, 7)),
        "rows apart": rows_apart(),
        "any size": far_from_zero_first,
    },
    lambda known, truth, z: z,
    lambda known: forward_variants(known.softmax),
    {"any size": _clipped_forward},
)
SOFTMAX_PARTIAL = Question(
    "softmax_partial",
    "∂s_i/∂z_j of one example",
    {"batch": draw(example, (4,), (5,))},
    lambda known, truth, s: product(known, truth, s[None], np.zeros((1, len(s)))),
    lambda known: jacobian_variants(),
)
DL_DZ_ENTRY = Question(
    "dL_dz_entry",
    "dL/dz of cross-entropy",
    _TARGETS,
    _of_cross_entropy,
    lambda known: total_derivative_variants(),
)
MISSING_PART = Question(
    "missing_part",
    "dL/dz of cross-entropy without its i = j term",
    _TARGETS,
    _of_cross_entropy,
    lambda known: missing_part_variants(),
)
# beside single rows a batch: with one row a sum down the column looks like a sum that is not there
SOFTMAX_BACKWARD = Question(
    "softmax_backward",
    "vector-Jacobian product of softmax",
    {
        "batch": draw(probabilities_and_upstream, (4, 7), (5, 3)),
        "square": draw(probabilities_and_upstream, (5, 5), (3, 3)),
        "single rows": draw(probabilities_and_upstream, (1, 5), (1, 8), (4, 3)),
        "row": draw(probabilities_and_upstream, (1, 5)),
        "absent": absent_classes,
    },
    product,
    lambda known: product_variants(),
    {"absent": _clipped_backward},
)
