"""What the exercises ask, stated once for local checks, hidden checks and the gallery: one module a problem set.

A `Question` holds no answer. Local checks add truths that are measured or known beforehand, hidden checks the reference
and points, the gallery words.
"""

from missingsum.questions.question import Input, Inputs, Known, Question, draw

__all__ = ["Input", "Inputs", "Known", "Question", "draw"]
