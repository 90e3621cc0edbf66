"""The reference: what the hidden checks hold answers against. NumPy alone; an instructor's package, never given to
students.

Losses sum over the classes and average over the rows, and their gradients carry the 1/n; VJPs do not. Every function
takes float32 or float64 and keeps it (the first argument's dtype rules; integers become float64), accepts any memory
layout, and leaves its inputs as they are. Shapes that do not fit raise a ValueError that names them.
"""

from reference.activations import relu_backward, relu_forward, sigmoid_backward, sigmoid_forward
from reference.fast import cross_entropy_from_labels
from reference.fused import (
    cross_entropy_from_labels_backward,
    cross_entropy_from_labels_forward,
    focal_from_labels_backward,
    focal_from_labels_forward,
    smooth_labels,
    softmax_cross_entropy_backward,
    softmax_cross_entropy_forward,
)
from reference.layers import linear_backward, linear_forward
from reference.losses import (
    bce_with_logits_backward,
    bce_with_logits_forward,
    cross_entropy_backward,
    cross_entropy_forward,
    mse_backward,
    mse_forward,
)
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

__all__ = [
    "bce_with_logits_backward",
    "bce_with_logits_forward",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "cross_entropy_from_labels",
    "cross_entropy_from_labels_backward",
    "cross_entropy_from_labels_forward",
    "cross_entropy_gradient",
    "cross_entropy_gradient_missing_part",
    "focal_from_labels_backward",
    "focal_from_labels_forward",
    "linear_backward",
    "linear_forward",
    "log_softmax_backward",
    "log_softmax_forward",
    "logsumexp",
    "mse_backward",
    "mse_forward",
    "mse_softmax_backward",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "smooth_labels",
    "softmax_backward",
    "softmax_cross_entropy_backward",
    "softmax_cross_entropy_forward",
    "softmax_forward",
    "softmax_jacobian",
]
