"""Gradients from issue threads of libraries: what was wrong, and what was right, doubted there or the repair.

Each is found in the thread that its source names and written down again, in NumPy and in our own words. A case makes,
from a random generator, a function f of one array, a place x to look, and ``backward(x, g)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Backward = Callable[[np.ndarray, np.ndarray], np.ndarray]
SEEDS = range(10)


class Case(NamedTuple):
    """One gradient, ``make(rng) -> f, x, backward``."""

    name: str
    source: str
    make: Callable[[np.random.Generator], tuple[Callable[[np.ndarray], np.ndarray], np.ndarray, Backward]]


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(z):
    x = z - z.max(axis=1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def normal(rng, shape=(4, 5)):
    return rng.normal(size=shape)


def of(f, backward, x=normal):
    """The case of a function without parameters."""
    return lambda rng: (f, x(rng), backward)


def total(v):
    return v.sum(axis=1, keepdims=True)


# --- softmax and losses -----------------------------------------------------------------------------------------------


def cross_entropy(loss_and_backward, soft=True):
    """The case of a mean loss of softmax(z), targets of any sum or one-hot; ``loss_and_backward(y)`` gives the pair."""

    def make(rng):
        z = normal(rng)
        y = rng.uniform(0.1, 1, size=z.shape) if soft else np.eye(5)[rng.integers(5, size=4)]
        return *loss_and_backward(y), z

    return lambda rng: (lambda f, backward, z: (f, z, backward))(*make(rng))


def mean_loss(y):
    return lambda z: -(y * log_softmax(z)).sum() / len(z)


def smoothed(eps, wrong):
    def pair(y):
        right = (1 - eps) * y + eps / y.shape[1]
        return mean_loss(right), lambda z, g: g * (softmax(z) * total(wrong(y, eps)) - wrong(y, eps)) / len(z)

    return cross_entropy(pair, soft=False)


def focal(off_target):
    """Focal loss, γ = 2, of softmax; the right derivative at the target, ``off_target(s_t, s)`` elsewhere."""

    def pair(y):
        def s_t(z):
            return total(softmax(z) * y)

        def backward(z, g):
            t, s = s_t(z), softmax(z)
            at_target = -((1 - t) ** 2) * (1 - t - 2 * t * np.log(t))
            return g * np.where(y == 1, at_target, off_target(t, s)) / len(z)

        return lambda z: -((1 - s_t(z)) ** 2 * np.log(s_t(z))).sum() / len(z), backward

    return cross_entropy(pair, soft=False)


def bce(backward, z=lambda rng: 2 * rng.normal(size=(4, 5)), y=lambda rng: rng.integers(2, size=(4, 5)) * 1.0, p=1.0):
    """Binary cross-entropy of logits, entry by entry, with the weight p of positive targets."""

    def make(rng):
        logits, targets = z(rng), y(rng)

        def f(z):
            softplus = np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z)))
            return (1 - targets) * (softplus + z) + p * targets * softplus

        return f, logits, lambda z, g: g * backward(z, targets)

    return make


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sure(rng):
    return rng.uniform(36, 40, size=(4, 5))


def ones(rng):
    return np.ones((4, 5))


def clipped_bce(z, y):
    a = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
    return np.where((sigmoid(z) == a), a - y, 0)


def categorical_kl(sign):
    """KL of softmax(z) to equal probabilities, each row."""

    def f(z):
        s = softmax(z)
        return (s * np.log(s * z.shape[1])).sum(axis=1)

    def backward(z, g):
        s = softmax(z)
        ratio = np.log(s * z.shape[1])
        return sign * g[:, None] * s * (ratio - total(s * ratio))

    return of(f, backward)


def masked_logsumexp(unmasked):
    """logsumexp over the entries that a mask leaves; ``unmasked`` is the gradient given to the others."""

    def make(rng):
        z, keep = normal(rng), np.tile(np.arange(5) < 3, (4, 1))

        def backward(z, g):
            e = np.where(keep, np.exp(z), 0)
            return np.where(keep, g[:, None] * e / total(e), unmasked)

        return lambda z: np.log(np.where(keep, np.exp(z), 0).sum(axis=1)), z, backward

    return make


# --- other layers -----------------------------------------------------------------------------------------------------


def with_zeros(rng):
    x = rng.uniform(0.5, 2, size=(4, 5))
    x[np.arange(4), rng.integers(5, size=4)] = 0
    return x


def cumprod_by_division(fill):
    def backward(x, g):
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = np.cumsum((g * np.cumprod(x, axis=1))[:, ::-1], axis=1)[:, ::-1] / x
        return np.where(x == 0, fill, quotient)

    return backward


def cumprod_backward(x, g):
    left = np.cumprod(np.column_stack([np.ones(len(x)), x[:, :-1]]), axis=1)
    tail = g.copy()
    for i in range(x.shape[1] - 2, -1, -1):
        tail[:, i] += x[:, i + 1] * tail[:, i + 1]
    return left * tail


def prod_by_division(x, g):
    with np.errstate(divide="ignore", invalid="ignore"):
        return g[:, None] * x.prod(axis=1, keepdims=True) / x


def prod_of_others(x, g):
    others = [np.delete(x, j, axis=1).prod(axis=1) for j in range(x.shape[1])]
    return g[:, None] * np.stack(others, axis=1)


def near_ties(rng):
    x = normal(rng)
    x[:, 1] = x.max(axis=1) + 0.5
    x[:, 3] = x[:, 1] - 0.003
    return x


def tied(rng):
    return np.repeat(normal(rng, (4, 1)), 5, axis=1)


def maximum_backward(near):
    return lambda x, g: g[:, None] * (np.abs(x - x.max(axis=1, keepdims=True)) <= near)


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def huber(x):
    return np.where(np.abs(x) <= 1, x**2 / 2, np.abs(x) - 0.5)


def wide(rng):
    return 2 * normal(rng)


def normalised(axis, kind):
    """Layer norm (axis 1) or batch norm (axis 0): ``kind`` chooses the terms of its gradient."""

    def f(x):
        centred = x - x.mean(axis=axis, keepdims=True)
        return centred / np.sqrt((centred**2).mean(axis=axis, keepdims=True) + 1e-5)

    def backward(x, g):
        centred = x - x.mean(axis=axis, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=axis, keepdims=True) + 1e-5)
        over = None if kind == "all rows at once" else axis
        mean = g.mean(axis=over, keepdims=True)
        aligned = (g * centred / spread).mean(axis=over, keepdims=True)
        if kind == "no mean term":
            mean = 0
        return (g - mean - centred / spread * aligned) / spread

    return of(f, backward)


def rms_norm(kind):
    def make(rng):
        x, w = normal(rng), rng.uniform(0.5, 2, size=5)

        def backward(x, g):
            r = 1 / np.sqrt((x**2).mean(axis=1, keepdims=True))
            weighted = g if kind == "weight forgotten" else g * w
            path = r**3 * x * (weighted * x).mean(axis=1, keepdims=True)
            if kind == "weight twice":
                path = path * w
            return weighted * r - (0 if kind == "rms held constant" else path)

        return lambda x: w * x / np.sqrt((x**2).mean(axis=1, keepdims=True)), x, backward

    return make


WRONG = [
    Case("softmax passes g on", "pjreddie/darknet#96", of(softmax, lambda z, g: g.copy())),
    Case("softmax without the sum", "HomericIntelligence/Odyssey#2134", of(softmax, lambda z, g: softmax(z) * g)),
    Case(
        "softmax, off by a factor of two",
        "markroxor/fromscratchtoml#65",
        of(softmax, lambda z, g: 2 * softmax(z) * (g - total(softmax(z) * g))),
    ),
    Case(
        "softmax, one multiplication too many",
        "pocketpy/cTensor#31",
        of(softmax, lambda z, g: g * softmax(z) * (g - total(softmax(z) * g))),
    ),
    Case(
        "a decided softmax",
        "tensorflow/tensorflow#126633",
        of(
            softmax,
            lambda z, g: softmax(z) * (g - total(softmax(z) * g)),
            lambda rng: np.column_stack([rng.uniform(37, 40, size=4), np.zeros(4)]),
        ),
    ),
    Case("log-softmax adds g", "mlpack/mlpack#2360", of(log_softmax, lambda z, g: g + softmax(z))),
    Case(
        "targets must sum to one",
        "kvark/meganeura#102",
        cross_entropy(lambda y: (mean_loss(y), lambda z, g: g * (softmax(z) - y) / len(z))),
    ),
    Case("smoothing adds 1/c", "TimDettmers/ConvE#55", smoothed(0.1, lambda y, e: (1 - e) * y + 1 / 5)),
    Case("smoothing over c - 1", "fastai/fastai#1814", smoothed(0.1, lambda y, e: (1 - e * 5 / 4) * y + e / 4)),
    Case(
        "smoothing keeps 1 - ε/c",
        "ildoonet/pytorch-randaugment#30",
        smoothed(0.1, lambda y, e: (1 - e / 5) * y + e / 5),
    ),
    Case(
        "focal loss, the other classes",
        "unsky/focal-loss#1",
        focal(lambda t, s: s * (1 - t) ** 2 * (1 - 2 * np.log(t))),
    ),
    Case(
        "binary loss, logit 0",
        "pytorch/pytorch#2298",
        bce(lambda z, y: np.where(z == 0, 0 - y, sigmoid(z) - y), z=lambda rng: np.rint(rng.normal(size=(4, 5)))),
    ),
    Case("binary loss, a sure logit", "pytorch/pytorch#195677", bce(lambda z, y: sigmoid(z) - y, sure, ones)),
    Case(
        "binary loss of clipped probabilities",
        "keras-team/keras#9664",
        bce(clipped_bce, lambda rng: -sure(rng) / 2, ones),
    ),
    Case(
        "weight of positives on the whole term",
        "PaddlePaddle/Paddle#54869",
        bce(lambda z, y: (1 + 2 * y) * (sigmoid(z) - y), y=lambda rng: rng.uniform(size=(4, 5)), p=3.0),
    ),
    Case("categorical KL with the sign reversed", "Kaixhin/Autoencoders#9", categorical_kl(-1)),
    Case("masked logsumexp", "jax-ml/jax#23842", masked_logsumexp(np.nan)),
    Case(
        "cumprod with zeros, 0/0 taken for 0",
        "tensorflow/tensorflow#119430",
        of(lambda x: np.cumprod(x, axis=1), cumprod_by_division(0.0), with_zeros),
    ),
    Case(
        "cumprod with zeros, 0/0 left",
        "tensorflow/tensorflow#3862",
        of(lambda x: np.cumprod(x, axis=1), cumprod_by_division(np.nan), with_zeros),
    ),
    Case("prod with a zero", "tinygrad/tinygrad#17404", of(lambda x: x.prod(axis=1), prod_by_division, with_zeros)),
    Case(
        "max passes g to near ties",
        "mni-ml/framework#22",
        of(lambda x: x.max(axis=1), maximum_backward(1e-2), near_ties),
    ),
    Case("max passes g to every tie", "apache/mxnet#18563", of(lambda x: x.max(axis=1), maximum_backward(0), tied)),
    Case("ELU from its input", "mlpack/mlpack#1540", of(elu, lambda x, g: g * np.where(x > 0, 1, x + 1))),
    Case("Huber ignores g", "chainer/chainer#1175", of(huber, lambda x, g: np.clip(x, -1, 1), wide)),
    Case("layer norm, sums over all rows", "flagos-ai/FlagGems#59", normalised(1, "all rows at once")),
    Case("batch norm without a term", "mlpack/mlpack#2474", normalised(0, "no mean term")),
    Case("RMS norm, weight twice", "NVIDIA/Megatron-LM#6859", rms_norm("weight twice")),
    Case("RMS norm, the rms held constant", "ooples/AiDotNet#695", rms_norm("rms held constant")),
    Case("RMS norm, weight forgotten", "karpathy/llm.c#763", rms_norm("weight forgotten")),
]

RIGHT = [
    Case("softmax", "pocketpy/cTensor#31", of(softmax, lambda z, g: softmax(z) * (g - total(softmax(z) * g)))),
    Case("log-softmax", "mlpack/mlpack#2360", of(log_softmax, lambda z, g: g - softmax(z) * total(g))),
    Case(
        "targets of any sum",
        "kvark/meganeura#102",
        cross_entropy(lambda y: (mean_loss(y), lambda z, g: g * (softmax(z) * total(y) - y) / len(z))),
    ),
    Case(
        "focal loss",
        "unsky/focal-loss#1",
        focal(lambda t, s: s * (1 - t) * (1 - t - 2 * t * np.log(t))),
    ),
    Case("binary loss, a sure logit", "pytorch/pytorch#195677", bce(lambda z, y: -sigmoid(-z), sure, ones)),
    Case("categorical KL", "Kaixhin/Autoencoders#9", categorical_kl(1)),
    Case("masked logsumexp", "jax-ml/jax#23842", masked_logsumexp(0.0)),
    Case(
        "cumprod with zeros", "tracel-ai/burn#5141", of(lambda x: np.cumprod(x, axis=1), cumprod_backward, with_zeros)
    ),
    Case("prod with a zero", "tinygrad/tinygrad#17404", of(lambda x: x.prod(axis=1), prod_of_others, with_zeros)),
    Case("ELU from its output", "hughperkins/DeepCL#46", of(elu, lambda x, g: g * np.where(x > 0, 1, elu(x) + 1))),
    Case("Huber", "chainer/chainer#1178", of(huber, lambda x, g: g * np.clip(x, -1, 1), wide)),
    Case("batch norm in three terms", "BVLC/caffe#3878", normalised(0, "")),
    Case("RMS norm", "NVIDIA/Megatron-LM#6859", rms_norm("")),
    Case(
        "a squared norm at 0",
        "HIPS/autograd#586",
        of(lambda x: (x**2).sum(axis=1), lambda x, g: 2 * x * g[:, None], lambda rng: np.zeros((4, 5))),
    ),
]
