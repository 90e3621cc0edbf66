"""What problem set 6 asks of a trained network: its parameters say whether it was trained as the notebook says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from missingsum.comparison import Shape, kind_of, not_real_numbers
from missingsum.questions.ps6 import NAMES

ACCURACY = 0.93
"""Of unseen digits.

Sensible networks (64 hidden units, batches of 32, 30 epochs, step 0.2) read between 90 and 99 %, 94 % and more in 99 of
100 simulated trainings. Who falls short is tried once more, with another split and seed.
"""
LEARNED = 0.8
"""The share that a network trained on 400 digits must read."""
SMALL = 400
"""So many digits show whether the seed is used."""
MOST_UNITS = 1000
SECONDS = 10
LOWEST_MEAN = -4.0
"""Of all logits. Plain steps on softmax leave it as it starts, -1.5 to 1.4; ten sigmoids move it to about -9."""
LEAST_SUM = 1.3
"""Of the sigmoids of a row's logits, in the mean.

Ten trained sigmoids are probabilities of their own, of which one is true: their sum was 0.96 to 1.04 in 100 trainings.
It was 3.9 and more with softmax, and 1.8 and more where Adam, which moves the mean too, trained it.
"""


class Unfit(Exception):
    """What is wrong with the parameters, in a sentence, and the slips that explain it."""

    def __init__(self, message: str, slips: Sequence[str] = ()):
        super().__init__(message)
        self.slips = tuple(slips)


def require_parameters(params: Any, features: int, classes: int) -> None:
    """A dict with W1, b1, W2 and b2, of shapes that fit and finite; otherwise `Unfit`."""
    if not isinstance(params, Mapping):
        raise Unfit(
            f"it returns {kind_of(params)}; a dict with {', '.join(NAMES)} is expected",
            ["no-return"] if params is None else (),
        )
    if missing := [name for name in NAMES if name not in params]:
        raise Unfit(f"the dict has no key {missing[0]!r}; its keys are: {', '.join(map(repr, params)) or 'none'}"[:300])
    b1 = params["b1"]
    hidden: Shape = (len(b1),) if isinstance(b1, (list, tuple)) else getattr(b1, "shape", ())
    if len(hidden) != 1:
        raise Unfit(f"b1 has shape {hidden}; (m,) is expected, one number for each hidden unit")
    if not 1 <= hidden[0] <= MOST_UNITS:
        raise Unfit(f"b1 has shape {hidden}: {hidden[0]} hidden units; from 1 to {MOST_UNITS} are allowed")
    shapes = ((features, hidden[0]), hidden, (hidden[0], classes), (classes,))
    for name, shape in zip(NAMES, shapes):
        if problem := not_real_numbers(params[name], shape):
            raise Unfit(f"{name}: {problem}")
        if not np.isfinite(params[name]).all():
            raise Unfit(f"{name} is not finite", ["diverged"])


def require_learned(params: Mapping[str, np.ndarray], logits: np.ndarray) -> None:
    """Biases that were learned, and ``logits`` of a softmax; otherwise `Unfit`."""
    for name in ("b1", "b2"):
        bias = np.asarray(params[name], dtype=np.float64)
        if not bias.any():
            raise Unfit(f"all entries of {name} are 0: biases start at 0 and are learned, as the weights are")
        if len(bias) > 1 and np.ptp(bias) <= 1e-9 * np.abs(bias).max():
            raise Unfit(
                f"all entries of {name} are the same number, {bias[0]:.4g}: the gradient of a bias is one number for "
                "each unit, the sum of g over the rows"
            )
    sums = np.exp(-np.logaddexp(0, -logits)).sum(axis=1)
    if logits.mean() < LOWEST_MEAN and sums.mean() < LEAST_SUM:
        raise Unfit(
            f"the logits are {logits.mean():.2g} in the mean, and their sigmoids add up to {sums.mean():.2f} in a row, "
            "as where each class is trained with a sigmoid of its own; the outputs are those of one softmax"
        )
