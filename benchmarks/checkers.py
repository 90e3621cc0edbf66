"""Gradient checkers on right and wrong gradients: how many wrong ones pass, how many right ones do not.

Every checker sees the same forward function, the same inputs and the same gradients, at its default settings. scipy's
returns a number and no verdict: up to 1e-6 is taken as a pass.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product
from time import perf_counter

import numpy as np
from machine import lines

import reference

Gradient = Callable[[np.ndarray, np.ndarray], np.ndarray]
Checker = Callable[[Callable[[np.ndarray], float], np.ndarray, Callable[[np.ndarray], np.ndarray]], bool]

SHAPES = [(4, 3), (16, 10), (64, 20)]
LARGE = (256, 100)
ONE_BY_ONE = {"PyTorch", "scipy"}
"""They move one entry at a time, and are spared the large input."""
SCALES = [1.0, 5.0]
OFF = 1e-4
"""A gradient is wrong if an entry is off by more than this share of the largest; what is off by less is not counted."""


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(z: np.ndarray, y: np.ndarray) -> float:
    """``L = (1/n) Σ_i Σ_k y_ik (lse_i - z_ik)``, as a NumPy user would write it."""
    m = z.max(axis=1, keepdims=True)
    return (y * (m + np.log(np.exp(z - m).sum(axis=1, keepdims=True)) - z)).sum() / len(z)


RIGHT: dict[str, Gradient] = {
    "s Σy - y": lambda z, y: (softmax(z) * y.sum(axis=1, keepdims=True) - y) / len(z),
    "the reference": reference.softmax_cross_entropy_backward,
    "in two steps": lambda z, y: reference.softmax_backward(
        softmax(z), reference.cross_entropy_backward(softmax(z), y)
    ),
    "through the Jacobian": lambda z, y: (
        np.einsum("nij,ni->nj", reference.softmax_jacobian(softmax(z)), -y / softmax(z)) / len(z)
    ),
}

_right = RIGHT["the reference"]
WRONG: dict[str, Gradient] = {
    "zero": lambda z, y: np.zeros_like(z),
    "sign": lambda z, y: -_right(z, y),
    "missing sum": lambda z, y: -y * (1 - softmax(z)) / len(z),
    "missing part only": lambda z, y: softmax(z) * (y.sum(axis=1, keepdims=True) - y) / len(z),
    "missing mean": lambda z, y: len(z) * _right(z, y),
    "averaged twice": lambda z, y: _right(z, y) / len(z),
    "mean over everything": lambda z, y: _right(z, y) / z.shape[1],
    "factor two": lambda z, y: 2 * _right(z, y),
    "targets must sum to one": lambda z, y: (softmax(z) - y) / len(z),
    "extra sigmoid derivative": lambda z, y: _right(z, y) * softmax(z) * (1 - softmax(z)),
    "the softmax alone": lambda z, y: softmax(z) / len(z),
    "wrong axis": lambda z, y: (softmax(z.T).T * y.sum(axis=1, keepdims=True) - y) / len(z),
    "whole matrix": lambda z, y: (
        (softmax(z.reshape(1, -1)).reshape(z.shape) * y.sum(axis=1, keepdims=True) - y) / len(z)
    ),
    "double softmax": lambda z, y: _right(softmax(z), y),
    "last row only": lambda z, y: _right(z, y) * (np.arange(len(z)) == len(z) - 1)[:, None],
    "rows in another order": lambda z, y: _right(z, y)[::-1],
    "one entry zero": lambda z, y: np.where(
        np.arange(z.size).reshape(z.shape) == np.abs(_right(z, y)).argmax(), 0, _right(z, y)
    ),
    "1 % too large": lambda z, y: 1.01 * _right(z, y),
    "0.1 % too large": lambda z, y: 1.001 * _right(z, y),
    "clipped probabilities": lambda z, y: np.where(softmax(z) > 0.01, _right(z, y), 0),
}


def measure(options) -> dict[str, object]:
    rows = []
    inputs = [_input(shape, scale, soft) for shape, scale, soft in product(SHAPES, SCALES, (False, True))]
    inputs.append(_input(LARGE, 1.0, False))
    for name, checker in checkers().items():
        np.random.seed(0)  # some checkers draw from NumPy's global generator
        accepted, rejected, wrong, right = {}, {}, 0, 0
        start = perf_counter()
        for z, y in inputs:
            if name in ONE_BY_ONE and z.shape == LARGE:
                continue
            truth = _right(z, y)
            for label, gradient in (RIGHT | WRONG).items():
                off = np.abs(gradient(z, y) - truth).max() > OFF * np.abs(truth).max()
                if label in WRONG and not off:
                    continue
                passed = checker(lambda z, y=y: forward(z, y), z, lambda z, y=y, gradient=gradient: gradient(z, y))
                if label in WRONG:
                    wrong += 1
                    if passed:
                        accepted[label] = accepted.get(label, 0) + 1
                else:
                    right += 1
                    if not passed:
                        rejected[label] = rejected.get(label, 0) + 1
        rows.append(
            {
                "checker": name,
                "wrong": wrong,
                "right": right,
                "false_accepts": accepted,
                "false_rejects": rejected,
                "seconds_a_check": (perf_counter() - start) / (wrong + right),
            }
        )
    return {"rows": rows}


def table(measured) -> str:
    head = ["", "wrong ones accepted", "right ones rejected", "time a check"]
    rows = [
        [
            row["checker"],
            f"{sum(row['false_accepts'].values())} of {row['wrong']}",
            f"{sum(row['false_rejects'].values())} of {row['right']}",
            f"{row['seconds_a_check'] * 1e3:.2g} ms",
        ]
        for row in measured["rows"]
    ]
    accepted = [
        f"  {row['checker']} accepts: " + ", ".join(f"{name} ({count})" for name, count in row["false_accepts"].items())
        for row in measured["rows"]
        if row["false_accepts"]
    ]
    return "\n".join([lines(head, rows), *accepted])


def checkers() -> dict[str, Checker]:
    """Each checker that is installed, as ``checker(f, z, gradient) -> accepted``."""
    found: dict[str, Checker] = {}
    try:
        from missingsum.gradcheck import gradcheck
    except ImportError:
        pass
    else:
        found["ours"] = lambda f, z, gradient: bool(gradcheck(f, z, gradient(z)))
    if find_spec("torch"):
        found["PyTorch"] = lambda f, z, gradient: _torch(f, z, gradient, fast=False)
        found["PyTorch, fast"] = lambda f, z, gradient: _torch(f, z, gradient, fast=True)
    if find_spec("jax"):
        found["JAX"] = _jax
    if find_spec("autograd"):
        found["HIPS autograd"] = _autograd
    if find_spec("scipy"):
        found["scipy"] = _scipy
    return found


def _torch(f, z, gradient, fast: bool) -> bool:
    import torch

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx, logits):
            ctx.save_for_backward(logits)
            return torch.tensor(f(logits.detach().numpy()), dtype=torch.float64)

        @staticmethod
        def backward(ctx, upstream):
            return upstream * torch.tensor(np.ascontiguousarray(gradient(ctx.saved_tensors[0].detach().numpy())))

    torch.manual_seed(0)
    return torch.autograd.gradcheck(
        Loss.apply, (torch.tensor(z, requires_grad=True),), fast_mode=fast, raise_exception=False
    )


def _jax(f, z, gradient) -> bool:
    import jax
    from jax.test_util import check_vjp

    jax.config.update("jax_enable_x64", True)

    def with_product(z):
        return np.float64(f(np.asarray(z))), lambda upstream: (np.asarray(upstream) * gradient(np.asarray(z)),)

    try:
        check_vjp(lambda z: np.float64(f(np.asarray(z))), with_product, (z,))
    except AssertionError:
        return False
    return True


def _autograd(f, z, gradient) -> bool:
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    loss = primitive(lambda z: f(z))
    defvjp(loss, lambda answer, z: lambda upstream: upstream * gradient(z))
    try:
        check_grads(loss, modes=["rev"], order=1)(z)
    except AssertionError:
        return False
    return True


def _scipy(f, z, gradient) -> bool:
    from scipy.optimize import check_grad

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(
            check_grad(lambda v: f(v.reshape(z.shape)), lambda v: gradient(v.reshape(z.shape)).ravel(), z.ravel())
            <= 1e-6
        )


def _input(shape: tuple[int, int], scale: float, soft: bool) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and one-hot targets or positive ones of any sum."""
    rng = np.random.default_rng(sum(shape))
    z = rng.normal(size=shape, scale=scale)
    y = rng.random(shape) if soft else np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
    return z, y
