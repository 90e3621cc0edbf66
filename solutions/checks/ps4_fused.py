"""Hidden checks of problem set 4, *Fused and stable*."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

import reference
from checks.agree import (
    Arguments,
    Inputs,
    Make,
    Right,
    agrees,
    agrees_and_keeps,
    agrees_at_large_logits,
    agrees_in_float32,
    both,
    exact_for_the_impossible,
)
from checks.protocol import RTOL, Assignment, Caller, Check, Failed, Problem, Run, explained
from missingsum.comparison import Shape, mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant, explain, find
from missingsum.variants import (
    Case,
    clipped_cross_entropy_forward,
    clipped_softmax_cross_entropy_backward,
    label_backward_variants,
    label_forward_variants,
    logsumexp_variants,
    smooth_labels_variants,
    softmax_cross_entropy_backward_variants,
    softmax_cross_entropy_forward_variants,
)
from missingsum.variants.language import Softmax

SHAPES = ((5, 7), (4, 3))  # n ≠ c, neither of them 2
SQUARE = ((5, 5), (3, 3))  # where a lost axis goes unnoticed, for who raises with the others
IGNORED = -100


def logits(rng: np.random.Generator, shape: Shape) -> np.ndarray:
    return rng.normal(size=shape, scale=1.5) + rng.normal()


def with_targets(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and soft targets whose rows sum to 1."""
    return logits(rng, shape), reference.softmax_forward(rng.normal(size=shape))


def with_any_targets(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and targets that do not sum to 1."""
    return logits(rng, shape), rng.uniform(0.2, 1.5, size=shape)


def with_labels(rng: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and a label for each row; some labels are alike and some not: all alike, or none, hides wrong axes."""
    n, c = shape
    labels = rng.integers(c, size=n)
    labels[1:2], labels[2:3] = labels[:1], (labels[:1] + 1) % c
    return logits(rng, shape), labels


def batches(make: Make, shapes: Iterable[Shape] = SHAPES) -> Inputs:
    return lambda rng: [make(rng, shape) for shape in shapes]


def one_row(make: Make) -> Callable[[np.random.Generator], Arguments]:
    return lambda rng: make(rng, (1, 5))


def with_softmax(variants: Callable[[Softmax], Iterable[Variant]]) -> Callable[[], Iterable[Variant]]:
    return lambda: variants(reference.softmax_forward)


# --- logsumexp(z) -----------------------------------------------------------------------------------------------------


def logsumexp_data(z: np.ndarray) -> Case:
    return Case(reference.logsumexp(z), z=z)


def logsumexp_values(call: Caller, rng: np.random.Generator) -> None:
    """Batches with n ≠ c, and one with a row around 400 and one around -400."""
    agrees(
        reference.logsumexp, lambda rng: [(logits(rng, shape),) for shape in SHAPES], logsumexp_data, logsumexp_variants
    )(call, rng)
    z = logits(rng, (2, 5)) + np.array([[400.0], [-400.0]])
    answer = call("logsumexp", z).answer
    if problem := mismatch(answer, reference.logsumexp(z), RTOL):
        raise Failed(f"rows 800 apart: {problem}.", ["max-of-all"] if np.isinf(answer).any() else ())


# --- softmax_cross_entropy_forward(z, y) and softmax_cross_entropy_backward(z, y) -------------------------------------


def targets_data(right: Right) -> Callable[[np.ndarray, np.ndarray], Case]:
    return lambda z, y: Case(right(z, y), s=reference.softmax_forward(z), y=y, z=z)


def any_targets(rng: np.random.Generator) -> list[Arguments]:
    """The same, a row at a time."""
    return [with_any_targets(rng, (1, c)) for c in (4, 6)]


def soft_targets(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """Targets for one row of logits; no class has target 0."""
    return (reference.softmax_forward(rng.normal(size=z.shape)),)


def of_sum_one(z: np.ndarray, g: np.ndarray) -> Arguments:
    """Targets of sum 1, of which the class that is nearly impossible has 0."""
    return z, np.abs(g) / np.abs(g).sum(axis=1, keepdims=True)


def of_any_sum(z: np.ndarray, g: np.ndarray) -> Arguments:
    return z, np.abs(g)


def labels_of_others(z: np.ndarray, g: np.ndarray) -> Arguments:
    """Labels of classes that are not nearly impossible."""
    return z, np.abs(g).argmax(axis=1), IGNORED


def confident(
    right: Right, clipped: Callable[[], Iterable[Variant]], targets: Callable[[np.ndarray], Arguments] = lambda y: (y,)
) -> Run:
    """The true class has a probability around 1e-26, a confident wrong prediction, and, to compare with, around 0.1.

    ``targets(y)`` are the arguments that say which class is the true one, y one-hot.
    """

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples = []
        for c, gap in ((4, 60), (5, 60), (4, 1)):
            z, y = rng.normal(size=(1, c)), np.eye(c)[[1]]
            z[0, 1] -= gap
            truth = right(z, *targets(y))
            samples.append(
                Sample(
                    Case(truth, s=reference.softmax_forward(z), y=y, z=z),
                    truth,
                    call(right.__name__, z, *targets(y)).answer,
                )
            )
        for sample in samples:
            if problem := mismatch(sample.answer, sample.truth, RTOL):
                raise Failed(
                    f"a true class of probability {sample.data.s[0, 1]:.1g}: {problem}.", explain(samples, clipped())
                )

    return run


# --- cross_entropy_from_labels_forward and …_backward(z, labels, ignore_index) ----------------------------------------


def labels_data(right: Right) -> Callable[..., Case]:
    def data(z: np.ndarray, labels: np.ndarray, ignore_index: int = IGNORED) -> Case:
        y = (labels[:, None] == np.arange(z.shape[1])) & (labels != ignore_index)[:, None]
        return Case(
            right(z, labels, ignore_index), s=reference.softmax_forward(z), y=y.astype(float), z=z, labels=labels
        )

    return data


def one_row_kept(*ignored: int) -> Inputs:
    """Several rows of which the last alone is kept; these labels are ``ignored``, one a batch."""

    def inputs(rng: np.random.Generator) -> list[Arguments]:
        batch: list[Arguments] = []
        for shape, ignore_index in zip(((3, 5), (4, 6), (5, 4)), ignored):
            z, labels = with_labels(rng, shape)
            labels[:-1] = ignore_index
            batch.append((z, labels, ignore_index))
        return batch

    return inputs


SOME_IGNORED, MINUS_ONE_IGNORED = one_row_kept(IGNORED, -1, IGNORED), one_row_kept(-1, -1)
"""The second, for who raises with the first: -1 is an index too."""


def all_ignored(right: Right) -> Run:
    """Every row is ignored: the result is 0; and it is right for a row that is kept, so that no constant earns this."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        z = logits(rng, (3, 5))
        labels = np.full(3, IGNORED)
        answer, truth = call(right.__name__, z, labels, IGNORED).answer, right(z, labels, IGNORED)
        if problem := mismatch(answer, truth, RTOL):
            is_nan = isinstance(answer, (float, np.ndarray, np.generic)) and np.isnan(answer).any()
            raise Failed(f"every row is ignored: {problem}.", ["all-rows-ignored"] if is_nan else ())
        z, labels = with_labels(rng, (1, 5))
        answer, truth = call(right.__name__, z, labels, IGNORED).answer, right(z, labels, IGNORED)
        if problem := mismatch(answer, truth, RTOL):
            raise Failed(f"every row is ignored: 0 is right there, but for one row that is kept {problem}.")

    return run


def as_labels(y: np.ndarray) -> Arguments:
    return y.argmax(axis=1), IGNORED


def one_label(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """The label of one row: the class with the smallest logit."""
    return (z.argmin(axis=1), IGNORED)


# --- smooth_labels(labels, c, eps) ------------------------------------------------------------------------------------


def _shows_the_labels(sample: Sample) -> bool:
    """Whether the true class has the largest entry of each row: without that, the others say nothing of the labels."""
    return bool(np.array_equal(np.argmax(sample.answer, axis=1), np.argmax(sample.data.y, axis=1)))


def smoothed(part: int) -> Run:
    """The entries of the true class (``part`` 1) or of the others (0); what explains them is sought in the whole."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        samples = []
        for n, c in SHAPES:
            labels, eps = rng.integers(c, size=n), rng.uniform(0.05, 0.4)
            truth, y = reference.smooth_labels(labels, c, eps), np.eye(c)[labels]
            samples.append(
                Sample(Case(truth, y=y, g=np.full((n, c), eps)), truth, call("smooth_labels", labels, c, eps).answer)
            )
        for sample in samples:
            if problem := not_real_numbers(sample.answer, sample.truth.shape):
                raise Failed(f"{problem}.")
            mask = sample.data.y == part
            if problem := mismatch(sample.answer * mask, sample.truth * mask, RTOL):
                raise explained(f"{problem}.", find(samples, smooth_labels_variants()))
        if not all(_shows_the_labels(sample) for sample in samples):
            raise explained("the true class gets no more than the others.", find(samples, smooth_labels_variants()))

    return run


FORWARD, BACKWARD = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward
FROM_LABELS, FROM_LABELS_BACK = (
    reference.cross_entropy_from_labels_forward,
    reference.cross_entropy_from_labels_backward,
)

ASSIGNMENT = Assignment(
    "ps4_fused",
    (
        Problem(
            "logsumexp",
            (
                Check("values of a batch", 2, logsumexp_values),
                Check(
                    "logits to ±10000, in float64 and float32",
                    2,
                    both(agrees_at_large_logits(reference.logsumexp), agrees_in_float32(reference.logsumexp)),
                ),
                Check(
                    "one row, and the input stays as it is",
                    1,
                    agrees_and_keeps(reference.logsumexp, lambda rng: (logits(rng, (1, 5)),)),
                ),
            ),
        ),
        Problem(
            "softmax_cross_entropy_forward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(
                        FORWARD,
                        batches(with_targets),
                        targets_data(FORWARD),
                        with_softmax(softmax_cross_entropy_forward_variants),
                        square=batches(with_any_targets, SQUARE),
                    ),
                ),
                Check(
                    "targets of any sum",
                    1,
                    agrees(
                        FORWARD,
                        any_targets,
                        targets_data(FORWARD),
                        with_softmax(softmax_cross_entropy_forward_variants),
                    ),
                ),
                Check(
                    "probabilities near 0, and logits to ±10000",
                    2,
                    both(
                        confident(FORWARD, clipped_cross_entropy_forward),
                        agrees_at_large_logits(FORWARD, soft_targets, underflow="log-of-zero"),
                    ),
                ),
                Check("float32", 1, agrees_in_float32(FORWARD, soft_targets)),
                Check("one row, and the inputs stay as they are", 1, agrees_and_keeps(FORWARD, one_row(with_targets))),
            ),
        ),
        Problem(
            "softmax_cross_entropy_backward",
            (
                Check(
                    "values of a batch",
                    2,
                    both(
                        agrees(
                            BACKWARD,
                            batches(with_targets),
                            targets_data(BACKWARD),
                            with_softmax(softmax_cross_entropy_backward_variants),
                            square=batches(with_any_targets, SQUARE),
                        ),
                        exact_for_the_impossible(BACKWARD, of_sum_one),
                    ),
                ),
                Check(
                    "targets of any sum",
                    1,
                    both(
                        agrees(
                            BACKWARD,
                            any_targets,
                            targets_data(BACKWARD),
                            with_softmax(softmax_cross_entropy_backward_variants),
                        ),
                        exact_for_the_impossible(BACKWARD, of_any_sum, rows=1),
                    ),
                ),
                Check(
                    "probabilities near 0, and logits to ±10000",
                    2,
                    both(
                        confident(BACKWARD, clipped_softmax_cross_entropy_backward),
                        agrees_at_large_logits(BACKWARD, soft_targets, underflow="0-times-inf"),
                    ),
                ),
                Check("float32", 1, agrees_in_float32(BACKWARD, soft_targets)),
                Check("one row, and the inputs stay as they are", 1, agrees_and_keeps(BACKWARD, one_row(with_targets))),
            ),
        ),
        Problem(
            "cross_entropy_from_labels_forward",
            (
                Check(
                    "values of a batch",
                    2,
                    agrees(
                        FROM_LABELS,
                        batches(with_labels),
                        labels_data(FROM_LABELS),
                        with_softmax(label_forward_variants),
                        square=batches(with_labels, SQUARE),
                    ),
                ),
                Check(
                    "ignored rows",
                    1,
                    agrees(
                        FROM_LABELS,
                        SOME_IGNORED,
                        labels_data(FROM_LABELS),
                        with_softmax(label_forward_variants),
                        square=MINUS_ONE_IGNORED,
                    ),
                ),
                Check("all rows ignored", 1, all_ignored(FROM_LABELS)),
                Check(
                    "probabilities near 0, and logits to ±10000, in float64 and float32",
                    1,
                    both(
                        confident(FROM_LABELS, clipped_cross_entropy_forward, as_labels),
                        agrees_at_large_logits(FROM_LABELS, one_label, underflow="log-of-zero"),
                        agrees_in_float32(FROM_LABELS, one_label),
                    ),
                ),
                Check(
                    "one row, and the inputs stay as they are", 1, agrees_and_keeps(FROM_LABELS, one_row(with_labels))
                ),
            ),
        ),
        Problem(
            "cross_entropy_from_labels_backward",
            (
                Check(
                    "values of a batch",
                    2,
                    both(
                        agrees(
                            FROM_LABELS_BACK,
                            batches(with_labels),
                            labels_data(FROM_LABELS_BACK),
                            with_softmax(label_backward_variants),
                            square=batches(with_labels, SQUARE),
                        ),
                        exact_for_the_impossible(FROM_LABELS_BACK, labels_of_others),
                    ),
                ),
                Check(
                    "ignored rows",
                    1,
                    agrees(
                        FROM_LABELS_BACK,
                        SOME_IGNORED,
                        labels_data(FROM_LABELS_BACK),
                        with_softmax(label_backward_variants),
                        square=MINUS_ONE_IGNORED,
                    ),
                ),
                Check("all rows ignored", 1, all_ignored(FROM_LABELS_BACK)),
                Check(
                    "probabilities near 0, and logits to ±10000, in float64 and float32",
                    1,
                    both(
                        confident(FROM_LABELS_BACK, clipped_softmax_cross_entropy_backward, as_labels),
                        agrees_at_large_logits(FROM_LABELS_BACK, one_label, underflow="0-times-inf"),
                        agrees_in_float32(FROM_LABELS_BACK, one_label),
                    ),
                ),
                Check(
                    "one row, and the inputs stay as they are",
                    1,
                    agrees_and_keeps(FROM_LABELS_BACK, one_row(with_labels)),
                ),
            ),
        ),
        Problem(
            "smooth_labels",
            (
                Check("the true class", 1, smoothed(1)),
                Check("the other classes", 2, smoothed(0)),
            ),
        ),
    ),
)
