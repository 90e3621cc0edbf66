"""optax: cross-entropies, divergence, squared errors and label smoothing, called back from JAX, with gradients."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import reference
from suites.outcome import Difference

NAME = "optax"
TESTS = (
    "SoftmaxCrossEntropyTest",
    "SoftmaxCrossEntropyWithIntegerLabelsTest",
    "SigmoidCrossEntropyTest",
    "KLDivergence",
    "SmoothLabelsTest",
    "SquaredErrorTest",
    "L2LossTest",
)


def version() -> str:
    import optax

    return optax.__version__


def files() -> list[str]:
    import optax.losses

    here = Path(optax.losses.__file__).parent
    return [str(here / f"_{name}_test.py") for name in ("classification", "smoothing", "regression")]


def concerns(test: str) -> bool:
    return test.startswith(TESTS)


def install() -> None:
    from optax.losses import _classification, _regression, _smoothing

    _classification.softmax_cross_entropy = softmax_cross_entropy
    _classification.softmax_cross_entropy_with_integer_labels = softmax_cross_entropy_with_integer_labels
    _classification.sigmoid_binary_cross_entropy = sigmoid_binary_cross_entropy
    _classification.kl_divergence = kl_divergence
    _classification.kl_divergence_with_log_targets = kl_divergence_with_log_targets
    _smoothing.smooth_labels = smooth_labels
    _regression.squared_error = squared_error
    _regression.l2_loss = l2_loss


def _called_back(forward, backwards):
    """A function of JAX arrays, computed by NumPy; ``backwards`` give the gradient of each argument, or None."""
    import jax
    import jax.numpy as jnp

    def host(function, like, *arrays):
        shape = jax.ShapeDtypeStruct(like.shape, like.dtype)
        return jax.pure_callback(lambda *a: np.asarray(function(*map(np.asarray, a)), like.dtype), shape, *arrays)

    @jax.custom_jvp
    def function(*arrays):
        like = jax.ShapeDtypeStruct(forward.shape(*arrays), jnp.result_type(arrays[0], jnp.float32))
        return host(forward, like, *arrays)

    @function.defjvp
    def change(arrays, changes):
        value = function(*arrays)
        total = jnp.zeros_like(value)
        for array, given, backward in zip(arrays, changes, backwards, strict=True):
            if backward is not None:
                gradient = host(backward, jax.ShapeDtypeStruct(array.shape, array.dtype), *arrays)
                terms = gradient * given
                total += terms.sum(axis=-1) if terms.ndim > value.ndim else terms
        return value, total

    return function


def _by_row(function):
    """Of (n, c) arrays, each row's number."""
    function.shape = lambda *arrays: arrays[0].shape[:1]
    return function


def _by_entry(function):
    function.shape = lambda *arrays: arrays[0].shape
    return function


def _on_rows(function, axis, where, *arrays):
    import jax.numpy as jnp

    if where is not None:
        raise Difference("a mask inside a loss: left out, -inf or masked_softmax does it")
    if not isinstance(axis, int):
        raise Difference("several axes of classes at once: left out, reshape first")
    moved = [jnp.moveaxis(jnp.asarray(a), axis, -1) for a in arrays]
    if moved[0].shape[-1] == 0:
        raise Difference("no classes, or none at all: refused")
    shape = jnp.broadcast_shapes(*(a.shape for a in moved))
    moved = [jnp.broadcast_to(a, shape) for a in moved]
    return function(*(a.reshape(-1, shape[-1]) for a in moved)).reshape(shape[:-1])


def softmax_cross_entropy(logits, labels, axis=-1, where=None):
    function = _called_back(
        _by_row(lambda z, y: reference.softmax_cross_entropy_forward(z, y, reduction="none")),
        (
            lambda z, y: reference.softmax_cross_entropy_backward(z, y, reduction="none"),
            lambda z, y: reference.softmax_cross_entropy_targets_backward(z, y, reduction="none"),
        ),
    )
    return _on_rows(function, axis, where, logits, labels)


def softmax_cross_entropy_with_integer_labels(logits, labels, axis=-1, where=None):
    import jax.numpy as jnp

    if where is not None:
        raise Difference("a mask inside a loss: left out, -inf or masked_softmax does it")
    if not isinstance(axis, int):
        raise Difference("several axes of classes at once: left out, reshape first")
    z, labels = jnp.moveaxis(jnp.asarray(logits), axis, -1), jnp.asarray(labels)
    function = _called_back(
        _by_row(lambda z, t: reference.cross_entropy_from_labels_forward(z, t, reduction="none")),
        (lambda z, t: reference.cross_entropy_from_labels_backward(z, t, reduction="none"), None),
    )
    return function(z.reshape(-1, z.shape[-1]), labels.reshape(-1)).reshape(labels.shape)


def _on_entries(forward, backwards, *arrays):
    import jax.numpy as jnp

    shape = jnp.broadcast_shapes(*(jnp.shape(a) for a in arrays))
    flat = [jnp.broadcast_to(jnp.asarray(a, jnp.result_type(a, jnp.float32)), shape).reshape(-1) for a in arrays]
    return _called_back(_by_entry(forward), backwards)(*flat).reshape(shape)


def sigmoid_binary_cross_entropy(logits, labels):
    return _on_entries(
        lambda z, y: reference.bce_with_logits_forward(z, y, reduction="none"),
        (
            lambda z, y: reference.bce_with_logits_backward(z, y, reduction="none"),
            lambda z, y: reference.bce_with_logits_targets_backward(z, y, reduction="none"),
        ),
        logits,
        labels,
    )


def kl_divergence(log_predictions, targets, axis=-1, where=None):
    function = _called_back(
        _by_row(lambda p, y: reference.kl_divergence_forward(p, y, reduction="none")),
        (
            lambda p, y: reference.kl_divergence_backward(p, y, reduction="none"),
            lambda p, y: reference.kl_divergence_targets_backward(p, y, reduction="none"),
        ),
    )
    return _on_rows(function, axis, where, log_predictions, targets)


def kl_divergence_with_log_targets(log_predictions, log_targets, axis=-1, where=None):
    function = _called_back(
        _by_row(lambda p, y: reference.kl_divergence_forward(p, y, log_targets=True, reduction="none")),
        (lambda p, y: reference.kl_divergence_backward(p, y, log_targets=True, reduction="none"), None),
    )
    return _on_rows(function, axis, where, log_predictions, log_targets)


def smooth_labels(labels, alpha):
    import jax
    import jax.numpy as jnp

    def smooth(y, alpha):
        return reference.smooth_labels(y.reshape(-1, y.shape[-1]), y.shape[-1], float(alpha)).reshape(y.shape)

    y = jnp.asarray(labels)
    shape = jax.ShapeDtypeStruct(y.shape, y.dtype)
    return jax.pure_callback(lambda y, alpha: smooth(np.asarray(y), alpha).astype(y.dtype), shape, y, alpha)


def squared_error(predictions, targets=None):
    return 2 * l2_loss(predictions, targets)


def l2_loss(predictions, targets=None):
    import jax.numpy as jnp

    targets = jnp.zeros_like(predictions) if targets is None else targets
    if jnp.shape(predictions) != jnp.shape(targets):
        raise ValueError("the shapes differ")
    return _on_entries(
        lambda a, y: reference.mse_forward(a[:, None], y[:, None], reduction="none"),
        (
            lambda a, y: reference.mse_backward(a[:, None], y[:, None], reduction="none")[:, 0],
            lambda a, y: reference.mse_targets_backward(a[:, None], y[:, None], reduction="none")[:, 0],
        ),
        predictions,
        targets,
    )
