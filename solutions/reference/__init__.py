"""The reference: what the hidden checks hold answers against. NumPy alone; an instructor's package, never for students.

Losses sum over the classes and average over the rows, and their gradients carry the 1/n; VJPs do not. Every function
takes float32 or float64 and keeps it (the first argument's dtype rules; integers become float64; float16 and bfloat16
are computed in float32 and come back as they came), accepts any memory layout, and leaves its inputs as they are.
Shapes that do not fit raise a ValueError that names them.

The classes are the last of two axes. With others, ``rows = np.moveaxis(z, axis, -1).reshape(-1, c)`` comes first, and
the way back is ``np.moveaxis(rows.reshape(shape), -1, axis)``, shape being what `moveaxis` gave. Complex numbers raise
a TypeError: `np.real`, `np.imag` and `np.abs` make real ones.
"""

from reference.activations import (
    log_sigmoid_backward,
    log_sigmoid_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
)
from reference.attention import (
    attention_backward,
    attention_backward_in_blocks,
    attention_forward,
    attention_forward_in_blocks,
    delta,
    scores_backward,
)
from reference.binary import bce_backward, bce_forward, bce_with_logits_backward, bce_with_logits_forward
from reference.divergence import kl_divergence_backward, kl_divergence_forward
from reference.fast import cross_entropy_from_labels
from reference.focal import focal_backward, focal_forward, focal_from_labels_backward, focal_from_labels_forward
from reference.fused import (
    cross_entropy_from_labels_backward,
    cross_entropy_from_labels_forward,
    softmax_cross_entropy_backward,
    softmax_cross_entropy_forward,
)
from reference.layers import linear_backward, linear_forward
from reference.likelihood import nll_from_labels_backward, nll_from_labels_forward
from reference.losses import cross_entropy_backward, cross_entropy_forward, mse_backward, mse_forward
from reference.masked import masked_softmax
from reference.smoothing import smooth_labels
from reference.softcap import softcap_backward, softcap_forward
from reference.softmax import (
    cross_entropy_gradient,
    cross_entropy_gradient_missing_part,
    log_softmax_backward,
    log_softmax_forward,
    logsumexp,
    mse_softmax_backward,
    softmax_backward,
    softmax_forward,
    softmax_jacobian,
)
from reference.targets import (
    bce_with_logits_targets_backward,
    cross_entropy_targets_backward,
    kl_divergence_targets_backward,
    mse_targets_backward,
    softmax_cross_entropy_targets_backward,
)
from reference.z_loss import z_loss_backward, z_loss_forward

__all__ = [
    "attention_backward",
    "attention_backward_in_blocks",
    "attention_forward",
    "attention_forward_in_blocks",
    "bce_backward",
    "bce_forward",
    "bce_with_logits_backward",
    "bce_with_logits_forward",
    "bce_with_logits_targets_backward",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "cross_entropy_from_labels",
    "cross_entropy_from_labels_backward",
    "cross_entropy_from_labels_forward",
    "cross_entropy_gradient",
    "cross_entropy_gradient_missing_part",
    "cross_entropy_targets_backward",
    "delta",
    "focal_backward",
    "focal_forward",
    "focal_from_labels_backward",
    "focal_from_labels_forward",
    "kl_divergence_backward",
    "kl_divergence_forward",
    "kl_divergence_targets_backward",
    "linear_backward",
    "linear_forward",
    "log_sigmoid_backward",
    "log_sigmoid_forward",
    "log_softmax_backward",
    "log_softmax_forward",
    "logsumexp",
    "masked_softmax",
    "mse_backward",
    "mse_forward",
    "mse_softmax_backward",
    "mse_targets_backward",
    "nll_from_labels_backward",
    "nll_from_labels_forward",
    "relu_backward",
    "relu_forward",
    "scores_backward",
    "sigmoid_backward",
    "sigmoid_forward",
    "smooth_labels",
    "softcap_backward",
    "softcap_forward",
    "softmax_backward",
    "softmax_cross_entropy_backward",
    "softmax_cross_entropy_forward",
    "softmax_cross_entropy_targets_backward",
    "softmax_forward",
    "softmax_jacobian",
    "z_loss_backward",
    "z_loss_forward",
]
