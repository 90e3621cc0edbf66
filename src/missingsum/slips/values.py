"""Slips in what is computed on the way forward: softmax, numbers that overflow, targets."""

from __future__ import annotations

from missingsum.slips.slip import Slip

VALUES = (
    # Forward
    Slip(
        "double-softmax",
        "applied softmax twice",
        "Softmax was applied twice: the result is the softmax of probabilities.",
        "rows-and-axes",
    ),
    Slip(
        "not-normalised",
        "did not divide by the sum of the row",
        "The exponentials are right, but they are not divided by the sum of their row.",
        "rows-and-axes",
    ),
    Slip("log-softmax", "returned the logarithm of softmax", "You returned the logarithm of softmax.", "rows-and-axes"),
    Slip(
        "no-max",
        "let the exponentials overflow",
        "The exponentials overflow. Softmax does not change when a row is shifted: subtract the row's maximum first.",
        "big-logits",
    ),
    Slip(
        "max-with-zero",
        "let all exponentials of a row underflow",
        "All exponentials of a row underflow when its logits are far below zero: subtract the row's maximum, whatever "
        "its sign.",
        "big-logits",
    ),
    Slip(
        "max-of-all",
        "subtracted one maximum for all rows",
        "You subtracted one maximum for all rows, so that the exponentials of a row far below it underflow: subtract "
        "each row's own maximum.",
        "big-logits",
    ),
    # Numbers
    Slip(
        "exp-overflow",
        "let an exponential overflow",
        "An exponential overflows, and inf / inf or inf - inf is nan. Take exponentials of what is not positive only, "
        "such as -|z|.",
        "overflow-and-underflow",
    ),
    Slip(
        "log-of-zero",
        "computed ln 0 or 1 / 0",
        "The logarithm of 0 is -inf and 1/0 is inf; even times y = 0 that is nan. Leave out the classes with y = 0, "
        "and, where the logits are known, compute ln s from them.",
        "zero-times-log-zero",
    ),
    Slip(
        "zero-over-zero",
        "divided 0 by 0",
        "0 divided by 0 is nan: your formula divides by something that can be 0. Rewrite it without the division, or "
        "divide only where the divisor is not 0.",
        "zero-times-log-zero",
    ),
    Slip(
        "0-times-inf",
        "multiplied a Jacobian entry of 0 by an infinite dL/ds",
        "You went through dL/ds = -y/s. Where s underflows to 0 it is infinite, and infinity times a Jacobian entry "
        "of 0 is nan. In the fused gradient s cancels.",
        "overflow-and-underflow",
    ),
    Slip(
        "clip",
        "clipped the probabilities, or added an epsilon",
        "The probabilities were clipped, or an epsilon was added: that bends the loss and its gradient where s is "
        "small. Compute from the logits, or leave out the classes with y = 0.",
        "eps-and-clip",
    ),
    Slip(
        "cancellation",
        "subtracted two large numbers of nearly the same size",
        "You subtracted numbers of the size of the logits, which in float32 are known to 7 digits only. Subtract the "
        "row's maximum from the logits first.",
        "log-sum-exp",
    ),
    Slip(
        "integer-array",
        "wrote the result into an array of integers",
        "Numbers were cut down to whole ones: an array made with zeros_like, or a copy, takes over the integer type.",
        "inputs-stay",
    ),
    Slip(
        "nearly-right",
        "was right to some digits only",
        "The numbers are right to six digits or more, and float64 gives fifteen. Look for what is computed in "
        "float32, for an epsilon that is added, or for a derivative that is measured.",
        "how-you-are-graded",
    ),
    Slip(
        "single-precision",
        "computed in float32",
        "The numbers are right to 7 digits only: they were computed in float32, or stored in it. Leave float64 as it "
        "is.",
        "how-you-are-graded",
    ),
    # Targets
    Slip(
        "targets-must-sum-to-one",
        "used a formula for targets that sum to 1 only",
        "Your formula holds only when the targets of a row sum to 1.",
        "rows-and-axes",
    ),
    Slip(
        "whole-gradient",
        "returned the whole of dL/dz",
        "You returned the whole of dL/dz. Asked is what it has beyond its i = j term.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "diagonal-term",
        "returned the i = j term instead of the rest",
        "You returned the i = j term. Asked is the rest of the sum, all that this term leaves out.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "class-ids-as-one-hot",
        "used the labels as numbers, not as classes",
        "You computed with the labels as numbers. A label is the number of a class: it picks one entry of the row.",
        "the-fused-gradient",
    ),
    Slip(
        "column-labels",
        "picked whole columns, or rows, by the labels",
        "Indexing with [:, labels] picks the columns of all labels in every row, n × n numbers, and [labels] whole "
        "rows. Row i needs the entry labels[i] only.",
        "rows-and-axes",
    ),
    Slip(
        "weights-in-the-divisor",
        "divided by all rows, the ignored ones too",
        "You divided by the number of all rows. The mean runs over the rows that are not ignored.",
        "ignore-index",
    ),
    Slip(
        "ignored-rows-counted",
        "let rows count that are to be ignored",
        "Rows whose label is ignore_index count neither in the loss nor in the gradient, which is 0 there.",
        "ignore-index",
    ),
    Slip(
        "all-rows-ignored",
        "divided 0 by 0 where every row is ignored",
        "Every row is ignored here, and 0 divided by 0 rows is nan. The result is 0.",
        "ignore-index",
    ),
    Slip(
        "smoothing-others-only",
        "shared eps among the other classes only",
        "You shared eps among the other c - 1 classes. Here every class gets eps / c, the true one too.",
        "label-smoothing",
    ),
    Slip(
        "smoothing-keeps-one",
        "did not take eps away from the true class",
        "The true class keeps its 1. Take eps away from it before every class gets its share eps / c, so that the row "
        "still sums to 1.",
        "label-smoothing",
    ),
    Slip(
        "smoothing-not-divided",
        "gave each class all of eps",
        "You gave each class eps. It is shared: each gets eps / c.",
        "label-smoothing",
    ),
    Slip(
        "smoothing-swapped",
        "took eps for 1 - eps",
        "You took eps for 1 - eps: eps is what is taken away from the true class.",
        "label-smoothing",
    ),
    Slip(
        "smoothing-true-class-only",
        "left the other classes at 0",
        "The other classes are still at 0. Each of them gets eps / c.",
        "label-smoothing",
    ),
    Slip(
        "not-smoothed",
        "returned the one-hot rows unchanged",
        "These are the one-hot rows: eps is not used.",
        "label-smoothing",
    ),
)
