"""Loss and gradient of softmax-cross-entropy with integer labels, mean over rows, as each library would have it.

``peers(z, labels)`` gives, for each library that is installed, a function without arguments that computes both:
(L, dL/dz).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

import reference

Peer = Callable[[], tuple[object, object]]


def peers(z: np.ndarray, labels: np.ndarray) -> dict[str, Peer]:
    out = np.empty_like(z)
    found = {
        "ours, fast": lambda: reference.cross_entropy_from_labels(z, labels, out=out),
        "ours, fast, new array": lambda: reference.cross_entropy_from_labels(z, labels),
        "ours, clear": lambda: (
            reference.cross_entropy_from_labels_forward(z, labels),
            reference.cross_entropy_from_labels_backward(z, labels),
        ),
        "textbook NumPy": lambda: _textbook(z, labels),
    }
    for name, module, make in (
        ("PyTorch", "torch", _torch),
        ("JAX, compiled", "jax", _jax),
        ("optax, compiled", "optax", _optax),
        ("scipy", "scipy", _scipy),
        ("scikit-learn", "sklearn", _sklearn),
    ):
        if find_spec(module):
            found[name] = make(z, labels)
    return found


def products(z: np.ndarray, g: np.ndarray) -> dict[str, Callable[[], object]]:
    """Softmax's vector-Jacobian product at z with the upstream gradient g, as each library would have it."""
    found: dict[str, Callable[[], object]] = {
        "ours": lambda: reference.softmax_backward(reference.softmax_forward(z), g),
        "textbook NumPy": lambda: _textbook_product(z, g),
    }
    if find_spec("torch"):
        found["PyTorch"] = lambda: _torch_product(z, g)
    if find_spec("jax"):
        found["JAX"] = lambda: _jax_product(z, g)
    return found


def _textbook_product(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    return s * (g - (s * g).sum(axis=1, keepdims=True))


def _torch_product(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    import torch

    logits = torch.tensor(z, requires_grad=True)
    torch.softmax(logits, dim=1).backward(torch.tensor(g))
    return logits.grad.numpy()


def _jax_product(z: np.ndarray, g: np.ndarray) -> np.ndarray:
    import jax

    jax.config.update("jax_enable_x64", True)
    return np.asarray(jax.vjp(jax.nn.softmax, jax.numpy.asarray(z))[1](jax.numpy.asarray(g))[0])


def _textbook(z: np.ndarray, labels: np.ndarray) -> tuple[np.floating, np.ndarray]:
    n, c = z.shape
    y = np.eye(c, dtype=z.dtype)[labels]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    s = e / e.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(y * np.log(s)).sum() / n, (s - y) / n


def _torch(z: np.ndarray, labels: np.ndarray) -> Peer:
    import torch

    torch.set_num_threads(1)
    logits, targets = torch.tensor(z, requires_grad=True), torch.tensor(labels)

    def run():
        logits.grad = None
        loss = torch.nn.functional.cross_entropy(logits, targets)
        loss.backward()
        return loss.detach().numpy(), logits.grad.numpy()

    return run


def _jax(z: np.ndarray, labels: np.ndarray) -> Peer:
    """The loss as one writes it with JAX alone: log-softmax, and the label's entry of it."""
    import jax

    def mean_loss(logits, targets):
        return -jax.numpy.take_along_axis(jax.nn.log_softmax(logits), targets[:, None], axis=1).mean()

    return _compiled(mean_loss, z, labels)


def _optax(z: np.ndarray, labels: np.ndarray) -> Peer:
    """The loss of JAX's library of losses: log-sum-exp less the label's logit, so that no log-softmax is stored."""
    import optax

    def mean_loss(logits, targets):
        return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()

    return _compiled(mean_loss, z, labels)


def _compiled(mean_loss: Callable, z: np.ndarray, labels: np.ndarray) -> Peer:
    import jax

    jax.config.update("jax_enable_x64", True)
    logits, targets = jax.numpy.asarray(z), jax.numpy.asarray(labels)
    loss_and_gradient = jax.jit(jax.value_and_grad(mean_loss))
    return lambda: jax.block_until_ready(loss_and_gradient(logits, targets))


def _scipy(z: np.ndarray, labels: np.ndarray) -> Peer:
    from scipy.special import log_softmax

    row = np.arange(len(z))

    def run():
        log_s = log_softmax(z, axis=1)
        loss = -log_s[row, labels].mean()
        gradient = np.exp(log_s, out=log_s)
        gradient[row, labels] -= 1
        gradient /= len(z)
        return loss, gradient

    return run


def _sklearn(z: np.ndarray, labels: np.ndarray) -> Peer:
    from sklearn._loss import HalfMultinomialLoss

    loss, targets, n = HalfMultinomialLoss(n_classes=z.shape[1]), labels.astype(z.dtype), len(z)

    def run():
        losses, gradient = loss.loss_gradient(targets, z)
        gradient /= n
        return losses.mean(), gradient

    return run
