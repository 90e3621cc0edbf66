"""Ways to get one head of attention wrong, forward and backward: one of its steps, or two, replaced by a wrong one.

Both functions return several arrays. `whole` explains them together: what is named must account for each of them.

`steps` holds the computation, `forward`, `made_again` and `backward` what may stand in its place, `together` what
accounts for all answers, and `pieces` the ways of one product and one sum.
"""

from missingsum.variants.attention.backward import backward_ways
from missingsum.variants.attention.forward import forward_ways
from missingsum.variants.attention.pieces import delta_ways, scores_backward_ways
from missingsum.variants.attention.steps import GRADIENTS, Head, Weighed
from missingsum.variants.attention.together import accounts_for, at_special_inputs, one_step_wrong, whole

__all__ = [
    "GRADIENTS",
    "Head",
    "Weighed",
    "accounts_for",
    "at_special_inputs",
    "backward_ways",
    "delta_ways",
    "forward_ways",
    "one_step_wrong",
    "scores_backward_ways",
    "whole",
]
