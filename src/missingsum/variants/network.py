"""Ways to get a network of one hidden layer wrong: one of its pieces, or two, replaced by a wrong one.

What is right comes in as `Pieces`: the functions of the reference, or a student's own once they have
passed their checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from missingsum.diagnosis import Family, Variant
from missingsum.explain import recipes
from missingsum.variants.language import LEAKS, LOGARITHM_SCALES, Softmax, around, other_probabilities

Arrays = dict[str, np.ndarray]
STEPS = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.001)
"""Of gradient descent, as people take them."""


@dataclass(frozen=True)
class Pieces:
    """The functions that a network is put together from."""

    linear: Callable
    relu: Callable
    softmax: Softmax
    loss: Callable
    logit_gradient: Callable[..., np.ndarray]
    linear_backward: Callable
    relu_backward: Callable
    second_input: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = lambda X, Z1, A: A

    def forward(self, params: Arrays, X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Z1, A and Z2."""
        Z1 = self.linear(X, params["W1"], params["b1"])
        A = self.relu(Z1)
        return Z1, A, self.linear(A, params["W2"], params["b2"])

    def loss_of(self, params: Arrays, X: np.ndarray, y: np.ndarray) -> float:
        """The loss of the network made of these pieces."""
        return float(self.loss(self.forward(params, X)[2], y))

    def gradients_of(self, params: Arrays, X: np.ndarray, y: np.ndarray) -> Arrays:
        """The gradients, by the names of the parameters."""
        Z1, A, Z2 = self.forward(params, X)
        dZ2 = self.logit_gradient(Z2, y)
        dA, dW2, db2 = self.linear_backward(A, params["W2"], dZ2)
        if (other_input := self.second_input(X, Z1, A)) is not A:
            dW2 = self.linear_backward(other_input, params["W2"], dZ2)[1]
        _, dW1, db1 = self.linear_backward(X, params["W1"], self.relu_backward(Z1, dA))
        return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


@dataclass(frozen=True)
class Network:
    """What a network was given, which of its answers is looked at, "loss" or the name of a gradient, and the truth.

    ``found`` keeps all gradients of a network of wrong pieces, for whoever looks at the next one with the same pieces.
    """

    params: Arrays
    X: np.ndarray
    y: np.ndarray
    asked: str
    truth: np.ndarray
    found: dict[Pieces, Arrays] = field(default_factory=dict)

    def by(self, pieces: Pieces) -> np.ndarray:
        """What a network of these pieces answers."""
        given = self.params, self.X, self.y
        if self.asked == "loss":
            return np.array(pieces.loss_of(*given))
        if pieces not in self.found:
            self.found[pieces] = pieces.gradients_of(*given)
        return self.found[pieces][self.asked]


def network_loss_variants(right: Pieces) -> Family:
    """Ways to get the loss wrong; the data of a sample is a `Network`."""
    return Family(lambda: _network_loss_variants(right), lambda: recipes.networks("loss"))


def _network_loss_variants(right: Pieces) -> Iterator[Variant]:
    yield from around(lambda d: d.truth, (), lambda d: d.y, *LOGARITHM_SCALES)
    for slip, wrong in (*_forwards(right, "linear"), *_forwards(right, "relu")):
        yield Variant((slip,), lambda d, wrong=wrong: d.by(wrong))
    for slip, of in other_probabilities(right.softmax):
        wrong = replace(right, loss=lambda Z2, y, of=of: -(y * np.log(of(Z2))).sum() / len(y))
        yield Variant((slip,), lambda d, wrong=wrong: d.by(wrong))


def network_gradient_variants(right: Pieces, name: str = "", first: Sequence[str] = ()) -> Family:
    """Ways to get the gradient called ``name`` wrong, those ``first`` that explained another one.

    The data of a sample is a `Network`.
    """
    return Family(
        lambda: sorted(_network_gradient_variants(right), key=lambda way: way.slips != tuple(first)),
        lambda: recipes.networks(name),
    )


def _network_gradient_variants(right: Pieces) -> Iterator[Variant]:
    pieces = wrong_pieces(right)
    wrong = [(piece, slip, by) for piece, ways in pieces.items() for slip, by in ways]
    for piece, slip, by in wrong:
        one_wrong = replace(right, **{piece: by})
        yield Variant((slip,), lambda d, pieces=one_wrong: d.by(pieces))
    for (one, slip, by), (other, second, instead) in combinations(wrong, 2):
        if one != other and slip != second and "new-weights" not in (slip, second):
            two_wrong = replace(right, **{one: by, other: instead})
            yield Variant((slip, second), lambda d, pieces=two_wrong: d.by(pieces))
    for factor, slip in (
        (lambda n, c: n, "missing-mean"),
        (lambda n, c: 2, "factor-two"),
        (lambda n, c: 1 / n, "averaged-twice"),
    ):
        turned = replace(
            right, logit_gradient=lambda Z2, y, factor=factor: -factor(*y.shape) * right.logit_gradient(Z2, y)
        )
        yield Variant(("sign", slip), lambda d, pieces=turned: d.by(pieces))


def _forwards(right: Pieces, piece: str) -> Iterator[tuple[str, Pieces]]:
    return ((slip, replace(right, **{piece: by})) for slip, by in wrong_pieces(right)[piece])


def wrong_pieces(right: Pieces) -> dict[str, tuple[tuple[str, Callable], ...]]:
    """A piece → slips, and what takes the piece's place."""

    def of_softmax(
        formula: Callable[[np.ndarray, np.ndarray], np.ndarray],
    ) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        return lambda Z2, y: formula(right.softmax(Z2), y)

    def scaled(part: int, factor: Callable[[int], float]) -> Callable:
        """linear_backward with one of its three results multiplied by ``factor(n)``."""

        def backward(X: np.ndarray, W: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, ...]:
            found = right.linear_backward(X, W, g)
            return tuple(value * (factor(len(X)) if k == part else 1) for k, value in enumerate(found))

        return backward

    def through_new(step: float) -> Callable:
        """linear_backward after a step of the weights."""

        def backward(X: np.ndarray, W: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, ...]:
            _, dW, db = right.linear_backward(X, W, g)
            return right.linear_backward(X, W - step * dW, g)[0], dW, db

        return backward

    return {
        "linear": (("no-bias", lambda X, W, b: right.linear(X, W, 0 * b)),),
        "relu": (
            ("relu-skipped", lambda z: z),
            ("absolute-value", np.abs),
            *(("leaky-relu", lambda z, slope=slope: np.where(z > 0, z, slope * z)) for slope in LEAKS),
        ),
        "logit_gradient": (
            ("sign", of_softmax(lambda s, y: (y - s) / len(s))),
            ("missing-mean", of_softmax(lambda s, y: s - y)),
            ("averaged-twice", of_softmax(lambda s, y: (s - y) / len(s) ** 2)),
            ("mean-over-everything", of_softmax(lambda s, y: (s - y) / s.size)),
            ("factor-two", of_softmax(lambda s, y: 2 * (s - y) / len(s))),
            ("half", of_softmax(lambda s, y: (s - y) / len(s) / 2)),
            ("missing-sum", of_softmax(lambda s, y: -y * (1 - s) / len(s))),
            ("missing-dot", of_softmax(lambda s, y: -y / len(s))),
            ("no-diagonal", of_softmax(lambda s, y: s / len(s))),
            ("identity", of_softmax(lambda s, y: -y / s / len(s))),
            ("extra-sigmoid-prime", of_softmax(lambda s, y: (s - y) * s * (1 - s) / len(s))),
            *(
                (slip, lambda Z2, y, of=of: (of(Z2) - y) / len(y))
                for slip, of in (("no-activation", np.asarray), *other_probabilities(right.softmax))
            ),
        ),
        "linear_backward": (
            *(("averaged-twice", scaled(part, lambda n: 1 / n)) for part in range(3)),
            *(("missing-mean", scaled(part, lambda n: n)) for part in range(3)),
            *(("sign", scaled(part, lambda n: -1)) for part in range(3)),
            ("from-weights-gradient", lambda X, W, g: (*right.linear_backward(X, W, g)[:2], (X.T @ g).sum(axis=0))),
            (
                "weights-skipped",
                lambda X, W, g: (g.sum(axis=1, keepdims=True) * np.ones_like(X), *right.linear_backward(X, W, g)[1:]),
            ),
            *(("new-weights", through_new(step)) for step in STEPS),
            *(
                (slip, lambda X, W, g, by=by: (*right.linear_backward(X, W, g)[:2], by(g)))
                for slip, by in (
                    ("bias-along-the-rows", lambda g: g.sum(axis=1)),
                    ("rows-not-summed", lambda g: g),
                    ("last-row-only", lambda g: g[-1]),
                    ("bias-as-one-number", lambda g: g.sum()),
                )
            ),
        ),
        "relu_backward": (
            ("relu-skipped", lambda z, g: g),
            ("relu-of-upstream", lambda z, g: np.maximum(g, 0)),
            ("ignores-upstream", lambda z, g: (z > 0) * 1.0),
            ("value-for-slope", lambda z, g: g * right.relu(z)),
        ),
        "second_input": (("wrong-layer-input", lambda X, Z1, A: Z1),),
    }
