"""Local checks of problem set 3, *The Jacobian*.

Nothing here knows the answers. `log_softmax_forward` is held to probabilities known beforehand. Everything else is
measured with central differences of the student's own `log_softmax_forward`, once that has passed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import (
    known_softmax,
    measured_product,
    passed,
    require_equal,
    require_row_sums,
    require_samples,
    require_shape,
    require_shapes,
)
from missingsum.comparison import Shape
from missingsum.diagnosis import Sample
from missingsum.numeric import rowwise_jacobian
from missingsum.variants import (
    Case,
    Product,
    batch_jacobian_variants,
    integer_array_variants,
    log_softmax_backward_variants,
    log_softmax_forward_variants,
    mse_softmax_variants,
    product_variants,
)

SHAPES = ((3, 5), (5, 4))


@local_check
def log_softmax_forward(function: Callable, report: Report) -> None:
    """Check ``log_softmax_forward(z)``: (n, c) → (n, c), ln s for the logits z = ln s + a number for each row."""
    rng = np.random.default_rng(1)

    def sample(shape: Shape) -> Sample:
        z, s = known_softmax(rng, shape)
        return Sample(Case(np.log(s), s=s, z=z), np.log(s), call(function, z))

    with report.step("logits ln s + a number: the answer is ln s"):
        require_shapes(sample, SHAPES, log_softmax_forward_variants)
    with report.step("the exponentials of each row sum to 1"), np.errstate(all="ignore"):
        z, _ = known_softmax(rng, SHAPES[0])
        log_s = call(function, z)
        require_shape(log_s, z.shape)
        require_row_sums(np.exp(log_s))
    far = np.log(np.array([[1, 3.0]]) / 4)
    with report.step("logits of any size"), np.errstate(all="ignore"):
        for z, truth, slip in (
            (np.vstack([far + 400, far - 400]), np.vstack([far, far]), "max-of-all"),
            (np.column_stack([far, [-2000.0]]), np.column_stack([far, [-2000.0]]), "log-of-zero"),
            (far + 1000, far, "no-max"),
            (far - 1e4, far, "max-with-zero"),
        ):
            require_equal(call(function, z), truth, not_finite=slip)
    with report.step("logits that are whole numbers"):
        samples = []
        for z in (np.array([[3, 1, 0, -2]]), np.array([[2, 2, 5, 0, 1]])):
            as_floats = call(function, z.astype(float))
            require_shape(as_floats, z.shape)
            samples.append(Sample(Case(as_floats), as_floats, call(function, z)))
        require_samples(samples, integer_array_variants())


@local_check
def log_softmax_backward(function: Callable, report: Report) -> None:
    """Check ``log_softmax_backward(z, g)``: (n, c), the vector-Jacobian product of log_softmax_forward."""
    forward = passed(function, "log_softmax_forward", log_softmax_forward, report)

    def softmax(z: np.ndarray) -> np.ndarray:
        return np.exp(forward(z))

    rng = np.random.default_rng(2)

    def sample(shape: Shape) -> Sample:
        z, g = rng.normal(size=shape), rng.normal(size=shape)
        truth = measured_product(forward, z, g)
        return Sample(Case(truth, s=softmax(z), z=z, g=g), truth, call(function, z, g))

    with report.step("a batch, random g, against central differences"):
        require_shapes(sample, SHAPES, lambda: log_softmax_backward_variants(softmax))
    _large_logits(
        report,
        function,
        lambda z: np.ones_like(z) + np.arange(z.shape[1]),
        lambda z, g: measured_product(forward, z, g),
    )


@local_check
def softmax_jacobian(function: Callable, report: Report) -> None:
    """Check ``softmax_jacobian(s)``: (n, c) → (n, c, c), the Jacobian of exp(log_softmax_forward(z))."""
    softmax = _passed_softmax(function, report)
    rng = np.random.default_rng(3)
    with report.step("a batch, against central differences"):
        rows = [_product(softmax, rng, shape) for shape in SHAPES]
        samples = [Sample(row, row.jacobian, call(function, row.output)) for row in rows]
        require_samples(samples, batch_jacobian_variants())
    with report.step("a class of probability 0: no nan"), np.errstate(all="ignore"):
        without = call(function, np.array([[0.25, 0.75]]))
        require_shape(without, (1, 2, 2))
        require_equal(call(function, np.array([[0.25, 0.75, 0.0]])), np.pad(without, ((0, 0), (0, 1), (0, 1))))


@local_check
def softmax_backward_jacobian(function: Callable, report: Report) -> None:
    """Check ``softmax_backward_jacobian(s, g)``: (n, c), the vector-Jacobian product of exp(log_softmax_forward(z))."""
    _check_product(function, report)


@local_check
def softmax_backward(function: Callable, report: Report) -> None:
    """Check ``softmax_backward(s, g)``: (n, c), the same, in time proportional to c."""
    _check_product(function, report)
    with report.step("16 times the classes take about 16 times as long, not 256 times"):
        if report.failed:
            raise Wrong("not measured: see above")
        growth = _growth(function)
        if growth > 64:
            raise Wrong(f"from 256 to 4096 classes the time grows {growth:.0f} times", ["forms-the-jacobian"])


@local_check
def mse_softmax_backward(function: Callable, report: Report) -> None:
    """Check ``mse_softmax_backward(z, y)``: dL/dz of L = (1/n) Σ ½ (s - y)², with s = exp(log_softmax_forward(z))."""
    softmax = _passed_softmax(function, report)
    rng = np.random.default_rng(5)

    def product(z: np.ndarray, y: np.ndarray) -> Product:
        s = softmax(z)
        return Product(rowwise_jacobian(softmax, z), s, (s - y) / len(z), z)

    def sample(shape: Shape) -> Sample:
        z, y = rng.normal(size=shape), rng.uniform(0.1, 1.5, size=shape)
        row = product(z, y)
        return _summed(Sample(row, row.value, call(function, z, y)))

    with report.step("a batch, against central differences"):
        require_shapes(sample, SHAPES, lambda: mse_softmax_variants(softmax))
    _large_logits(report, function, lambda z: np.full_like(z, 0.4), lambda z, y: product(z, y).value)


def _passed_softmax(function: Callable, report: Report) -> Callable[[np.ndarray], np.ndarray]:
    forward = passed(function, "log_softmax_forward", log_softmax_forward, report)
    return lambda z: np.exp(forward(z))


def _product(softmax: Callable, rng: np.random.Generator, shape: Shape) -> Product:
    z = rng.normal(size=shape)
    return Product(rowwise_jacobian(softmax, z), softmax(z), rng.normal(size=shape))


def _check_product(function: Callable, report: Report) -> None:
    softmax = _passed_softmax(function, report)
    rng = np.random.default_rng(4)

    def sample(shape: Shape) -> Sample:
        row = _product(softmax, rng, shape)
        return _summed(Sample(row, row.value, call(function, row.output, row.upstream)))

    with report.step("a batch, random g, against central differences"):
        require_shapes(sample, SHAPES, product_variants)
    with report.step("a class of probability 0: no nan"), np.errstate(all="ignore"):
        s, g = np.array([[0.25, 0.75, 0.0]]), np.array([[2.0, -1.0, 3.0]])
        without = call(function, s[:, :2], g[:, :2])
        require_shape(without, (1, 2))
        require_equal(call(function, s, g), np.pad(without, ((0, 0), (0, 1))))


def _summed(sample: Sample) -> Sample:
    """The sample, unless its answer is the products g_i J_ij before they are added up."""
    answer, row = sample.answer, sample.data
    if isinstance(answer, np.ndarray) and answer.shape == row.jacobian.shape:
        for terms in (row.upstream[:, :, None] * row.jacobian, row.upstream[:, None, :] * row.jacobian):
            if np.allclose(answer, terms, rtol=0, atol=1e-7):
                raise Wrong(
                    f"its shape is {answer.shape}; a NumPy array of shape {sample.truth.shape} is expected",
                    ["elementwise-with-J"],
                )
    return sample


def _large_logits(report: Report, function: Callable, second: Callable, truth: Callable) -> None:
    with report.step("logits of any size, against central differences"), np.errstate(all="ignore"):
        for row, slip in (
            ([0.0, 1.0, -2000.0], ""),
            ([1000.0, 1001.0, 999.5], "no-max"),
            ([-9999.0, -1e4, -10000.5], "max-with-zero"),
        ):
            z = np.array([row])
            require_equal(call(function, z, second(z)), truth(z, second(z)), not_finite=slip)


def _growth(function: Callable) -> float:
    """How many times as long 16 times the classes take: the fastest of several calls, lest other work count."""
    inputs = [(np.full((1, c), 1 / c), np.linspace(-1, 1, c)[None]) for c in (256, 4096)]
    fastest, growth = [np.inf, np.inf], np.inf
    begin = time.perf_counter()
    while growth > 64 and time.perf_counter() - begin < 0.3:
        for size, (s, g) in [*enumerate(inputs[:1])] * 5 + [*enumerate(inputs)]:
            started = time.process_time()  # in which sleeping takes none
            call(function, s, g)
            fastest[size] = min(fastest[size], time.process_time() - started)
        growth = fastest[1] / fastest[0]
    return growth
