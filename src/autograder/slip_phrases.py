"""What a class did, slip by slip: completes the sentence "9 of 24 students …"."""

from __future__ import annotations

from missingsum.slips import SLIPS

PHRASES = {
    "missing-sum": "kept only the diagonal of the Jacobian",
    "no-diagonal": "kept only the part -s_i s_j of the Jacobian",
    "missing-dot": "multiplied by s and left out the dot product",
    "identity": "passed the upstream gradient on as it came",
    "lost-factor": "lost the factor s of s (1 - s)",
    "log-derivative": "used the derivative of ln s_i: the factor s_i was lost",
    "outer-as-dot": "wrote np.dot(s, s.T) where the table of all s_i s_j is meant",
    "diagonal-formula-everywhere": "used the formula for i = j off the diagonal too",
    "off-diagonal-sign": "gave the terms off the diagonal the wrong sign",
    "twice": "applied the derivative of softmax twice",
    "fused-as-softmax": "returned s - y in place of the vector-Jacobian product",
    "extra-sigmoid-prime": "multiplied by s (1 - s) once more",
    "ignores-upstream": "ignored the upstream gradient",
    "quotient": "took (s - y) / (s (1 - s)) for dL/ds",
    "not-divided-by-s": "took -y for dL/ds",
    "sign": "turned the sign round",
    "factor-two": "returned twice the right answer",
    "half": "returned half of the right answer",
    "times-n": "multiplied by the number of rows n",
    "over-n": "divided by the number of rows n",
    "times-c": "multiplied by the number of classes c",
    "over-c": "divided by the number of classes c",
    "mean-over-everything": "divided by n·c, the number of all entries",
    "wrong-axis": "summed down the columns instead of along the rows",
    "whole-matrix": "summed over the whole matrix instead of along the rows",
    "last-row-only": "got only the last row right",
    "first-row-only": "got only the first row right",
    "last-row-everywhere": "gave all rows the values of the last",
    "double-softmax": "applied softmax twice",
    "not-normalised": "did not divide by the sum of the row",
    "log-softmax": "returned the logarithm of softmax",
    "no-max": "let the exponentials overflow",
    "max-with-zero": "let all exponentials of a row underflow",
    "max-of-all": "subtracted one maximum for all rows",
    "targets-must-sum-to-one": "used a formula for targets that sum to 1 only",
    "whole-gradient": "returned the whole of dL/dz",
    "diagonal-term": "returned the i = j term instead of the rest",
    "mutates-input": "changed the array the function was given",
}


def phrase(slip: str) -> str:
    """The phrase for ``slip``, or its explanation in quotes, or its id."""
    if slip in PHRASES:
        return PHRASES[slip]
    return f"were told: “{SLIPS[slip].explanation}”" if slip in SLIPS else f"made the mistake {slip}"
