"""Local checks of problem set 6, *A whole network*.

Forward functions are held to what defines them, backward functions to differences of the student's own forward
functions, once those have passed.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial

import numpy as np

from missingsum.check.report import Report, Wrong, after_unexplained
from missingsum.check.running import call, local_check
from missingsum.check.shared import (
    RTOL,
    difference,
    explained_where_shapes_fit,
    number,
    passed,
    require,
    require_equal,
    require_samples,
)
from missingsum.comparison import Answer, Shape, in_place_of_several, mismatch, not_real_numbers, parts_of
from missingsum.diagnosis import Family, Sample, Variant
from missingsum.differences import derivative
from missingsum.numeric import gradient, rowwise_jacobian
from missingsum.questions import Input, ps6
from missingsum.questions.ps6 import NAMES, PARTS
from missingsum.questions.training import (
    ACCURACY,
    LEARNED,
    SECONDS,
    SMALL,
    Unfit,
    require_learned,
    require_parameters,
)
from missingsum.variants import Arrays, Pieces, network_gradient_variants

Measured = tuple[Arrays, dict[str, Answer]]
"""The gradients by differences, and the student's, both by their names."""


@local_check
def linear_forward(function: Callable, report: Report) -> None:
    """Check ``linear_forward(X, W, b)``: (n, d), (d, m), (m,) → (n, m), linear in each row, one bias for all."""
    question = ps6.LINEAR_FORWARD
    X, W, b = question.inputs["batch"](np.random.default_rng(21))[0].arguments

    def sample(X: np.ndarray, W: np.ndarray, b: np.ndarray, truth: np.ndarray) -> Sample:
        return Sample(question.data(None, truth, X, W, b), truth, call(function, X, W, b))

    with report.step("with all weights 0, each row is b"):
        samples = [sample(X, 0 * W, part, np.tile(part, (4, 1))) for part in (b, 2 - b)]
        wrong = any(mismatch(each.answer, each.truth, 1e-9) for each in samples)
        beside = [sample(np.eye(5), W, part, W + part) for part in (b, 2 - b)] if wrong else []
        require_samples(samples, question.variants(None), 1e-9, beside=beside)
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
    seen: dict[Shape, Measured] = {}

    def measured(made: Input) -> Measured:
        """The gradients by differences, and the student's; measured once for each size."""
        X, W, g = made.arguments
        if g.shape not in seen:
            answer = call(function, X, W, g)
            if not isinstance(answer, (tuple, list)) or len(answer) != 3:
                raise Wrong(
                    f"it returns {in_place_of_several(answer)}; dX, dW, db are expected, in this order",
                    ["no-return"] if answer is None else (),
                )
            b = np.zeros(g.shape[1])
            truths = (
                gradient(lambda X: (g * forward(X, W, b)).sum(), X),
                gradient(lambda W: (g * forward(X, W, b)).sum(), W),
                gradient(lambda b: (g * forward(X, W, b)).sum(), b),
            )
            seen[g.shape] = dict(zip(PARTS, truths)), dict(zip(PARTS, parts_of(answer)))
        return seen[g.shape]

    def gradient_of(part: str, made: Input) -> np.ndarray:
        return measured(made)[0][part]

    def answer_for(part: str, made: Input) -> Answer:
        return measured(made)[1][part]

    for part in PARTS:
        with report.step(f"{part}, against differences of your linear_forward"), _exchanged(seen):
            question, rng = ps6.LINEAR_BACKWARD[part], np.random.default_rng(22)
            require(function, question, "batch", rng, partial(gradient_of, part), answer=partial(answer_for, part))


@local_check
def relu_forward(function: Callable, report: Report) -> None:
    """Check ``relu_forward(z)``: of a and a - z, where a is the result, neither is negative and one is 0."""
    inputs = [made.arguments[0] for made in ps6.RELU_FORWARD.inputs["batch"](np.random.default_rng(23))]
    z = inputs[0]
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
        for z in inputs[1:]:
            a = _array(call(function, z), z.shape)
            if ((a < 0) | (a < z) | (a != 0) & (a != z)).any():
                raise Wrong(f"of shape {z.shape}: for {z.tolist()} it gives {a.tolist()}")


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

    def measured(made: Input) -> np.ndarray:
        z, g = made.arguments
        slopes, _ = derivative(lambda t: np.asarray(forward(z + t)).ravel(), np.full(z.size, 1e-16))
        return g * slopes.reshape(z.shape)

    with report.step("random z and g, against differences of your relu_forward"):
        require(function, ps6.RELU_BACKWARD, "batch", rng, measured)
    with report.step("0 at z = 0"):
        z, g = ps6.RELU_BACKWARD.inputs["at zero"](rng)[0].arguments
        answer = np.where(z == 0, _array(call(function, z, g), z.shape), 0)
        if answer.any():
            raise Wrong(
                f"it gives {answer[answer != 0][0]:.6g} there",
                ["one-at-zero"] if np.array_equal(answer, np.where(z == 0, g, 0)) and not after_unexplained() else (),
            )


@local_check
def loss_and_gradients(function: Callable, report: Report) -> None:
    """Check ``loss_and_gradients(params, X, y)``: known losses, and gradients against differences of the loss."""
    rng = np.random.default_rng(25)
    of_loss = ps6.LOSS_AND_GRADIENTS["loss"]

    @cache
    def pieces() -> Pieces:
        return _pieces(function, report)

    def loss_of(made: Input) -> Answer:
        return _pair(function, *made.arguments)[0]

    def from_s(made: Input) -> float:
        return -(made.arguments[2] * made.made_of).sum() / len(made.made_of)

    with report.step("the loss: where the logits are known, it follows from them"):
        require(function, of_loss, "known logits", rng, from_s, pieces, answer=loss_of)
    with report.step("the loss: true classes of probability e^-60 and e^-70"):
        require(function, of_loss, "badly predicted", rng, from_s, pieces, answer=lambda made: number(loss_of(made)))
    params, X, y = of_loss.inputs["batch"](rng)[0].arguments
    with report.step("the loss: the same number added to all of b2 changes nothing"):
        other = params | {"b2": params["b2"] + 5}
        require_equal(_call(function, other, X, y)[0], np.array(float(_call(function, params, X, y)[0])))
    large = [*of_loss.inputs["rows apart"](rng), *of_loss.inputs["any size"](rng)]
    with report.step("logits of any size: the loss is right, and no gradient overflows"), np.errstate(all="ignore"):
        for made in large:
            _require_finite(function, made, np.array(from_s(made)))

    right_loss = not any(step.problem for step in report.steps if "gradient of" not in step.problem)
    seen: dict[Shape, Measured] = {}
    found: dict[Shape, dict[Pieces, Arrays]] = defaultdict(dict)

    def measured(made: Input) -> Measured:
        params, X, y = made.arguments
        size = y.shape
        if size not in seen:
            answers = _call(function, params, X, y)[1]
            truths = {name: _measured_gradient(function, params, X, y, name) for name in NAMES}
            seen[size] = truths, answers
        return seen[size]

    inputs, others = of_loss.inputs["batch"](rng), of_loss.draw_instead("batch", rng)
    for name in NAMES:

        def ways_to_descend(name: str = name) -> Iterable[Variant]:
            ways = cache(lambda: network_gradient_variants(pieces(), name, report.slips))
            return Family(lambda: ways().named(), lambda: ways().language())  # the layers count only in what is wrong

        def sample(made: Input, name: str = name) -> Sample:
            truths, answers = measured(made)
            network = ps6.LOSS_AND_GRADIENTS[name].data(None, truths[name], *made.arguments)
            return Sample(replace(network, found=found[made.arguments[2].shape]), truths[name], answers[name])

        with report.step(f"the gradient of {name}, against differences of your loss"):
            if not right_loss:
                raise Wrong("not measured: see above")
            with _exchanged(seen):
                with explained_where_shapes_fit(sample, ways_to_descend, others):
                    samples = [sample(made) for made in inputs]
                require_samples(samples, ways_to_descend())
    with report.step("logits of any size: the gradient of b2, against differences"), np.errstate(all="ignore"):
        if report.failed:
            raise Wrong("not measured: see above")
        for made in large:
            params, X, y = made.arguments
            measured_b2 = _measured_gradient(function, params, X, y, "b2")
            if problem := difference(_call(function, *made.arguments)[1]["b2"], measured_b2):
                raise Wrong(f"{made.name}: {problem}", special=True)


def _require_finite(function: Callable, made: Input, truth: np.ndarray) -> None:
    """A right loss, and finite gradients."""
    loss, gradients = _call(function, *made.arguments)
    if not np.isfinite(loss):
        raise Wrong(f"{made.name}: the loss is not finite", [made.not_finite])
    for name in NAMES:
        if problem := not_real_numbers(gradients[name], made.arguments[0][name].shape):
            raise Wrong(f"the gradient of {name}: {problem}")
        if not np.isfinite(gradients[name]).all():
            slip = "0-times-inf" if made.not_finite == "log-of-zero" else made.not_finite
            raise Wrong(f"{made.name}: the gradient of {name} is not finite", [slip])
    if problem := difference(loss, truth):
        raise Wrong(f"{made.name}: of the loss {problem}", special=True)


def _measured_gradient(function: Callable, params: Arrays, X: np.ndarray, y: np.ndarray, name: str) -> np.ndarray:
    """The gradient of the student's loss, by differences."""
    return gradient(lambda values: float(function(params | {name: values}, X.copy(), y.copy())[0]), params[name])


@contextmanager
def _exchanged(seen: dict[Shape, Measured]) -> Iterator[None]:
    """Explains what fails inside, if all gradients are right and some stand in each other's place."""
    try:
        yield
    except Wrong as wrong:
        right = [
            any(mismatch(a, t, RTOL) is None for t in truths.values())
            for truths, answers in seen.values()
            for a in answers.values()
        ]
        found = ["exchanged"] if right and all(right) else wrong.found
        raise Wrong(str(wrong), found, samples=wrong.samples) from wrong.__cause__


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
    """Check ``train(X, y, seed)``: trained on 1297 real digits, the network reads at least 93 % of the other 500."""
    layers = {
        check.__name__: passed(function, check.__name__, check, report) for check in (linear_forward, relu_forward)
    }

    def logits(params: Arrays, X: np.ndarray) -> np.ndarray:
        A = layers["relu_forward"](layers["linear_forward"](X, params["W1"], params["b1"]))
        return layers["linear_forward"](A, params["W2"], params["b2"])

    params, seconds, accuracy = None, 0.0, 0.0
    with report.step("W1, b1, W2 and b2, of shapes that fit"), _fit():
        for seed in (1, 2):  # who falls short is tried once more: no luck of a split or of a seed decides
            (X, y), (X_new, y_new) = _split(seed)
            started = time.process_time()
            answer = call(function, X, y, seed)
            seconds = time.process_time() - started
            require_parameters(answer, 64, 10)
            params = answer
            accuracy = np.mean(logits(params, X_new).argmax(axis=1) == y_new.argmax(axis=1))
            if accuracy >= ACCURACY:
                break
    with report.step(f"at least {ACCURACY:.0%} of 500 digits that it has not seen are read rightly".replace("%", " %")):
        _require_measured(params)
        if accuracy < ACCURACY:
            raise Wrong(f"{accuracy:.1%} are")
    with report.step("the biases are learned, and the outputs are those of softmax"), _fit():
        params = _require_measured(params if accuracy >= ACCURACY else None)
        require_learned(params, logits(params, X_new))
    with report.step(f"within {SECONDS} seconds"):
        _require_measured(params)
        if seconds > SECONDS:
            raise Wrong(f"it takes {seconds:.0f} s here")
    with report.step(f"the same seed gives the same network; trained on {SMALL} digits it reads {LEARNED:.0%}"), _fit():
        _require_measured(params)
        one, other = (call(function, X[:SMALL], y[:SMALL], 3) for _ in range(2))
        for each in (one, other):
            require_parameters(each, 64, 10)
        if any(not np.array_equal(one[name], other[name]) for name in NAMES):
            raise Wrong("two calls with the same seed give different networks", ["seed-not-used"])
        of_few = np.mean(logits(one, X_new).argmax(axis=1) == y_new.argmax(axis=1))
        if of_few < LEARNED:
            raise Wrong(f"trained on {SMALL} digits it reads {of_few:.1%} of 500 others")


def _split(seed: int) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """((X, y) to train on, (X, y) of 500 others)."""
    X, y = digits()
    rows = np.random.default_rng(seed).permutation(len(X))
    return (X[rows[500:]], y[rows[500:]]), (X[rows[:500]], y[rows[:500]])


def _require_measured(params: Arrays | None) -> Arrays:
    if params is None:
        raise Wrong("not measured: see above")
    return params


@contextmanager
def _fit() -> Iterator[None]:
    """What is unfit inside, as what is wrong with a step."""
    try:
        yield
    except Unfit as unfit:
        raise Wrong(str(unfit), unfit.slips) from None


def _call(function: Callable, params: Arrays, X: np.ndarray, y: np.ndarray) -> tuple[Answer, dict[str, Answer]]:
    """A loss that is one number, and the gradients."""
    loss, gradients = _pair(function, params, X, y)
    if missing := [name for name in NAMES if name not in gradients]:
        yours = ", ".join(map(repr, gradients)) or "none"
        raise Wrong(f"the dict of gradients has no key {missing[0]!r}; its keys are: {yours}")
    if problem := not_real_numbers(loss, ()):
        raise Wrong(f"the loss: {problem}")
    return loss, gradients


def _pair(function: Callable, params: Arrays, X: np.ndarray, y: np.ndarray) -> tuple[Answer, dict[str, Answer]]:
    """The loss and the gradients, for copies; `Wrong` if they are no such pair, or if the parameters are changed."""
    given = {name: values.copy() for name, values in params.items()}
    answer = call(function, given, X, y)
    if problem := ps6.no_pair(answer):
        raise Wrong(problem, ["no-return"] if answer is None else ())
    if given.keys() != params.keys() or any(not np.array_equal(given[name], params[name]) for name in params):
        raise Wrong("it changes the parameters that it was given", ["mutates-input"])
    return answer[0], dict(zip(answer[1], parts_of(list(answer[1].values()))))


def _array(answer: Answer, shape: Shape) -> np.ndarray:
    if problem := not_real_numbers(answer, shape):
        raise Wrong(problem, ["no-return"] if answer is None else ())
    return np.asarray(answer)
