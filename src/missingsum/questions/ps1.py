"""What problem set 1, *Losses*, asks."""

from __future__ import annotations

from itertools import product

import numpy as np

from missingsum.comparison import Shape
from missingsum.questions.question import Input, Known, Question, draw
from missingsum.variants import (
    Case,
    bce_backward_variants,
    bce_forward_variants,
    clipped_bce_forward,
    clipped_cross_entropy_backward,
    clipped_cross_entropy_forward,
    cross_entropy_backward_variants,
    cross_entropy_forward_variants,
    mse_backward_variants,
    mse_forward_variants,
    sigmoid_backward_variants,
    sigmoid_forward_variants,
)

SHAPES = ((5, 7), (4, 3))
"""n ≠ c, neither of them 2."""
ROW = (1, 5)


def outputs(rng: np.random.Generator, shape: Shape) -> Input:
    """Outputs and targets of any sign and size: some lie outside of the range from 0 to 1."""
    a, y = rng.normal(size=shape, scale=1.5), rng.normal(size=shape, scale=1.5)
    for values in (a, y):
        values.flat[:2] = np.abs(values.flat[:2]) * (-1, 1) + (-0.5, 1.5)
    return Input((a, y))


def outputs_and_upstream(rng: np.random.Generator, shape: Shape) -> Input:
    """Outputs a of sigmoid, and g; made of the logits."""
    a = rng.uniform(0.05, 0.95, size=shape)
    return Input((a, rng.normal(size=shape)), np.log(a / (1 - a)))


def logits(rng: np.random.Generator, shape: Shape) -> Input:
    """Logits ln(a / (1 - a)), made of a."""
    a = rng.uniform(0.02, 0.98, size=shape)
    return Input((np.log(a / (1 - a)),), a)


def logits_and_targets(rng: np.random.Generator, shape: Shape) -> Input:
    """The same, and targets between 0 and 1."""
    made = logits(rng, shape)
    return Input((*made.arguments, rng.uniform(size=shape)), made.made_of)


def logits_of_any_size(rng: np.random.Generator) -> list[Input]:
    """Far below 0, far above it, and beyond both."""
    z = np.array([[-1e4, -800.0, -40.0, 0.0, 40.0, 800.0, 1e4]])
    a = np.array([[0.0, 0.0, np.exp(-40), 0.5, 1.0, 1.0, 1.0]])
    return [Input((z,), a, "logits of any size", "exp-overflow")]


def probabilities(rng: np.random.Generator, shape: Shape) -> Input:
    """Probabilities, and soft targets that sum to 1."""
    s, y = rng.lognormal(size=shape), rng.lognormal(size=shape, sigma=2)
    return Input((s / s.sum(axis=1, keepdims=True), y / y.sum(axis=1, keepdims=True)))


def absent_class(rng: np.random.Generator) -> list[Input]:
    """One row of which class 1 has probability 0 and target 0; made of the row without that class."""
    made = []
    for c in (4, 6):
        s, y = probabilities(rng, (1, c - 1)).arguments
        with_it = np.insert(s, 1, 0, axis=1), np.insert(y, 1, 0, axis=1)
        made.append(Input(with_it, (s, y), "s = 0 where y = 0", "log-of-zero"))
    return made


def tiny_probabilities(rng: np.random.Generator) -> list[Input]:
    """A true class of probability 10^-30 or 10^-25 and, to compare with, one of about 0.05; made of minus its log."""
    made = []
    for c, digits in ((4, 30), (5, 25), (4, 1)):
        s, minus_log = rng.uniform(0.5, 1.5, size=(1, c)), (digits + rng.uniform()) * np.log(10)
        s /= s.sum()
        s[0, 2] = np.exp(-minus_log)
        made.append(Input((s, np.eye(c)[[2]]), minus_log, f"a true class of probability {s[0, 2]:.1g}"))
    return made


def one_logit_of_any_size(rng: np.random.Generator, rounded: str = "log-of-zero") -> list[Input]:
    """One logit at a time, none well predicted, made of their loss; at 40 sigmoid rounds to 1, with a finite e^40.

    ``rounded`` is the slip of who gets nan there.
    """
    made = []
    for z, soft in product((40.0, -40.0, 1000.0, -1000.0, 1e4, -1e4, 0.0), (True, False)):
        y = 0.3 if soft else float(z < 0)
        loss = abs(z) * (y if z < 0 else 1 - y) if z else np.log(2)
        slip = rounded if abs(z) < 100 else "exp-overflow"
        made.append(Input((np.array([[z]]), np.array([[y]])), loss, f"z = {z:g}, y = {y:g}", slip))
    return made


def _with_outputs(known: Known, truth: np.ndarray, a: np.ndarray, y: np.ndarray) -> Case:
    return Case(truth, s=a, y=y)


def _with_logits(known: Known, truth: np.ndarray, z: np.ndarray, y: np.ndarray) -> Case:
    return Case(truth, s=np.exp(-np.logaddexp(0, -z)), y=y, z=z)


_OUTPUTS = {"batch": draw(outputs, *SHAPES), "row": draw(outputs, ROW)}
_PROBABILITIES = {
    "batch": draw(probabilities, *SHAPES),
    "row": draw(probabilities, ROW),
    "absent": absent_class,
    "tiny": tiny_probabilities,
}
_LOGITS = {
    "batch": draw(logits_and_targets, *SHAPES),
    "vector": draw(logits_and_targets, (5,), (8,)),
    "row": draw(logits_and_targets, (1, 1)),
    "any size": one_logit_of_any_size,
}

MSE_FORWARD = Question(
    "mse_forward", "the mean squared error", _OUTPUTS, _with_outputs, lambda known: mse_forward_variants()
)
MSE_BACKWARD = Question(
    "mse_backward",
    "gradient of the mean squared error",
    _OUTPUTS,
    _with_outputs,
    lambda known: mse_backward_variants(),
)
SIGMOID_FORWARD = Question(
    "sigmoid_forward",
    "sigmoid",
    {"batch": draw(logits, *SHAPES), "any size": logits_of_any_size},
    lambda known, truth, z: Case(truth, s=truth),
    lambda known: sigmoid_forward_variants(),
)
SIGMOID_BACKWARD = Question(
    "sigmoid_backward",
    "vector-Jacobian product of sigmoid",
    {"batch": draw(outputs_and_upstream, *SHAPES), "row": draw(outputs_and_upstream, ROW)},
    lambda known, truth, a, g: Case(truth, s=a, g=g),
    lambda known: sigmoid_backward_variants(),
)
CROSS_ENTROPY_FORWARD = Question(
    "cross_entropy_forward",
    "cross-entropy of probabilities",
    _PROBABILITIES,
    _with_outputs,
    lambda known: cross_entropy_forward_variants(),
    {"tiny": lambda known: clipped_cross_entropy_forward()},
)
CROSS_ENTROPY_BACKWARD = Question(
    "cross_entropy_backward",
    "dL/ds of cross-entropy",
    _PROBABILITIES,
    _with_outputs,
    lambda known: cross_entropy_backward_variants(),
    {"tiny": lambda known: clipped_cross_entropy_backward()},
)
BCE_FORWARD = Question(
    "bce_with_logits_forward",
    "binary cross-entropy from logits",
    _LOGITS,
    _with_logits,
    lambda known: bce_forward_variants(),
    {"any size": lambda known: clipped_bce_forward()},
)
BCE_BACKWARD = Question(
    "bce_with_logits_backward",
    "gradient of binary cross-entropy from logits",
    _LOGITS | {"any size": lambda rng: one_logit_of_any_size(rng, "nan-where-underflow")},
    _with_logits,
    lambda known: bce_backward_variants(),
)
