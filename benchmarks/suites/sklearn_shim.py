"""scikit-learn: half squared error, half binomial and half multinomial loss, value and gradient, and its softmax."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import reference

NAME = "scikit-learn"
LOSSES = ("HalfSquaredError", "HalfBinomialLoss", "HalfMultinomialLoss", "binomial", "multinomial", "test_softmax")


def version() -> str:
    import sklearn

    return sklearn.__version__


def files() -> list[str]:
    import sklearn

    here = Path(sklearn.__file__).parent
    return [str(here / "_loss/tests/test_loss.py"), str(here / "utils/tests/test_extmath.py")]


def concerns(test: str) -> bool:
    named = any(name in test for name in LOSSES) and "ArrayAPI" not in test and "array_api" not in test
    return named and "extmath" not in test and "stable_cumsum" not in test


def install() -> None:
    import sklearn.utils.extmath
    from sklearn._loss import loss

    def softmax(X, copy=True):
        s = reference.softmax_forward(np.asarray(X))
        if not copy:
            X[...] = s
        return s if copy else X

    sklearn.utils.extmath.softmax = softmax
    for name, pair in PAIRS.items():
        _put(getattr(loss, name), *pair)


def _squared_error(y, z):
    return reference.mse_forward(z[:, None], y[:, None], reduction="none")


def _squared_error_gradient(y, z):
    return reference.mse_backward(z[:, None], y[:, None], reduction="none")[:, 0]


def _binomial(y, z):
    return reference.bce_with_logits_forward(z, y, reduction="none")


def _binomial_gradient(y, z):
    return reference.bce_with_logits_backward(z, y, reduction="none")


def _multinomial(y, z):
    return reference.cross_entropy_from_labels_forward(z, y.astype(int), reduction="none")


def _multinomial_gradient(y, z):
    return reference.cross_entropy_from_labels_backward(z, y.astype(int), reduction="none")


PAIRS = {
    "HalfSquaredError": (_squared_error, _squared_error_gradient),
    "HalfBinomialLoss": (_binomial, _binomial_gradient),
    "HalfMultinomialLoss": (_multinomial, _multinomial_gradient),
}


def _put(kind: type, value, slope) -> None:
    """Let the class compute value and gradient with the reference; its own code gives the second derivatives."""

    def weighted(array, sample_weight):
        if sample_weight is None:
            return array
        weights = np.asarray(sample_weight)
        return array * (weights if array.ndim == 1 else weights[:, None])

    def prepared(raw_prediction):
        z = np.asarray(raw_prediction)
        return z[:, 0] if z.ndim == 2 and z.shape[1] == 1 else z

    def into(out, array, like):
        if out is None:
            return np.array(array, dtype=like.dtype)
        out[...] = array.reshape(out.shape)
        return out

    def loss(self, y_true, raw_prediction, sample_weight=None, loss_out=None, n_threads=1):
        z = prepared(raw_prediction)
        return into(loss_out, weighted(value(np.asarray(y_true), z), sample_weight), z)

    def gradient(self, y_true, raw_prediction, sample_weight=None, gradient_out=None, n_threads=1):
        z = prepared(raw_prediction)
        return into(gradient_out, weighted(slope(np.asarray(y_true), z), sample_weight), z)

    def loss_gradient(self, y_true, raw_prediction, sample_weight=None, loss_out=None, gradient_out=None, n_threads=1):
        return (
            loss(self, y_true, raw_prediction, sample_weight, loss_out),
            gradient(self, y_true, raw_prediction, sample_weight, gradient_out),
        )

    kind.loss, kind.gradient, kind.loss_gradient = loss, gradient, loss_gradient
