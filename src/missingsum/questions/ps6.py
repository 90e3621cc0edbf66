"""What problem set 6, *A whole network*, asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import numpy as np

from missingsum.comparison import Answer, Shape, in_place_of_several
from missingsum.diagnosis import Variant
from missingsum.questions.logits import moderate, nothing, of_any_size, rows_apart
from missingsum.questions.ps4 import badly_predicted
from missingsum.questions.question import Input, Inputs, Known, Question, draw
from missingsum.variants import (
    Arrays,
    Case,
    Layer,
    Network,
    Pieces,
    clipped_cross_entropy_forward,
    linear_backward_variants,
    linear_forward_variants,
    network_gradient_variants,
    network_loss_variants,
    relu_backward_variants,
    relu_forward_variants,
)

PARTS = ("dX", "dW", "db")
NAMES = ("W1", "b1", "W2", "b2")
SIZES = ((5, 4, 6, 3), (7, 3, 5, 4))
"""n, d, m, c."""
SQUARE_SIZES = ((3, 4, 6, 3), (4, 3, 5, 4))
"""With as many rows as classes a lost axis goes unnoticed."""


@cache
def digits() -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's digits: pixels (1797, 64) from 0 to 1, and labels."""
    from sklearn.datasets import load_digits

    X, labels = load_digits(return_X_y=True)
    return X / 16, labels


def layer(rng: np.random.Generator, size: Shape) -> Input:
    """X, W and b."""
    n, d, m = size
    return Input((rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)))


def layer_and_upstream(rng: np.random.Generator, size: Shape) -> Input:
    """X, W and g."""
    n, d, m = size
    return Input((rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=(n, m))))


def entries(rng: np.random.Generator, shape: Shape) -> Input:
    return Input((rng.normal(size=shape, scale=10),))


def entries_and_upstream(rng: np.random.Generator, shape: Shape) -> Input:
    return Input((rng.normal(size=shape), rng.normal(size=shape)))


def zeros_and_upstream(rng: np.random.Generator) -> list[Input]:
    """Entries of z that are 0 or -0, beside some that are not, of both signs and less than 1."""
    z, g = rng.normal(size=(2, 3, 4))
    z[2] = rng.uniform(0.05, 0.95, size=4) * (-1, 1, -1, 1)
    z[0], z[1, :2] = 0.0, -0.0
    return [Input((z, g))]


def network(rng: np.random.Generator, size: Shape) -> Input:
    """Random parameters, inputs and one-hot targets; no probability is near 1."""
    n, d, m, c = size
    W2 = rng.normal(size=(m, c)) / (2 * m)
    params = {"W1": rng.normal(size=(d, m)), "b1": rng.normal(size=m), "W2": W2, "b2": rng.normal(size=c)}
    y = np.eye(c)[rng.integers(c, size=n)]
    y[1:2] = y[:1]  # where every class comes once, a lost axis goes unnoticed in the sum
    return Input((params, rng.normal(size=(n, d)), y))


def with_logits(rng: np.random.Generator, z: np.ndarray, y: np.ndarray) -> tuple[Arrays, np.ndarray, np.ndarray]:
    """A network, inputs and targets that lead to the logits z: a hidden unit a row hands on 1, and two more are off."""
    n, c = z.shape
    b2 = rng.normal(size=(c,))
    W1, W2 = np.hstack([np.eye(n), -rng.uniform(1, 2, size=(n, 2))]), np.vstack([z - b2, rng.normal(size=(2, c))])
    return {"W1": W1, "b1": np.zeros(n + 2), "W2": W2, "b2": b2}, np.eye(n), y


def network_of_known_logits(rng: np.random.Generator, shape: Shape) -> Input:
    """A network with logits of this shape, made of ln s."""
    [made] = moderate(nothing, shape)(rng)
    (z,), (n, c) = made.arguments, shape
    return Input(with_logits(rng, z, np.eye(c)[np.arange(n) // 2 % c]), made.made_of)


def badly_predicted_networks(rng: np.random.Generator) -> list[Input]:
    """Networks with a true class of probability around 1e-26, made of ln s."""
    made = badly_predicted(lambda y: (y,))(rng)
    return [Input(with_logits(rng, *each.arguments), each.made_of, each.name) for each in made]


def networks_with(logits: Inputs) -> Inputs:
    """Networks with such logits, made of ln s; the true class is the least likely one."""

    def inputs(rng: np.random.Generator) -> list[Input]:
        made = []
        for each in logits(rng):
            z = each.arguments[0]
            y = np.eye(z.shape[1])[z.argmin(axis=1)]
            made.append(Input(with_logits(rng, z, y), each.made_of, each.name, each.not_finite))
        return made

    return inputs


def _linear_backward(part: str) -> Question:
    return Question(
        "linear_backward",
        f"{part} of a linear layer",
        {
            "batch": draw(layer_and_upstream, (4, 5, 3), (6, 2, 5)),
            "square": draw(layer_and_upstream, (5, 3, 3), (4, 6, 6)),
            "row": draw(layer_and_upstream, (1, 3, 5)),
        },
        lambda known, truth, X, W, g: Layer(truth, X, g, W),
        lambda known: linear_backward_variants(part),
    )


def _network(asked: str) -> Question:
    """The loss, or the gradient of this name; `Pieces` are known."""
    return Question(
        "loss_and_gradients",
        "the loss of a network" if asked == "loss" else f"the gradient of {asked} in a network",
        {
            "batch": draw(network, *SIZES),
            "square": draw(network, *SQUARE_SIZES),
            "known logits": draw(network_of_known_logits, (4, 3), (5, 4)),
            "known logits, square": draw(network_of_known_logits, (3, 3), (5, 5)),
            "badly predicted": badly_predicted_networks,
            "rows apart": networks_with(rows_apart()),
            "any size": networks_with(of_any_size(underflow="log-of-zero")),
        },
        lambda known, truth, params, X, y: Network(params, X, y, asked, truth),
        network_loss_variants if asked == "loss" else lambda known: network_gradient_variants(known, asked),
        {"badly predicted": _clipped, "any size": _clipped},
        {"batch": "square", "known logits": "known logits, square"},
    )


def _clipped(known: Pieces) -> Iterator[Variant]:
    """A loss whose probabilities are kept from 0."""

    def case(d: Network) -> Case:
        return Case(d.truth, s=known.softmax(known.forward(d.params, d.X)[2]), y=d.y)

    for way in clipped_cross_entropy_forward():
        yield Variant(way.slips, lambda d, way=way: way.wrong(case(d)))


def _at_zero(known: Known) -> Iterable[Variant]:
    return [Variant(("one-at-zero",), lambda d: np.where(d.x == 0, d.g, d.truth))]


LINEAR_FORWARD = Question(
    "linear_forward",
    "X W + b",
    {"batch": draw(layer, (4, 5, 3), (2, 3, 6)), "square": draw(layer, (3, 4, 3), (5, 2, 5))},
    lambda known, truth, X, W, b: Layer(truth, X, W=W, b=b),
    lambda known: linear_forward_variants(),
)
LINEAR_BACKWARD = {part: _linear_backward(part) for part in PARTS}
RELU_FORWARD = Question(
    "relu_forward",
    "ReLU",
    {"batch": draw(entries, (4, 5), (7,), (2, 3, 2)), "row": draw(entries, (3, 4))},
    lambda known, truth, z: Layer(truth, z),
    lambda known: relu_forward_variants(),
)
RELU_BACKWARD = Question(
    "relu_backward",
    "vector-Jacobian product of ReLU",
    {"batch": draw(entries_and_upstream, (4, 5), (7,), (2, 3, 2)), "at zero": zeros_and_upstream},
    lambda known, truth, z, g: Layer(truth, z, g),
    lambda known: relu_backward_variants(),
    {"at zero": _at_zero},
)
LOSS_AND_GRADIENTS = {asked: _network(asked) for asked in ("loss", *NAMES)}


def no_pair(answer: Answer) -> str:
    """What keeps the answer from being a loss and a dict of gradients, in words; "" if it is such a pair."""
    asked = "the loss and a dict of gradients are expected"
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return f"it returns {in_place_of_several(answer)}; {asked}"
    if not isinstance(answer[1], dict):
        kind = type(answer[1]).__name__
        return (
            f"the second value that it returns is a {kind}; a dict with the keys {', '.join(NAMES)} is expected there"
        )
    return ""
