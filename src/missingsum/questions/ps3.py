"""What problem set 3, *The Jacobian*, asks."""

from __future__ import annotations

import numpy as np

from missingsum.comparison import Shape
from missingsum.questions.logits import (
    ROW,
    SHAPES,
    SQUARE,
    moderate,
    nothing,
    of_any_size,
    probabilities,
    rows_apart,
    upstream,
)
from missingsum.questions.ps2 import probabilities_and_upstream, product
from missingsum.questions.question import Arguments, Input, Known, Question, draw
from missingsum.variants import (
    Case,
    Product,
    batch_jacobian_variants,
    integer_array_variants,
    log_softmax_backward_variants,
    log_softmax_forward_variants,
    mse_softmax_variants,
    product_variants,
)


def any_targets(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    return (rng.uniform(0.1, 1.5, size=z.shape),)


def whole_numbers(rng: np.random.Generator) -> list[Input]:
    """Logits of an integer type, a row at a time."""
    return [Input((rng.integers(-3, 4, size=(1, c)),)) for c in (4, 6)]


def just_probabilities(rng: np.random.Generator, shape: Shape) -> Input:
    return Input((probabilities(rng, shape),))


def absent_class(rng: np.random.Generator) -> list[Input]:
    """One row with two classes of probability exactly 0, and g; made of both without these classes."""
    s, g = probabilities_and_upstream(rng, (1, 2)).arguments
    return [Input((np.pad(s, ((0, 0), (0, 2))), np.append(g, rng.normal(size=(1, 2)), axis=1)), (s, g))]


def _of_logits(known: Known, truth: np.ndarray, z: np.ndarray, g: np.ndarray) -> Case:
    return Case(truth, s=known.softmax(z), z=z, g=g)


def _of_error(known: Known, truth: np.ndarray, z: np.ndarray, y: np.ndarray) -> Product:
    s = known.softmax(z)
    return Product(known.jacobian(s), s, (s - y) / len(z), z)


_PRODUCTS = {
    "batch": draw(probabilities_and_upstream, *SHAPES),
    "square": draw(probabilities_and_upstream, *SQUARE),
    "row": draw(probabilities_and_upstream, ROW),
    "absent": absent_class,
}

LOG_SOFTMAX_FORWARD = Question(
    "log_softmax_forward",
    "log-softmax",
    {
        "batch": moderate(nothing, *SHAPES),
        "square": moderate(nothing, *SQUARE),
        "row": moderate(nothing, ROW),
        "rows apart": rows_apart(),
        "any size": of_any_size(underflow="log-of-zero"),
        "whole numbers": whole_numbers,
    },
    lambda known, truth, z: Case(truth, s=np.exp(truth), z=z),
    lambda known: log_softmax_forward_variants(known.softmax),
    {"whole numbers": lambda known: integer_array_variants()},
)
LOG_SOFTMAX_BACKWARD = Question(
    "log_softmax_backward",
    "vector-Jacobian product of log-softmax",
    {
        "batch": moderate(upstream, *SHAPES),
        "square": moderate(upstream, *SQUARE),
        "row": moderate(upstream, ROW),
        "rows apart": rows_apart(upstream),
        "any size": of_any_size(upstream, "nan-where-underflow"),
    },
    _of_logits,
    lambda known: log_softmax_backward_variants(known.softmax),
)
SOFTMAX_JACOBIAN = Question(
    "softmax_jacobian",
    "the Jacobian of softmax",
    {
        "batch": draw(just_probabilities, *SHAPES),
        "row": draw(just_probabilities, ROW),
        "absent": lambda rng: [Input(made.arguments[:1], made.made_of[:1]) for made in absent_class(rng)],
    },
    lambda known, truth, s: Product(known.jacobian(s), s, np.zeros_like(s)),
    lambda known: batch_jacobian_variants(),
)
SOFTMAX_BACKWARD_JACOBIAN = Question(
    "softmax_backward_jacobian",
    "vector-Jacobian product of softmax",
    _PRODUCTS,
    product,
    lambda known: product_variants(),
)
SOFTMAX_BACKWARD = Question(
    "softmax_backward",
    "vector-Jacobian product of softmax",
    _PRODUCTS,
    product,
    lambda known: product_variants(),
)
MSE_SOFTMAX_BACKWARD = Question(
    "mse_softmax_backward",
    "gradient of the mean squared error of softmax(z)",
    {
        "batch": moderate(any_targets, *SHAPES),
        "square": moderate(any_targets, *SQUARE),
        "row": moderate(any_targets, ROW),
        "rows apart": rows_apart(any_targets),
        "any size": of_any_size(any_targets),
    },
    _of_error,
    lambda known: mse_softmax_variants(known.softmax),
)
