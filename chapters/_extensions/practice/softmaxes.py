"""Softmax, its Jacobian, and what comes back through it."""

from __future__ import annotations

import numpy as np

from missingsum.numeric import rowwise_jacobian
from missingsum.questions import ps2, ps3, ps4
from practice.task import (
    at,
    factor,
    halves,
    jacobian_at,
    numbers,
    one_hot,
    products,
    shares,
    shown,
    slipped,
    softmax,
)


@numbers("softmax-by-hand", "log-sum-exp", ("not-normalised", "log-softmax"))
def softmax_by_hand(rng):
    powers = rng.choice(np.arange(1, 8), 3, replace=False)
    z, j = np.log(powers)[None], int(rng.integers(3))
    s = softmax(z)
    wrong = [*slipped(ps2.SOFTMAX_FORWARD, s, (z,), 0, j), (powers[j] / powers.max(), "not-normalised")]
    logits = ", ".join(f"ln {k}" for k in powers)
    total = powers.sum()
    return (
        f"*z* = ({logits}). What is *s*{at(j)} of *s* = softmax(*z*)?",
        s[0, j],
        wrong,
        f"The exponentials are {shown(powers)}, their sum is {total}, and {powers[j]} / {total} is the answer.",
    )


@numbers("jacobian-entry", "the-matrix", ("diagonal-formula-everywhere", "log-derivative", "off-diagonal-sign"))
def jacobian_entry(rng):
    return _entry(rng, *rng.choice(3, 2, replace=False))


@numbers("jacobian-diagonal", "the-matrix", ("no-diagonal", "lost-factor"))
def jacobian_diagonal(rng):
    j = rng.integers(3)
    return _entry(rng, j, j)


def _entry(rng, i, j):
    i, j, s = int(i), int(j), shares(rng)
    J = jacobian_at(s)
    wrong = slipped(ps3.SOFTMAX_JACOBIAN, J[None], (s[None],), 0, i, j)
    terms = f"{shown(s[i])} · (1 − {shown(s[i])})" if i == j else f"−{shown(s[i])} · {shown(s[j])}"
    return (
        f"*s* = softmax(*z*) = {shown(s)}. What is ∂*s*{at(i)}/∂*z*{at(j)}?",
        J[i, j],
        wrong,
        f"{'On the diagonal it is sᵢ (1 − sᵢ)' if i == j else 'Off the diagonal it is −sᵢ sⱼ'}: {terms}.",
    )


@numbers("vector-jacobian", "the-upstream-gradient", ("missing-sum", "identity", "missing-dot"))
def vector_jacobian(rng):
    s, g, j = shares(rng), halves(rng, 3), int(rng.integers(3))
    right = (g @ jacobian_at(s))[None]
    dot = g @ s
    return (
        f"*s* = softmax(*z*) = {shown(s)}, and *g* = ∂*L*/∂*s* = {shown(g)} comes from some loss. "
        f"What is ∂*L*/∂*z*{at(j)}?",
        right[0, j],
        slipped(ps2.SOFTMAX_BACKWARD, right, (s[None], g[None]), 0, j),
        f"sⱼ (gⱼ − Σ gᵢ sᵢ) = {shown(s[j])} · ({shown(g[j])} − {factor(round(dot, 10))}).",
    )


@numbers("dot-product", "what-the-matrix-does", decimals=2)
def dot_product(rng):
    s, g = shares(rng), halves(rng, 3)
    J = jacobian_at(s)
    j = int(rng.integers(3))
    subtracted = (g - (g @ J) / s)[j]
    return (
        f"*s* = {shown(s)} and *g* = {shown(g)}. Which number is subtracted from each entry of *g*, before it is "
        "weighed with *s*?",
        subtracted,
        [
            (g.sum(), "sum-not-weighted"),
            (g.mean(), "This is the mean of *g* with equal weights. The mean that softmax takes is weighed by *s*."),
            (g @ s / 3, "over-c"),
            (g[j] * s[j], "missing-sum"),
        ],
        f"The mean of g, weighed by s: Σ gᵢ sᵢ = {products(g, s)}.",
    )


@numbers("gradient-one-hot", "the-derivation", ("missing-sum", "sign"))
def gradient_one_hot(rng):
    s, y = shares(rng), one_hot(rng)
    return _gradient(s, y, int(rng.integers(3)), "sⱼ − yⱼ")


@numbers("gradient-true-class", "what-the-numbers-mean", ("sign", "identity"))
def gradient_true_class(rng):
    s, y = shares(rng), one_hot(rng)
    return _gradient(s, y, int(y.argmax()), "In the true class sⱼ − 1, what it lacks")


@numbers("gradient-any-targets", "targets-of-any-sum", ("missing-sum", "targets-must-sum-to-one"))
def gradient_any_targets(rng):
    s, y = shares(rng), rng.choice(np.arange(0, 9), 3, replace=False) / 10
    return _gradient(s, y, int(rng.integers(3)), "sⱼ Σ yᵢ − yⱼ")


def _gradient(s, y, j, formula):
    right = -y / s @ jacobian_at(s)
    terms = f"{shown(s[j])} · {shown(y.sum())} − {shown(y[j])}"
    return (
        f"*s* = softmax(*z*) = {shown(s)}, targets *y* = {shown(y)}, *L* = −Σ *y*ᵢ ln *s*ᵢ. What is ∂*L*/∂*z*{at(j)}?",
        right[j],
        [*slipped(ps2.DL_DZ_ENTRY, right, (s, y), j), (-y[j] / s[j], "identity")],
        f"{formula}: {terms}.",
    )


@numbers("missing-part", "the-off-diagonal-terms", ("whole-gradient", "diagonal-term"))
def missing_part(rng):
    s, y, j = shares(rng), rng.choice(np.arange(1, 7), 3, replace=False) / 10, int(rng.integers(3))
    J, g = jacobian_at(s), -y / s
    right = g @ J - g * np.diag(J)
    return (
        f"*s* = {shown(s)}, *y* = {shown(y)}. Somebody kept the term *i* = *j* of ∂*L*/∂*z*{at(j)} alone. "
        "How much is missing?",
        right[j],
        slipped(ps2.MISSING_PART, right, (s, y), j),
        f"The terms i ≠ j: sⱼ times the other targets, {shown(s[j])} · {shown(round(y.sum() - y[j], 10))}.",
    )


@numbers("row-sum", "the-off-diagonal-terms", decimals=2)
def row_sum(rng):
    s, t = shares(rng), int(rng.integers(3))
    y = np.eye(3)[t]
    diagonal = -y / s * np.diag(jacobian_at(s))
    return (
        f"*s* = {shown(s)}, true class {t}. Somebody left out the sum, and the row of ∂*L*/∂*z* has the term *i* = *j* "
        "alone. What do its entries add up to?",
        diagonal.sum(),
        [
            (0.0, "Rows of the right gradient add up to 0, which is how one finds the mistake: these do not."),
            (1 - s[t], "sign"),
            (-1 / s[t], "identity"),
            (s[t] * (1 - s[t]), "This is the entry of the Jacobian. It is multiplied by −y/s."),
            (-s[t], "The entry of the true class is −(1 − s): one minus the probability, negative."),
        ],
        f"All is 0 but the true class: −(1 − {shown(s[t])}).",
    )


@numbers("log-softmax-product", "log-softmax", ("softmax-for-log-softmax", "sum-not-weighted", "identity"))
def log_softmax_product(rng):
    s, g, j = shares(rng), halves(rng, 3), int(rng.integers(3))
    z = np.log(s)[None]
    right = np.einsum("ni,nij->nj", g[None], rowwise_jacobian(lambda z: np.log(softmax(z)), z))
    return (
        f"*s* = softmax(*z*) = {shown(s)}. The upstream gradient *g* = {shown(g)} is that of ln *s*, not of *s*. "
        f"What is ∂*L*/∂*z*{at(j)}?",
        right[0, j],
        slipped(ps3.LOG_SOFTMAX_BACKWARD, right, (z, g[None]), 0, j),
        f"gⱼ − sⱼ Σ gᵢ = {shown(g[j])} − {shown(s[j])} · {factor(g.sum())}.",
    )


@numbers("log-sum-exp-by-hand", "log-sum-exp", ("maximum-only", "shift-not-undone"), decimals=2)
def log_sum_exp_by_hand(rng):
    powers = rng.choice([1, 2, 3, 4, 5, 6, 8], 3, replace=False)
    total = powers.sum()
    z = np.log(powers)[None]
    right = np.log(np.exp(z).sum(axis=1))
    logits = ", ".join(f"ln {k}" for k in powers)
    return (
        f"*z* = ({logits}). What is log-sum-exp of *z*? (ln {total} = {np.log(total):.3f}, ln {powers.max()} = "
        f"{np.log(powers.max()):.3f})",
        right[0],
        [
            *slipped(ps4.LOGSUMEXP, right, (z,), 0),
            (z.sum(), "This is the logarithm of the product. The exponentials are added up, not multiplied."),
        ],
        f"The exponentials add up to {total}.",
    )


@numbers("shift-of-upstream", "upstream-at-the-largest", decimals=2)
def shift_of_upstream(rng):
    s, g, shift = shares(rng), halves(rng, 3), int(rng.integers(2, 9))
    j = int(rng.integers(3))
    before, after = (each @ jacobian_at(s) for each in (g, g + shift))
    return (
        f"*s* = {shown(s)}. To every entry of *g* = {shown(g)} you add {shift}. By how much does ∂*L*/∂*z*{at(j)} "
        "change?",
        after[j] - before[j],
        [
            (
                shift,
                "The shift is there in *g*, but softmax subtracts the weighed mean of *g*, and that has grown as much.",
            ),
            (s[j] * shift, "Yes, *s*ⱼ *g*ⱼ grows by this. The mean that is subtracted grows as well."),
            (s[j] * (1 - s[j]) * shift, "missing-sum"),
        ],
        "The entries of each column of J add up to 0, so that what all entries of g have in common leaves no trace.",
    )


@numbers("temperature", "temperature", ("missing-sum",))
def temperature(rng):
    s, T, t, j = shares(rng), int(rng.choice([2, 4, 5, 10])), int(rng.integers(3)), int(rng.integers(3))
    z, y = T * np.log(s)[None], np.eye(3)[t]
    J = rowwise_jacobian(lambda z: softmax(z / T), z)[0]
    right = (-y / s @ J)[j]
    return (
        f"*s* = softmax(*z*/{T}) = {shown(s)}, true class {t}, *L* = −ln *s*{at(t)}. What is ∂*L*/∂*z*{at(j)}?",
        right,
        [
            (
                T * right,
                f"The logits were divided by {T} on the way in. The gradient is divided by {T} on the way back.",
            ),
            (T**2 * right, f"You multiplied by {T}. On the way back it divides, as on the way in."),
            (-(s - y)[j] / T, "sign"),
            (-y[j] / s[j] * s[j] * (1 - s[j]) / T, "missing-sum"),
        ],
        f"(sⱼ − yⱼ)/T = ({shown(s[j])} − {shown(y[j])}) / {T}.",
    )


@numbers("curvature", "curvature")
def curvature(rng):
    s, v = shares(rng), rng.choice([-1.0, 0.0, 1.0, 2.0], 3, replace=False)
    right = v @ jacobian_at(s) @ v
    mean, square = s @ v, s @ v**2
    return (
        f"*s* = {shown(s)}, direction *v* = {shown(v)}. What is the curvature *v*ᵀ *J* *v* of cross-entropy there?",
        right,
        [
            (square, "You kept the diagonal, diag(*s*). The mean of *v*, squared, is still to be subtracted."),
            (s * (1 - s) @ v**2, "missing-sum"),
            (mean**2, "This is what is subtracted: the squared mean of *v*."),
            (-right, "sign"),
        ],
        f"The variance of v under s: {shown(round(square, 10))} − {factor(round(mean, 10))}².",
    )


@numbers("online-softmax", "online-softmax", decimals=2)
def online_softmax(rng):
    old, new = (int(k) for k in np.sort(rng.choice([1, 2, 3, 4, 5, 6, 8], 2, replace=False)))
    summed = int(rng.integers(2, 9)) / 2 + 1
    z = np.log([old, new])
    whole = summed * np.exp(z[0] - z[1]) + 1
    return (
        f"Online softmax has met a maximum of *m* = ln {old} so far, and a sum of exponentials *S* = {shown(summed)} "
        f"relative to it. The next logit is ln {new}. What is *S* then?",
        whole,
        [
            (summed + 1, "The old sum is relative to the old maximum. It is rescaled first."),
            (summed * new / old + 1, "Rescale the other way: by exp(old maximum − new maximum), which is below 1."),
            (summed + new / old, "This is relative to the old maximum, which is no longer the largest."),
            (summed * old / new, "The new logit counts too: relative to itself its exponential is 1."),
        ],
        f"{shown(summed)} · {old}/{new} + 1.",
    )
