"""What may be wrong with the weights where the backward pass makes them again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from missingsum.explain.steps import Step, Values
from missingsum.variants.attention.forward import exponentials, fitting
from missingsum.variants.attention.steps import weights_of
from missingsum.variants.masks import (
    OTHER_MASKS,
    softmax_rows,
)


def _lse(v: Values) -> np.ndarray:
    """The logsumexp of the scores that are visible; inf in a row without keys."""
    m = np.maximum(v["y"].max(axis=1, keepdims=True), -1e300)
    total = np.exp(v["y"] - m).sum(axis=1, keepdims=True)
    return np.where(total > 0, m + np.log(np.where(total > 0, total, 1)), np.inf)


def _log_sum(v: Values) -> np.ndarray:
    """The same without the maximum added back."""
    m = np.maximum(v["y"].max(axis=1, keepdims=True), -1e300)
    total = np.exp(v["y"] - m).sum(axis=1, keepdims=True)
    return np.where(total > 0, np.log(np.where(total > 0, total, 1)), np.inf)


def made_again() -> Iterator[tuple[str, str, float, Step]]:
    """Other weights than those of the forward pass."""
    again = "another-p"
    yield again, "P is made again from all scores, without the mask", 1.0, lambda v: np.exp(v["x"] - _lse(v))
    yield again, "P is made again without the mask, and normalised anew", 1.0, lambda v: softmax_rows(v["x"])
    yield (
        again,
        "P is made again from scores that are multiplied by the mask: hidden ones become 0, not -inf",
        1.0,
        lambda v: np.exp(v["x"] * v["mask"] - _lse(v)),
    )
    yield (
        again,
        "hidden scores become 0, not -inf, where P is made again",
        1.0,
        lambda v: softmax_rows(v["x"] * v["mask"]),
    )
    yield "shift-not-undone", "each row of P is exp(m) times too large", 1.0, lambda v: np.exp(v["y"] - _log_sum(v))
    yield again, "P is made again as exp(x), not divided by its sum", 1.0, lambda v: np.exp(v["y"])
    yield again, "P is made again as exp(x - m), not divided by its sum", 1.0, exponentials
    yield again, "P is made again to base 2, with a logsumexp to base e", 1.0, lambda v: np.exp2(v["y"] - _lse(v))
    yield (
        again,
        "P is made again to base e, with a logsumexp to base 2",
        1.0,
        lambda v: np.exp(v["y"] - _lse(v) / np.log(2)),
    )
    yield again, "P is made again to base 2", 1.0, lambda v: _power(2.0, v)
    yield (
        again,
        "P is made again from scores without 1/√d",
        1.0,
        lambda v: np.where(v["mask"] > 0, np.exp(v["x"] / v["scale"] - _lse(v)), 0.0),
    )
    yield (
        again,
        "P is made again from scores without 1/√d, and normalised anew",
        1.0,
        lambda v: weights_of(v, v["x"] / v["scale"]),
    )
    yield (
        again,
        "P is made again from scores with 1/√d twice",
        1.0,
        lambda v: np.where(v["mask"] > 0, np.exp(v["x"] * v["scale"] - _lse(v)), 0.0),
    )
    yield (
        again,
        "P is made again from scores with 1/√d twice, and normalised anew",
        1.1,
        lambda v: weights_of(v, v["x"] * v["scale"]),
    )
    yield (
        again,
        "the maximum is subtracted twice",
        1.0,
        lambda v: np.exp(v["y"] - v["y"].max(axis=1, keepdims=True) - _lse(v)),
    )
    yield again, "the sum is divided out twice", 1.1, lambda v: v["p"] / np.exp(_log_sum(v))
    yield again, "softmax is taken of P once more", 1.0, lambda v: weights_of(v, v["p"])
    yield again, "softmax is taken of P once more, hidden keys included", 1.0, lambda v: softmax_rows(v["p"])
    yield again, "softmax runs over the queries", 1.0, lambda v: np.nan_to_num(softmax_rows(v["y"].T).T)
    yield again, "softmax runs over everything", 1.1, lambda v: np.exp(v["y"]) / np.exp(v["y"]).sum()
    yield "sign", "P is made again from scores with the wrong sign", 1.1, lambda v: weights_of(v, -v["x"])
    yield again, "the scores themselves stand where P belongs", 1.1, lambda v: v["x"]
    yield again, "the scores themselves, hidden ones 0, stand where P belongs", 1.1, lambda v: v["x"] * v["mask"]
    yield again, "the mask itself stands where P belongs", 1.1, lambda v: v["mask"]
    yield again, "all weights are the same", 1.2, lambda v: np.full(v["p"].shape, 1 / len(v["k"]))
    yield "transposed", "P is transposed", 1.1, lambda v: fitting(v["p"].T, v["p"].shape)
    for slip, words, weight, change in OTHER_MASKS:
        if slip != "mask-ignored":
            said = (
                words
                or {"mask-inverted": "True is taken for hidden", "mask-transposed": "the mask is transposed"}[slip]
            )
            yield (
                slip,
                f"{said}, where P is made again",
                weight + 0.1,
                lambda v, c=change: np.nan_to_num(softmax_rows(np.where(c(v["given mask"]), v["x"], -np.inf))),
            )
    for c in (-1.0, -5.0, -10.0, -20.0):
        yield (
            "finite-mask",
            f"{c:g} is added to hidden scores where P is made again",
            1.1,
            lambda v, c=c: softmax_rows(v["x"] + c * (1 - v["mask"])),
        )


def _power(base: float, v: Values) -> np.ndarray:
    e = np.nan_to_num(base ** (v["y"] - v["y"].max(axis=1, keepdims=True)))
    total = e.sum(axis=1, keepdims=True)
    return e / np.where(total == 0, 1, total)
