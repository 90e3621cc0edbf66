"""The reference: what the hidden checks hold answers against. NumPy alone; an instructor's package, never given to students."""

from reference.softmax import (
    cross_entropy_gradient,
    cross_entropy_gradient_missing_part,
    softmax_backward,
    softmax_forward,
    softmax_jacobian,
)

__all__ = [
    "cross_entropy_gradient",
    "cross_entropy_gradient_missing_part",
    "softmax_backward",
    "softmax_forward",
    "softmax_jacobian",
]
