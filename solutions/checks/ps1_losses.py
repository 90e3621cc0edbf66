"""Hidden checks of problem set 1, *Losses*."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

import numpy as np

import reference
from checks.agree import Arguments, Inputs, Make, Right, agrees, agrees_and_keeps, overflows
from checks.protocol import (
    RTOL,
    Assignment,
    Caller,
    Check,
    Failed,
    Problem,
    Run,
    require_inputs_unchanged,
    require_samples,
)
from missingsum.comparison import Shape, mismatch
from missingsum.diagnosis import Sample, Variant, explain
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

SHAPES = ((5, 7), (4, 3))  # n ≠ c, neither of them 2


def outputs(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Outputs of an activation, in (0, 1), and targets."""
    return rng.uniform(0.05, 0.95, size=shape), rng.uniform(size=shape)


def probabilities(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Rows of softmax, and soft targets that sum to 1."""
    return reference.softmax_forward(rng.normal(size=shape)), reference.softmax_forward(2 * rng.normal(size=shape))


def logits(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and targets between 0 and 1."""
    return rng.normal(size=shape, scale=2), rng.uniform(size=shape)


def batches(make: Make) -> Inputs:
    return lambda rng: [make(rng, shape) for shape in SHAPES]


def one_row(make: Make) -> Callable[[np.random.Generator], Arguments]:
    return lambda rng: make(rng, (1, 5))


def case(right: Right) -> Callable[[np.ndarray, np.ndarray], Case]:
    """The arguments (s, y) with their truth."""
    return lambda s, y: Case(right(s, y), s=s, y=y)


def bce_case(right: Right) -> Callable[[np.ndarray, np.ndarray], Case]:
    """The arguments (z, y) with their truth, and sigmoid(z)."""
    return lambda z, y: Case(right(z, y), s=reference.sigmoid_forward(z), y=y, z=z)


# --- sigmoid_forward(z) and sigmoid_backward(a, g) --------------------------------------------------------------------


def sigmoid_case(z: np.ndarray) -> Case:
    a = reference.sigmoid_forward(z)
    return Case(a, s=a)


def sigmoid_any_size(call: Caller, rng: np.random.Generator) -> None:
    """Far below 0, far above it, and beyond both: finite and right, and the input as it was."""
    z = np.array([[-1e4, -800.0, -40.0, 0.0, 40.0, 800.0, 1e4]])
    reply = call("sigmoid_forward", z)
    truth = reference.sigmoid_forward(z)
    if overflows(reply.answer, truth):
        raise Failed(f"logits of any size: {mismatch(reply.answer, truth, RTOL)}.", ["exp-overflow"])
    require_samples([Sample(None, truth, reply.answer)], ())
    require_inputs_unchanged(reply, z)


def sigmoid_backward_case(a: np.ndarray, g: np.ndarray) -> Case:
    return Case(reference.sigmoid_backward(a, g), s=a, g=g)


def outputs_and_upstream(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    return outputs(rng, shape)[0], rng.normal(size=shape)


# --- cross_entropy_forward(s, y) and cross_entropy_backward(s, y) -----------------------------------------------------


def absent_class(right: Right) -> Run:
    """A class of probability 0 with target 0 adds exactly 0."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        for c in (4, 6):
            s, y = probabilities(rng, (1, c))
            s[0, 1] = y[0, 1] = 0
            s, y = s / s.sum(), y / y.sum()
            answer, truth = call(right.__name__, s, y).answer, right(s, y)
            if problem := mismatch(answer, truth, RTOL):
                raise Failed(f"s = 0 where y = 0: {problem}.", ["log-of-zero"] if overflows(answer, truth) else ())

    return run


def tiny_probability(right: Right, clipped: Callable[[], Iterable[Variant]]) -> Run:
    """Where the true class has probability 1e-25, 1e-30 or, to compare with, about 0.05, the answer is large enough."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples = []
        for c, digits in ((4, 30), (5, 25), (4, 1)):
            s = rng.uniform(0.5, 1.5, size=(1, c))
            s /= s.sum()
            s[0, 2] = 10.0 ** -(digits + rng.uniform())
            y = np.eye(c)[[2]]
            samples.append(Sample(Case(right(s, y), s=s, y=y), right(s, y), call(right.__name__, s, y).answer))
        for sample in samples:
            if problem := mismatch(sample.answer, sample.truth, RTOL):
                raise Failed(
                    f"a true class of probability {sample.data.s[0, 2]:.1g}: {problem}.", explain(samples, clipped())
                )

    return run


# --- bce_with_logits_forward(z, y) and bce_with_logits_backward(z, y) -------------------------------------------------


def one_dimensional(rng: np.random.Generator) -> list[Arguments]:
    return [logits(rng, (n,)) for n in (5, 8)]


def bce_any_size(right: Right, clipped: Callable[[], Iterable[Variant]] = tuple) -> Run:
    """One logit at a time, none well predicted; at 40 sigmoid rounds to 1 and its exponential is finite; 1 compares."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples = []
        for z, y in product((40.0, -40.0, 1000.0, -1000.0, 1e4, -1e4, 1.0, -1.0), (0.3, None)):
            arguments = np.array([[z]]), np.array([[float(z < 0) if y is None else y]])
            truth, answer = right(*arguments), call(right.__name__, *arguments).answer
            samples.append(Sample(bce_case(right)(*arguments), truth, answer))
        for sample in samples:
            if problem := mismatch(sample.answer, sample.truth, RTOL):
                z, y = sample.data.z.item(), sample.data.y.item()
                slips = explain(samples, clipped())
                if overflows(sample.answer, sample.truth):
                    slips = ("log-of-zero",) if abs(z) < 100 else ("exp-overflow",)
                raise Failed(f"z = {z:g}, y = {y:g}: {problem}.", slips)

    return run


ASSIGNMENT = Assignment(
    "ps1_losses",
    (
        Problem(
            "mse_forward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(reference.mse_forward, batches(outputs), case(reference.mse_forward), mse_forward_variants),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.mse_forward, one_row(outputs)),
                ),
            ),
        ),
        Problem(
            "mse_backward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(
                        reference.mse_backward, batches(outputs), case(reference.mse_backward), mse_backward_variants
                    ),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.mse_backward, one_row(outputs)),
                ),
            ),
        ),
        Problem(
            "sigmoid_forward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(
                        reference.sigmoid_forward,
                        lambda rng: [logits(rng, shape)[:1] for shape in SHAPES],
                        sigmoid_case,
                        sigmoid_forward_variants,
                    ),
                ),
                Check("logits of any size, and the input stays as it is", 1, sigmoid_any_size),
            ),
        ),
        Problem(
            "sigmoid_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    2,
                    agrees(
                        reference.sigmoid_backward,
                        batches(outputs_and_upstream),
                        sigmoid_backward_case,
                        sigmoid_backward_variants,
                    ),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.sigmoid_backward, one_row(outputs_and_upstream)),
                ),
            ),
        ),
        Problem(
            "cross_entropy_forward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(
                        reference.cross_entropy_forward,
                        batches(probabilities),
                        case(reference.cross_entropy_forward),
                        cross_entropy_forward_variants,
                    ),
                ),
                Check("0 · ln 0 is 0", 1, absent_class(reference.cross_entropy_forward)),
                Check(
                    "tiny probabilities",
                    1,
                    tiny_probability(reference.cross_entropy_forward, clipped_cross_entropy_forward),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.cross_entropy_forward, one_row(probabilities)),
                ),
            ),
        ),
        Problem(
            "cross_entropy_backward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(
                        reference.cross_entropy_backward,
                        batches(probabilities),
                        case(reference.cross_entropy_backward),
                        cross_entropy_backward_variants,
                    ),
                ),
                Check("0 where y is 0", 1, absent_class(reference.cross_entropy_backward)),
                Check(
                    "tiny probabilities",
                    1,
                    tiny_probability(reference.cross_entropy_backward, clipped_cross_entropy_backward),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.cross_entropy_backward, one_row(probabilities)),
                ),
            ),
        ),
        Problem(
            "bce_with_logits_forward",
            (
                Check(
                    "values of a batch (n, c)",
                    2,
                    agrees(
                        reference.bce_with_logits_forward,
                        batches(logits),
                        bce_case(reference.bce_with_logits_forward),
                        bce_forward_variants,
                    ),
                ),
                Check(
                    "values of shape (n,)",
                    1,
                    agrees(
                        reference.bce_with_logits_forward,
                        one_dimensional,
                        bce_case(reference.bce_with_logits_forward),
                        bce_forward_variants,
                    ),
                ),
                Check("logits of any size", 1, bce_any_size(reference.bce_with_logits_forward, clipped_bce_forward)),
                Check(
                    "the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.bce_with_logits_forward, lambda rng: logits(rng, (1, 1))),
                ),
            ),
        ),
        Problem(
            "bce_with_logits_backward",
            (
                Check(
                    "values of a batch (n, c)",
                    2,
                    agrees(
                        reference.bce_with_logits_backward,
                        batches(logits),
                        bce_case(reference.bce_with_logits_backward),
                        bce_backward_variants,
                    ),
                ),
                Check(
                    "values of shape (n,)",
                    1,
                    agrees(
                        reference.bce_with_logits_backward,
                        one_dimensional,
                        bce_case(reference.bce_with_logits_backward),
                        bce_backward_variants,
                    ),
                ),
                Check("logits of any size", 1, bce_any_size(reference.bce_with_logits_backward)),
                Check(
                    "the inputs stay as they are",
                    1,
                    agrees_and_keeps(reference.bce_with_logits_backward, lambda rng: logits(rng, (1, 1))),
                ),
            ),
        ),
    ),
)
