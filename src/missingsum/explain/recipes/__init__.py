"""What each question is made of: its arrays, and the right formula in the styles in which people write it.

The formulas are those of the course's pages. Each is used only on samples whose truth, measured by the check or handed
in by it, it gives; so that what is said about softmax is never said about another function.
"""

from missingsum.explain.recipes.layers import layers, products_of_relu, relus
from missingsum.explain.recipes.logits import (
    log_softmaxes,
    log_sum_exps,
    products_of_log_softmax,
    products_of_sigmoid,
    sigmoids,
    softmax_of_cut_logits,
    softmaxes,
)
from missingsum.explain.recipes.losses import (
    binary_losses,
    cross_entropies,
    gradients_of_binary_losses,
    gradients_of_cross_entropy,
    gradients_of_softmax_cross_entropy,
    gradients_of_squared_errors,
    smoothed_labels,
    softmax_cross_entropies,
    squared_errors,
)
from missingsum.explain.recipes.network import networks
from missingsum.explain.recipes.products import (
    entries,
    jacobians,
    missing_parts,
    products,
    products_of_errors,
    total_derivatives,
)

__all__ = [
    "binary_losses",
    "cross_entropies",
    "entries",
    "gradients_of_binary_losses",
    "gradients_of_cross_entropy",
    "gradients_of_softmax_cross_entropy",
    "gradients_of_squared_errors",
    "jacobians",
    "layers",
    "log_softmaxes",
    "log_sum_exps",
    "missing_parts",
    "networks",
    "products",
    "products_of_errors",
    "products_of_log_softmax",
    "products_of_relu",
    "products_of_sigmoid",
    "relus",
    "sigmoids",
    "smoothed_labels",
    "softmax_cross_entropies",
    "softmax_of_cut_logits",
    "softmaxes",
    "squared_errors",
    "total_derivatives",
]
