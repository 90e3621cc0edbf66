"""The chapters and sections of the book that slips point to."""

from __future__ import annotations

CHAPTERS = {
    "01_four_questions": "Four questions",
    "02_chain_rule": "The chain rule, with its sum",
    "03_missing_sum": "The missing sum",
    "04_mean_squared_error": "Mean squared error",
    "05_cross_entropy": "Cross-entropy",
    "06_one_to_many": "From one example to many",
    "07_jacobian": "The Jacobian",
    "08_fused_and_stable": "Fused and stable",
    "09_attention": "Attention",
    "10_variants": "Variants",
    "11_gradient_checking": "Gradient checking",
    "12_checks_that_cannot_see": "Checks that cannot see",
    "13_network": "A whole network",
    "14_geometry": "Geometry",
    "15_fast": "Fast",
}
"""The chapters of the book: file, numbered in reading order, and title."""

_SECTIONS = {
    "03_missing_sum": {
        "the-derivation": "The derivation",
        "the-off-diagonal-terms": "The off-diagonal terms, and luck",
        "the-upstream-gradient": "What softmax does with the upstream gradient",
        "why-the-loss-was-blamed": "Why the loss was blamed, and the activation is guilty",
        "dividing-back": "Dividing does not bring g back",
    },
    "04_mean_squared_error": {
        "elementwise-activation": "After an elementwise activation",
        "factor-two-and-mean": "The factor two, and which mean",
    },
    "05_cross_entropy": {
        "the-derivative-in-s": "Two derivatives, two places",
        "zero-times-log-zero": "Zero times the logarithm of zero",
        "binary-cross-entropy": "Binary cross-entropy, from the logit",
    },
    "06_one_to_many": {
        "sign-and-scale": "Sign and scale",
        "rows-and-axes": "Rows and axes",
        "inputs-stay": "Inputs stay as they are",
        "big-logits": "Big logits",
    },
    "07_jacobian": {
        "product-not-elementwise": "A product, not an elementwise one",
        "log-softmax": "Log-softmax, whose Jacobian is not symmetric",
        "linear-cost": "What each way costs",
    },
    "08_fused_and_stable": {
        "log-sum-exp": "Log-sum-exp",
        "the-fused-gradient": "The fused gradient",
        "overflow-and-underflow": "Overflow and underflow",
        "eps-and-clip": "Why ε and clipping are no remedy",
    },
    "09_attention": {
        "masks": "Masks",
        "rows-without-keys": "A row without keys",
        "which-way-true": "Which way round True is",
        "the-scale": "The scale, and which width",
        "attention-backward": "Backwards, with the whole sum",
        "p-made-again": "P made again",
        "in-blocks": "In blocks",
    },
    "10_variants": {
        "label-smoothing": "Label smoothing",
        "ignore-index": "Labels, and rows to ignore",
    },
    "11_gradient_checking": {
        "central-differences": "Two measurements of a slope",
        "step-size": "The step size",
        "relative-error": "How near is near enough",
    },
    "12_checks_that_cannot_see": {
        "checks-that-cannot-see": "Checks that cannot see",
        "how-you-are-graded": "How you are graded",
    },
    "13_network": {
        "linear-layer": "The linear layer",
        "relu": "The activation of a hidden layer",
        "the-whole-network": "The whole network, backwards",
        "training": "Training on digits",
    },
}
SECTIONS = {label: title for sections in _SECTIONS.values() for label, title in sections.items()}
"""The sections that slips point to: label and title."""

CHAPTER_OF = {label: chapter for chapter, sections in _SECTIONS.items() for label in sections}
