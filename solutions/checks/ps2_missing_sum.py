"""Hidden checks of problem set 2, *The missing sum*."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np

import reference
from checks.agree import (
    both,
    divides_zeros,
    exact_for_the_impossible,
    nearly_impossible,
    overflows,
    require_exact,
    with_square_inputs,
)
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
    table,
)
from missingsum.comparison import Answer, mismatch
from missingsum.diagnosis import Sample, Variant, explain
from missingsum.numeric import rowwise_jacobian
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

# --- softmax_forward(z) ----------------------------------------------------------------------------------------------


def forward_values(call: Caller, rng: np.random.Generator) -> None:
    """Two batches with n ≠ c, of moderate logits, and one with a row around 400 and one around -400."""

    def sample(n: int, c: int) -> Sample:
        z = rng.normal(size=(n, c), scale=2) + rng.normal()
        return Sample(z, reference.softmax_forward(z), call("softmax_forward", z).answer)

    with_square_inputs(sample, ((4, 6), (3, 5)), ((4, 4), (5, 5)), lambda: forward_variants(reference.softmax_forward))
    z = rng.normal(size=(2, 5)) + np.array([[400.0], [-400.0]])
    answer = call("softmax_forward", z).answer
    if problem := mismatch(answer, reference.softmax_forward(z), RTOL):
        raise Failed(f"rows 800 apart: {problem}.", ["max-of-all"] if np.isnan(answer).any() else ())


def forward_large_logits(call: Caller, rng: np.random.Generator) -> None:
    """Single rows far above, far below and on both sides of zero; a finite answer is not enough, it must be right."""
    cases = ((900.0, 3.0, "no-max"), (-1e4, 3.0, "max-with-zero"), (0.0, 5e3, "no-max"), (1e4, 5e3, "no-max"))
    samples = []
    for offset, scale, _ in cases:
        z = offset + rng.normal(size=(1, 4), scale=scale)
        samples.append(Sample(z, reference.softmax_forward(z), call("softmax_forward", z).answer))
    for sample, (offset, scale, slip) in zip(samples, cases):
        if problem := mismatch(sample.answer, sample.truth, RTOL):
            slips = (
                [slip]
                if overflows(sample.answer, sample.truth)
                else explain(samples, clipped_forward(), rtol=1e-12, clear=1e-10)
            )
            raise Failed(f"logits around {offset:g} ± {scale:g}: {problem}.", slips)


def clipped_forward() -> Iterator[Variant]:
    for eps in PROBABILITY_EPSILONS:
        yield Variant(("clip",), lambda z, eps=eps: np.clip(reference.softmax_forward(z), eps, 1 - eps))
        yield Variant(("clip",), lambda z, eps=eps: np.maximum(reference.softmax_forward(z), eps))
        yield Variant(("clip",), lambda z, eps=eps: reference.softmax_forward(z) + eps)


def forward_keeps_input(call: Caller, rng: np.random.Generator) -> None:
    z = rng.normal(size=(1, 7))
    reply = call("softmax_forward", z)
    require_samples([Sample(z, reference.softmax_forward(z), reply.answer)], ())
    require_inputs_unchanged(reply, z)


# --- softmax_partial(s, i, j) ----------------------------------------------------------------------------------------


def partials(part: Callable[[np.ndarray], np.ndarray]) -> Run:
    """The entries of J in this ``part``, for two examples; what explains them is sought in the whole of J."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples = []
        for c in (4, 5):
            row = example(rng, c)
            answers = table(call, "softmax_partial", product(range(c), range(c)), row.output[0])
            samples.append(Sample(row, row.jacobian[0], answers.reshape(c, c)))
        require_samples(samples, jacobian_variants(), part=part)

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


def entries(targets: Targets) -> Run:
    """All entries of dL/dz of two examples with these targets."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples, zeros = [], []
        for c in (4, 6):
            s, y = example(rng, c).output, targets(rng, c)
            answers = table(call, "dL_dz_entry", ((j,) for j in range(c)), s[0], y)
            samples.append(
                Sample(cross_entropy_product(s, y), reference.cross_entropy_gradient(s, y[None])[0], answers)
            )
            zeros.append(y == 0)
        require_without_division(samples, zeros)
        require_samples(samples, total_derivative_variants())

    return run


def missing_parts(targets: Targets) -> Run:
    """The missing part of dL/dz of two examples with these targets."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples, zeros = [], []
        for c in (4, 6):
            s, y = example(rng, c).output, targets(rng, c)
            truth = reference.cross_entropy_gradient_missing_part(s, y[None])[0]
            samples.append(Sample(cross_entropy_product(s, y), truth, call("missing_part", s[0], y).answer))
            zeros.append(y == 0)
        require_without_division(samples, zeros)
        require_samples(samples, missing_part_variants())

    return run


def exact_entry(targets: Targets) -> Run:
    """The entry of dL/dz at a nearly impossible class."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        s, y, j = with_an_impossible_class(rng, targets)
        answer = table(call, "dL_dz_entry", [(j,)], s, y)
        require_exact(answer, np.array([s[j] * y.sum()]), np.array([True]))

    return run


def exact_missing_part(targets: Targets) -> Run:
    """The missing part at a nearly impossible class."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        s, y, j = with_an_impossible_class(rng, targets)
        truth = reference.cross_entropy_gradient_missing_part(s[None], y[None])[0]
        require_exact(call("missing_part", s, y).answer, truth, np.arange(len(s)) == j)

    return run


def with_an_impossible_class(rng: np.random.Generator, targets: Targets) -> tuple[np.ndarray, np.ndarray, int]:
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


def one_hot(rng: np.random.Generator, c: int) -> np.ndarray:
    return np.eye(c)[rng.integers(c)]


def any_targets(rng: np.random.Generator, c: int) -> np.ndarray:
    return rng.uniform(0.2, 1.5, size=c)


# --- softmax_backward(s, g) ------------------------------------------------------------------------------------------


def backward_values(call: Caller, rng: np.random.Generator) -> None:
    """Random Gaussian upstream, n ≠ c, neither of them 2."""

    def sample(n: int, c: int) -> Sample:
        z, g = rng.normal(size=(n, c), scale=1.5), rng.normal(size=(n, c))
        s = reference.softmax_forward(z)
        return backward_sample(s, g, reference.softmax_backward(s, g), call("softmax_backward", s, g).answer)

    with_square_inputs(sample, ((5, 7), (4, 3)), ((5, 5), (3, 3)), product_variants)


def backward_single_row(call: Caller, rng: np.random.Generator) -> None:
    """One row: the numeric gradient of z ↦ Σ g·softmax(z), by central differences of the reference's forward alone.

    A batch is looked at beside it, because with one row a sum down the column looks like a sum that is not there.
    """
    samples = []
    for shape in ((1, 5), (1, 8), (3, 4)):
        z, g = rng.normal(size=shape), rng.normal(size=shape)
        s = reference.softmax_forward(z)
        numeric = np.einsum("ni,nij->nj", g, rowwise_jacobian(reference.softmax_forward, z))
        samples.append(backward_sample(s, g, numeric, call("softmax_backward", s, g).answer))
    require_samples(samples, product_variants(), rtol=1e-8)


def backward_absent_class(call: Caller, rng: np.random.Generator) -> None:
    """A class of probability exactly 0, and large upstream entries, beside two classes that share the rest."""
    samples, zeros = [], []
    for _ in range(2):
        z = np.column_stack([rng.normal(size=(1, 2)), np.full((1, 2), -800.0)])
        s, g = reference.softmax_forward(z), rng.normal(size=(1, 4), scale=1e3)
        samples.append(backward_sample(s, g, reference.softmax_backward(s, g), call("softmax_backward", s, g).answer))
        zeros.append(s == 0)
    require_without_division(samples, zeros)
    for sample in samples:
        if problem := mismatch(sample.answer, sample.truth, RTOL):
            raise Failed(f"{problem}.", explain(samples, clipped_backward(), rtol=1e-12, clear=1e-10))


def clipped_backward() -> Iterator[Variant]:
    for eps in PROBABILITY_EPSILONS:
        for keep in (lambda s, eps: np.clip(s, eps, 1 - eps), np.maximum, np.add):
            yield Variant(("clip",), lambda d, eps=eps, keep=keep: _product_with(keep(d.output, eps), d.upstream))


def _product_with(s: np.ndarray, g: np.ndarray) -> np.ndarray:
    return s * (g - (s * g).sum(axis=1, keepdims=True))


exact_backward = exact_for_the_impossible(
    reference.softmax_backward, lambda z, g: (reference.softmax_forward(z), g), spare_clipping=True
)


def backward_keeps_input(call: Caller, rng: np.random.Generator) -> None:
    s, g = reference.softmax_forward(rng.normal(size=(1, 5))), rng.normal(size=(1, 5))
    reply = call("softmax_backward", s, g)
    require_samples([backward_sample(s, g, reference.softmax_backward(s, g), reply.answer)], ())
    require_inputs_unchanged(reply, s, g)


def example(rng: np.random.Generator, c: int) -> Product:
    """One example s (1, c) with its exact Jacobian, and no upstream gradient."""
    s = reference.softmax_forward(rng.normal(size=(1, c)))
    return Product(reference.softmax_jacobian(s), s, np.zeros_like(s))


def cross_entropy_product(s: np.ndarray, y: np.ndarray) -> Product:
    """The vector-Jacobian product behind dL/dz of one example: its upstream gradient is -y/s."""
    return Product(reference.softmax_jacobian(s), s, -y[None] / s)


def backward_sample(s: np.ndarray, g: np.ndarray, truth: np.ndarray, answer: Answer) -> Sample:
    return Sample(Product(reference.softmax_jacobian(s), s, g), truth, answer)


ASSIGNMENT = Assignment(
    "ps2_missing_sum",
    (
        Problem(
            "softmax_forward",
            (
                Check("values of a batch", 2, forward_values),
                Check("logits of any size", 1, forward_large_logits),
                Check("the input stays as it is", 1, forward_keeps_input),
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
                Check("one-hot targets", 2, both(entries(one_hot), exact_entry(one_hot))),
                Check("targets of any sum", 2, both(entries(any_targets), exact_entry(any_targets))),
            ),
        ),
        Problem(
            "missing_part",
            (
                Check("one-hot targets", 1, both(missing_parts(one_hot), exact_missing_part(one_hot))),
                Check("targets of any sum", 2, both(missing_parts(any_targets), exact_missing_part(any_targets))),
            ),
        ),
        Problem(
            "softmax_backward",
            (
                Check(
                    "values of a batch, random upstream", 4, both(backward_values, backward_single_row, exact_backward)
                ),
                Check("a class of probability 0", 1, backward_absent_class),
                Check("the inputs stay as they are", 1, backward_keeps_input),
            ),
        ),
    ),
)
