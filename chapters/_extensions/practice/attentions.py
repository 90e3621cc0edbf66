"""One head of attention: masks, the scale, and the sum that the forward pass has paid for."""

from __future__ import annotations

import numpy as np

from missingsum.numeric import rowwise_jacobian
from missingsum.questions import ps7
from practice.task import (
    choices,
    factor,
    halves,
    jacobian_at,
    measured_gradient,
    numbers,
    products,
    shares,
    shown,
    slipped,
    softmax,
)


@numbers("score-gradient", "attention-backward", ("missing-sum", "sum-not-weighed", "missing-dot"))
def score_gradient(rng):
    p, dp, j = shares(rng), halves(rng, 3), int(rng.integers(3))
    right = (dp @ jacobian_at(p))[None]
    return (
        f"A row of attention has the weights *P* = {shown(p)}, and ∂*L*/∂*P* = {shown(dp)} has come back through "
        "*V*. What "
        f"is the gradient of score {j}?",
        right[0, j],
        slipped(ps7.SCORES_BACKWARD, right, (p[None], dp[None]), 0, j),
        f"Pⱼ (dPⱼ − Σ Pᵢ dPᵢ) = {shown(p[j])} · ({shown(dp[j])} − {factor(round(p @ dp, 10))}).",
    )


@numbers("sum-without-p", "the-sum-without-p", decimals=2)
def sum_without_p(rng):
    p, v, do = shares(rng), halves(rng, 3, 2), rng.choice([-2.0, -1.0, 1.0, 2.0, 3.0], 2, replace=False)
    o, dp = p @ v, v @ do
    return (
        f"A row of attention has the output *o* = {shown(np.round(o, 10))}, and ∂*L*/∂*o* = {shown(do)} comes back. "
        "Which "
        "number Σ *P*ᵢ ∂*L*/∂*P*ᵢ is subtracted in softmax's backward pass? (*P* is not kept.)",
        p @ dp,
        [
            (o.sum() * do.sum(), "Multiply entry by entry, then add up: not the sums with each other."),
            (o @ do / 2, "It is a sum, not a mean."),
            (o.sum(), "Each entry of *o* is weighed by ∂*L*/∂*o*."),
            (dp.sum(), "sum-not-weighed"),
        ],
        f"Σ Pᵢ dPᵢ = o · ∂L/∂o: {products(np.round(o, 10), do)}.",
    )


@numbers("masked-weight", "masks", decimals=3)
def masked_weight(rng):
    powers = rng.choice(np.arange(1, 8), 4, replace=False)
    hidden = int(rng.integers(4))
    j = int(rng.choice([k for k in range(4) if k != hidden]))
    x = np.log(powers)[None]
    left = np.delete(x, hidden, axis=1)
    right = softmax(left)[0, j - (j > hidden)]
    total = powers.sum() - powers[hidden]
    return (
        f"The scores of a row are ({', '.join(f'ln {k}' for k in powers)}); key {hidden} is hidden by the mask. "
        "Which weight "
        f"has key {j}?",
        right,
        [
            (powers[j] / powers.sum(), "mask-after-softmax"),
            (powers[j] / (total + 1), "hidden-as-zero"),
            (powers[j], "not-normalised"),
        ],
        f"Over the keys that are left: {powers[j]} / {total}.",
    )


@numbers("scaled-query", "the-scale", decimals=3)
def scaled_query(rng):
    d = int(rng.choice([4, 9, 16, 25]))
    dx, k = float(rng.choice([-2.0, -1.5, 1.5, 2.0, 3.0])), float(rng.choice([-3.0, -2.0, 2.0, 3.0, 4.0]))
    right = measured_gradient(lambda q: (dx * q * k / np.sqrt(d)).item(), np.array([[1.0]]))[0, 0]
    return (
        f"Queries and keys have *d* = {d} columns, and scores are *q kᵀ*/√*d*. One score has the gradient "
        f"{shown(dx)}; an "
        f"entry of its key is {shown(k)}. What does this score add to the gradient of the query's entry beside it?",
        right,
        [
            (dx * k, "scale-missing"),
            (dx * k / d, "scale-twice"),
            (dx * k * np.sqrt(d), "scale-upside-down"),
            (dx / np.sqrt(d), "The slope of a product *q k* along *q* is *k*: the key is missing."),
        ],
        f"{factor(dx)} · {factor(k)} / {shown(np.sqrt(d))}.",
    )


@choices("row-without-keys", "rows-without-keys")
def row_without_keys(rng):
    c = int(rng.choice([3, 4, 5]))
    p = np.zeros((1, c))
    answers = {
        "zeros": (np.zeros((1, c)), "Nothing is looked at, so nothing moves: 0 in value and gradient."),
        f"1/{c} each": (np.full((1, c), 1 / c), "The row would look at keys that it may not see."),
        "nan": (np.full((1, c), np.nan), "0/0 of exponentials that are all 0. One such row spoils all gradients."),
        "softmax without the mask": (
            softmax(np.arange(c)[None] * 0.3),
            "The row would look at keys that it may not see.",
        ),
    }
    return (
        f"The mask hides all {c} keys of a row. What are its weights in this book?",
        p,
        [(name, value, said) for name, (value, said) in answers.items()],
    )


@choices("which-softmax-sum", "the-sum-without-p")
def which_softmax_sum(rng):
    z = rng.normal(size=(1, 4))
    v, do = rng.normal(size=(4, 2)), rng.normal(size=(1, 2))
    p = softmax(z)
    dp, o = do @ v.T, p @ v
    truth = do @ rowwise_jacobian(lambda z: softmax(z) @ v, z)[0]

    def back(total: np.ndarray) -> np.ndarray:
        return p * (dp - total)

    return (
        "`ds = p * (dp - total)` is to be the gradient of the scores, row by row. Which `total` is right and needs "
        "no `p`?",
        truth,
        [
            (
                "the sum of *o* times ∂*L*/∂*o*, entry by entry",
                back((do * o).sum(axis=1, keepdims=True)),
                "It is Σ *P* dP, paid for by the forward pass.",
            ),
            (
                "the sum of d*P*",
                back(dp.sum(axis=1, keepdims=True)),
                "The mean that softmax takes is weighed by *P*.",
            ),
            (
                "the mean of *o* times ∂*L*/∂*o*",
                back((do * o).mean(axis=1, keepdims=True)),
                "A sum over the columns of *o*, not a mean.",
            ),
            ("0", back(np.zeros((1, 1))), "Then the sum is missing altogether."),
        ],
    )
