"""Mistakes in words that fit any function: those of the course speak of softmax, of classes and of its chapters.

A slip of the course, such as ``missing-sum``, has a double here, ``any-missing-sum``, that refers to no chapter.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from missingsum.explain.finding import Finding
from missingsum.slips import SLIPS, Slip

OTHERWISE = {
    # The derivative
    "missing-sum": (
        "kept only the derivative of each output by the input in the same place",
        "You kept only the derivative of each output by the input in the same place. An input moves other outputs, "
        "too: add up what comes through all of them.",
    ),
    "no-diagonal": (
        "took the output off the diagonal of the Jacobian",
        "Your entries of the Jacobian are right for i ≠ j. For i = j they are too small by the output.",
    ),
    "missing-dot": (
        "used the output in place of the derivative",
        "You multiplied g by the output, as if that were the derivative.",
    ),
    "identity": (
        "passed the upstream gradient on as it came",
        "You passed the upstream gradient on as it came: the derivative of the function was skipped.",
    ),
    "lost-factor": (
        "used 1 minus the output in place of the derivative",
        "You multiplied g by 1 minus the output, as if that were the derivative.",
    ),
    "diagonal-formula-everywhere": (
        "used s_i (1 - s_j) for every entry of the Jacobian, s being the output",
        "You used s_i (1 - s_j) for every entry of the Jacobian, s being the output.",
    ),
    "off-diagonal-sign": (
        "gave the terms off the diagonal the wrong sign",
        "What comes through the outputs in other places, i ≠ j, has the wrong sign.",
    ),
    "log-derivative": (
        "took the derivative of the logarithm of softmax",
        "You took the Jacobian for 1 - s_j where i = j and for -s_j elsewhere, s being the output. That is the "
        "derivative of another function, the logarithm of softmax.",
    ),
    "fused-as-softmax": (
        "returned the output minus g",
        "You returned the output minus g. Asked is a product of g with the derivative of the function.",
    ),
    "extra-sigmoid-prime": (
        "multiplied by s (1 - s), s being the output",
        "Your answer is the right one times s (1 - s), s being the output: that factor has no place here, or is in "
        "already.",
    ),
    "twice": ("applied the derivative twice", "You applied the derivative of the function twice."),
    "transposed": (
        "used the transposed Jacobian",
        "You used the transposed Jacobian: weigh each output i by g_i, and add up over the outputs.",
    ),
    "one-jacobian-for-all": (
        "made one Jacobian for the whole batch",
        "You made one Jacobian for the whole batch, and added it up before it was weighed by g. Each example has a "
        "Jacobian of its own: weigh its entries, g_i J_ij, and add up over i.",
    ),
    # Sizes
    "times-n": (
        "multiplied by the number of examples n",
        "Your answer is too large by the number of examples n.",
    ),
    "over-n": (
        "divided by the number of examples n",
        "Your answer is divided by the number of examples n. A backward function does not average: what each example "
        "counts is already in g.",
    ),
    "times-c": (
        "multiplied by the length of the second axis",
        "Your answer is too large by the length of the second axis of the first argument.",
    ),
    "over-c": (
        "divided by the length of the second axis",
        "Your answer is divided by the length of the second axis of the first argument.",
    ),
    "mean-over-everything": (
        "divided by the number of all entries",
        "Your answer is divided by the number of all entries of the first argument.",
    ),
    "missing-mean": (
        "multiplied by the number of examples n",
        "Your answer is too large by the number of examples n.",
    ),
    "averaged-twice": (
        "divided by the number of examples n",
        "Your answer is divided by the number of examples n once too often.",
    ),
    "wrong-number": (
        "divided or multiplied by another size",
        "Another size stands where one belongs: the number of examples, the length of an axis, or the number of all "
        "entries.",
    ),
    "factor-of-each-row": (
        "was off by a factor that differs from example to example",
        "Each example is right up to a factor, and that differs from example to example: a factor that depends on the "
        "example is missing, is too much, or was taken for a constant where it has a derivative too, a path of its "
        "own.",
    ),
    # Examples and axes
    "rows-not-summed": (
        "did not add up the shares of the examples",
        "Your answer has a share for each example, one after the other. All examples use this argument, so its "
        "gradient is the sum of their shares.",
    ),
    "first-row-only": (
        "counted only the first example",
        "Only the first example counts in your answer: the loop over the examples stops too early, or returns inside "
        "the loop.",
    ),
    "last-row-only": (
        "counted only the last example",
        "Only the last example counts in your answer: the loop over the examples overwrites its result.",
    ),
    "first-row-everywhere": (
        "gave all examples the numbers of the first",
        "All examples have the numbers of the first in your answer: only that one was computed.",
    ),
    "last-row-everywhere": (
        "gave all examples the numbers of the last",
        "All examples have the numbers of the last in your answer: the loop over them writes to the whole array.",
    ),
    "wrong-axis": (
        "summed over the examples instead of within each",
        "You summed over the examples, along the first axis. Each is an example of its own: sum within it.",
    ),
    "whole-matrix": (
        "summed over all examples instead of within each",
        "You took one sum over all examples. Each is an example of its own: sum within it.",
    ),
    "keepdims-lost": (
        "lost the axis that was summed over",
        "The axis that is summed over is gone after the sum, so that the sums meet the wrong entries. Keep it: "
        "keepdims=True.",
    ),
    "columns-skipped": (
        "did not compute some entries",
        "Some entries are zero in all examples: a loop skips them, or returns too early.",
    ),
    "one-loss-a-row": (
        "returned a number for each example",
        "You returned one number for each example. Asked is their mean, one number.",
    ),
    "jacobian-returned": (
        "returned a Jacobian in place of a product with it",
        "Your answer is a matrix with a row and a column for every number of the batch, as the Jacobian of all of them "
        "would be. Asked is a product with g.",
    ),
    "transposed-result": (
        "returned the transpose",
        "The numbers are right, but two axes have changed places: return the transpose.",
    ),
    "mutates-input": (
        "changed the array the function was given",
        "Your function changes an array it was given. Work on a copy: x = x - m, not x -= m.",
    ),
}
"""Slip of the course → what was done, and the explanation, of any function."""
AS_THEY_ARE = (
    *("ignores-upstream", "elementwise-with-J", "outer-as-dot", "summed-over-the-other-index", "second-path"),
    *("sign", "factor-two", "half", "constant-factor", "factor-of-a-part", "part-sign", "wrong-constant"),
    *("left-out", "once-too-often", "wrong-array", "wrong-operation", "wrong-function", "function-left-out"),
    *("wrong-point", "one-off", "one-term-only", "term-skipped", "not-summed", "running-sum", "summed-too-early"),
    *("mean-for-sum", "another-reduction", "whole-number-division", "integer-array", "single-precision"),
    *("nearly-right", "no-return", "list-for-array", "axis-too-many"),
)
"""Slips of the course whose words fit any function."""
GENERAL = {name: Slip(f"any-{name}", *words) for name, words in OTHERWISE.items()} | {
    name: replace(SLIPS[name], id=f"any-{name}", section="") for name in AS_THEY_ARE
}
"""Slip of the course → its double. What is not among them means something in the course alone."""


def in_general(found: Finding, own: Collection[str] = ()) -> Finding:
    """The finding with slips that fit any function, and those of the author's ``own`` as they are.

    It is empty where one of them has no double.
    """
    if not all(slip in own or slip in GENERAL for slip in found.slips):
        return Finding()
    return replace(found, slips=tuple(slip if slip in own else GENERAL[slip].id for slip in found.slips))
