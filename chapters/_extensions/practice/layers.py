"""The chain rule, layers, gradient checks, and what a pass over the numbers costs."""

from __future__ import annotations

import numpy as np

from missingsum.questions import ps5, ps6
from practice.task import (
    added,
    at,
    factor,
    halves,
    jacobian_at,
    measured_gradient,
    numbers,
    products,
    shares,
    shown,
    slipped,
)


@numbers("one-path", "one-path", decimals=2)
def one_path(rng):
    w, b, z, y = (int(k) for k in rng.choice([-3, -2, -1, 1, 2, 3, 4], 4, replace=False))
    a = w * z + b
    right = measured_gradient(lambda z: ((w * z + b - y) ** 2 / 2).item(), np.array([[float(z)]]))[0, 0]
    return (
        f"*a* = {shown(w)} *z* + {factor(b)} and *L* = ½ (*a* − {factor(y)})². What is d*L*/d*z* at *z* = {shown(z)}?",
        right,
        [
            (a - y, "This is d*L*/d*a*. The way from *z* to *a* has a slope as well: multiply by it."),
            (w, "This is d*a*/d*z*. Multiply by d*L*/d*a*."),
            ((a - y) + w, "Along one path slopes are multiplied, not added."),
            (w * (z - y), "The outer derivative is taken at *a*, not at *z*."),
        ],
        f"(a − y) · {factor(w)}, with a = {shown(a)}.",
    )


@numbers("two-paths", "two-paths", decimals=2)
def two_paths(rng):
    p, q, u, v = (int(k) for k in rng.choice([-4, -3, -2, 2, 3, 4, 5], 4, replace=False))
    right = measured_gradient(lambda z: (p * u * z + q * v * z).item(), np.array([[1.0]]))[0, 0]
    return (
        f"*z* moves *a* with slope {shown(u)} and *b* with slope {shown(v)}; the loss has slope {shown(p)} along "
        "*a* and "
        f"{shown(q)} along *b*. What is d*L*/d*z*?",
        right,
        [
            (p * u, "This is the path through *a* alone. There is a second one, and paths are added."),
            (q * v, "This is the path through *b* alone. There is a second one, and paths are added."),
            (p * u * q * v, "Slopes along one path are multiplied; those of different paths are added."),
            ((p + q) * (u + v), "Multiply along each path first, then add the two."),
        ],
        f"{products(np.array([p, q]), np.array([u, v]))}.",
    )


@numbers("used-twice", "one-number-used-twice", decimals=2)
def used_twice(rng):
    x, w = (int(k) for k in rng.choice([-4, -3, -2, 2, 3, 4, 5], 2, replace=False))
    right = measured_gradient(lambda x: (w * x**2 + x).item(), np.array([[float(x)]]))[0, 0]
    return (
        f"*L* = *x* · (*w* *x*) + *x*, where *w* = {shown(w)}. What is d*L*/d*x* at *x* = {shown(x)}?",
        right,
        [
            (w * x + 1, "*x* stands twice in the first term, and each place adds its part: 2 *w* *x*."),
            (2 * w * x, "The last term adds 1."),
            (w + 1, "The derivative of *w* *x*² still has an *x*."),
            (2 * x + 1, "The factor *w* stays."),
        ],
        f"2 w x + 1 = 2 · {factor(w)} · {factor(x)} + 1.",
    )


@numbers("how-many-terms", "two-sums", decimals=0)
def how_many_terms(rng):
    n, c, d = (int(k) for k in rng.choice([3, 4, 5, 6, 7, 8, 9], 3, replace=False))
    X, g, Y = rng.normal(size=(n, d)), rng.normal(size=(n, c)), rng.normal(size=(n, c))
    of_weights = bool(rng.integers(2))
    if of_weights:
        right = np.count_nonzero(X[:, 0] * g[:, 0])
        what, other = "one entry of ∂*L*/∂*W*, where *z* = *X* *W*", c
        mine = f"one for each of the {n} examples, each of which uses W"
    else:
        right = np.count_nonzero(Y[0] * g[0])
        what, other = "one entry of ∂*L*/∂*z* from *g* = ∂*L*/∂*s*, where *s* = softmax(*z*)", n
        mine = f"one for each of the {c} outputs that the logit moves"
    return (
        f"*X* is {n} × {d}, *z* and *s* are {n} × {c}. How many products are added up for {what}?",
        right,
        [
            (
                other,
                "The other sum. Examples add up where they share a weight; outputs add up where they share a logit.",
            ),
            (d, "The inputs of a layer add up on the way forward."),
            (1, "missing-sum" if not of_weights else "Every example uses the weight, and each adds its part."),
            (n * c, "Not over both: an example does not move another one's outputs."),
        ],
        f"{right}: {mine}.",
    )


@numbers("weights-gradient", "linear-layer", decimals=2)
def weights_gradient(rng):
    X, g, W = halves(rng, 2, 3), halves(rng, 2, 2), halves(rng, 3, 2)
    i, j = int(rng.integers(3)), int(rng.integers(2))
    right = measured_gradient(lambda W: (g * (X @ W)).sum(), W)
    return (
        f"*z* = *X* *W* + *b*. The rows of *X* are {shown(X)}, those of *g* = ∂*L*/∂*z* are {shown(g)}. What is "
        f"∂*L*/∂*W* in row {i}, column {j}?",
        right[i, j],
        [
            *slipped(ps6.LINEAR_BACKWARD["dW"], right, (X, W, g), i, j),
            (X[0, i] * g[0, j], "first-row-only"),
        ],
        f"Xᵀg: {products(X[:, i], g[:, j])}.",
    )


@numbers("inputs-gradient", "linear-layer", decimals=2)
def inputs_gradient(rng):
    X, g, W = halves(rng, 2, 2), halves(rng, 2, 3), halves(rng, 2, 3)
    k, i = int(rng.integers(2)), int(rng.integers(2))
    right = measured_gradient(lambda X: (g * (X @ W)).sum(), X)
    return (
        f"*z* = *X* *W*. The rows of *W* are {shown(W)}, row {k} of *g* = ∂*L*/∂*z* is {shown(g[k])}. What is "
        "∂*L*/∂*X* "
        f"in row {k}, column {i}?",
        right[k, i],
        [
            *slipped(ps6.LINEAR_BACKWARD["dX"], right, (X, W, g), k, i),
            (g[k, i] * W[i, i], "One product is not all: every output that the input moves adds one."),
            (g[k] @ W[1 - i], "This is the other row of *W*: the input of column *i* is used with row *i*."),
        ],
        f"g Wᵀ: {products(g[k], W[i])}.",
    )


@numbers("bias-gradient", "broadcast-and-sum", ("averaged-twice",), decimals=2)
def bias_gradient(rng):
    X, g, W = halves(rng, 3, 2), halves(rng, 3, 2), halves(rng, 2, 2)
    j = int(rng.integers(2))
    right = measured_gradient(lambda b: (g * (X @ W + b)).sum(), np.zeros((1, 2)))[0]
    return (
        f"*z* = *X* *W* + *b*, and the rows of *g* = ∂*L*/∂*z* are {shown(g)}. What is ∂*L*/∂*b*{at(j)}?",
        right[j],
        [
            *slipped(ps6.LINEAR_BACKWARD["db"], right, (X, W, g), j),
            (g[0, j], "first-row-only"),
            (right[j] / 3, "averaged-twice"),
            (g.sum(), "whole-matrix"),
        ],
        f"The rows share b: {added(g[:, j])}.",
    )


@numbers("through-relu", "relu", decimals=2)
def through_relu(rng):
    z, g = halves(rng, 4), halves(rng, 4)
    j = int(rng.integers(4))
    right = measured_gradient(lambda z: (g * np.maximum(z, 0)).sum(), z[None])
    value = right[0, j]
    return (
        f"*z* = {shown(z)}, *g* = ∂*L*/∂relu(*z*) = {shown(g)}. What is ∂*L*/∂*z*{at(j)}?",
        value,
        [
            (g[j], "identity") if value == 0 else (0.0, "Where *z* is positive, *g* passes unchanged."),
            (g[j] * z[j], "You multiplied by *z*. The slope of ReLU is 1 or 0."),
            (g.sum(), "sum-for-elementwise"),
        ],
        f"z is {shown(z[j])}: the slope is {int(z[j] > 0)}.",
    )


@numbers("weight-decay", "weight-decay", decimals=2)
def weight_decay(rng):
    w, strength = float(rng.choice([-4, -3, -2, 2, 3, 4, 5])), float(rng.choice([0.1, 0.2, 0.5]))
    data = float(rng.choice([-1.5, -0.5, 0.5, 1.5]))
    right = measured_gradient(lambda w: (data * w + strength * w**2).item(), np.array([[w]]))[0, 0]
    return (
        f"The loss has slope {shown(data)} along the weight *w* = {shown(w)}. Now *ν* *w*² is added, with *ν* = "
        f"{shown(strength)}. What is the slope of the sum?",
        right,
        [
            (data + strength * w, "The derivative of a square brings a 2. (Some write ½ *ν* *w*², and have none.)"),
            (2 * strength * w, "The slope of the data's loss is still there."),
            (data + strength * w**2, "You added the penalty itself. Its derivative is 2 *ν* *w*."),
            (data - 2 * strength * w, "The penalty is added to the loss, so its slope is added, too."),
        ],
        f"{shown(data)} + 2 · {shown(strength)} · {factor(w)}.",
    )


@numbers("accumulated", "accumulation", decimals=3)
def accumulated(rng):
    parts = int(rng.choice([2, 4, 5]))
    gradients = np.round(rng.choice(np.arange(-9, 10), parts, replace=False) / 10, 1)
    right = measured_gradient(lambda w: np.mean([g * w.item() for g in gradients]), np.array([[1.0]]))[0, 0]
    return (
        f"A batch is taken in {parts} equal parts. The mean loss of each part has the slopes {shown(gradients)} "
        "along a "
        "weight. What slope has the mean loss of the whole batch?",
        right,
        [
            (
                gradients.sum(),
                "You added them up. Each part has divided by its own rows, so that the whole is their mean.",
            ),
            (gradients[-1], "This is the last part alone: the gradients were overwritten, not accumulated."),
            (right / parts, "Divided by the number of parts once too often."),
        ],
        f"Their mean: {shown(round(gradients.sum(), 10))} / {parts}.",
    )


@numbers("central-difference", "central-differences", decimals=3)
def central_difference(rng):
    x, h = float(rng.choice([-2, -1, 1, 2, 3])), float(rng.choice([0.1, 0.2, 0.5]))
    right = ((x + h) ** 3 - (x - h) ** 3) / (2 * h)

    def cube(x):
        return float((x**3).sum())

    return (
        f"*f*(*x*) = *x*³. What does the central difference give at *x* = {shown(x)} with *h* = {shown(h)}?",
        right,
        [
            *slipped(ps5.CENTRAL_DIFFERENCE, np.array([right]), (cube, np.array([x]), h), 0),
            (3 * x**2, "This is the derivative. The quotient misses it by its error, here *h*²."),
        ],
        f"3x² + h² = {shown(3 * x**2)} + {shown(h**2)}.",
    )


@numbers("relative-error-by-hand", "relative-error", decimals=3)
def relative_error_by_hand(rng):
    small = np.array([[3.0, 4.0], [6.0, 8.0], [5.0, 12.0], [8.0, 15.0]])[rng.integers(4)]
    k, large = int(rng.integers(2)), small.copy()
    large[k] += float(rng.choice([1, -1, 2]))
    sizes = np.linalg.norm(small), np.linalg.norm(large)
    right = np.abs(small - large).max() / max(sizes)
    return (
        f"*a* = {shown(small)}, *b* = {shown(large)}, with the lengths {sizes[0]:.3f} and {sizes[1]:.3f}. What is the "
        "relative error ‖*a* − *b*‖ / max(‖*a*‖, ‖*b*‖)?",
        right,
        slipped(ps5.RELATIVE_ERROR, np.asarray(right), (small, large)),
        f"The difference has length {shown(np.abs(small - large).max())}, the longer one {max(sizes):.3f}.",
    )


@numbers("upstream-of-ones", "checks-that-cannot-see", decimals=2)
def upstream_of_ones(rng):
    s, j = shares(rng), int(rng.integers(3))
    return (
        f"*s* = softmax(*z*) = {shown(s)}. A test takes an upstream gradient of all ones. What is ∂*L*/∂*z*{at(j)}, "
        "if the "
        "backward pass is right?",
        np.ones(3) @ jacobian_at(s)[:, j],
        [
            (s[j], "missing-dot"),
            (1.0, "identity"),
            (s[j] * (1 - s[j]), "missing-sum"),
            (-s[j] * (1 - s[j]), "This is the sum of the off-diagonal terms. The diagonal one makes up for it."),
        ],
        "The outputs always add up to 1, so their sum does not move. Such a test passes a backward pass that "
        "returns zeros.",
    )


@numbers("bytes-moved", "memory-bandwidth", decimals=0)
def bytes_moved(rng):
    n, c, passes = int(rng.choice([64, 100, 256])), int(rng.choice([10, 50, 1000])), int(rng.integers(2, 5))
    width = int(rng.choice([2, 4, 8]))
    right = np.zeros((n, c), dtype=f"f{width}").nbytes * passes
    return (
        f"An array of {n} × {c} numbers of float{8 * width} goes through memory {passes} times, read or written. "
        "How many "
        "bytes is that?",
        right,
        [
            (n * c * passes, f"Each number has {width} bytes."),
            (n * c * width, f"That is one pass; there are {passes}."),
            (n * c * passes * 8 * width, "Those are bits."),
            (n * passes * width, "That is one column of the array."),
        ],
        f"{n} · {c} · {width} bytes · {passes}.",
    )
