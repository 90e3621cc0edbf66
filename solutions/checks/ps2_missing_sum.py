"""Hidden checks of problem set 2, *The missing sum*."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

import reference
from autograder.extend import (
    RTOL,
    Assignment,
    Caller,
    Check,
    Failed,
    Problem,
    Run,
    Sample,
    find,
    mismatch,
    require_samples,
    rowwise_jacobian,
    table,
)
from autograder.extend.questions import ps2
from checks.agree import (
    KNOWN,
    agrees,
    agrees_and_keeps,
    both,
    divides_zeros,
    exact_for_the_impossible,
    nearly_impossible,
    require_agreement,
    require_exact,
    sample_of,
)

NEAR = {"rtol": 1e-12, "clear": 1e-10}
"""For what explains small differences, such as those of clipped probabilities."""


def forward_agrees(kind: str) -> Run:
    return agrees(ps2.SOFTMAX_FORWARD, reference.softmax_forward, kind, **(NEAR if kind == "any size" else {}))


# --- softmax_partial(s, i, j) ----------------------------------------------------------------------------------------


def partials(part: Callable[[np.ndarray], np.ndarray]) -> Run:
    """The entries of J in this ``part``, for two examples; what explains them is sought in the whole of J."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples, question = [], ps2.SOFTMAX_PARTIAL
        for made in question.inputs["batch"](rng):
            c = len(made.arguments[0])
            answers = table(call, question.function, product(range(c), range(c)), *made.arguments)
            row = question.data(KNOWN, None, *made.arguments)
            samples.append(Sample(row, row.jacobian[0], answers.reshape(c, c)))
        require_samples(samples, question.variants(KNOWN), part=part)

    return run


def exact_partials(call: Caller, rng: np.random.Generator) -> None:
    """Off the diagonal, by the logit of a nearly impossible class."""
    z, _ = nearly_impossible(rng, 1)
    s, j = reference.softmax_forward(z)[0], int(np.argmin(z))
    others = [i for i in range(len(s)) if i != j]
    answers = table(call, "softmax_partial", ((i, j) for i in others), s)
    require_exact(answers, -s[others] * s[j], np.full(len(others), True))


def on_diagonal(J: np.ndarray) -> np.ndarray:
    return J * np.eye(len(J))


def off_diagonal(J: np.ndarray) -> np.ndarray:
    return J * (1 - np.eye(len(J)))


# --- dL_dz_entry(s, y, j) and missing_part(s, y) ----------------------------------------------------------------------


def entries(kind: str) -> Run:
    """All entries of dL/dz of two examples with these targets."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples, zeros, question = [], [], ps2.DL_DZ_ENTRY
        for made in question.inputs[kind](rng):
            s, y = made.arguments
            answers = table(call, question.function, ((j,) for j in range(len(s))), s, y)
            truth = reference.cross_entropy_gradient(s[None], y[None])[0]
            samples.append(Sample(question.data(KNOWN, truth, s, y), truth, answers))
            zeros.append(y == 0)
        require_without_division(samples, zeros)
        require_samples(samples, question.variants(KNOWN))

    return run


def missing_parts(kind: str) -> Run:
    """The missing part of dL/dz of two examples with these targets."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        inputs = ps2.MISSING_PART.inputs[kind](rng)
        samples = [sample_of(ps2.MISSING_PART, right_missing_part, made, call) for made in inputs]
        require_without_division(samples, [made.arguments[1] == 0 for made in inputs])
        require_samples(samples, ps2.MISSING_PART.variants(KNOWN))

    return run


def right_missing_part(s: np.ndarray, y: np.ndarray) -> np.ndarray:
    return reference.cross_entropy_gradient_missing_part(s[None], y[None])[0]


def exact_entry(targets: ps2.Targets) -> Run:
    """The entry of dL/dz at a nearly impossible class."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        s, y, j = with_an_impossible_class(rng, targets)
        answer = table(call, "dL_dz_entry", [(j,)], s, y)
        require_exact(answer, np.array([s[j] * y.sum()]), np.array([True]))

    return run


def exact_missing_part(targets: ps2.Targets) -> Run:
    """The missing part at a nearly impossible class."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        s, y, j = with_an_impossible_class(rng, targets)
        require_exact(call("missing_part", s, y).answer, right_missing_part(s, y), np.arange(len(s)) == j)

    return run


def with_an_impossible_class(rng: np.random.Generator, targets: ps2.Targets) -> tuple[np.ndarray, np.ndarray, int]:
    """s and y of one example, and the class that is nearly impossible.

    Its target is 0, or next to nothing where no other is 0 either: who divides by targets loses that in another check.
    """
    z, _ = nearly_impossible(rng, 1)
    j, others = int(np.argmin(z)), targets(rng, z.size - 1)
    return reference.softmax_forward(z)[0], np.insert(others, j, 0.0 if (others == 0).any() else 1e-100), j


def require_without_division(samples: Sequence[Sample], zeros: Sequence[np.ndarray]) -> None:
    """`Failed` with zero-over-zero if all answers are right but for nan at these ``zeros``."""
    if all(at.any() and divides_zeros(s.answer, s.truth, at) for s, at in zip(samples, zeros)):
        raise Failed(f"{mismatch(samples[0].answer, samples[0].truth, RTOL)}.", ["zero-over-zero"])


# --- softmax_backward(s, g) ------------------------------------------------------------------------------------------


def backward_single_rows(call: Caller, rng: np.random.Generator) -> None:
    """One row: the numeric gradient of z ↦ Σ g·softmax(z), by central differences of the reference's forward alone."""
    question = ps2.SOFTMAX_BACKWARD
    samples = [sample_of(question, by_differences, made, call) for made in question.inputs["single rows"](rng)]
    require_samples(samples, question.variants(KNOWN), rtol=1e-8)


def by_differences(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    return np.einsum("ni,nij->nj", g, rowwise_jacobian(reference.softmax_forward, np.log(s)))


def backward_absent_classes(call: Caller, rng: np.random.Generator) -> None:
    """Classes of probability exactly 0, and large upstream entries, beside two classes that share the rest."""
    question = ps2.SOFTMAX_BACKWARD
    inputs = question.inputs["absent"](rng)
    samples = [sample_of(question, reference.softmax_backward, made, call) for made in inputs]
    require_without_division(samples, [made.arguments[0] == 0 for made in inputs])
    require_agreement(
        inputs, samples, lambda: find(samples, question.ways("absent", inputs, KNOWN), NEAR["rtol"], NEAR["clear"])
    )


exact_backward = exact_for_the_impossible(
    reference.softmax_backward, lambda z, g: (reference.softmax_forward(z), g), spare_clipping=True
)


ASSIGNMENT = Assignment(
    "ps2_missing_sum",
    (
        Problem(
            "softmax_forward",
            (
                Check("values of a batch", 2, both(forward_agrees("batch"), forward_agrees("rows apart"))),
                Check("logits of any size", 1, forward_agrees("any size")),
                Check("the input stays as it is", 1, agrees_and_keeps(ps2.SOFTMAX_FORWARD, reference.softmax_forward)),
            ),
        ),
        Problem(
            "softmax_partial",
            (
                Check("i = j", 1, partials(on_diagonal)),
                Check("i ≠ j", 2, both(partials(off_diagonal), exact_partials)),
            ),
        ),
        Problem(
            "dL_dz_entry",
            (
                Check("one-hot targets", 2, both(entries("one-hot"), exact_entry(ps2.one_hot))),
                Check("targets of any sum", 2, both(entries("any"), exact_entry(ps2.any_targets))),
            ),
        ),
        Problem(
            "missing_part",
            (
                Check("one-hot targets", 1, both(missing_parts("one-hot"), exact_missing_part(ps2.one_hot))),
                Check("targets of any sum", 2, both(missing_parts("any"), exact_missing_part(ps2.any_targets))),
            ),
        ),
        Problem(
            "softmax_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    4,
                    both(
                        agrees(ps2.SOFTMAX_BACKWARD, reference.softmax_backward), backward_single_rows, exact_backward
                    ),
                ),
                Check("a class of probability 0", 1, backward_absent_classes),
                Check(
                    "the inputs stay as they are", 1, agrees_and_keeps(ps2.SOFTMAX_BACKWARD, reference.softmax_backward)
                ),
            ),
        ),
    ),
)
