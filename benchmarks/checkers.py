"""Gradient checkers on right and wrong gradients: how many wrong ones pass, how many right ones do not.

Every checker sees the same forward function, the same inputs and the same gradients, at its default settings. scipy's
returns a number and no verdict: up to 1e-6 is taken as a pass. The gradients of softmax-cross-entropy are ours; those
in `reported` are from issue threads of libraries, where a wrong one counts as refused if it is at each of ten seeds.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from itertools import product
from time import perf_counter

import numpy as np
import reported
from machine import lines

import reference

Gradient = Callable[[np.ndarray, np.ndarray], np.ndarray]
Checker = Callable[[Callable, np.ndarray, Gradient], bool]
"""``checker(f, x, backward)``, with ``backward(x, g)`` the vector-Jacobian product: whether it passes"""

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
                passed = checker(
                    lambda z, y=y: forward(z, y), z, lambda z, g, y=y, gradient=gradient: g * gradient(z, y)
                )
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
                "reported": _reported(checker),
            }
        )
    return {"rows": rows}


def table(measured) -> str:
    head = ["", "wrong ones accepted", "right ones rejected", "time a check", "reported: refused", "accepted"]
    rows = [
        [
            row["checker"],
            f"{sum(row['false_accepts'].values())} of {row['wrong']}",
            f"{sum(row['false_rejects'].values())} of {row['right']}",
            f"{row['seconds_a_check'] * 1e3:.2g} ms",
            f"{row['reported']['refused']} of {row['reported']['wrong']}",
            f"{row['reported']['accepted']} of {row['reported']['right']}",
        ]
        for row in measured["rows"]
    ]
    accepted = [
        f"  {row['checker']} accepts: " + ", ".join(f"{name} ({count})" for name, count in row["false_accepts"].items())
        for row in measured["rows"]
        if row["false_accepts"]
    ]
    unseen = [
        f"  {row['checker']} accepts, of those reported: " + ", ".join(row["reported"]["accepted_wrong"])
        for row in measured["rows"]
        if row["reported"]["accepted_wrong"]
    ]
    return "\n".join([lines(head, rows), *accepted, *unseen])


def _reported(checker: Checker) -> dict[str, object]:
    """The gradients from issue threads: a wrong one is refused, a right one accepted, if it is at every seed."""
    passes = {}
    for kind, cases in (("wrong", reported.WRONG), ("right", reported.RIGHT)):
        for case in cases:
            draws = [case.make(np.random.default_rng(seed)) for seed in reported.SEEDS]
            passes[kind, case.name] = [_quietly(checker, *draw) for draw in draws]
    wrong = {name: found for (kind, name), found in passes.items() if kind == "wrong"}
    right = {name: found for (kind, name), found in passes.items() if kind == "right"}
    return {
        "wrong": len(wrong),
        "refused": sum(not any(found) for found in wrong.values()),
        "accepted_wrong": [name for name, found in wrong.items() if any(found)],
        "right": len(right),
        "accepted": sum(all(found) for found in right.values()),
        "refused_right": [name for name, found in right.items() if not all(found)],
    }


def _quietly(checker: Checker, f: Callable, x: np.ndarray, backward: Gradient) -> bool:
    """Whether the checker passes; one that stops at a nan or a zero does not."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return bool(checker(f, x, backward))
        except (ValueError, ArithmeticError):
            return False


def checkers() -> dict[str, Checker]:
    """Each checker that is installed."""
    found: dict[str, Checker] = {}
    try:
        from missingsum.gradcheck import gradcheck
    except ImportError:
        pass
    else:
        found["ours"] = lambda f, x, backward: gradcheck(f, x, backward).passed
    if find_spec("torch"):
        found["PyTorch"] = lambda f, x, backward: _torch(f, x, backward, fast=False)
        found["PyTorch, fast"] = lambda f, x, backward: _torch(f, x, backward, fast=True)
    if find_spec("jax"):
        found["JAX"] = _jax
    if find_spec("autograd"):
        found["HIPS autograd"] = _autograd
    if find_spec("scipy"):
        found["scipy"] = _scipy
    return found


def _torch(f: Callable, x: np.ndarray, backward: Gradient, fast: bool) -> bool:
    import torch

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.tensor(f(x.detach().numpy()), dtype=torch.float64)

        @staticmethod
        def backward(ctx, g):
            return torch.tensor(np.ascontiguousarray(backward(ctx.saved_tensors[0].detach().numpy(), g.numpy())))

    torch.manual_seed(0)
    return torch.autograd.gradcheck(
        Function.apply, (torch.tensor(x, requires_grad=True),), fast_mode=fast, raise_exception=False
    )


def _jax(f: Callable, x: np.ndarray, backward: Gradient) -> bool:
    import jax
    from jax.test_util import check_vjp

    jax.config.update("jax_enable_x64", True)

    def forward(x):
        return np.asarray(f(np.asarray(x)), dtype=np.float64)

    def with_product(x):
        return forward(x), lambda g: (backward(np.asarray(x), np.asarray(g)),)

    try:
        check_vjp(forward, with_product, (x,))
    except AssertionError:
        return False
    return True


def _autograd(f: Callable, x: np.ndarray, backward: Gradient) -> bool:
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    function = primitive(lambda x: f(x))
    defvjp(function, lambda answer, x: lambda g: backward(x, g))
    try:
        check_grads(function, modes=["rev"], order=1)(x)
    except AssertionError:
        return False
    return True


def _scipy(f: Callable, x: np.ndarray, backward: Gradient) -> bool:
    """It knows functions of one number alone: where f gives more, their sum with random weights."""
    from scipy.optimize import check_grad

    shape = np.shape(f(x))
    g = np.random.default_rng(0).normal(size=shape) if shape else np.ones(())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bool(
            check_grad(
                lambda v: (g * f(v.reshape(x.shape))).sum(),
                lambda v: backward(v.reshape(x.shape), g).ravel(),
                x.ravel(),
            )
            <= 1e-6
        )


def _input(shape: tuple[int, int], scale: float, soft: bool) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and one-hot targets or positive ones of any sum."""
    rng = np.random.default_rng(sum(shape))
    z = rng.normal(size=shape, scale=scale)
    y = rng.random(shape) if soft else np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]
    return z, y
