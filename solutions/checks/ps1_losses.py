"""Hidden checks of problem set 1, *Losses*."""

from __future__ import annotations

import reference
from autograder.extend import Assignment, Check, Problem
from autograder.extend.questions import ps1
from checks.agree import agrees, agrees_and_keeps

KEPT = "one row, and the inputs stay as they are"

ASSIGNMENT = Assignment(
    "ps1_losses",
    (
        Problem(
            "mse_forward",
            (
                Check("values of a batch", 2, agrees(ps1.MSE_FORWARD, reference.mse_forward)),
                Check(KEPT, 1, agrees_and_keeps(ps1.MSE_FORWARD, reference.mse_forward)),
            ),
        ),
        Problem(
            "mse_backward",
            (
                Check("values of a batch", 2, agrees(ps1.MSE_BACKWARD, reference.mse_backward)),
                Check(KEPT, 1, agrees_and_keeps(ps1.MSE_BACKWARD, reference.mse_backward)),
            ),
        ),
        Problem(
            "sigmoid_forward",
            (
                Check("values of a batch", 2, agrees(ps1.SIGMOID_FORWARD, reference.sigmoid_forward)),
                Check(
                    "logits of any size, and the input stays as it is",
                    1,
                    agrees_and_keeps(ps1.SIGMOID_FORWARD, reference.sigmoid_forward, "any size"),
                ),
            ),
        ),
        Problem(
            "sigmoid_backward",
            (
                Check(
                    "values of a batch, random upstream",
                    2,
                    agrees(ps1.SIGMOID_BACKWARD, reference.sigmoid_backward),
                ),
                Check(KEPT, 1, agrees_and_keeps(ps1.SIGMOID_BACKWARD, reference.sigmoid_backward)),
            ),
        ),
        Problem(
            "cross_entropy_forward",
            (
                Check("values of a batch", 2, agrees(ps1.CROSS_ENTROPY_FORWARD, reference.cross_entropy_forward)),
                Check("0 · ln 0 is 0", 1, agrees(ps1.CROSS_ENTROPY_FORWARD, reference.cross_entropy_forward, "absent")),
                Check(
                    "tiny probabilities",
                    1,
                    agrees(ps1.CROSS_ENTROPY_FORWARD, reference.cross_entropy_forward, "tiny"),
                ),
                Check(KEPT, 1, agrees_and_keeps(ps1.CROSS_ENTROPY_FORWARD, reference.cross_entropy_forward)),
            ),
        ),
        Problem(
            "cross_entropy_backward",
            (
                Check("values of a batch", 2, agrees(ps1.CROSS_ENTROPY_BACKWARD, reference.cross_entropy_backward)),
                Check(
                    "0 where y is 0",
                    1,
                    agrees(ps1.CROSS_ENTROPY_BACKWARD, reference.cross_entropy_backward, "absent"),
                ),
                Check(
                    "tiny probabilities",
                    1,
                    agrees(ps1.CROSS_ENTROPY_BACKWARD, reference.cross_entropy_backward, "tiny"),
                ),
                Check(KEPT, 1, agrees_and_keeps(ps1.CROSS_ENTROPY_BACKWARD, reference.cross_entropy_backward)),
            ),
        ),
        Problem(
            "bce_with_logits_forward",
            (
                Check("values of a batch (n, c)", 2, agrees(ps1.BCE_FORWARD, reference.bce_with_logits_forward)),
                Check("values of shape (n,)", 1, agrees(ps1.BCE_FORWARD, reference.bce_with_logits_forward, "vector")),
                Check("logits of any size", 1, agrees(ps1.BCE_FORWARD, reference.bce_with_logits_forward, "any size")),
                Check(
                    "the inputs stay as they are",
                    1,
                    agrees_and_keeps(ps1.BCE_FORWARD, reference.bce_with_logits_forward),
                ),
            ),
        ),
        Problem(
            "bce_with_logits_backward",
            (
                Check("values of a batch (n, c)", 2, agrees(ps1.BCE_BACKWARD, reference.bce_with_logits_backward)),
                Check(
                    "values of shape (n,)", 1, agrees(ps1.BCE_BACKWARD, reference.bce_with_logits_backward, "vector")
                ),
                Check(
                    "logits of any size", 1, agrees(ps1.BCE_BACKWARD, reference.bce_with_logits_backward, "any size")
                ),
                Check(
                    "the inputs stay as they are",
                    1,
                    agrees_and_keeps(ps1.BCE_BACKWARD, reference.bce_with_logits_backward),
                ),
            ),
        ),
    ),
)
