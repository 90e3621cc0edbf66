"""Inputs for each function of the problem sets, within what the exercise promises, and what a right answer to them is.

`agrees` compares two functions on 200 inputs, extremes among them: large gaps between logits, a single row, two
classes, probabilities that are 0, rows to ignore, float32 where the exercise asks for it. They are drawn here, not by
the checks, so that what is called wrong does not depend on what the checks see.
"""

from __future__ import annotations

import copy
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

Arguments = tuple
Generate = Callable[[np.random.Generator, int], Arguments]
"""(chance, the number of the input) → the arguments; every few numbers are extreme."""

NUMBER = 200
SECONDS = 1.0
"""Of processor time that an answer to one input may take; all take less than a hundredth."""

INPUTS: dict[str, Generate] = {}


def asked(*functions: str) -> Callable[[Generate], Generate]:
    def register(generate: Generate) -> Generate:
        INPUTS.update(dict.fromkeys(functions, generate))
        return generate

    return register


def shape(rng: np.random.Generator, k: int) -> tuple[int, int]:
    """(n, c): mostly both different and above 2; at times one row, two classes, or as many rows as classes."""
    if k % 10 == 7:
        return 1, int(rng.integers(2, 6))
    if k % 10 == 8:
        return int(rng.integers(2, 6)), 2
    n, c = (int(size) for size in rng.choice(np.arange(3, 8), 2, replace=False))
    return (n, n) if k % 10 == 9 else (n, c)


def logits(rng: np.random.Generator, k: int) -> np.ndarray:
    z = rng.normal(size=shape(rng, k), scale=(1, 3)[k % 2])
    extreme = k % 8
    if extreme == 3:
        z = z * 300
    if extreme == 5:
        z = z + rng.choice([-9000, 900, 9000], size=(len(z), 1))  # each row at a height of its own
    if extreme == 6:
        z[0, 0] -= 2000
    if extreme == 7:
        z = np.round(z)
    return z


def probabilities(rng: np.random.Generator, k: int) -> np.ndarray:
    z = rng.normal(size=shape(rng, k), scale=(1, 3)[k % 2])
    e = np.exp(z - z.max(axis=1, keepdims=True))
    if k % 8 == 3:
        e[0, int(e[0].argmin())] = 0
    if k % 8 == 5:
        e[0, int(e[0].argmin())] = 1e-25
    return e / e.sum(axis=1, keepdims=True)


def targets(rng: np.random.Generator, k: int, size: tuple[int, int]) -> np.ndarray:
    """One-hot, soft, of any sum."""
    if k % 3 == 0:
        return np.eye(size[1])[rng.integers(size[1], size=size[0])]
    y = rng.uniform(0.05, 1.5, size=size)
    return y / y.sum(axis=1, keepdims=True) if k % 3 == 1 else y


@asked("mse_forward", "mse_backward")
def errors(rng: np.random.Generator, k: int) -> Arguments:
    size = shape(rng, k)
    return rng.normal(size=size), rng.normal(size=size)


@asked("sigmoid_forward", "softmax_forward")
def only_logits(rng: np.random.Generator, k: int) -> Arguments:
    return (logits(rng, k),)


@asked("log_softmax_forward")
def logits_or_whole_numbers(rng: np.random.Generator, k: int) -> Arguments:
    z = logits(rng, k)
    return (z.astype(int) if k % 8 == 7 else z,)


@asked("sigmoid_backward")
def values_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    a = 1 / (1 + np.exp(-rng.normal(size=shape(rng, k), scale=3)))
    return a, rng.normal(size=a.shape)


@asked("cross_entropy_forward", "cross_entropy_backward")
def probabilities_and_targets(rng: np.random.Generator, k: int) -> Arguments:
    s = probabilities(rng, k)
    y = targets(rng, k, s.shape)
    if k % 8 == 5:
        y[0] = s[0] == s[0].min()
    return s, np.where(s == 0, 0, y)


@asked("bce_with_logits_forward", "bce_with_logits_backward")
def logits_and_binary_targets(rng: np.random.Generator, k: int) -> Arguments:
    z = logits(rng, k)
    y = rng.uniform(size=z.shape) if k % 3 else rng.integers(2, size=z.shape).astype(float)
    return (z[:, 0].copy(), y[:, 0].copy()) if k % 5 == 4 else (z, y)


@asked("softmax_partial")
def one_example_and_two_places(rng: np.random.Generator, k: int) -> Arguments:
    s = probabilities(rng, k)[0]
    i = int(rng.integers(len(s)))
    return s, i, i if k % 2 else int(rng.integers(len(s)))


def positive(rng: np.random.Generator, k: int) -> np.ndarray:
    return np.maximum(probabilities(rng, k)[0], 1e-6)


@asked("dL_dz_entry")
def one_example_and_a_place(rng: np.random.Generator, k: int) -> Arguments:
    s = positive(rng, k)
    return s, targets(rng, k, (1, len(s)))[0], int(rng.integers(len(s)))


@asked("missing_part")
def one_example(rng: np.random.Generator, k: int) -> Arguments:
    s = positive(rng, k)
    return s, targets(rng, k, (1, len(s)))[0]


@asked("softmax_backward", "softmax_backward_jacobian")
def probabilities_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    s = probabilities(rng, k)
    return s, rng.normal(size=s.shape)


@asked("softmax_jacobian")
def only_probabilities(rng: np.random.Generator, k: int) -> Arguments:
    return (probabilities(rng, k),)


@asked("log_softmax_backward")
def logits_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    z = logits(rng, k)
    return z, rng.normal(size=z.shape)


@asked("mse_softmax_backward")
def logits_and_any_targets(rng: np.random.Generator, k: int) -> Arguments:
    z = logits(rng, k)
    return z, rng.uniform(0, 1.5, size=z.shape)


def single(rng: np.random.Generator, k: int, z: np.ndarray) -> np.ndarray:
    """At times in float32."""
    return z.astype(np.float32) if k % 6 == 5 else z


@asked("logsumexp")
def logits_of_two_precisions(rng: np.random.Generator, k: int) -> Arguments:
    return (single(rng, k, logits(rng, k)),)


@asked("softmax_cross_entropy_forward", "softmax_cross_entropy_backward")
def logits_and_targets(rng: np.random.Generator, k: int) -> Arguments:
    z = single(rng, k, logits(rng, k))
    return z, targets(rng, k, z.shape).astype(z.dtype)


@asked("cross_entropy_from_labels_forward", "cross_entropy_from_labels_backward")
def logits_and_labels(rng: np.random.Generator, k: int) -> Arguments:
    z = single(rng, k, logits(rng, k))
    n, c = z.shape
    labels, ignored = rng.integers(c, size=n), (-100, -1, c - 1)[k % 3]
    labels[rng.uniform(size=n) < (0, 0.4, 0, 1)[k % 4] * (k % 5 < 3)] = ignored
    return z, labels, ignored


@asked("smooth_labels")
def labels_to_smooth(rng: np.random.Generator, k: int) -> Arguments:
    n, c = shape(rng, k)
    return rng.integers(c, size=n), c, float(rng.uniform()) if k % 9 else float(k % 2)


@asked("central_difference")
def a_function_and_a_step(rng: np.random.Generator, k: int) -> Arguments:
    x = rng.normal(size=((4,), (2, 3), (1, 2), (2, 2, 2))[k % 4])
    w = rng.normal(size=x.shape)
    functions = (
        lambda x: float((w * np.asarray(x) ** 3).sum()),
        lambda x: float((w * np.sin(x)).sum()),
        lambda x: float(np.prod(np.asarray(x) + w)),
    )
    return functions[k % 3], np.round(3 * x).astype(int) if k % 5 == 4 else x, (0.5, 0.125, 0.03)[k % 3]


@asked("relative_error")
def two_arrays(rng: np.random.Generator, k: int) -> Arguments:
    size = ((5,), (3, 4), (1, 2))[k % 3]
    a, b = rng.normal(size=size), rng.normal(size=size)
    b = (b, a + 1e-4 * b, 1.5 * a, -a, a.copy(), 0 * a)[k % 6]
    size = (1.0, 1e-6, 1e6)[k % 7 % 3]
    return (size * a, size * b) if k % 10 != 9 else (0 * a, 0 * b)


def losses(rng: np.random.Generator, k: int) -> tuple[Callable, Callable]:
    """A smooth loss of any size and its gradient."""
    size = (1.0, 1e-4, 1e4)[k % 3]

    def softmax_loss(z: np.ndarray, y: np.ndarray) -> float:
        return size * float((y * (np.logaddexp.reduce(z, axis=1, keepdims=True) - z)).sum() / len(z))

    def softmax_gradient(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return size * (e / e.sum(axis=1, keepdims=True) * y.sum(axis=1, keepdims=True) - y) / len(z)

    def sine(z: np.ndarray, y: np.ndarray) -> float:
        return size * float((y * np.sin(z)).sum())

    def cosine(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return size * y * np.cos(z)

    return ((softmax_loss, softmax_gradient), (sine, cosine))[k % 2]


def spoilt(rng: np.random.Generator, k: int, right: Callable) -> Callable:
    """The gradient, or one that is clearly wrong."""
    noise = float(np.exp(rng.uniform(np.log(3e-3), 0)))
    ways = (
        lambda g: g,
        lambda g: (1 + noise) * g,
        lambda g: g,
        lambda g: -g,
        lambda g: np.where(np.arange(g.size).reshape(g.shape) == g.size - 1, np.nan, g),
        lambda g: g - g.mean(),
        lambda g: 0 * g,
        lambda g: g + noise * np.abs(g).max() * (np.arange(g.size).reshape(g.shape) == k % g.size),
        lambda g: g.ravel(),
        lambda g: g * np.where(np.arange(g.size).reshape(g.shape) == 0, np.inf, 1),
        lambda g: g[::-1].copy(),
    )
    return lambda z, y: ways[k % len(ways)](right(z, y))


@asked("gradient_check")
def a_pair(rng: np.random.Generator, k: int) -> Arguments:
    z = rng.normal(size=(3, 4))
    forward, right = losses(rng, k)
    return forward, spoilt(rng, k, right), z, rng.uniform(0.2, 1.5, size=z.shape)


@asked("find_the_bugs")
def candidates(rng: np.random.Generator, k: int) -> Arguments:
    z = rng.normal(size=(3, 4))
    _, right = losses(rng, 0)
    names = rng.permutation(["ann", "ben", "cyd", "dan", "eve", "fay"])
    return (
        {str(name): spoilt(rng, int(rng.integers(10)), right) for name in names},
        z,
        targets(rng, k, z.shape),
    )


@asked("linear_forward")
def a_layer(rng: np.random.Generator, k: int) -> Arguments:
    n, d = shape(rng, k)
    m = int(rng.integers(1, 7)) if k % 4 else d
    return rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)


@asked("linear_backward")
def a_layer_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    X, W, b = a_layer(rng, k)
    return X, W, rng.normal(size=(len(X), len(b)))


@asked("relu_forward")
def any_array(rng: np.random.Generator, k: int) -> Arguments:
    z = rng.normal(size=((4, 5), (7,), (2, 3, 2))[k % 3])
    return (np.round(z) if k % 4 == 3 else z,)


@asked("relu_backward")
def any_array_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    (z,) = any_array(rng, k)
    return z, rng.normal(size=z.shape)


@asked("loss_and_gradients")
def a_network(rng: np.random.Generator, k: int) -> Arguments:
    n, d = shape(rng, k)
    m, c = int(rng.integers(3, 8)), int(rng.integers(2, 6))
    sizes = {"W1": (d, m), "b1": (m,), "W2": (m, c), "b2": (c,)}
    params = {name: rng.normal(size=size) for name, size in sizes.items()}
    if k % 8 == 5:
        params["b2"] = params["b2"] + 9000 * (-1) ** (k // 8)
    if k % 8 == 3:
        params["W2"] = 300 * params["W2"]
    return params, rng.normal(size=(n, d)), np.eye(c)[rng.integers(c, size=n)]


def a_mask(rng: np.random.Generator, k: int, size: tuple[int, int]) -> np.ndarray | None:
    """True where a row may look, at two keys at least, or, every few numbers, at none; at times there is no mask."""
    if k % 5 == 4:
        return None
    mask = rng.random(size) < 0.6
    mask[:, :2] = True
    if k % 4 == 3:
        mask[-1] = False
    return mask


@asked("masked_softmax")
def scores_and_a_mask(rng: np.random.Generator, k: int) -> Arguments:
    x = rng.normal(size=shape(rng, k), scale=(1, 3)[k % 2])
    mask = a_mask(rng, k, x.shape)
    if k % 8 == 5:
        x = x + rng.choice([-11000, 900, 9000], size=(len(x), 1))
    if k % 8 == 6 and mask is not None:
        x[~mask] += 2000
    return x, mask


@asked("scores_backward")
def weights_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    p = probabilities(rng, k)
    mask = a_mask(rng, k, p.shape)
    p = p if mask is None else p * mask
    total = p.sum(axis=1, keepdims=True)
    return p / np.where(total > 0, total, 1), rng.normal(size=p.shape)


@asked("delta")
def outputs_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    o, do = rng.normal(size=(2, *shape(rng, k)))
    return o, do


@asked("attention_forward")
def a_head(rng: np.random.Generator, k: int) -> Arguments:
    n, m = shape(rng, k)
    d, e = (int(size) for size in rng.choice(np.arange(2, 8), 2, replace=False))
    scale = 60 if k % 8 == 5 else 1
    return (
        scale * rng.normal(size=(n, d)),
        rng.normal(size=(m, d)),
        rng.normal(size=(m, e)),
        a_mask(rng, k, (n, m)),
    )


@asked("attention_backward")
def a_head_and_upstream(rng: np.random.Generator, k: int) -> Arguments:
    q, keys, v, mask = a_head(rng, k)
    q = q / 20 if k % 8 == 5 else q  # in a decided row, gradients are what rounding leaves
    return q, keys, v, mask, rng.normal(size=(len(q), v.shape[1]))


def agrees(right: Callable, other: Callable, function: str, number: int = NUMBER, seed: int = 7) -> bool:
    """Whether ``other`` gives what ``right`` gives on the first ``number`` inputs, and leaves its arguments alone."""
    return first_difference(right, other, function, number, seed) is None


def first_difference(
    right: Callable, other: Callable, function: str, number: int = NUMBER, seed: int = 7
) -> int | None:
    """The number of the first input where they differ; None if there is none. TimeoutError if it does not end."""
    for k in range(number):
        given = INPUTS[function](np.random.default_rng((seed, k)), k)
        if not same(answered(right, given), answered(other, given), given):
            return k
    return None


def is_ordinary(k: int) -> bool:
    """Whether input k is of moderate size, with several rows and classes."""
    return k % 8 < 3 and k % 10 < 7 and k % 6 != 5 and k % 5 != 4


def answered(function: Callable, given: Arguments) -> object:
    """What the function returns, or the error that it raises; another object if it changes what it is given."""
    own = copy.deepcopy(given)
    with warnings.catch_warnings(), np.errstate(all="ignore"), at_most(SECONDS):
        warnings.simplefilter("ignore")
        try:
            answer = copy.deepcopy(function(*own))
        except TimeoutError:
            raise
        except Exception as error:
            return error
    return answer if all(map(unchanged, given, own)) else Changed()


class Changed:
    """Stands for the answer of a function that changed its arguments."""


def unchanged(before: object, after: object) -> bool:
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(unchanged(before[key], after[key]) for key in before)
    return not isinstance(before, np.ndarray) or np.array_equal(before, after)


def same(right: object, other: object, given: Arguments, relative: float = 1e-9) -> bool:
    """Whether two answers are the same but for rounding; errors are the same if they say the same."""
    if isinstance(right, tuple):
        return (
            isinstance(other, (tuple, list))
            and len(other) == len(right)
            and all(same(a, b, given, relative) for a, b in zip(right, other))
        )
    if isinstance(right, dict):
        return (
            isinstance(other, dict)
            and other.keys() == right.keys()
            and all(same(right[key], other[key], given, relative) for key in right)
        )
    if isinstance(right, (bool, list)):
        return isinstance(other, (bool, np.bool_, list)) and right == other
    if right is None or isinstance(right, Exception):
        return type(other) is type(right) and str(other) == str(right)
    try:
        a, b = np.asarray(right, dtype=np.float64), np.asarray(other, dtype=np.float64)
    except (TypeError, ValueError):
        return False
    if a.shape != b.shape or not np.isfinite(b).all():
        return False
    if a.size == 0:
        return True
    absolute = 1e-12
    if any(isinstance(value, np.ndarray) and value.dtype == np.float32 for value in given):
        relative, absolute = 1e-4, 1e-5
    size = np.abs(a).max(axis=-1, keepdims=True) if a.ndim else np.abs(a)
    return bool((np.abs(a - b) <= absolute + relative * size).all())


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """TimeoutError in what runs inside, once it has used this much processor time."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
