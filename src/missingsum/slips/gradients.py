"""Slips in a gradient: the Jacobian, the upstream gradient, losses and their derivatives, sign and scale, axes."""

from __future__ import annotations

from missingsum.slips.slip import Slip

GRADIENTS = (
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
        "You returned s minus the other argument. That is the gradient of softmax and cross-entropy in one step. Asked "
        "is the derivative of softmax alone, times a g that comes from any loss.",
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
        "brackets-around-one-term",
        "divided by one term of the sum below the line",
        "This is e^z + 1: without brackets, 1 / e^-z + 1 divides by e^-z alone and then adds. The whole sum stands "
        "below the line, 1 / (1 + e^-z).",
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
        "bias-as-one-number",
        "summed the gradient of a bias to one number",
        "You summed over everything, which gives one number for all biases. Each bias has a gradient of its own, the "
        "sum over the rows, down its column: axis=0.",
        "linear-layer",
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
)
