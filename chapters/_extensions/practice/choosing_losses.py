"""Questions with answers to choose from: paths and sums, losses and their variants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.numeric import rowwise_jacobian
from practice.options import ACTIVATIONS, SOMEWHERE, Rows, is_coupled
from practice.task import choices, measured_gradient, one_hot, shown, softmax


@choices("one-term", "when-there-is-a-sum")
def one_term(rng):
    coupled = (
        "Each output has all logits in it, so every one of them moves when *z*ⱼ does: the sum keeps all its terms."
    )
    names = ["softmax(*z*)", "log-softmax(*z*)", "sigmoid(*z*)", "softmax(*z*/2)"]
    said = {
        "sigmoid(*z*)": "Each output depends on its own logit alone. The sum is there, with one term that is not 0."
    }
    return (
        "After which of these has ∂*L*/∂*z*ⱼ = Σᵢ *g*ᵢ ∂*s*ᵢ/∂*z*ⱼ one term only, whatever the loss is?",
        False,
        [(name, is_coupled(ACTIVATIONS[name]), said.get(name, coupled)) for name in names],
    )


@choices("coupled", "paths-and-the-total-derivative")
def coupled(rng):
    alone = "Each output is made of its own input alone. Its Jacobian is diagonal."
    functions = {"tanh(*z*)": np.tanh, "exp(*z*)": np.exp, "*z*²": np.square}
    answers = [(name, is_coupled(f), alone) for name, f in functions.items()]
    name = "*z* / Σ *z*"
    said = "The sum in the denominator holds all inputs: each of them moves every output. Softmax is coupled in the "
    "same way."
    return "Which of these couples the inputs of a row?", True, [*answers, (name, is_coupled(ACTIVATIONS[name]), said)]


@choices("diagonal-is-enough", "why-the-loss-was-blamed")
def diagonal_is_enough(rng):
    y = one_hot(rng)

    def enough(loss: Callable[[np.ndarray], float], f: Rows) -> bool:
        z = SOMEWHERE
        g = measured_gradient(loss, f(z))
        J = rowwise_jacobian(f, z)[0]
        return bool(np.allclose(g[0] * np.diag(J), g[0] @ J, atol=1e-6))

    def squares(a: np.ndarray) -> float:
        return float(((a - y) ** 2).sum() / 2)

    def cross_entropy(a: np.ndarray) -> float:
        return float(-(y * np.log(a)).sum())

    f, h = ACTIVATIONS["softmax(*z*)"], ACTIVATIONS["sigmoid(*z*)"]
    sum_is_needed = "Softmax couples the outputs: the terms with *i* ≠ *j* are there, whichever loss follows."
    return (
        "Somebody keeps the term *i* = *j* alone. With which pair does the gradient come out right all the same?",
        True,
        [
            ("softmax and squared error", enough(squares, f), sum_is_needed),
            ("softmax and cross-entropy", enough(cross_entropy, f), sum_is_needed),
            (
                "softmax and the Kullback-Leibler divergence",
                enough(lambda a: cross_entropy(a) + 1.0, f),
                f"{sum_is_needed} With targets that are fixed this one differs from cross-entropy by a constant.",
            ),
            (
                "sigmoid and cross-entropy −Σ *y* ln *a*",
                enough(cross_entropy, h),
                "Sigmoid works on each entry alone. It is the activation that decides, not the loss.",
            ),
        ],
    )


@choices("what-survives", "one-path")
def what_survives(rng):
    x = float(rng.choice([2, 3, 4, 5]))
    return (
        f"*L* = ln *s* and *s* = *z*². What is d*L*/d*z* at *z* = {shown(x)}?",
        measured_gradient(lambda z: float(np.log(z**2).item()), np.array([[x]])).item(),
        [
            (shown(round(2 / x, 4)), 2 / x, "(1/*s*) · 2*z*, the slopes multiplied."),
            (shown(round(1 / x**2, 4)), 1 / x**2, "This is d*L*/d*s*. The slope of *s* along *z* comes as a factor."),
            (shown(2 * x), 2 * x, "This is d*s*/d*z*. The slope of the logarithm comes as a factor."),
            (shown(round(2 * x + 1 / x**2, 4)), 2 * x + 1 / x**2, "Along one path slopes are multiplied."),
        ],
    )


@choices("slope-of-sigmoid", "two-forms-of-sigmoid")
def slope_of_sigmoid(rng):
    a = float(rng.choice([0.6, 0.7, 0.8, 0.9]))
    z = np.log(a / (1 - a))
    again = 1 / (1 + np.exp(-a))
    slope = measured_gradient(lambda z: float(1 / (1 + np.exp(-z.item()))), np.array([[z]])).item()
    return (
        f"The forward pass has kept *a* = sigmoid(*z*) = {shown(a)}. What is the slope of sigmoid there?",
        slope,
        [
            (shown(round(a * (1 - a), 4)), a * (1 - a), "*a* (1 − *a*), from the output alone."),
            (
                shown(round(again * (1 - again), 4)),
                again * (1 - again),
                "Sigmoid was applied once more, to its output.",
            ),
            (shown(round(1 - a, 4)), 1 - a, "The factor *a* is missing."),
            (shown(round(1 - a**2, 4)), 1 - a**2, "This is the slope of tanh, from its output."),
        ],
    )


@choices("learns-fastest", "what-the-squared-error-rewards")
def learns_fastest(rng):
    def push(p: float) -> float:
        """On the true logit of two classes, by the squared error."""
        z = np.log([[p, 1 - p]])
        return abs(measured_gradient(lambda z: float(((softmax(z) - [1, 0]) ** 2).sum() / 2), z)[0, 0])

    probabilities = [0.01, float(rng.choice([0.3, 0.35, 0.4])), float(rng.choice([0.6, 0.7])), 0.97]
    return (
        "Two classes, squared error after softmax. At which probability of the true class is its logit pushed hardest?",
        max(push(p) for p in probabilities),
        [
            (
                shown(p),
                push(p),
                f"The push there is {push(p):.4f}. Where softmax is decided, right or wrong, its slope is near 0.",
            )
            for p in probabilities
        ],
    )


@choices("hardly-learns", "saturation")
def hardly_learns(rng):
    z = np.array([[-8.0, 0.0]])
    y = np.array([[1.0, 0.0]])
    losses: dict[str, Callable[[np.ndarray], float]] = {
        "cross-entropy after softmax": lambda z: float(-(y * np.log(softmax(z))).sum()),
        "binary cross-entropy after sigmoid": lambda z: float(np.logaddexp(0, -z[0, 0])),
        "cross-entropy, computed from log-softmax": lambda z: float(np.log(np.exp(z).sum()) - z[0, 0]),
        "squared error after softmax": lambda z: float(((softmax(z) - y) ** 2).sum() / 2),
    }

    def push(loss: Callable[[np.ndarray], float]) -> float:
        return abs(measured_gradient(loss, z)[0, 0])

    return (
        "The true class has a logit of −8, the other one 0: badly wrong, and sure of it. Which loss hardly pushes "
        "it up?",
        True,
        [(name, push(loss) < 0.01, f"The push on its logit is {push(loss):.4f}.") for name, loss in losses.items()],
    )


@choices("loss-at-the-start", "what-it-charges")
def loss_at_the_start(rng):
    c = int(rng.choice([4, 10, 100, 1000]))
    z = np.zeros((1, c))
    loss = -np.log(softmax(z)[0, 0])
    return (
        f"{c} classes, all logits 0. What does cross-entropy say?",
        loss,
        [
            (
                f"ln {c} = {np.log(c):.3f}",
                np.log(c),
                "Each class has probability 1/*c*. A loss that stays there has not learned.",
            ),
            (shown(1 / c), 1 / c, "This is the probability of the true class. The loss is minus its logarithm."),
            ("0", 0.0, "A loss of 0 needs probability 1 for the true class."),
            ("1", 1.0, "The loss does not end at 1: it is minus a logarithm."),
        ],
    )


@choices("doubled-softmax", "softmax-twice")
def doubled_softmax(rng):
    c = int(rng.choice([3, 5, 10]))
    sure = np.eye(c)[:1]
    floor = -np.log(softmax(sure)[0, 0])
    return (
        f"{c} classes. A model ends in softmax, and a loss that takes logits is computed of its outputs. How small "
        "can the "
        "loss get at best?",
        floor,
        [
            (
                f"{floor:.3f}",
                floor,
                "ln(1 + (*c* − 1)/e): outputs lie between 0 and 1, and softmax of such is never sure.",
            ),
            (
                "0",
                0.0,
                "This needs a logit far above the others. The loss sees probabilities, 1 and 0 at the most extreme.",
            ),
            (
                f"{np.log(c):.3f}",
                np.log(c),
                "This is ln *c*, the loss of a model that knows nothing. It gets a little below.",
            ),
            ("1", 1.0, "Compute it: softmax of (1, 0, …, 0), minus the logarithm of its first entry."),
        ],
    )


@choices("focal-factor", "focal")
def focal_factor(rng):
    p, gamma = float(rng.choice([0.8, 0.9, 0.95])), int(rng.choice([2, 3]))
    factor = (1 - p) ** gamma
    return (
        f"Focal loss with *γ* = {gamma}: by which factor is the loss of an example with *s* = {shown(p)} in its "
        "true class "
        "scaled?",
        factor,
        [
            (shown(round(factor, 8)), factor, "(1 − *s*) to the *γ*: what is well predicted counts little."),
            (shown(round(p**gamma, 8)), p**gamma, "This would play down the hard examples. The factor is of 1 − *s*."),
            (shown(round(gamma * (1 - p), 8)), gamma * (1 - p), "*γ* is a power, not a factor."),
            (shown(round(1 - p**gamma, 8)), 1 - p**gamma, "The power is taken of 1 − *s*, not of *s*."),
        ],
    )


@choices("most-uncertain", "entropy")
def most_uncertain(rng):
    rows = [np.array([0.25, 0.25, 0.25, 0.25]), np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.7, 0.1, 0.1, 0.1])]
    rows.append(np.array([0.5, 0.5 - 2e-6, 1e-6, 1e-6]))

    def entropy(s: np.ndarray) -> float:
        return float(-(s * np.log(s)).sum())

    return (
        "Which of these has the largest entropy?",
        max(entropy(s) for s in rows),
        [
            (
                shown(np.round(s, 2)),
                entropy(s),
                f"Its entropy is {entropy(s):.3f}; the largest of four classes is ln 4 = 1.386.",
            )
            for s in rows
        ],
    )
