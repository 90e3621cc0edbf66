"""The student package of *The Missing Sum*: checks for the exercises, numeric gradients and diagnosis.

In a notebook: ``from missingsum import check`` and then, say, ``check.ps2.softmax_backward(softmax_backward)``.
On a layer of your own: ``gradcheck(f, x, backward)`` says whether a backward function is right, and
``diagnose(f, x, g, answer)`` which mistake a wrong one has made; ``diagnose_function(f, backward)`` says where, too.
``diagnose_attention(q, k, v, mask, do, answer)`` does it for the three gradients of attention.
"""

from missingsum.attention_diagnosis import diagnose_attention
from missingsum.diagnose import diagnose
from missingsum.function_diagnosis import diagnose_function
from missingsum.gradcheck import gradcheck

__version__ = "0.2.0"
__all__ = ["diagnose", "diagnose_attention", "diagnose_function", "gradcheck"]
