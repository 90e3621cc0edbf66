"""Slips of parts: what may go wrong at any place of any formula. Which part it was, a finding says in its details."""

from __future__ import annotations

from missingsum.slips.slip import Slip

PARTS = (
    Slip(
        "wrong-array",
        "put another array where one belongs",
        "Another array stands where one belongs.",
        "the-derivation",
    ),
    Slip("left-out", "left out a factor or a term", "A factor or a term of the formula is left out.", "the-derivation"),
    Slip(
        "once-too-often",
        "had a factor, a term or a function too many",
        "There is a factor, a term or a function too many.",
        "the-derivation",
    ),
    Slip(
        "wrong-operation",
        "multiplied where to divide, or the like",
        "One operation is another one: multiplied where it should divide, added where it should multiply, upside down.",
        "the-derivation",
    ),
    Slip("part-sign", "gave one part the wrong sign", "One part of the formula has the wrong sign.", "sign-and-scale"),
    Slip(
        "factor-of-a-part",
        "multiplied one part by a number",
        "One part of the formula is multiplied by a number that does not belong there.",
        "sign-and-scale",
    ),
    Slip("mean-for-sum", "took a mean where a sum belongs", "A mean stands where a sum belongs.", "rows-and-axes"),
    Slip(
        "another-reduction",
        "took a maximum or a product where a sum belongs",
        "A sum, a mean, a maximum or a product stands where another of these belongs.",
        "rows-and-axes",
    ),
    Slip(
        "summed-over-other-axes",
        "added up over other axes than the formula does",
        "A sum or a mean runs over other axes than it should.",
        "rows-and-axes",
    ),
    Slip(
        "one-term-only",
        "kept one term of a sum",
        "Only one term of a sum survives, as when a loop writes = where += is meant, or returns in its first round.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "term-skipped",
        "left out a term of a sum",
        "A term of a sum is missing, as when a loop starts too late or ends too early.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "running-sum",
        "used a sum before it was complete",
        "A sum is used before it is complete: a loop reads it in the round in which it should still grow.",
        "the-off-diagonal-terms",
    ),
    Slip(
        "not-summed", "did not add up the terms", "The terms of a sum are there and were not added up.", "rows-and-axes"
    ),
    Slip(
        "summed-too-early",
        "added up what should stay as it is",
        "Numbers were added up, averaged or cut down to the largest. They should stay one by one.",
        "rows-and-axes",
    ),
    Slip(
        "summed-over-the-other-index",
        "added up over the other index of the Jacobian",
        "The sum runs over the wrong index of the Jacobian. Weigh by g_i and add up over the outputs i.",
        "product-not-elementwise",
    ),
    Slip(
        "constant-factor",
        "was off by a constant factor",
        "Your answer is right up to one constant factor.",
        "sign-and-scale",
    ),
    Slip(
        "rows-skipped",
        "did not compute some rows",
        "Some rows are all zeros and the others are right: the loop over rows skips them, or ends too early.",
        "rows-and-axes",
    ),
    Slip(
        "columns-skipped",
        "did not compute some columns",
        "Some columns are all zeros: the loop over classes skips them, or returns too early.",
        "rows-and-axes",
    ),
    Slip(
        "first-row-everywhere",
        "gave all rows the values of the first",
        "All rows of your answer are those of the first: only that one was computed.",
        "rows-and-axes",
    ),
    Slip(
        "wrong-point",
        "evaluated at another point",
        "The formula is right and evaluated at another point.",
        "the-fused-gradient",
    ),
    Slip(
        "cut-logits",
        "cut the logits off",
        "The logits were cut off before softmax. It takes logits of any size and sign as they are: subtract the row's "
        "maximum, that is all.",
        "big-logits",
    ),
    Slip(
        "sigmoid-for-softmax",
        "took the sigmoid for softmax",
        "You took the sigmoid of each logit by itself. In softmax the classes compete: each exponential is divided by "
        "the sum of its row.",
        "rows-and-axes",
    ),
    Slip(
        "no-exponential",
        "left out the exponentials of softmax",
        "You divided the logits by their sum. Softmax divides their exponentials, which are positive.",
        "rows-and-axes",
    ),
    Slip(
        "one-label-off",
        "counted the labels from 1",
        "The labels are off by one class: they are counted from 0.",
        "the-fused-gradient",
    ),
    Slip(
        "one-off",
        "was off by one place",
        "Entries are off by one place: an index starts or ends one too far.",
        "rows-and-axes",
    ),
    Slip(
        "all-differences",
        "subtracted every row from every other",
        "An array (n, 1) met one of shape (n,): NumPy makes all n × n differences of it. Give both the same shape.",
        "rows-and-axes",
    ),
    Slip(
        "wrong-function",
        "took another function",
        "Another function stands where one belongs.",
        "the-derivation",
    ),
    Slip("function-left-out", "left out a function", "A function of the formula is left out.", "the-derivation"),
    Slip("wrong-constant", "used another constant", "A number of the formula is another one.", "sign-and-scale"),
    Slip(
        "wrong-number",
        "divided or multiplied by another size",
        "Another size stands where one belongs: the number of rows, of columns, or of all entries.",
        "factor-two-and-mean",
    ),
    Slip(
        "new-weights",
        "updated the weights before the way back was finished",
        "The weights were updated before the way back was finished: the gradient of the first layer went through the "
        "new ones. Compute all gradients first, then step.",
        "the-whole-network",
    ),
    Slip(
        "from-weights-gradient",
        "took the bias's gradient from that of the weights",
        "The bias's gradient was made of the weights' gradient. It is the upstream gradient summed over the rows.",
        "linear-layer",
    ),
    Slip(
        "one-jacobian-for-all",
        "made one Jacobian for the whole batch",
        "You made one Jacobian for the whole batch, and added it up before it was weighed by g. Each row is an example "
        "of its own, with a Jacobian of its own: weigh its entries, g_i J_ij, and add up over i.",
        "rows-and-axes",
    ),
    Slip(
        "jacobian-returned",
        "returned a Jacobian in place of a product with it",
        "Your answer is a matrix with a row and a column for every number of the batch, as the Jacobian of all of them "
        "would be. Asked is a product with the Jacobian of each row, and it has the shape of g.",
        "product-not-elementwise",
    ),
    Slip(
        "axes-mixed-up",
        "had the axes of an array in another order",
        "The axes stand in another order: it fits only where n = c, and the answer has an axis too many. Each row "
        "k has a Jacobian of its own, J[k]: one product a row.",
        "product-not-elementwise",
    ),
    Slip(
        "second-path",
        "left out one of two paths",
        "A path is missing: x reaches the output in two ways, directly and through another function of it, and both "
        "derivatives add up.",
        "the-derivation",
    ),
    Slip(
        "factor-of-each-row",
        "was off by a factor that differs from row to row",
        "Each row is right up to a factor, and that differs from row to row: a factor that depends on the row is "
        "missing, is too much, or was taken for a constant where it has a derivative too, a path of its own.",
        "sign-and-scale",
    ),
    Slip(
        "whole-number-division",
        "divided whole numbers",
        "The answer is 0 throughout. Is there a 1 // 2? It divides whole numbers, which gives 0: write 0.5 or 1 / 2. "
        "If there is none, look for what is subtracted from itself or multiplied by 0.",
        "factor-two-and-mean",
    ),
    Slip(
        "nan-where-underflow",
        "let a class that underflows make nan or infinity",
        "It gives nan or infinity where a probability underflows to 0, or rounds to 1. There a number is divided by 0, "
        "or 0 meets ln 0 or an infinite number. Write it without the quotient, the logarithm or the infinite number.",
        "overflow-and-underflow",
    ),
    Slip(
        "weights-skipped",
        "left the weights out on the way back",
        "The weights are left out on the way back: the gradient was summed over the units. Multiply it by the "
        "transpose of W.",
        "linear-layer",
    ),
)
