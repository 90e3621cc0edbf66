"""The slips that the diagnosis can name: one place for their names, words and sections of the book."""

from __future__ import annotations

from dataclasses import dataclass

from missingsum.explain.words import WORDS

CHAPTERS = {
    "01_four_questions": "Four questions",
    "02_chain_rule": "The chain rule, with its sum",
    "03_missing_sum": "The missing sum",
    "04_mean_squared_error": "Mean squared error",
    "05_cross_entropy": "Cross-entropy",
    "06_one_to_many": "From one example to many",
    "07_jacobian": "The Jacobian",
    "08_fused_and_stable": "Fused and stable",
    "09_variants": "Variants",
    "10_gradient_checking": "Gradient checking",
    "11_checks_that_cannot_see": "Checks that cannot see",
    "12_network": "A whole network",
    "13_geometry": "Geometry",
    "14_fast": "Fast",
}
"""The chapters of the book: file, numbered in reading order, and title."""

UNEXPLAINED = "The cause is not recognised"
"""What is said of a wrong answer that no slip explains."""

_SECTIONS = {
    "03_missing_sum": {
        "the-derivation": "The derivation",
        "the-off-diagonal-terms": "The off-diagonal terms, and luck",
        "the-upstream-gradient": "What softmax does with the upstream gradient",
        "why-the-loss-was-blamed": "Why the loss was blamed, and the activation is guilty",
        "dividing-back": "Dividing does not bring g back",
    },
    "04_mean_squared_error": {
        "elementwise-activation": "After an elementwise activation",
        "factor-two-and-mean": "The factor two, and which mean",
    },
    "05_cross_entropy": {
        "the-derivative-in-s": "Two derivatives, two places",
        "zero-times-log-zero": "Zero times the logarithm of zero",
        "binary-cross-entropy": "Binary cross-entropy, from the logit",
    },
    "06_one_to_many": {
        "sign-and-scale": "Sign and scale",
        "rows-and-axes": "Rows and axes",
        "inputs-stay": "Inputs stay as they are",
        "big-logits": "Big logits",
    },
    "07_jacobian": {
        "product-not-elementwise": "A product, not an elementwise one",
        "log-softmax": "Log-softmax, whose Jacobian is not symmetric",
        "linear-cost": "What each way costs",
    },
    "08_fused_and_stable": {
        "log-sum-exp": "Log-sum-exp",
        "the-fused-gradient": "The fused gradient",
        "overflow-and-underflow": "Overflow and underflow",
        "eps-and-clip": "Why ε and clipping are no remedy",
    },
    "09_variants": {
        "label-smoothing": "Label smoothing",
        "ignore-index": "Labels, and rows to ignore",
    },
    "10_gradient_checking": {
        "central-differences": "Two measurements of a slope",
        "step-size": "The step size",
        "relative-error": "How near is near enough",
    },
    "11_checks_that_cannot_see": {
        "checks-that-cannot-see": "Checks that cannot see",
        "how-you-are-graded": "How you are graded",
    },
    "12_network": {
        "linear-layer": "The linear layer",
        "relu": "The activation of a hidden layer",
        "the-whole-network": "The whole network, backwards",
        "training": "Training on digits",
    },
}
SECTIONS = {label: title for sections in _SECTIONS.values() for label, title in sections.items()}
"""The sections that slips point to: label and title."""

_CHAPTER_OF = {label: chapter for chapter, sections in _SECTIONS.items() for label in sections}


@dataclass(frozen=True)
class Slip:
    """One small mistake in a gradient or in a forward function.

    ``done`` completes a sentence about a class: "9 of 24 students …"; ``explanation`` speaks to the person who made it;
    ``section`` is the label of the section of the book that explains it, ``(<section>)=`` in ``chapters/<chapter>.md``.
    """

    id: str
    done: str
    explanation: str
    section: str

    @property
    def chapter(self) -> str:
        """The name of the chapter that holds the section."""
        return _CHAPTER_OF[self.section]

    @property
    def where(self) -> str:
        """The section in words: ``The missing sum, section “The derivation”``."""
        return f"{CHAPTERS[self.chapter]}, section “{SECTIONS[self.section]}”"

    @property
    def page(self) -> str:
        """The section's address relative to the book's root."""
        return f"chapters/{self.chapter}.html#{self.section}"


_ALL = (
    # The Jacobian
    Slip(
        "missing-sum",
        "kept only the diagonal of the Jacobian",
        "You kept only the diagonal of the Jacobian, the i = j term. Every output of softmax depends on z_j, so the "
        "sum runs over all i.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "no-diagonal",
        "kept only the part -s_i s_j of the Jacobian",
        "You kept only the part -s_i s_j of the Jacobian. For i = j the entry is s_i (1 - s_i): one more s_i.",
        "the-derivation",
    ),
    Slip(
        "missing-dot",
        "multiplied by s and left out the dot product",
        "You multiplied by s and left out the rest of the Jacobian, -s_i s_j: each row lacks a dot product.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "identity",
        "passed the upstream gradient on as it came",
        "You passed the upstream gradient on as it came: the derivative of softmax was skipped.",
        "the-upstream-gradient",
    ),
    Slip(
        "lost-factor",
        "lost the factor s of s (1 - s)",
        "You used 1 - s where the diagonal of the Jacobian is s (1 - s): the factor s was lost.",
        "the-derivation",
    ),
    Slip(
        "diagonal-formula-everywhere",
        "used the formula for i = j off the diagonal too",
        "You used the formula for i = j, s_i (1 - s_i), for i ≠ j too. Off the diagonal the entry is -s_i s_j.",
        "the-derivation",
    ),
    Slip(
        "off-diagonal-sign",
        "gave the terms off the diagonal the wrong sign",
        "The terms off the diagonal have the wrong sign: for i ≠ j the entry is -s_i s_j.",
        "the-derivation",
    ),
    Slip(
        "log-derivative",
        "used the derivative of ln s_i: the factor s_i was lost",
        "You used the derivative of ln s_i, which is 1 - s_j for i = j and -s_j for i ≠ j: the factor s_i was lost.",
        "the-derivation",
    ),
    Slip(
        "outer-as-dot",
        "wrote np.dot(s, s.T) where the table of all s_i s_j is meant",
        "np.dot(s, s.T) of a vector is one number, the sum of the squares. The table of all s_i s_j is np.outer(s, s).",
        "the-derivation",
    ),
    Slip(
        "fused-as-softmax",
        "returned s - y in place of the vector-Jacobian product",
        "You returned s minus the other argument, the gradient of softmax and cross-entropy in one step. Asked is the "
        "derivative of softmax alone, times an upstream gradient g from any loss.",
        "the-upstream-gradient",
    ),
    Slip(
        "extra-sigmoid-prime",
        "multiplied by s (1 - s) once more",
        "You multiplied by s (1 - s) once too often: the derivative of an elementwise activation has no place here, "
        "or is in already.",
        "why-the-loss-was-blamed",
    ),
    Slip(
        "twice",
        "applied the derivative of softmax twice",
        "You applied the derivative of softmax twice.",
        "the-upstream-gradient",
    ),
    # The upstream gradient
    Slip(
        "ignores-upstream",
        "ignored the upstream gradient",
        "The upstream gradient is lost on the way: it was left out, or the entries of the Jacobian were added up "
        "before they were weighed by it. Weigh first, g_i J_ij, and then add up over the outputs i.",
        "the-upstream-gradient",
    ),
    Slip(
        "quotient",
        "took (s - y) / (s (1 - s)) for dL/ds",
        "You took (s - y) / (s (1 - s)) for dL/ds: that is -y/s + (1 - y)/(1 - s), the derivative of binary "
        "cross-entropy. Here the loss is -Σ y ln s, and its derivative is -y / s.",
        "dividing-back",
    ),
    Slip(
        "not-divided-by-s",
        "took -y for dL/ds",
        "You took -y for dL/ds. The derivative of -y ln s is -y / s.",
        "dividing-back",
    ),
    Slip(
        "elementwise-with-J",
        "multiplied the upstream gradient and the Jacobian entry by entry",
        "You multiplied the upstream gradient and the Jacobian entry by entry: these are the terms g_i J_ij before "
        "they are added up. The sum over i is still missing.",
        "product-not-elementwise",
    ),
    Slip(
        "forms-the-jacobian",
        "needed time or memory that grow with c squared",
        "The cost grows with c², as if all c² entries of the Jacobian were computed. Only a dot product along each "
        "row is needed.",
        "linear-cost",
    ),
    # Elementwise activations and losses
    Slip(
        "lost-complement",
        "lost the factor 1 - a of a (1 - a)",
        "The derivative of the sigmoid is a (1 - a): the factor 1 - a was lost.",
        "elementwise-activation",
    ),
    Slip(
        "exponent-sign",
        "gave the exponent of the sigmoid the wrong sign",
        "The exponent has the wrong sign: this is 1 / (1 + e^z), and the sigmoid is 1 / (1 + e^-z).",
        "elementwise-activation",
    ),
    Slip(
        "brackets-missing",
        "left out the brackets around the sum below the line",
        "This is 1 + e^-z: without brackets, 1 / 1 + e^-z divides 1 by 1 and then adds. The sum stands below the line, "
        "1 / (1 + e^-z).",
        "elementwise-activation",
    ),
    Slip(
        "sum-for-elementwise",
        "summed over the classes although the sigmoid is elementwise",
        "You subtracted a sum along the row, as softmax needs it. The sigmoid works on each entry alone: its Jacobian "
        "is diagonal, and the sum has one term.",
        "elementwise-activation",
    ),
    Slip(
        "double-sigmoid",
        "applied the sigmoid once too often",
        "The sigmoid was applied once too often: it was taken of values that it had already made.",
        "binary-cross-entropy",
    ),
    Slip(
        "one-sided",
        "left out the term with 1 - y",
        "Only the term with y is there. Binary cross-entropy has a second one, -(1 - y) ln(1 - a), and its derivative "
        "counts too.",
        "binary-cross-entropy",
    ),
    Slip(
        "two-sided",
        "added the binary term (1 - y) ln(1 - s) for each class",
        "You added (1 - y) ln(1 - s) for each class, which belongs to binary cross-entropy. Here the loss is -Σ y ln "
        "s.",
        "binary-cross-entropy",
    ),
    Slip(
        "fused-for-the-loss",
        "returned s - y in place of dL/ds",
        "You returned s - y, the gradient with respect to the logits. Asked is the derivative of the loss with "
        "respect to s: softmax comes later.",
        "the-derivative-in-s",
    ),
    Slip(
        "no-activation",
        "used the logits where the probabilities belong",
        "You used the logits z where the probabilities belong: the activation was not applied.",
        "the-fused-gradient",
    ),
    # Log-softmax
    Slip("no-logarithm", "did not take the logarithm", "The logarithm is missing.", "log-softmax"),
    Slip(
        "transposed",
        "used the transposed Jacobian",
        "You used the transposed Jacobian. That of softmax is symmetric, but that of log-softmax is not: the sum runs "
        "over the outputs, Σ_i g_i, and s_j stands in front of it.",
        "log-softmax",
    ),
    Slip(
        "softmax-for-log-softmax",
        "returned the vector-Jacobian product of softmax, not that of log-softmax",
        "You returned the vector-Jacobian product of softmax. Asked is that of its logarithm, whose Jacobian is δ_ij "
        "- s_j.",
        "log-softmax",
    ),
    Slip(
        "sum-not-weighted",
        "subtracted the sum of g without the factor s",
        "You subtracted the sum of g from every entry. Each entry j gets its share s_j of it.",
        "log-softmax",
    ),
    # Log-sum-exp
    Slip(
        "maximum-only",
        "returned the maximum alone",
        "You returned the row's maximum. What is missing is the logarithm of the sum of the shifted exponentials.",
        "log-sum-exp",
    ),
    Slip(
        "shift-not-undone",
        "did not add the maximum back",
        "You subtracted the maximum and did not add it back after the logarithm.",
        "log-sum-exp",
    ),
    # Sign and scale
    Slip("sign", "turned the sign round", "The sign is the wrong way round.", "sign-and-scale"),
    Slip(
        "factor-two",
        "returned twice the right answer",
        "Every entry is 2 times what it should be, wherever the 2 comes from: a square, or a constant of your own.",
        "sign-and-scale",
    ),
    Slip(
        "half",
        "returned half of the right answer",
        "Every entry is half of what it should be, wherever the ½ comes from: a square, or a constant of your own.",
        "sign-and-scale",
    ),
    Slip(
        "times-n",
        "multiplied by the number of rows n",
        "Your answer is too large by the number of rows n.",
        "sign-and-scale",
    ),
    Slip(
        "over-n",
        "divided by the number of rows n",
        "Your answer is divided by the number of rows n. A vector-Jacobian product does not average: where there is a "
        "1/n, it is already in g.",
        "sign-and-scale",
    ),
    Slip(
        "times-c",
        "multiplied by the number of classes c",
        "Your answer is too large by the number of classes c.",
        "sign-and-scale",
    ),
    Slip(
        "over-c",
        "divided by the number of classes c",
        "Your answer is divided by the number of classes c.",
        "sign-and-scale",
    ),
    Slip(
        "mean-over-everything",
        "divided by n·c, the number of all entries",
        "Your answer is divided by n·c, the number of all entries.",
        "sign-and-scale",
    ),
    Slip(
        "mean-of-all-squares",
        "took the mean of all squared errors",
        "This is the mean of all squared errors, or its gradient. Here each square has a ½ in front, and the sum is "
        "divided by the number of rows n, not by that of all entries n·c.",
        "factor-two-and-mean",
    ),
    Slip(
        "missing-mean",
        "left out the 1/n of the mean over the rows",
        "Your answer is too large by the number of rows n: the loss averages over the rows, and its gradient carries "
        "the 1/n.",
        "factor-two-and-mean",
    ),
    Slip(
        "averaged-twice",
        "divided by the number of rows n twice",
        "Your answer is divided by the number of rows n once too often.",
        "factor-two-and-mean",
    ),
    Slip(
        "loss-lacks-minus",
        "left out the minus of the logarithm",
        "The loss has the wrong sign: logarithms of probabilities are negative, and the minus in front of the sum "
        "makes the loss positive.",
        "sign-and-scale",
    ),
    # Axes and rows
    Slip(
        "wrong-axis",
        "summed down the columns instead of along the rows",
        "You summed down the columns. Each row is one example: sum along the row, axis=1.",
        "rows-and-axes",
    ),
    Slip(
        "bias-along-the-rows",
        "summed the gradient of a bias along the rows",
        "You summed along the rows, which gives one number for each row. A bias is used by every row, so that its "
        "gradient is the sum over the rows, down the column: axis=0.",
        "linear-layer",
    ),
    Slip(
        "whole-matrix",
        "summed over the whole matrix instead of along the rows",
        "You summed over the whole matrix. Each row is one example of its own: sum along the row, axis=1.",
        "rows-and-axes",
    ),
    Slip(
        "last-row-only",
        "got only the last row right",
        "Only the last row is right: the loop over rows overwrites its result.",
        "rows-and-axes",
    ),
    Slip(
        "first-row-only",
        "got only the first row right",
        "Only the first row is right: the loop over rows stops too early, or returns inside the loop.",
        "rows-and-axes",
    ),
    Slip(
        "last-row-everywhere",
        "gave all rows the values of the last",
        "All rows of your answer are the last row's: the loop over rows writes to the whole array.",
        "rows-and-axes",
    ),
    Slip(
        "keepdims-lost",
        "lost the axis that was summed over",
        "A sum along the rows has shape (n,), and does not line up with the rows of an array (n, c): it fails, or is "
        "silently wrong where n = c. Keep the axis: keepdims=True.",
        "rows-and-axes",
    ),
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
    # Differences
    Slip(
        "one-sided-difference",
        "went to one side of x only",
        "You went to one side of x only. Its error shrinks with h alone; going to both sides, f(x + h) - f(x - h), it "
        "shrinks with h².",
        "central-differences",
    ),
    Slip(
        "not-divided-by-h",
        "did not divide by 2h",
        "The difference is not divided by 2h, the distance between the two points. Mind that a / 2 * h multiplies by "
        "h: write a / (2 * h).",
        "central-differences",
    ),
    Slip(
        "entries-left-moved",
        "did not put an entry back before moving the next",
        "You did not put an entry back before you moved the next one, so that the function is measured further and "
        "further away from x.",
        "central-differences",
    ),
    Slip(
        "entries-moved-together",
        "moved several entries of x at once",
        "You moved several entries at once, a whole row or column or all of x. A partial derivative moves one entry "
        "and leaves the others.",
        "central-differences",
    ),
    Slip(
        "own-step",
        "used a step of their own in place of h",
        "You did not use the step h that the function was given, but another one.",
        "step-size",
    ),
    Slip(
        "step-too-small",
        "took so small a step that only rounding is left",
        "Your step is so small that the two losses agree in nearly all their digits: what is left of their difference "
        "is rounding.",
        "step-size",
    ),
    Slip(
        "step-too-large",
        "took too large a step",
        "Your step is so large that the difference quotient is not yet the derivative: its error grows with h².",
        "step-size",
    ),
    # Relative error
    Slip(
        "error-over-one-size",
        "divided by the size of one of the two alone",
        "You divided by the size of one of the two alone. Divide by the larger size, so that it does not matter which "
        "is which.",
        "relative-error",
    ),
    Slip(
        "error-over-the-sum",
        "divided by the sum of both sizes",
        "You divided by the sum of both sizes, or by their mean. Here it is the larger of the two.",
        "relative-error",
    ),
    Slip(
        "error-over-the-smaller",
        "divided by the smaller size",
        "You divided by the smaller of the two sizes. It is the larger one: beside it, a missing gradient has the "
        "error 1, not infinity.",
        "relative-error",
    ),
    Slip(
        "error-not-divided",
        "did not divide by a size",
        "You returned the size of the difference. Whether that is large or small shows only beside the size of what "
        "is compared: divide by it.",
        "relative-error",
    ),
    Slip(
        "error-of-entries",
        "compared single entries in place of the whole arrays",
        "You compared entry by entry, or took the largest entry for the size. The size here is the root of the sum of "
        "all squares.",
        "relative-error",
    ),
    Slip(
        "error-squared",
        "left out the square root",
        "You left out the root: the size of an array is the root of the sum of the squares.",
        "relative-error",
    ),
    Slip(
        "spectral-norm",
        "took the largest singular value for the size of a matrix",
        "np.linalg.norm(a, 2) of a matrix is its largest singular value. The root of the sum of all squares is "
        "np.linalg.norm(a).",
        "relative-error",
    ),
    Slip(
        "epsilon-in-the-divisor",
        "added an epsilon to the divisor",
        "An epsilon was added to the divisor. It makes every result a little too small: leave it out, and treat a "
        "divisor that can be 0 as a case of its own.",
        "relative-error",
    ),
    # Gradient checks
    Slip(
        "accepts-everything",
        "accepted every gradient",
        "It accepts every gradient, wrong ones too: nothing is compared, or the comparison cannot fail.",
        "checks-that-cannot-see",
    ),
    Slip(
        "refuses-everything",
        "refused every gradient",
        "It refuses every gradient, right ones too.",
        "checks-that-cannot-see",
    ),
    Slip(
        "error-for-a-verdict",
        "returned the error in place of a verdict",
        "You returned the error. Asked is a verdict: compare the error with your tolerance, and return True or False.",
        "relative-error",
    ),
    Slip(
        "tolerance-too-wide",
        "used too wide a tolerance",
        "Your tolerance is so wide that gradients with a real mistake pass. A difference quotient with a good step "
        "has about ten right digits.",
        "relative-error",
    ),
    Slip(
        "tolerance-too-narrow",
        "used a tolerance that no difference quotient can keep",
        "Your tolerance is narrower than the difference quotient is good, so that right gradients are refused.",
        "relative-error",
    ),
    Slip(
        "absolute-tolerance",
        "used an absolute tolerance",
        "You compare the difference itself with the tolerance. A small gradient is under it whether right or wrong, "
        "and a large one over it: divide by its size.",
        "relative-error",
    ),
    Slip(
        "one-sided-directions",
        "looked along directions of one sign",
        "You looked along a direction whose entries all have one sign. The rows of this gradient sum to 0, and so do "
        "those of most wrong ones: take random Gaussian directions, or every entry.",
        "checks-that-cannot-see",
    ),
    Slip(
        "few-entries",
        "looked at a few entries only",
        "You looked at some entries only, and a mistake in the others passes.",
        "checks-that-cannot-see",
    ),
    Slip(
        "sizes-compared",
        "compared sizes without signs",
        "You compared sizes, of the entries or of the whole arrays. A gradient with the wrong sign has the right "
        "size: take the size of the difference.",
        "checks-that-cannot-see",
    ),
    Slip(
        "formula-for-a-measurement",
        "compared with a formula in place of a measurement",
        "You compared with the formula for one loss. A check measures the loss that it is given, whatever that is.",
        "checks-that-cannot-see",
    ),
    Slip(
        "nan-passes",
        "let nan pass",
        "A gradient that is not finite passes: every comparison with nan is False, so that “error > tolerance” does "
        "not catch it. Ask for “error <= tolerance”.",
        "checks-that-cannot-see",
    ),
    Slip(
        "shape-not-checked",
        "did not look at the shape of the gradient",
        "A gradient of another shape than z raises an error, or passes. Compare the shapes first.",
        "checks-that-cannot-see",
    ),
    Slip(
        "names-not-sorted",
        "did not sort the names",
        "The names are right, and not in order: return sorted(…).",
        "how-you-are-graded",
    ),
    # Networks
    Slip("no-bias", "left out the bias", "The bias b is left out: it is added to every row of X W.", "linear-layer"),
    Slip(
        "weights-not-transposed",
        "multiplied by W in place of its transpose",
        "You multiplied g by W. Each entry of X reaches the outputs through a row of W, so that g is multiplied by "
        "the transpose of W.",
        "linear-layer",
    ),
    Slip(
        "rows-not-summed",
        "did not sum the bias's gradient over the rows",
        "b is added to every row, so that its gradient is the sum of g over the rows, axis=0, an array of shape (m,).",
        "linear-layer",
    ),
    Slip(
        "exchanged",
        "returned the gradients in each other's place",
        "The gradients are right and stand in each other's place: mind the order, or the names.",
        "linear-layer",
    ),
    Slip(
        "relu-skipped",
        "left out ReLU",
        "ReLU is left out: negative entries become 0 on the way forward, and on the way back their gradient is "
        "stopped.",
        "relu",
    ),
    Slip(
        "absolute-value",
        "took the absolute value for ReLU",
        "You took the absolute value. ReLU makes negative entries 0.",
        "relu",
    ),
    Slip(
        "leaky-relu",
        "let a part of negative entries through",
        "A part of the negative entries is let through, as in a leaky ReLU. Here they become 0.",
        "relu",
    ),
    Slip(
        "relu-of-upstream",
        "applied ReLU to the gradient",
        "You asked whether the gradient that arrives is positive. What counts is whether ReLU's input z was.",
        "relu",
    ),
    Slip(
        "value-for-slope",
        "multiplied by the value of ReLU, not by its slope",
        "You multiplied by the value of ReLU. Its slope is 1 where z is positive and 0 elsewhere.",
        "relu",
    ),
    Slip(
        "one-at-zero",
        "took 1 for the slope of ReLU at 0",
        "At z = 0 ReLU has no derivative, and the convention here is 0: z > 0, not z >= 0.",
        "relu",
    ),
    Slip(
        "wrong-layer-input",
        "gave a layer's backward function another input than the layer had",
        "linear_backward needs the input that the layer had on the way forward. The second layer's input is the "
        "output of ReLU, not Z1 or X.",
        "the-whole-network",
    ),
    Slip(
        "same-start",
        "started all hidden units with the same weights",
        "All hidden units have the same weights. They get the same gradients and stay the same for ever: start from "
        "random weights.",
        "the-whole-network",
    ),
    Slip(
        "climbs",
        "stepped up the gradient",
        "Your network finds the right class least likely of all: the steps go up the gradient. Subtract it.",
        "training",
    ),
    Slip(
        "diverged",
        "let the parameters grow beyond all bounds",
        "The parameters are not finite: the steps are too large, or an exponential overflows.",
        "training",
    ),
    Slip(
        "ignores-the-data",
        "returned parameters that do not depend on the data",
        "Other digits give the same parameters: nothing is learned from X and y.",
        "training",
    ),
    Slip(
        "stopped-too-early",
        "stopped the training too early",
        "The network was on its way: some more steps from where it stopped, and it reads enough digits. Take more or "
        "larger steps.",
        "training",
    ),
    Slip(
        "seed-not-used",
        "let chance in that the seed does not govern",
        "Two calls with the same seed give different networks: let np.random.default_rng(seed) be the only source of "
        "chance.",
        "training",
    ),
    # The form of an answer
    Slip(
        "no-return",
        "returned nothing",
        "Your function returns None: is there a return, and does it stand outside of the loop?",
        "how-you-are-graded",
    ),
    Slip(
        "list-for-array",
        "returned a list in place of an array",
        "The numbers are right, in a list. Asked is an array: np.array(…).",
        "how-you-are-graded",
    ),
    Slip(
        "axis-too-many",
        "returned an array with one axis too many or too few",
        "The numbers are right, in an array with one axis too many or too few, such as (n, 1) for (n,).",
        "rows-and-axes",
    ),
    Slip(
        "transposed-result",
        "returned the transpose",
        "The numbers are right, but rows and columns have changed places: return the transpose.",
        "rows-and-axes",
    ),
    Slip(
        "one-loss-a-row",
        "returned a loss for each row",
        "You returned one loss for each row. Asked is their mean, one number.",
        "rows-and-axes",
    ),
    # Aliasing
    Slip(
        "mutates-input",
        "changed the array the function was given",
        "Your function changes the array it was given. Work on a copy: z = z - m, not z -= m.",
        "inputs-stay",
    ),
)

SLIPS: dict[str, Slip] = {slip.id: slip for slip in (*_ALL, *(Slip(*words) for words in WORDS))}
