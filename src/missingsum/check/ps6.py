"""Local checks of problem set 6, *A whole network*.

Forward functions are held to what defines them, backward functions to differences of the student's own forward functions, once
those have passed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report, Wrong, call, local_check
from missingsum.check.shared import passed, require_equal, require_samples
from missingsum.comparison import not_real_numbers
from missingsum.diagnosis import Sample
from missingsum.differences import derivative
from missingsum.numeric import gradient
from missingsum.variants import Layer, linear_backward_variants, linear_forward_variants, relu_backward_variants
from missingsum.variants.language import GRADIENT_SCALES, LOGARITHM_SCALES, around

NAMES = ("W1", "b1", "W2", "b2")

LOSS_VARIANTS = list(around(lambda d: d[0], (), lambda d: d[1], *LOGARITHM_SCALES))
GRADIENT_VARIANTS = list(around(lambda d: d[0], (), lambda d: d[1], *GRADIENT_SCALES))
"""The data of a sample is the right answer and the targets."""


@local_check
def linear_forward(function: Callable, report: Report) -> None:
    """Check ``linear_forward(X, W, b)``: (n, d), (d, m), (m,) → (n, m), linear in each row, with the same bias for all."""
    rng = np.random.default_rng(21)
    X, W, b = rng.normal(size=(4, 5)), rng.normal(size=(5, 3)), rng.normal(size=3)
    with report.step("with all weights 0, each row is b"):
        rows = [(part, np.tile(part, (4, 1))) for part in (b, 2 - b)]
        require_samples([Sample(Layer(row, X, W=W, b=part), row, call(function, X, 0 * W, part)) for part, row in rows],
                        linear_forward_variants())
    with report.step("a row that picks feature j gives row j of W, and b"):
        require_equal(call(function, np.eye(5), W, b), W + b)
    with report.step("twice X gives twice the part without b"):
        require_equal(call(function, 2 * X, W, 0 * b), 2 * _array(call(function, X, W, 0 * b), (4, 3)))
    with report.step("the parts that the features contribute add up"):
        parts = [_array(call(function, X * (np.arange(5) == j), W, 0 * b), (4, 3)) for j in range(5)]
        require_equal(call(function, X, W, 0 * b), sum(parts))


@local_check
def linear_backward(function: Callable, report: Report) -> None:
    """Check ``linear_backward(X, W, g)`` → dX, dW, db, against differences of linear_forward."""
    forward = passed(function, "linear_forward", linear_forward, report)
    rng = np.random.default_rng(22)
    given, truths, answers = [], [], []
    with report.step("three arrays: dX, dW, db"):
        for n, d, m in ((4, 5, 3), (6, 2, 5)):
            X, W, b, g = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m), rng.normal(size=(n, m))
            answer = call(function, X, W, g)
            if not isinstance(answer, (tuple, list)) or len(answer) != 3:
                raise Wrong(f"it returns {_what(answer)}; dX, dW, db are expected, in this order")
            given.append((X, W, g))
            answers.append(answer)
            truths.append([
                gradient(lambda X, W=W, b=b, g=g: (g * forward(X, W, b)).sum(), X),
                gradient(lambda W, X=X, b=b, g=g: (g * forward(X, W, b)).sum(), W),
                gradient(lambda b, X=X, W=W, g=g: (g * forward(X, W, b)).sum(), b),
            ])
    for k, name in enumerate(("dX", "dW", "db")):
        with report.step(f"{name}, against differences of your linear_forward"):
            if len(answers) < 2:
                raise Wrong("not measured: see above")
            require_samples([Sample(Layer(t[k], X, g, W), t[k], a[k]) for (X, W, g), t, a in zip(given, truths, answers)],
                            linear_backward_variants(name))


@local_check
def relu_forward(function: Callable, report: Report) -> None:
    """Check ``relu_forward(z)``: of a and a - z, where a is the result, neither is negative and one is 0."""
    z = np.random.default_rng(23).normal(size=(4, 5), scale=10)
    with report.step("no entry is negative"):
        a = _array(call(function, z), z.shape)
        if (a < 0).any():
            raise Wrong(f"the smallest entry is {a.min():.6g}", _slips_of_relu(a, z))
    with report.step("no entry is below the entry of z"):
        a = _array(call(function, z), z.shape)
        if (a < z).any():
            raise Wrong(f"at z = {z[a < z][0]:.6g} it gives {a[a < z][0]:.6g}")
    with report.step("each entry is 0 or the entry of z"):
        a = _array(call(function, z), z.shape)
        other = (a != 0) & (a != z)
        if other.any():
            raise Wrong(f"at z = {z[other][0]:.6g} it gives {a[other][0]:.6g}", _slips_of_relu(a, z))


def _slips_of_relu(a: np.ndarray, z: np.ndarray) -> list[str]:
    """What explains these values: positive entries are kept, and negative ones are multiplied by one number."""
    slopes = (a / z)[z < 0]
    if not np.array_equal(a[z > 0], z[z > 0]) or not np.allclose(slopes, slopes[0], rtol=1e-9):
        return []
    slope = round(float(slopes[0]), 9)
    if slope in (1, -1):
        return ["relu-skipped" if slope == 1 else "absolute-value"]
    return ["leaky-relu"] if 0 < slope < 1 else []


@local_check
def relu_backward(function: Callable, report: Report) -> None:
    """Check ``relu_backward(z, g)`` against differences of relu_forward, and 0 at z = 0."""
    forward = passed(function, "relu_forward", relu_forward, report)
    rng = np.random.default_rng(24)
    with report.step("random z and g, against differences of your relu_forward"):
        samples = []
        for shape in ((4, 5), (3, 2)):
            z, g = rng.normal(size=shape), rng.normal(size=shape)
            truth = g * derivative(lambda t, z=z: np.asarray(forward(z + t)).ravel(), np.full(z.size, 1e-16))[0].reshape(shape)
            samples.append(Sample(Layer(truth, z, g), truth, call(function, z, g)))
        require_samples(samples, relu_backward_variants())
    with report.step("0 at z = 0"):
        g = np.array([[1.0, -1.0, 2.0], [-2.0, 3.0, -3.0]])
        answer = _array(call(function, np.zeros((2, 3)), g), (2, 3))
        if answer.any():
            raise Wrong(f"it gives {answer.ravel()[np.argmax(answer != 0)]:.6g} there", ["one-at-zero"] if np.array_equal(answer, g) else ())


@local_check
def loss_and_gradients(function: Callable, report: Report) -> None:
    """Check ``loss_and_gradients(params, X, y)``: known losses, and gradients against differences of the loss."""
    rng = np.random.default_rng(25)
    networks = [_network(rng, *size) for size in ((5, 4, 6, 3), (7, 3, 5, 4))]
    with report.step("the loss: where W2 is 0, each row costs what its class costs by b2 alone"):
        params, X, y = networks[0]
        p = np.array([0.2, 0.3, 0.5])
        known = params | {"W2": 0 * params["W2"], "b2": np.log(p) + 3}
        require_samples([_sample(float(np.mean(-np.log(y @ p))), _call(function, known, X, y)[0], y)] * 2, LOSS_VARIANTS)
    with report.step("the loss: the same number added to all of b2 changes nothing"):
        other = params | {"b2": params["b2"] + 5}
        require_equal(_call(function, other, X, y)[0], np.array(float(_call(function, params, X, y)[0])))
    with report.step("large logits: neither loss nor gradients overflow"), np.errstate(all="ignore"):
        loss, gradients = _call(function, params | {"W2": 5000 * params["W2"]}, X, y)
        for name, values in (("the loss", loss), *gradients.items()):
            if not np.isfinite(np.asarray(values, dtype=float)).all():
                raise Wrong(f"{name} is not finite", ["no-max"])
    for name in NAMES:
        with report.step(f"the gradient of {name}, against differences of your loss"):
            samples = []
            for params, X, y in networks:
                def loss(values, params=params, X=X, y=y):
                    return float(function(params | {name: values}, X.copy(), y.copy())[0])

                answer = _call(function, params, X, y)[1].get(name)
                samples.append(_sample(gradient(loss, params[name]), answer, y))
            require_samples(samples, GRADIENT_VARIANTS)


def digits() -> tuple[np.ndarray, np.ndarray]:
    """The handwritten digits that come with scikit-learn: X (1797, 64), from 0 to 1, and y (1797, 10), one-hot."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError("the digits come with scikit-learn: install it with  pip install scikit-learn") from None
    X, labels = load_digits(return_X_y=True)
    return X / 16, np.eye(10)[labels]


@local_check
def train(function: Callable, report: Report) -> None:
    """Check ``train(X, y, seed)``: trained on 1297 real digits, the network reads at least 95 % of the other 500."""
    linear = passed(function, "linear_forward", linear_forward, report)
    relu = passed(function, "relu_forward", relu_forward, report)
    X, y = digits()
    rows = np.random.default_rng(26).permutation(len(X))
    X, y = X[rows], y[rows]
    params = None
    with report.step("W1, b1, W2 and b2, of shapes that fit"):
        answer = call(function, X[500:], y[500:], 1)
        if not isinstance(answer, dict):
            raise Wrong(f"it returns {_what(answer)}; a dict with W1, b1, W2, b2 is expected")
        hidden = len(np.atleast_1d(answer.get("b1", ())))
        for name, shape in zip(NAMES, ((64, hidden), (hidden,), (hidden, 10), (10,))):
            if problem := not_real_numbers(answer.get(name), shape):
                raise Wrong(f"{name}: {problem}")
        params = answer
    with report.step("at least 95 % of 500 digits that it has not seen are read rightly"):
        if params is None:
            raise Wrong("not measured: see above")
        Z = linear(relu(linear(X[:500], params["W1"], params["b1"])), params["W2"], params["b2"])
        accuracy = np.mean(np.argmax(Z, axis=1) == np.argmax(y[:500], axis=1))
        if accuracy < 0.95:
            raise Wrong(f"{accuracy:.1%} are")


def _network(rng: np.random.Generator, n: int, d: int, m: int, c: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    shapes = dict(zip(NAMES, ((d, m), (m,), (m, c), (c,))))
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}, rng.normal(size=(n, d)), np.eye(c)[np.arange(n) % c]


def _call(function: Callable, params: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> tuple[object, dict]:
    """The loss and the gradients, for copies; `Wrong` if they are no such pair, or if the parameters are changed."""
    given = {name: values.copy() for name, values in params.items()}
    answer = call(function, given, X, y)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2 or not isinstance(answer[1], dict):
        raise Wrong(f"it returns {_what(answer)}; the loss and a dict of gradients are expected")
    if given.keys() != params.keys() or any(not np.array_equal(given[name], params[name]) for name in params):
        raise Wrong("it changes the parameters that it was given", ["mutates-input"])
    if problem := not_real_numbers(answer[0], ()):
        raise Wrong(f"the loss: {problem}")
    return answer[0], answer[1]


def _sample(truth: np.ndarray | float, answer: object, y: np.ndarray) -> Sample:
    return Sample((np.asarray(truth), y), np.asarray(truth), answer)


def _array(answer: object, shape: tuple[int, ...]) -> np.ndarray:
    if problem := not_real_numbers(answer, shape):
        raise Wrong(problem)
    return np.asarray(answer)


def _what(answer: object) -> str:
    return "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"
