"""Functions and arrays of PyTorch and JAX, taken as NumPy's; nothing is imported that is not there already."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

Backward = Callable[[np.ndarray, np.ndarray], Any]
"""(x, g) → Σ_i g_i ∂f_i/∂x_j"""


def as_array(values: Any) -> Any:
    """A tensor of PyTorch's or an array of JAX's as one of NumPy's; anything else as it is."""
    torch, jax = sys.modules.get("torch"), sys.modules.get("jax")
    if torch is not None and isinstance(values, torch.Tensor):
        return values.detach().cpu().numpy()
    if jax is not None and isinstance(values, jax.Array):
        return np.asarray(values)
    return values


def like(f: Callable, x: Any) -> Callable[[np.ndarray], np.ndarray]:
    """``f`` with arrays in and out, if it takes what ``x`` is: a tensor or a JAX array."""
    torch, jax = sys.modules.get("torch"), sys.modules.get("jax")
    if torch is not None and isinstance(x, torch.Tensor):
        return lambda values: as_array(f(torch.tensor(values)))
    if jax is not None and isinstance(x, jax.Array):
        return lambda values: as_array(_in_double(jax, lambda: f(jax.numpy.asarray(values))))
    return f


def is_class_of_torch(f: Any) -> bool:
    """Whether this is a subclass of ``torch.autograd.Function``."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(f, type) and issubclass(f, torch.autograd.Function)


def is_custom_vjp(f: Any) -> bool:
    """Whether this is a function with ``jax.custom_vjp``."""
    jax = sys.modules.get("jax")
    return jax is not None and isinstance(f, jax.custom_vjp)


def pair_of(f: Any) -> tuple[Callable[[np.ndarray], np.ndarray], Backward]:
    """Forward and backward of such a function, with arrays in and out; TypeError if it is none."""
    if is_class_of_torch(f):
        torch = sys.modules["torch"]

        def torch_backward(x: np.ndarray, g: np.ndarray) -> np.ndarray:
            inputs = torch.tensor(x, requires_grad=True)
            return as_array(torch.autograd.grad(f.apply(inputs), inputs, torch.tensor(g))[0])

        return (lambda x: as_array(f.apply(torch.tensor(x)))), torch_backward
    if is_custom_vjp(f):
        jax = sys.modules["jax"]

        def jax_backward(x: np.ndarray, g: np.ndarray) -> np.ndarray:
            return as_array(_in_double(jax, lambda: jax.vjp(f, jax.numpy.asarray(x))[1](jax.numpy.asarray(g))[0]))

        return like(f, jax.numpy.zeros(1)), jax_backward
    raise TypeError(
        "give the backward function as well; alone it may be a subclass of torch.autograd.Function, "
        "or a function with jax.custom_vjp"
    )


@contextmanager
def double_precision(f: Any = None) -> Iterator[None]:
    """JAX computes in float64 inside, as differences need, if ``f`` is a function of JAX's."""
    if not is_custom_vjp(f):
        yield
        return
    with _double(sys.modules["jax"]):
        yield


def _in_double(jax: Any, compute: Callable[[], Any]) -> Any:
    with _double(jax):
        return compute()


@contextmanager
def _double(jax: Any) -> Iterator[None]:
    if jax.config.jax_enable_x64:
        yield
        return
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", False)
