"""The slips that the diagnosis can name: one place for their names, words and sections of the book."""

from __future__ import annotations

from dataclasses import dataclass

CHAPTERS = {"05_missing_sum": "The missing sum"}

SECTIONS = {
    "the-derivation": "The derivation",
    "the-off-diagonal-terms": "The off-diagonal terms, and luck",
    "the-upstream-gradient": "What softmax does with the upstream gradient",
    "why-the-loss-was-blamed": "Why the loss was blamed, and the activation is guilty",
    "dividing-back": "Dividing does not bring g back",
    "sign-and-scale": "Sign and scale",
    "rows-and-axes": "Rows and axes",
    "inputs-stay": "Inputs stay as they are",
    "big-logits": "Big logits",
}
"""The sections that slips point to: label and title."""


@dataclass(frozen=True)
class Slip:
    """One small mistake in a gradient or in a forward function.

    ``done`` completes a sentence about a class: "9 of 24 students …"; ``explanation`` speaks to the person who made it; ``chapter`` and ``section`` say where the book explains it:
    ``chapters/<chapter>.md`` holds the label ``(<section>)=``.
    """

    id: str
    done: str
    explanation: str
    section: str
    chapter: str = "05_missing_sum"

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
    Slip("missing-sum", "kept only the diagonal of the Jacobian",
         "You kept only the diagonal of the Jacobian, the i = j term. Every output of softmax depends on z_j, so the sum "
         "runs over all i.",
         "the-off-diagonal-terms"),
    Slip("no-diagonal", "kept only the part -s_i s_j of the Jacobian",
         "You kept only the part -s_i s_j of the Jacobian. For i = j the entry is s_i (1 - s_i): one more s_i.",
         "the-derivation"),
    Slip("missing-dot", "multiplied by s and left out the dot product",
         "You multiplied by s and left out the rest of the Jacobian, -s_i s_j: each row lacks a dot product.",
         "the-off-diagonal-terms"),
    Slip("identity", "passed the upstream gradient on as it came",
         "You passed the upstream gradient on as it came: the derivative of softmax was skipped.",
         "the-upstream-gradient"),
    Slip("lost-factor", "lost the factor s of s (1 - s)",
         "You used 1 - s where the diagonal of the Jacobian is s (1 - s): the factor s was lost.",
         "the-derivation"),
    Slip("diagonal-formula-everywhere", "used the formula for i = j off the diagonal too",
         "You used the formula for i = j, s_i (1 - s_i), for i ≠ j too. Off the diagonal the entry is -s_i s_j.",
         "the-derivation"),
    Slip("off-diagonal-sign", "gave the terms off the diagonal the wrong sign",
         "The terms off the diagonal have the wrong sign: for i ≠ j the entry is -s_i s_j.",
         "the-derivation"),
    Slip("log-derivative", "used the derivative of ln s_i: the factor s_i was lost",
         "You used the derivative of ln s_i, which is 1 - s_j for i = j and -s_j for i ≠ j: the factor s_i was lost.",
         "the-derivation"),
    Slip("outer-as-dot", "wrote np.dot(s, s.T) where the table of all s_i s_j is meant",
         "np.dot(s, s.T) of a vector is one number, the sum of the squares. The table of all s_i s_j is np.outer(s, s).",
         "the-derivation"),
    Slip("fused-as-softmax", "returned s - y in place of the vector-Jacobian product",
         "You returned s minus the other argument, the gradient of softmax and cross-entropy in one step. Asked is the "
         "derivative of softmax alone, times an upstream gradient g from any loss.",
         "the-upstream-gradient"),
    Slip("extra-sigmoid-prime", "multiplied by s (1 - s) once more",
         "You multiplied by s (1 - s) once more, the derivative of an elementwise activation. The Jacobian of softmax is all there "
         "is.",
         "why-the-loss-was-blamed"),
    Slip("twice", "applied the derivative of softmax twice",
         "You applied the derivative of softmax twice.",
         "the-upstream-gradient"),
    # The upstream gradient
    Slip("ignores-upstream", "ignored the upstream gradient",
         "Your answer does not depend on the upstream gradient: weigh the entries of the Jacobian by it before you add them up.",
         "the-upstream-gradient"),
    Slip("quotient", "took (s - y) / (s (1 - s)) for dL/ds",
         "You took (s - y) / (s (1 - s)) for dL/ds, which divides the result by the diagonal of the Jacobian. The derivative of "
         "-y ln s is -y / s.",
         "dividing-back"),
    Slip("not-divided-by-s", "took -y for dL/ds",
         "You took -y for dL/ds. The derivative of -y ln s is -y / s.",
         "dividing-back"),
    # Sign and scale
    Slip("sign", "turned the sign round",
         "The sign is the wrong way round.",
         "sign-and-scale"),
    Slip("factor-two", "returned twice the right answer",
         "Your answer is twice what it should be.",
         "sign-and-scale"),
    Slip("half", "returned half of the right answer",
         "Your answer is half of what it should be.",
         "sign-and-scale"),
    Slip("times-n", "multiplied by the number of rows n",
         "Your answer is too large by the number of rows n.",
         "sign-and-scale"),
    Slip("over-n", "divided by the number of rows n",
         "Your answer is divided by the number of rows n. A vector-Jacobian product does not average: where there is a "
         "1/n, it is already in g.",
         "sign-and-scale"),
    Slip("times-c", "multiplied by the number of classes c",
         "Your answer is too large by the number of classes c.",
         "sign-and-scale"),
    Slip("over-c", "divided by the number of classes c",
         "Your answer is divided by the number of classes c.",
         "sign-and-scale"),
    Slip("mean-over-everything", "divided by n·c, the number of all entries",
         "Your answer is divided by n·c, the number of all entries.",
         "sign-and-scale"),
    # Axes and rows
    Slip("wrong-axis", "summed down the columns instead of along the rows",
         "You summed down the columns. Each row is one example: sum along the row, axis=1.",
         "rows-and-axes"),
    Slip("whole-matrix", "summed over the whole matrix instead of along the rows",
         "You summed over the whole matrix. Each row is one example of its own: sum along the row, axis=1.",
         "rows-and-axes"),
    Slip("last-row-only", "got only the last row right",
         "Only the last row is right: the loop over rows overwrites its result.",
         "rows-and-axes"),
    Slip("first-row-only", "got only the first row right",
         "Only the first row is right: the loop over rows stops too early, or returns inside the loop.",
         "rows-and-axes"),
    Slip("last-row-everywhere", "gave all rows the values of the last",
         "All rows of your answer are the last row's: the loop over rows writes to the whole array.",
         "rows-and-axes"),
    # Forward
    Slip("double-softmax", "applied softmax twice",
         "Softmax was applied twice: the result is the softmax of probabilities.",
         "rows-and-axes"),
    Slip("not-normalised", "did not divide by the sum of the row",
         "The exponentials are right, but they are not divided by the sum of their row.",
         "rows-and-axes"),
    Slip("log-softmax", "returned the logarithm of softmax",
         "You returned the logarithm of softmax.",
         "rows-and-axes"),
    Slip("no-max", "let the exponentials overflow",
         "The exponentials overflow. Softmax does not change when a row is shifted: subtract the row's maximum first.",
         "big-logits"),
    Slip("max-with-zero", "let all exponentials of a row underflow",
         "All exponentials of a row underflow when its logits are far below zero: subtract the row's maximum, whatever its "
         "sign.",
         "big-logits"),
    Slip("max-of-all", "subtracted one maximum for all rows",
         "You subtracted one maximum for all rows, so that the exponentials of a row far below it underflow: subtract each row's "
         "own maximum.",
         "big-logits"),
    # Targets
    Slip("targets-must-sum-to-one", "used a formula for targets that sum to 1 only",
         "Your formula holds only when the targets of a row sum to 1.",
         "rows-and-axes"),
    Slip("whole-gradient", "returned the whole of dL/dz",
         "You returned the whole of dL/dz. Asked is what it has beyond its i = j term.",
         "the-off-diagonal-terms"),
    Slip("diagonal-term", "returned the i = j term instead of the rest",
         "You returned the i = j term. Asked is the rest of the sum, all that this term leaves out.",
         "the-off-diagonal-terms"),
    # Aliasing
    Slip("mutates-input", "changed the array the function was given",
         "Your function changes the array it was given. Work on a copy: z = z - m, not z -= m.",
         "inputs-stay"),
)

SLIPS: dict[str, Slip] = {slip.id: slip for slip in _ALL}
