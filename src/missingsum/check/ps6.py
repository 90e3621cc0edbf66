"""Local checks of problem set 6, *A whole network*.

Forward functions are held to what defines them, backward functions to differences of the student's own forward
functions, once those have passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import RTOL, known_softmax, passed, require_equal, require_samples, require_shapes
from missingsum.comparison import Answer, Shape, mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant
from missingsum.differences import derivative
from missingsum.numeric import gradient, rowwise_jacobian
from missingsum.variants import (
    Arrays,
    Case,
    Layer,
    Network,
    Pieces,
    clipped_cross_entropy_forward,
    linear_backward_variants,
    linear_forward_variants,
    network_gradient_variants,
    network_loss_variants,
    relu_backward_variants,
)

PARTS = ("dX", "dW", "db")
NAMES = ("W1", "b1", "W2", "b2")
SHAPES = ((4, 3), (5, 4))
SIZES = ((5, 4, 6, 3), (7, 3, 5, 4))
SQUARE_SIZES = ((3, 4, 6, 3), (4, 3, 5, 4))
"""n, d, m, c; with as many rows as classes a lost axis goes unnoticed."""

Measured = tuple[tuple, Arrays, dict[str, Answer]]
"""What was given, the gradients by differences, and the student's, both by their names."""


@local_check
def linear_forward(function: Callable, report: Report) -> None:
    """Check ``linear_forward(X, W, b)``: (n, d), (d, m), (m,) → (n, m), linear in each row, one bias for all."""
    rng = np.random.default_rng(21)
    X, W, b = rng.normal(size=(4, 5)), rng.normal(size=(5, 3)), rng.normal(size=3)
    with report.step("with all weights 0, each row is b"):
        rows = [(part, np.tile(part, (4, 1))) for part in (b, 2 - b)]
        require_samples(
            [Sample(Layer(row, X, W=W, b=part), row, call(function, X, 0 * W, part)) for part, row in rows],
            linear_forward_variants(),
            1e-9,
        )
    with report.step("a row that picks feature j gives row j of W, and b"):
        require_equal(call(function, np.eye(5), W, b), W + b)
    with report.step("twice X gives twice the part without b"):
        require_equal(call(function, 2 * X, W, 0 * b), 2 * _array(call(function, X, W, 0 * b), (4, 3)))
    with report.step("the parts that the features contribute add up"):
        parts = [_array(call(function, X * (np.arange(5) == j), W, 0 * b), (4, 3)) for j in range(5)]
        require_equal(call(function, X, W, 0 * b), np.asarray(sum(parts)))


@local_check
def linear_backward(function: Callable, report: Report) -> None:
    """Check ``linear_backward(X, W, g)`` → dX, dW, db, against differences of linear_forward."""
    forward = passed(function, "linear_forward", linear_forward, report)
    rng = np.random.default_rng(22)
    seen: dict[Shape, Measured] = {}

    def measured(size: Shape) -> Measured:
        """X, W and g of this size, the gradients by differences and the student's; measured once."""
        if size not in seen:
            n, d, m = size
            X, W, b, g = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m), rng.normal(size=(n, m))
            answer = call(function, X, W, g)
            if not isinstance(answer, (tuple, list)) or len(answer) != 3:
                raise Wrong(
                    f"it returns {_what(answer)}; dX, dW, db are expected, in this order",
                    ["no-return"] if answer is None else (),
                )
            truths = (
                gradient(lambda X: (g * forward(X, W, b)).sum(), X),
                gradient(lambda W: (g * forward(X, W, b)).sum(), W),
                gradient(lambda b: (g * forward(X, W, b)).sum(), b),
            )
            seen[size] = (X, W, g), dict(zip(PARTS, truths)), dict(zip(PARTS, answer))
        return seen[size]

    for name in PARTS:

        def sample(size: Shape, name: str = name) -> Sample:
            (X, W, g), truths, answers = measured(size)
            return Sample(Layer(truths[name], X, g, W), truths[name], answers[name])

        with report.step(f"{name}, against differences of your linear_forward"):
            with _exchanged(seen):
                require_shapes(
                    sample,
                    ((4, 5, 3), (6, 2, 5)),
                    partial(linear_backward_variants, name),
                    ((5, 3, 3), (4, 6, 6)),
                )


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
    with report.step("the same for a vector, and for three axes"):
        for shape in ((7,), (2, 3, 2)):
            z = np.random.default_rng(27).normal(size=shape)
            a = _array(call(function, z), shape)
            if ((a < 0) | (a < z) | (a != 0) & (a != z)).any():
                raise Wrong(f"of shape {shape}: for {z.tolist()} it gives {a.tolist()}")


def _slips_of_relu(a: np.ndarray, z: np.ndarray) -> list[str]:
    """What explains these values: positive entries are kept, and negative ones are multiplied by one number."""
    if np.array_equal(-a[z > 0], z[z > 0]) and not a[z < 0].any():
        return ["sign"]
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
        for shape in ((4, 5), (7,)):
            z, g = rng.normal(size=shape), rng.normal(size=shape)
            truth = g * derivative(lambda t, z=z: np.asarray(forward(z + t)).ravel(), np.full(z.size, 1e-16))[
                0
            ].reshape(shape)
            samples.append(Sample(Layer(truth, z, g), truth, call(function, z, g)))
        require_samples(samples, relu_backward_variants())
    with report.step("0 at z = 0"):
        g = np.array([[1.0, -1.0, 2.0], [-2.0, 3.0, -3.0]])
        answer = _array(call(function, np.zeros((2, 3)), g), (2, 3))
        if answer.any():
            raise Wrong(
                f"it gives {answer.ravel()[np.argmax(answer != 0)]:.6g} there",
                ["one-at-zero"] if np.array_equal(answer, g) else (),
            )


@local_check
def loss_and_gradients(function: Callable, report: Report) -> None:
    """Check ``loss_and_gradients(params, X, y)``: known losses, and gradients against differences of the loss."""
    rng = np.random.default_rng(25)

    def known_loss(shape: Shape) -> Sample:
        z, s = known_softmax(rng, shape)
        given = _with_logits(rng, z)
        truth = np.array(np.mean(-np.log((s * given[2]).sum(axis=1))))
        return Sample(Network(*given, "loss", truth), truth, _pair(function, *given)[0])

    def ways_to_lose() -> Iterator[Variant]:
        yield from network_loss_variants(_pieces(function, report))

    with report.step("the loss: where the logits are known, it follows from them"):
        require_shapes(known_loss, SHAPES, ways_to_lose)
    with report.step("the loss: true classes of probability e^-60 and e^-70"), np.errstate(all="ignore"):
        samples = []
        for gap in (60.0, 70.0, np.log(2)):
            s = np.array([[np.exp(-gap), -np.expm1(-gap)]])
            params, X, y = _with_logits(rng, np.array([[-gap, np.log(s[0, 1])]]))
            samples.append(Sample(Case(np.array(gap), s=s, y=y), np.array(gap), _call(function, params, X, y)[0]))
        require_samples(samples, clipped_cross_entropy_forward(), not_finite="log-of-zero")
    params, X, y = _network(rng, *SIZES[0])
    with report.step("the loss: the same number added to all of b2 changes nothing"):
        other = params | {"b2": params["b2"] + 5}
        require_equal(_call(function, other, X, y)[0], np.array(float(_call(function, params, X, y)[0])))
    with (
        report.step("logits around 10000 and around -10000: neither loss nor gradients overflow"),
        np.errstate(all="ignore"),
    ):
        for offset, slip in ((1e4, "no-max"), (-1e4, "max-with-zero")):
            _require_finite(_call(function, params | {"b2": params["b2"] + offset}, X, y), slip, slip)
    with report.step("logits 2000 apart: neither loss nor gradients overflow"), np.errstate(all="ignore"):
        _require_finite(
            _call(function, *_with_logits(rng, np.array([[-2000.0, 0.0, -1000.0]]))), "log-of-zero", "0-times-inf"
        )

    right_loss = not report.failed
    seen: dict[Shape, Measured] = {}
    found: dict[Shape, dict[Pieces, Arrays]] = defaultdict(dict)

    def measured(size: Shape) -> Measured:
        if size not in seen:
            given = _network(rng, *size)
            answers = _call(function, *given)[1]
            seen[size] = given, {name: _measured_gradient(function, *given, name) for name in NAMES}, answers
        return seen[size]

    @cache
    def all_ways() -> tuple[Variant, ...]:
        return tuple(network_gradient_variants(_pieces(function, report)))

    def ways_to_descend() -> Iterator[Variant]:
        yield from sorted(
            all_ways(), key=lambda way: way.slips != tuple(report.slips)
        )  # first what explained another gradient

    for name in NAMES:

        def sample(size: Shape, name: str = name) -> Sample:
            (params, X, y), truths, answers = measured(size)
            return Sample(Network(params, X, y, name, truths[name], found[size]), truths[name], answers.get(name))

        with report.step(f"the gradient of {name}, against differences of your loss"):
            if not right_loss:
                raise Wrong("not measured: the loss comes first")
            with _exchanged(seen):
                require_shapes(sample, SIZES, ways_to_descend, SQUARE_SIZES)


def _require_finite(answer: tuple[Answer, dict[str, Answer]], of_loss: str, of_gradients: str) -> None:
    """Neither the loss nor a gradient holds nan or inf; otherwise `Wrong`, with the slip of what does."""
    loss, gradients = answer
    if not np.isfinite(loss):
        raise Wrong("the loss is not finite", [of_loss])
    for name, values in gradients.items():
        if not np.isfinite(np.asarray(values, dtype=float)).all():
            raise Wrong(f"the gradient of {name} is not finite", [of_gradients])


def _measured_gradient(function: Callable, params: Arrays, X: np.ndarray, y: np.ndarray, name: str) -> np.ndarray:
    """The gradient of the student's loss, by differences."""
    return gradient(lambda values: float(function(params | {name: values}, X.copy(), y.copy())[0]), params[name])


@contextmanager
def _exchanged(seen: dict[Shape, Measured]) -> Iterator[None]:
    """Explains what fails inside without a slip, if all gradients are right and some stand in each other's place.

    ``seen`` holds tuples (what was given, truths, answers).
    """
    try:
        yield
    except Wrong as wrong:
        right = [
            any(mismatch(a, t, RTOL) is None for t in truths.values())
            for _, truths, answers in seen.values()
            for a in answers.values()
        ]
        slips = wrong.slips or (["exchanged"] if right and all(right) else ())
        raise Wrong(str(wrong), slips, wrong.details) from wrong.__cause__


def _pieces(function: Callable, report: Report) -> Pieces:
    """What a right network is made of: the student's layers, once they pass their checks, and a measured softmax."""

    @cache
    def slopes(shape: tuple[int, int], values: bytes) -> np.ndarray:
        z = np.frombuffer(values).reshape(shape)
        return rowwise_jacobian(lambda z: np.logaddexp.reduce(z, axis=1, keepdims=True), z)[:, 0]

    def softmax(z: np.ndarray) -> np.ndarray:
        """Softmax is the derivative of log-sum-exp."""
        return slopes(z.shape, np.ascontiguousarray(z, dtype=np.float64).tobytes())

    checks = (linear_forward, relu_forward, linear_backward, relu_backward)
    layers = {check.__name__: passed(function, check.__name__, check, report) for check in checks}
    return Pieces(
        layers["linear_forward"],
        layers["relu_forward"],
        softmax,
        lambda Z2, y: -(y * np.log(softmax(Z2))).sum() / len(y),
        lambda Z2, y: (softmax(Z2) - y) / len(y),
        layers["linear_backward"],
        layers["relu_backward"],
    )


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


def _network(rng: np.random.Generator, n: int, d: int, m: int, c: int) -> tuple[Arrays, np.ndarray, np.ndarray]:
    shapes = dict(zip(NAMES, ((d, m), (m,), (m, c), (c,))))
    return (
        {name: rng.normal(size=shape) for name, shape in shapes.items()},
        rng.normal(size=(n, d)),
        np.eye(c)[np.arange(n) // 2 % c],
    )


def _with_logits(rng: np.random.Generator, z: np.ndarray) -> tuple[Arrays, np.ndarray, np.ndarray]:
    """A network, inputs and targets that lead to the logits z: a hidden unit a row hands on 1, and two more are off."""
    n, c = z.shape
    b2 = rng.normal(size=(c,))
    W1, W2 = np.hstack([np.eye(n), -rng.uniform(1, 2, size=(n, 2))]), np.vstack([z - b2, rng.normal(size=(2, c))])
    return {"W1": W1, "b1": np.zeros(n + 2), "W2": W2, "b2": b2}, np.eye(n), np.eye(c)[np.arange(n) // 2 % c]


def _call(function: Callable, params: Arrays, X: np.ndarray, y: np.ndarray) -> tuple[Answer, dict[str, Answer]]:
    """A loss that is one number, and the gradients."""
    loss, gradients = _pair(function, params, X, y)
    if problem := not_real_numbers(loss, ()):
        raise Wrong(f"the loss: {problem}")
    return loss, gradients


def _pair(function: Callable, params: Arrays, X: np.ndarray, y: np.ndarray) -> tuple[Answer, dict[str, Answer]]:
    """The loss and the gradients, for copies; `Wrong` if they are no such pair, or if the parameters are changed."""
    given = {name: values.copy() for name, values in params.items()}
    answer = call(function, given, X, y)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2 or not isinstance(answer[1], dict):
        raise Wrong(
            f"it returns {_what(answer)}; the loss and a dict of gradients are expected",
            ["no-return"] if answer is None else (),
        )
    if given.keys() != params.keys() or any(not np.array_equal(given[name], params[name]) for name in params):
        raise Wrong("it changes the parameters that it was given", ["mutates-input"])
    return answer[0], answer[1]


def _array(answer: Answer, shape: Shape) -> np.ndarray:
    if problem := not_real_numbers(answer, shape):
        raise Wrong(problem, ["no-return"] if answer is None else ())
    return np.asarray(answer)


def _what(answer: Answer) -> str:
    return "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"
