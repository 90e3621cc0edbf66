"""The slips that the diagnosis can name: one place for their names, words and sections of the book."""

from __future__ import annotations

from dataclasses import dataclass

CHAPTERS = {"05_missing_sum": "The missing sum"}


@dataclass(frozen=True)
class Slip:
    """One small mistake in a gradient or in a forward function.

    ``explanation`` speaks to the person who made it; ``chapter`` and ``section`` say where the book explains it:
    ``chapters/<chapter>.md`` holds the label ``(<section>)=``.
    """

    id: str
    explanation: str
    section: str
    chapter: str = "05_missing_sum"

    @property
    def where(self) -> str:
        """The section in words: ``The missing sum, section "the-derivation"``."""
        return f"{CHAPTERS[self.chapter]}, section “{self.section.replace('-', ' ')}”"

    @property
    def page(self) -> str:
        """The section's address relative to the book's root."""
        return f"chapters/{self.chapter}.html#{self.section}"


_ALL = (
    # The Jacobian
    Slip("missing-sum",
         "You kept only the diagonal of the Jacobian, the i = j term. Every output of softmax depends on z_j, so the sum "
         "runs over all i.",
         "the-off-diagonal-terms"),
    Slip("no-diagonal",
         "You kept only the part -s_i s_j of the Jacobian. For i = j the entry is s_i (1 - s_i): one more s_i.",
         "the-derivation"),
    Slip("missing-dot",
         "You multiplied by s and left out the rest of the Jacobian, -s_i s_j: each row lacks a dot product.",
         "the-off-diagonal-terms"),
    Slip("identity",
         "You passed the upstream gradient on as it came: the derivative of softmax was skipped.",
         "the-upstream-gradient"),
    Slip("lost-factor",
         "You used 1 - s where the diagonal of the Jacobian is s (1 - s): the factor s was lost.",
         "the-derivation"),
    Slip("diagonal-formula-everywhere",
         "You used the formula for i = j, s_i (1 - s_i), for i ≠ j too. Off the diagonal the entry is -s_i s_j.",
         "the-derivation"),
    Slip("off-diagonal-sign",
         "The terms off the diagonal have the wrong sign: for i ≠ j the entry is -s_i s_j.",
         "the-derivation"),
    Slip("log-derivative",
         "You used the derivative of ln s_i, which is 1 - s_j for i = j and -s_j for i ≠ j: the factor s_i was lost.",
         "the-derivation"),
    Slip("outer-as-dot",
         "np.dot(s, s.T) of a vector is one number, the sum of the squares. The table of all s_i s_j is np.outer(s, s).",
         "the-derivation"),
    Slip("fused-as-softmax",
         "You returned s minus the other argument, the gradient of softmax and cross-entropy in one step. Asked is the "
         "derivative of softmax alone, times an upstream gradient g from any loss.",
         "the-upstream-gradient"),
    Slip("extra-sigmoid-prime",
         "You multiplied by s (1 - s) once more, the derivative of an elementwise activation. The Jacobian of softmax is all there "
         "is.",
         "why-the-loss-was-blamed"),
    Slip("twice",
         "You applied the derivative of softmax twice.",
         "the-upstream-gradient"),
    # The upstream gradient
    Slip("ignores-upstream",
         "Your answer does not depend on the upstream gradient: weigh the entries of the Jacobian by it before you add them up.",
         "the-upstream-gradient"),
    Slip("quotient",
         "You took (s - y) / (s (1 - s)) for dL/ds, which divides the result by the diagonal of the Jacobian. The derivative of "
         "-y ln s is -y / s.",
         "dividing-back"),
    Slip("not-divided-by-s",
         "You took -y for dL/ds. The derivative of -y ln s is -y / s.",
         "dividing-back"),
    # Sign and scale
    Slip("sign",
         "The sign is the wrong way round.",
         "sign-and-scale"),
    Slip("factor-two",
         "Your answer is twice what it should be.",
         "sign-and-scale"),
    Slip("half",
         "Your answer is half of what it should be.",
         "sign-and-scale"),
    Slip("times-n",
         "Your answer is too large by the number of rows n.",
         "sign-and-scale"),
    Slip("over-n",
         "Your answer is divided by the number of rows n. A vector-Jacobian product does not average: where there is a "
         "1/n, it is already in g.",
         "sign-and-scale"),
    Slip("times-c",
         "Your answer is too large by the number of classes c.",
         "sign-and-scale"),
    Slip("over-c",
         "Your answer is divided by the number of classes c.",
         "sign-and-scale"),
    Slip("mean-over-everything",
         "Your answer is divided by n·c, the number of all entries.",
         "sign-and-scale"),
    # Axes and rows
    Slip("wrong-axis",
         "You summed down the columns. Each row is one example: sum along the row, axis=1.",
         "rows-and-axes"),
    Slip("whole-matrix",
         "You summed over the whole matrix. Each row is one example of its own: sum along the row, axis=1.",
         "rows-and-axes"),
    Slip("last-row-only",
         "Only the last row is right: the loop over rows overwrites its result.",
         "rows-and-axes"),
    Slip("first-row-only",
         "Only the first row is right: the loop over rows stops too early, or returns inside the loop.",
         "rows-and-axes"),
    Slip("last-row-everywhere",
         "All rows of your answer are the last row's: the loop over rows writes to the whole array.",
         "rows-and-axes"),
    # Forward
    Slip("double-softmax",
         "Softmax was applied twice: the result is the softmax of probabilities.",
         "rows-and-axes"),
    Slip("not-normalised",
         "The exponentials are right, but they are not divided by the sum of their row.",
         "rows-and-axes"),
    Slip("log-softmax",
         "You returned the logarithm of softmax.",
         "rows-and-axes"),
    Slip("no-max",
         "The exponentials overflow. Softmax does not change when a row is shifted: subtract the row's maximum first.",
         "big-logits"),
    Slip("max-with-zero",
         "All exponentials of a row underflow when its logits are far below zero: subtract the row's maximum, whatever its "
         "sign.",
         "big-logits"),
    Slip("max-of-all",
         "You subtracted one maximum for all rows, so that the exponentials of a row far below it underflow: subtract each row's "
         "own maximum.",
         "big-logits"),
    # Targets
    Slip("targets-must-sum-to-one",
         "Your formula holds only when the targets of a row sum to 1.",
         "rows-and-axes"),
    Slip("whole-gradient",
         "You returned the whole of dL/dz. Asked is what it has beyond its i = j term.",
         "the-off-diagonal-terms"),
    Slip("diagonal-term",
         "You returned the i = j term. Asked is the rest of the sum, all that this term leaves out.",
         "the-off-diagonal-terms"),
    # Aliasing
    Slip("mutates-input",
         "Your function changes the array it was given. Work on a copy: z = z - m, not z -= m.",
         "inputs-stay"),
)

SLIPS: dict[str, Slip] = {slip.id: slip for slip in _ALL}
