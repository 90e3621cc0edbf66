"""Slips in networks, and in the form of an answer."""

from __future__ import annotations

from missingsum.slips.slip import Slip

NETWORKS = (
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
        "b is added to each row. So its gradient is the sum of g over the rows: axis=0, an array of shape (m,).",
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
