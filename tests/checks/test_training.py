"""A training is judged fairly: a sensible network is accepted whatever the split and the seed, and a wrong one refused.

The networks are trained here, in plain NumPy, as the notebook proposes: 64 hidden units, batches of 32 rows, 30 times
around, steps of 0.2, weights of variance 2/d, biases 0. Or with full batches, which it allows: 200 steps of 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from autograder.checking.protocol import Failed, Reply
from checks import ps6_network


def trained(X: np.ndarray, y: np.ndarray, seed: int, kind: str) -> dict[str, np.ndarray]:
    """The parameters of a network of this kind."""
    rng, (n, d), c = np.random.default_rng(seed), X.shape, y.shape[1]
    W1, b1 = rng.normal(size=(d, 64)) * np.sqrt(2 / d), np.zeros(64)
    W2, b2 = rng.normal(size=(64, c)) * np.sqrt(2 / 64), np.zeros(c)
    batch, rounds, step = (n, 200, 1.0) if kind == "full batches" else (32, 30, 0.2)
    for _ in range(rounds):
        order = rng.permutation(n)
        for start in range(0, n, batch):
            rows = order[start : start + batch]
            A = np.maximum(X[rows] @ W1 + b1, 0)
            Z = A @ W2 + b2
            if kind == "ten sigmoids":
                s = 1 / (1 + np.exp(-Z))
            else:
                s = np.exp(Z - Z.max(axis=1, keepdims=True))
                s /= s.sum(axis=1, keepdims=True)
            g = (s - y[rows]) / len(rows)
            hidden = (g @ W2.T) * (A > 0)
            W2 -= step * (A.T @ g)
            W1 -= step * (X[rows].T @ hidden)
            if kind != "biases stay 0":
                together = kind == "one number for all biases"
                b2 -= step * (g.sum() if together else g.sum(axis=0))
                b1 -= step * (hidden.sum() if together else hidden.sum(axis=0))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def training(kind: str) -> Callable[..., Reply]:
    """A caller whose ``train`` trains a network of this kind."""
    return lambda function, X, y, seed, **limits: Reply(trained(X, y, seed, kind), (X, y, seed))


def refusals(kind: str, seeds: range) -> list[str]:
    """What is said to the networks that are refused."""
    found = []
    for seed in seeds:
        try:
            ps6_network.held_out_digits(training(kind), np.random.default_rng([seed, 41]))
        except Failed as failed:
            found.append(str(failed))
    return found


SAID = {
    "biases stay 0": "all entries of b1 are 0: biases start at 0 and are learned",
    "one number for all biases": "all entries of b1 are the same number",
    "ten sigmoids": "each class is trained with a sigmoid of its own",
}


@pytest.mark.parametrize("kind", ["sensible", "full batches"])
def test_a_sensible_network_is_accepted(kind, seeds=range(4), most=0):
    assert len(refusals(kind, seeds)) <= most


@pytest.mark.parametrize("kind", SAID)
def test_a_wrong_one_is_refused_and_told_why(kind, seeds=range(2), least=1.0):
    told = [message for message in refusals(kind, seeds) if SAID[kind] in message]
    assert len(told) >= least * len(seeds)


def test_who_falls_short_is_tried_once_more():
    """The first training is cut short, the second is not; two that are cut short are refused."""
    calls = []

    def call(function, X, y, seed, **limits):
        calls.append(seed)
        params = trained(X, y, seed, "sensible")
        return Reply({**params, "W2": 0 * params["W2"]} if len(calls) in short else params, (X, y, seed))

    short = {1}
    ps6_network.held_out_digits(call, np.random.default_rng(5))
    assert len(calls) == 2
    short = set(range(1, 9))
    calls.clear()
    with pytest.raises(Failed, match="unseen digits are read rightly"):
        ps6_network.held_out_digits(call, np.random.default_rng(5))


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sensible", "full batches"])
def test_999_sensible_networks_of_1000_are_accepted(kind):
    test_a_sensible_network_is_accepted(kind, range(100, 1100), most=1)


@pytest.mark.soak
@pytest.mark.parametrize("kind", SAID)
def test_99_wrong_networks_of_100_are_refused(kind):
    test_a_wrong_one_is_refused_and_told_why(kind, range(100, 200), least=0.99)
