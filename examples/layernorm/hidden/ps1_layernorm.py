"""Hidden checks of the problem set *Layer normalisation*: one forward function, and two mistakes with names."""

import numpy as np

from autograder.extend import Assignment, Slip, Tiny, Variant, gradient_of, values_of

EPS = 1e-5


def layernorm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """The right answer to the first question."""
    return gamma * normalised(x) + beta


def normalised(x: np.ndarray) -> np.ndarray:
    return (x - x.mean(axis=1, keepdims=True)) / deviation(x)


def deviation(x: np.ndarray) -> np.ndarray:
    return np.sqrt(x.var(axis=1, keepdims=True) + EPS)


def centred(a: np.ndarray) -> np.ndarray:
    return a - a.mean(axis=1, keepdims=True)


def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, gamma and beta for n rows of 3 entries; gamma is far from 0 and 1."""
    return rng.normal(size=(n, 3)) + 0.5, rng.uniform(1.5, 3, size=3), rng.normal(size=3)


def layernorm_backward(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, g: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The right answer to the second question: dx, dgamma and dbeta."""
    x_hat, d = normalised(x), g * gamma
    dx = (centred(d) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / deviation(x)
    return dx, (g * x_hat).sum(axis=0), g.sum(axis=0)


def small_gamma(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """The same with a gamma, and so a dx, that are nearly 0, while the output is as large as beta."""
    x, gamma, beta = draw(rng, 2)
    return x, 1e-20 * gamma, beta, rng.normal(size=x.shape)


SLIPS = (
    Slip(
        "layernorm-mean-constant",
        "took the mean of the row for a constant",
        "You differentiated as if the mean were a constant. It holds 1/c of every entry, so the mean of g · γ over "
        "the row is taken off again.",
        read="the second question of the problem set",
    ),
    Slip(
        "layernorm-variance-constant",
        "took the variance of the row for a constant",
        "You differentiated as if the variance were a constant. Every entry moves it, which takes off the part of "
        "g · γ that goes along x̂.",
        read="the second question of the problem set",
    ),
)
VARIANTS = {
    "dx": (
        Variant(
            ("layernorm-mean-constant",),
            lambda asked: asked.truth + (asked.g * asked.arguments[1]).mean(axis=1, keepdims=True) / deviation(asked.x),
        ),
        Variant(
            ("layernorm-variance-constant",),
            lambda asked: centred(asked.g * asked.arguments[1]) / deviation(asked.x),
        ),
        Variant(
            ("layernorm-mean-constant", "layernorm-variance-constant"),
            lambda asked: asked.g * asked.arguments[1] / deviation(asked.x),
        ),
    )
}


ASSIGNMENT = Assignment(
    "ps1_layernorm",
    (
        values_of(layernorm, draw),
        gradient_of(
            layernorm,
            draw,
            parts={"dx": 0, "dgamma": 1, "dbeta": 2},
            variants=VARIANTS,
            tiny=Tiny(small_gamma, layernorm_backward),
        ),
    ),
    SLIPS,
)
