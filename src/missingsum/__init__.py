"""The student package of *The Missing Sum*: checks for the exercises, numeric gradients and diagnosis.

In a notebook: ``from missingsum import check`` and then, say, ``check.ps2.softmax_backward(softmax_backward)``.
"""

__version__ = "0.1.0"
