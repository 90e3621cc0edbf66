"""Questions with answers to choose from: checks, networks, geometry and blocks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.numeric import rowwise_jacobian
from practice.options import ACTIVATIONS, in_code, is_symmetric
from practice.task import choices, jacobian_at, measured_gradient, shares, shown, softmax


@choices("half-the-step", "central-differences")
def half_the_step(rng):
    def error(h: float) -> float:
        return abs((np.sin(1 + h) - np.sin(1 - h)) / (2 * h) - np.cos(1))

    h = float(rng.choice([0.1, 0.05, 0.02]))
    ratio = error(h) / error(h / 2)
    return (
        f"You halve the step of a central difference, from {shown(h)} on. The error gets smaller by a factor of "
        "about …",
        round(ratio),
        [
            ("4", 4, "It goes with *h*²."),
            ("2", 2, "That is a one-sided difference, whose error goes with *h*."),
            ("8", 8, "The next term of the series goes with *h*⁴; the first that is left goes with *h*²."),
            ("1: it stays", 1, "Only where rounding decides, at steps far smaller than this."),
        ],
    )


@choices("best-step", "step-size")
def best_step(rng):
    x = float(rng.choice([0.5, 1.0, 1.5]))

    def error(h: float) -> float:
        return abs((np.exp(x + h) - np.exp(x - h)) / (2 * h) - np.exp(x))

    steps = [1e-1, 1e-5, 1e-9, 1e-13]
    return (
        f"Central difference of exp at *x* = {shown(x)} in float64. Which step comes nearest?",
        True,
        [
            (
                f"{h:g}".replace("-", "−"),
                error(h) == min(error(step) for step in steps),
                f"Its error is {error(h):.0e}: a large step bends away, a small one drowns in rounding.",
            )
            for h in steps
        ],
    )


@choices("blind-upstream", "checks-that-cannot-see")
def blind_upstream(rng):
    J = jacobian_at(shares(rng))
    upstreams = [
        np.full(3, float(rng.choice([1, 2, 3]))),
        np.array([1.0, -2, 0.5]),
        np.array([0.0, 0, 1]),
        np.array([1.0, 2, 1]),
    ]
    return (
        "A backward pass of softmax returns zeros. Which upstream gradient lets it pass a test?",
        True,
        [
            (
                shown(g),
                bool(np.allclose(g @ J, 0, atol=1e-9)),
                "The outputs add up to 1. An upstream gradient with equal entries asks how their sum moves, and it "
                "does not."
                if len(set(g)) == 1
                else "With this one the right gradient is not 0, and zeros are found out.",
            )
            for g in upstreams
        ],
    )


@choices("hidden-by-one-row", "checks-that-cannot-see")
def hidden_by_one_row(rng):
    z = rng.normal(size=(1, 4))
    s, y = softmax(z), np.eye(4)[[int(rng.integers(4))]]
    right = measured_gradient(lambda z: float(-(y * np.log(softmax(z))).sum() / len(z)), z)
    wrong = {
        "the division by *n* is forgotten": (s - y, "With one row *n* is 1. Test with at least two."),
        "the sign is wrong": (y - s, "One row shows it."),
        "only the term *i* = *j* is there": (-y * (1 - s), "One row shows it."),
        "the sum runs down the column": (s * (-y / s + y / s * s), "One row shows it: the sum has one term then."),
    }
    return (
        "Softmax and cross-entropy, tested with a batch of one row. Which mistake does the test not see?",
        True,
        [(name, bool(np.allclose(value, right, atol=1e-7)), said) for name, (value, said) in wrong.items()],
    )


@choices("transposed-shows", "checks-that-cannot-see")
def transposed_shows(rng):
    names = ["softmax(*z*)", "sigmoid(*z*)", "tanh(*z*)", "log-softmax(*z*)"]
    return (
        "Somebody multiplies by the Jacobian from the wrong side. With which function does a test notice?",
        False,
        [
            (
                name,
                is_symmetric(ACTIVATIONS[name]),
                "Its Jacobian is not symmetric: rows add up to 0, columns do not."
                if name.startswith("log")
                else "Its Jacobian is symmetric, and both sides give the same.",
            )
            for name in names
        ],
    )


@choices("shape-of-gradient", "the-whole-network")
def shape_of_gradient(rng):
    n, d, h = (int(k) for k in rng.choice([5, 6, 8, 10, 12], 3, replace=False))
    X, W = np.ones((n, d)), np.ones((d, h))
    truth = measured_gradient(lambda W: float((X @ W).sum()), W).shape
    return (
        f"*X* is {n} × {d}, *W*₁ is {d} × {h}. Which shape has ∂*L*/∂*W*₁?",
        truth,
        [
            (f"{d} × {h}", (d, h), "A gradient has the shape of what it belongs to."),
            (f"{n} × {h}", (n, h), "That is the shape of *X* *W*₁. The examples are added up."),
            (f"{h} × {d}", (h, d), "Transposed: it could not be subtracted from *W*₁."),
            (f"{n} × {d} × {h}", (n, d, h), "One matrix per example. They are added up: all examples share *W*₁."),
        ],
    )


@choices("leaves-softmax", "log-sum-exp-again")
def leaves_softmax(rng):
    shift = int(rng.integers(2, 9))
    z = np.array([0.3, -0.7, 1.1])
    return (
        "Which change of the logits leaves softmax as it is?",
        softmax(z),
        [
            (text, softmax(value), said)
            for text, value, said in (
                (f"*z* + {shift}", z + shift, "A common shift cancels between numerator and denominator."),
                (f"{shift} *z*", shift * z, "This makes softmax more decided: it is a temperature of less than 1."),
                ("−*z*", -z, "This turns the order of the classes round."),
                ("*z*²", z**2, "This changes the differences between the logits, and they are what counts."),
            )
        ],
    )


@choices("convex", "the-link")
def convex(rng):
    y = np.array([1.0, 0, 0])
    points = [np.array([[a, b, 0.0]]) for a in (-3, 0, 3) for b in (-3, 0, 3)]
    losses: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "cross-entropy, −ln *s*": lambda s: s - y,
        "squared error, ½ Σ (*s* − *y*)²": lambda s: s * (s - y - ((s - y) * s).sum(axis=1, keepdims=True)),
        "1 − *s*": lambda s: -s[:, :1] * (y - s),
        "(1 − *s*)²": lambda s: -2 * (1 - s[:, :1]) * s[:, :1] * (y - s),
    }

    def is_convex(gradient: Callable[[np.ndarray], np.ndarray]) -> bool:
        Hessians = [rowwise_jacobian(lambda z: gradient(softmax(z)), z)[0] for z in points]
        return all(np.linalg.eigvalsh((H + H.T) / 2).min() > -1e-7 for H in Hessians)

    return (
        "*s* is the probability of the true class. Which loss is convex in the logits?",
        True,
        [
            (
                name,
                is_convex(gradient),
                "Its Hessian is the Jacobian of softmax, which has no negative eigenvalue."
                if "ln" in name
                else "Where softmax is decided and wrong, it flattens out: there its Hessian has a negative "
                "eigenvalue.",
            )
            for name, gradient in losses.items()
        ],
    )


@choices("join-blocks", "blocks")
def join_blocks(rng):
    one, two = rng.normal(size=4), rng.normal(size=3) + 1.5
    m1, m2 = one.max(), two.max()
    S1, S2 = np.exp(one - m1).sum(), np.exp(two - m2).sum()
    m = max(m1, m2)
    whole = np.concatenate([one, two])
    return (
        "Two blocks of a row have the maxima `m1`, `m2` and the sums of exponentials `S1`, `S2`, each relative to "
        "its own "
        "maximum. `m` is the larger maximum. Which is the sum of the whole row, relative to `m`?",
        np.exp(whole - whole.max()).sum(),
        in_code(
            [
                ("S1 * np.exp(m1 - m) + S2 * np.exp(m2 - m)", "Each sum is brought to the common maximum, then added."),
                ("S1 + S2", "They are relative to different maxima."),
                (
                    "S1 * np.exp(m - m1) + S2 * np.exp(m - m2)",
                    "The wrong way round: the smaller block must shrink, not grow.",
                ),
                ("(S1 + S2) * np.exp(-m)", "The maxima are subtracted already; what counts are their differences."),
            ],
            S1=S1,
            S2=S2,
            m1=m1,
            m2=m2,
            m=m,
        ),
    )
