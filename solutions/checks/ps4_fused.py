"""Hidden checks of problem set 4, *Fused and stable*."""

from __future__ import annotations

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
    not_real_numbers,
)
from autograder.extend.questions import ps4
from checks.agree import (
    KNOWN,
    Arguments,
    agrees,
    agrees_and_keeps,
    agrees_in_float32,
    both,
    exact_for_the_impossible,
    sample_of,
)


def of_sum_one(z: np.ndarray, g: np.ndarray) -> Arguments:
    """Targets of sum 1, of which the class that is nearly impossible has 0."""
    return z, np.abs(g) / np.abs(g).sum(axis=1, keepdims=True)


def of_any_sum(z: np.ndarray, g: np.ndarray) -> Arguments:
    return z, np.abs(g)


def labels_of_others(z: np.ndarray, g: np.ndarray) -> Arguments:
    """Labels of classes that are not nearly impossible."""
    return z, np.abs(g).argmax(axis=1), ps4.IGNORED


def _shows_the_labels(sample: Sample) -> bool:
    """Whether the true class has the largest entry of each row: without that, the others say nothing of the labels."""
    return bool(np.array_equal(np.argmax(sample.answer, axis=1), np.argmax(sample.data.y, axis=1)))


def smoothed(part: int) -> Run:
    """The entries of the true class (``part`` 1) or of the others (0); what explains them is sought in the whole."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        inputs = ps4.SMOOTH_LABELS.inputs["batch"](rng)
        samples = [sample_of(ps4.SMOOTH_LABELS, reference.smooth_labels, made, call) for made in inputs]
        for sample in samples:
            if problem := not_real_numbers(sample.answer, sample.truth.shape):
                raise Failed(f"{problem}.")
            mask = sample.data.y == part
            if problem := mismatch(sample.answer * mask, sample.truth * mask, RTOL):
                raise Failed(f"{problem}.", find(samples, ps4.SMOOTH_LABELS.variants(KNOWN)), samples=samples)
        if not all(_shows_the_labels(sample) for sample in samples):
            raise Failed(
                "the true class gets no more than the others.", find(samples, ps4.SMOOTH_LABELS.variants(KNOWN))
            )

    return run


LOGSUMEXP = ps4.LOGSUMEXP, reference.logsumexp
FORWARD = ps4.SOFTMAX_CROSS_ENTROPY_FORWARD, reference.softmax_cross_entropy_forward
BACKWARD = ps4.SOFTMAX_CROSS_ENTROPY_BACKWARD, reference.softmax_cross_entropy_backward
FROM_LABELS = ps4.FROM_LABELS_FORWARD, reference.cross_entropy_from_labels_forward
FROM_LABELS_BACK = ps4.FROM_LABELS_BACKWARD, reference.cross_entropy_from_labels_backward
KEPT = "one row, and the inputs stay as they are"

ASSIGNMENT = Assignment(
    "ps4_fused",
    (
        Problem(
            "logsumexp",
            (
                Check("values of a batch", 2, both(agrees(*LOGSUMEXP), agrees(*LOGSUMEXP, "rows apart"))),
                Check(
                    "logits to ±10000, in float64 and float32",
                    2,
                    both(agrees(*LOGSUMEXP, "any size"), agrees_in_float32(*LOGSUMEXP)),
                ),
                Check("one row, and the input stays as it is", 1, agrees_and_keeps(*LOGSUMEXP)),
            ),
        ),
        Problem(
            "softmax_cross_entropy_forward",
            (
                Check("values of a batch", 2, both(agrees(*FORWARD), agrees(*FORWARD, "rows apart"))),
                Check("targets of any sum", 1, agrees(*FORWARD, "any targets")),
                Check(
                    "probabilities near 0, and logits to ±10000",
                    2,
                    both(agrees(*FORWARD, "badly predicted"), agrees(*FORWARD, "any size")),
                ),
                Check("float32", 1, agrees_in_float32(*FORWARD)),
                Check(KEPT, 1, agrees_and_keeps(*FORWARD)),
            ),
        ),
        Problem(
            "softmax_cross_entropy_backward",
            (
                Check(
                    "values of a batch",
                    2,
                    both(
                        agrees(*BACKWARD),
                        agrees(*BACKWARD, "rows apart"),
                        exact_for_the_impossible(BACKWARD[1], of_sum_one),
                    ),
                ),
                Check(
                    "targets of any sum",
                    1,
                    both(agrees(*BACKWARD, "any targets"), exact_for_the_impossible(BACKWARD[1], of_any_sum, rows=1)),
                ),
                Check(
                    "probabilities near 0, and logits to ±10000",
                    2,
                    both(agrees(*BACKWARD, "badly predicted"), agrees(*BACKWARD, "any size")),
                ),
                Check("float32", 1, agrees_in_float32(*BACKWARD)),
                Check(KEPT, 1, agrees_and_keeps(*BACKWARD)),
            ),
        ),
        Problem(
            "cross_entropy_from_labels_forward",
            (
                Check("values of a batch", 2, both(agrees(*FROM_LABELS), agrees(*FROM_LABELS, "rows apart"))),
                Check(
                    "ignored rows",
                    1,
                    both(agrees(*FROM_LABELS, "ignored"), agrees(*FROM_LABELS, "another to ignore")),
                ),
                Check("all rows ignored", 1, agrees(*FROM_LABELS, "all ignored")),
                Check(
                    "probabilities near 0, and logits to ±10000, in float64 and float32",
                    1,
                    both(
                        agrees(*FROM_LABELS, "badly predicted"),
                        agrees(*FROM_LABELS, "any size"),
                        agrees_in_float32(*FROM_LABELS),
                    ),
                ),
                Check(KEPT, 1, agrees_and_keeps(*FROM_LABELS)),
            ),
        ),
        Problem(
            "cross_entropy_from_labels_backward",
            (
                Check(
                    "values of a batch",
                    2,
                    both(
                        agrees(*FROM_LABELS_BACK),
                        agrees(*FROM_LABELS_BACK, "rows apart"),
                        exact_for_the_impossible(FROM_LABELS_BACK[1], labels_of_others),
                    ),
                ),
                Check(
                    "ignored rows",
                    1,
                    both(agrees(*FROM_LABELS_BACK, "ignored"), agrees(*FROM_LABELS_BACK, "another to ignore")),
                ),
                Check("all rows ignored", 1, agrees(*FROM_LABELS_BACK, "all ignored")),
                Check(
                    "probabilities near 0, and logits to ±10000, in float64 and float32",
                    1,
                    both(
                        agrees(*FROM_LABELS_BACK, "badly predicted"),
                        agrees(*FROM_LABELS_BACK, "any size"),
                        agrees_in_float32(*FROM_LABELS_BACK),
                    ),
                ),
                Check(KEPT, 1, agrees_and_keeps(*FROM_LABELS_BACK)),
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
