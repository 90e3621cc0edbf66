"""Keras: what its losses compute for each example; its own classes weigh, add up and average them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import reference
from suites.outcome import Difference

NAME = "Keras"
TESTS = (
    "MeanSquaredErrorTest",
    "KLDivergenceTest",
    "BinaryCrossentropyTest",
    "CategoricalCrossentropyTest",
    "SparseCategoricalCrossentropyTest",
    "CategoricalFocalCrossentropyTest",
)


def version() -> str:
    import keras

    return keras.__version__


def files() -> list[str]:
    import keras.src.losses

    return [str(Path(keras.src.losses.__file__).parent / "losses_test.py")]


def concerns(test: str) -> bool:
    return test.startswith(TESTS) and "test_config" not in test


def install() -> None:
    from keras.src.losses import losses

    for function in (
        mean_squared_error,
        kl_divergence,
        binary_crossentropy,
        categorical_crossentropy,
        sparse_categorical_crossentropy,
        categorical_focal_crossentropy,
    ):
        function.__doc__ = getattr(losses, function.__name__).__doc__
        setattr(losses, function.__name__, function)


def _arrays(y_true, y_pred, axis=-1):
    """Both as rows over ``axis``, and the shape of the answers."""
    from keras.src.losses.loss import squeeze_or_expand_to_same_rank

    a, y = squeeze_or_expand_to_same_rank(np.asarray(y_pred), np.asarray(y_true))
    if a.dtype.kind not in "f" and a.dtype.name != "bfloat16":
        a = a.astype(np.float32)
    if a.shape != y.shape:
        raise ValueError(f"y_true and y_pred must have the same shape; they have {y.shape} and {a.shape}")
    a, y = np.moveaxis(a, axis, -1), np.moveaxis(y, axis, -1)
    return a.reshape(-1, a.shape[-1]), y.reshape(-1, y.shape[-1]), a.shape[:-1]


def _answer(values, shape):
    from keras.src import ops

    return ops.convert_to_tensor(np.asarray(values).reshape(shape))


def _probabilities(a):
    """As Keras has it: divided by their sum. It clips them at 1e-7 as well, which the reference does not."""
    if ((a <= 0) | (a >= 1)).any():
        raise Difference("probabilities clipped at 1e-7: an impossible class costs infinity here")
    return a / a.sum(axis=1, keepdims=True)


def mean_squared_error(y_true, y_pred):
    a, y, shape = _arrays(y_true, y_pred)
    return _answer(2 * reference.mse_forward(a, y, reduction="none") / np.asarray(a.shape[1], a.dtype), shape)


def kl_divergence(y_true, y_pred):
    a, y, shape = _arrays(y_true, y_pred)
    if ((a <= 1e-7) | (y <= 1e-7) | (a > 1) | (y > 1)).any():
        raise Difference("probabilities clipped at 1e-7: an impossible class costs infinity here")
    return _answer(reference.kl_divergence_forward(np.log(a), y, reduction="none"), shape)


def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    a, y, shape = _arrays(y_true, y_pred, axis)
    y = y * (1 - label_smoothing) + label_smoothing / 2
    if from_logits:
        losses = reference.bce_with_logits_forward(a, y, reduction="none")
    elif ((a <= 1e-7) | (a >= 1 - 1e-7)).any():
        raise Difference("probabilities clipped at 1e-7: an impossible class costs infinity here")
    else:
        losses = reference.bce_forward(a, y, reduction="none")
    return _answer(losses / np.asarray(a.shape[1], losses.dtype), shape)


def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    a, y, shape = _arrays(y_true, y_pred, axis)
    y = reference.smooth_labels(y, y.shape[1], float(np.asarray(label_smoothing)))
    if from_logits:
        return _answer(reference.softmax_cross_entropy_forward(a, y, reduction="none"), shape)
    return _answer(reference.cross_entropy_forward(_probabilities(a), y, reduction="none"), shape)


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    a, labels = np.asarray(y_pred), np.asarray(y_true)
    a = np.moveaxis(a, axis, -1)
    if labels.ndim == a.ndim and labels.shape[axis] == 1:
        labels = labels.squeeze(axis)
    rows, flat = a.reshape(-1, a.shape[-1]), labels.reshape(-1).astype(int)
    ignored = -100 if ignore_class is None else ignore_class
    if from_logits:
        losses = reference.cross_entropy_from_labels_forward(rows, flat, ignored, reduction="none")
    else:
        losses = reference.nll_from_labels_forward(np.log(_probabilities(rows)), flat, ignored, reduction="none")
    return _answer(losses, labels.shape)


def categorical_focal_crossentropy(
    y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    a, y, shape = _arrays(y_true, y_pred, axis)
    y = reference.smooth_labels(y, y.shape[1], float(np.asarray(label_smoothing)))
    z = a if from_logits else np.log(_probabilities(a))
    return _answer(reference.focal_forward(z, y, gamma, alpha=alpha, reduction="none"), shape)
