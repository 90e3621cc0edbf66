"""What problem set 4, *Fused and stable*, asks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.comparison import Shape
from missingsum.questions.logits import (
    ROW,
    SHAPES,
    SQUARE,
    in_float32,
    moderate,
    nothing,
    of_any_size,
    probabilities,
    rows_apart,
)
from missingsum.questions.question import Arguments, Input, Inputs, Known, Question, draw
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

IGNORED = -100
"""The label that is ignored where nothing else is said."""


def targets_of_sum_one(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """Soft targets; no class has target 0."""
    return (probabilities(rng, z.shape),)


def any_targets(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """Targets that do not sum to 1."""
    return (rng.uniform(0.2, 1.5, size=z.shape),)


def labels(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """A label for each row; some are alike and some not: all alike, or none, hides wrong axes."""
    n, c = z.shape
    drawn = rng.integers(c, size=(n,))
    drawn[1:2], drawn[2:3] = drawn[:1], (drawn[:1] + 1) % c
    return drawn, IGNORED


def unlikely_labels(rng: np.random.Generator, z: np.ndarray) -> Arguments:
    """The class with the smallest logit."""
    return z.argmin(axis=1), IGNORED


def badly_predicted(targets: Callable[[np.ndarray], Arguments]) -> Inputs:
    """The true class, 1, has a probability around 1e-26 and, to compare with, around 0.1.

    ``targets(y)`` are the arguments that say which class is the true one, y one-hot.
    """

    def inputs(rng: np.random.Generator) -> list[Input]:
        made = []
        for c, gap in ((4, 60.0), (5, 70.0), (4, 3.0)):
            s = np.insert(probabilities(rng, (1, c - 1)), 1, 0, axis=1) * -np.expm1(-gap)
            s[0, 1] = np.exp(-gap)
            log_s = np.log(s)
            name = f"a true class of probability {s[0, 1]:.1g}"
            made.append(Input((log_s + rng.normal(), *targets(np.eye(c)[[1]])), log_s, name))
        return made

    return inputs


def one_row_kept(*ignored: int) -> Inputs:
    """Several rows of which the last alone is kept; these labels are ``ignored``, one a batch."""

    def inputs(rng: np.random.Generator) -> list[Input]:
        made = []
        for shape, ignore_index in zip(((3, 5), (4, 6), (5, 4)), ignored):
            [drawn] = moderate(nothing, shape)(rng)
            kept = rng.choice([k for k in range(shape[1]) if k != ignore_index])
            given = np.append(np.full(shape[0] - 1, ignore_index), kept)
            made.append(Input((*drawn.arguments, given, ignore_index), drawn.made_of))
        return made

    return inputs


def another_to_ignore(rng: np.random.Generator) -> list[Input]:
    """Labels that are ignored and are no negative numbers; and what is ignored if nothing is said."""
    made = []
    for ignore_index in (255, 0):
        [drawn] = one_row_kept(ignore_index)(rng)
        made.append(Input(drawn.arguments, drawn.made_of, f"ignore_index={ignore_index}"))
    [drawn] = one_row_kept(IGNORED)(rng)
    return [*made, Input(drawn.arguments[:2], drawn.made_of, "ignore_index not given, so that it is -100")]


def all_ignored(rng: np.random.Generator) -> list[Input]:
    """Every row is ignored; then one that is kept, so that no constant is right for both."""
    [drawn] = moderate(nothing, (3, 5))(rng)
    [kept] = moderate(labels, (1, 5))(rng)
    z, *_ = drawn.arguments
    return [
        Input((z, np.full(3, IGNORED), IGNORED), drawn.made_of, "every row is ignored", "all-rows-ignored"),
        Input(kept.arguments, kept.made_of, "every row is ignored: 0 is right there, but for one row that is kept"),
    ]


def to_smooth(rng: np.random.Generator, shape: Shape) -> Input:
    """Labels, the number of classes and eps."""
    n, c = shape
    return Input((rng.integers(c, size=n), c, rng.uniform(0.05, 0.4)))


def _with_targets(known: Known, truth: np.ndarray, z: np.ndarray, y: np.ndarray) -> Case:
    return Case(truth, s=known.softmax(z), y=y, z=z)


def one_hot(z: np.ndarray, given: np.ndarray, ignore_index: int = IGNORED) -> np.ndarray:
    """The one-hot rows of these labels, all 0 where they are ignored."""
    return 1.0 * ((given[:, None] == np.arange(z.shape[1])) & (given != ignore_index)[:, None])


def _with_labels(
    known: Known, truth: np.ndarray, z: np.ndarray, given: np.ndarray, ignore_index: int = IGNORED
) -> Case:
    return Case(truth, s=known.softmax(z), y=one_hot(z, given, ignore_index), z=z, labels=given)


def _smoothed(known: Known, truth: np.ndarray, given: np.ndarray, c: int, eps: float) -> Case:
    y = np.eye(c)[given]
    return Case(truth, y=y, g=np.full(y.shape, eps))


def _targets(underflow: str) -> dict[str, Inputs]:
    return {
        "batch": moderate(targets_of_sum_one, *SHAPES),
        "square": moderate(any_targets, *SQUARE),
        "row": moderate(targets_of_sum_one, ROW),
        "any targets": moderate(any_targets, (1, 4), (1, 6)),
        "rows apart": rows_apart(targets_of_sum_one),
        "badly predicted": badly_predicted(lambda y: (y,)),
        "any size": of_any_size(targets_of_sum_one, underflow),
        "float32": in_float32(targets_of_sum_one),
    }


def _labels(underflow: str) -> dict[str, Inputs]:
    return {
        "batch": moderate(labels, *SHAPES),
        "square": moderate(labels, *SQUARE),
        "row": moderate(labels, ROW),
        "ignored": one_row_kept(IGNORED, -1, IGNORED),
        "ignored by an index": one_row_kept(-1, -1),
        "another to ignore": another_to_ignore,
        "all ignored": all_ignored,
        "rows apart": rows_apart(labels),
        "badly predicted": badly_predicted(lambda y: (y.argmax(axis=1), IGNORED)),
        "any size": of_any_size(unlikely_labels, underflow),
        "float32": in_float32(unlikely_labels),
    }


INSTEAD = {"batch": "square", "ignored": "ignored by an index"}
"""-100 is no index of an array, and -1 is one."""

LOGSUMEXP = Question(
    "logsumexp",
    "log-sum-exp of each row",
    {
        "batch": moderate(nothing, *SHAPES),
        "square": moderate(nothing, *SQUARE),
        "row": moderate(nothing, ROW),
        "rows apart": rows_apart(),
        "any size": of_any_size(),
        "float32": in_float32(),
    },
    lambda known, truth, z: Case(truth, z=z),
    lambda known: logsumexp_variants(),
)
SOFTMAX_CROSS_ENTROPY_FORWARD = Question(
    "softmax_cross_entropy_forward",
    "cross-entropy from logits",
    _targets("log-of-zero"),
    _with_targets,
    lambda known: softmax_cross_entropy_forward_variants(known.softmax),
    {"badly predicted": lambda known: clipped_cross_entropy_forward()},
)
SOFTMAX_CROSS_ENTROPY_BACKWARD = Question(
    "softmax_cross_entropy_backward",
    "dL/dz of softmax and cross-entropy",
    _targets("0-times-inf"),
    _with_targets,
    lambda known: softmax_cross_entropy_backward_variants(known.softmax),
    {"badly predicted": lambda known: clipped_softmax_cross_entropy_backward()},
)
FROM_LABELS_FORWARD = Question(
    "cross_entropy_from_labels_forward",
    "cross-entropy from labels",
    _labels("log-of-zero"),
    _with_labels,
    lambda known: label_forward_variants(known.softmax),
    {"badly predicted": lambda known: clipped_cross_entropy_forward()},
    INSTEAD,
)
FROM_LABELS_BACKWARD = Question(
    "cross_entropy_from_labels_backward",
    "dL/dz from labels",
    _labels("0-times-inf"),
    _with_labels,
    lambda known: label_backward_variants(known.softmax),
    {"badly predicted": lambda known: clipped_softmax_cross_entropy_backward()},
    INSTEAD,
)
SMOOTH_LABELS = Question(
    "smooth_labels",
    "smoothed labels of classes",
    {"batch": draw(to_smooth, *SHAPES)},
    _smoothed,
    lambda known: smooth_labels_variants(),
)
