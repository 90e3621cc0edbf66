"""Slips in difference quotients, relative errors and gradient checks."""

from __future__ import annotations

from missingsum.slips.slip import Slip

CHECKING = (
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
        "You did not put an entry back before you moved the next one. So you measure further and further from x.",
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
        "It says no to all gradients, and to the right ones too.",
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
        "Your tolerance is too narrow. A difference quotient is not as good as that, and right gradients are refused.",
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
)
