"""Local checks of problem set 2, *The missing sum*.

Nothing here knows the answers. `softmax_forward` is held to what defines it. The derivatives are measured with central
differences of the student's own `softmax_forward`, once that has passed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import (
    difference,
    explained_where_shapes_fit,
    known_softmax,
    passed,
    require_equal,
    require_row_sums,
    require_samples,
    require_shape,
    require_shapes,
)
from missingsum.comparison import Shape, not_real_numbers
from missingsum.diagnosis import Sample, Variant, find
from missingsum.numeric import rowwise_jacobian
from missingsum.variants import (
    Product,
    jacobian_variants,
    missing_part_variants,
    product_variants,
    total_derivative_variants,
)
from missingsum.variants.language import KEEPDIMS_LOST


@local_check
def softmax_forward(function: Callable, report: Report) -> None:
    """Check ``softmax_forward(z)``: z (n, c) → (n, c), each row positive, of sum 1, with ln(s_i/s_j) = z_i - z_j."""
    rng = np.random.default_rng(1)
    z = rng.normal(size=(4, 6), scale=2)

    def sample(shape: Shape) -> Sample:
        z, s = known_softmax(rng, shape)
        return Sample((z, s), s, call(function, z))

    def lost_axes() -> list[Variant]:
        return [Variant(("keepdims-lost",), lambda data, of=of: of(*data)) for of in KEEPDIMS_LOST]

    with report.step("each row is positive and sums to 1"):
        with explained_where_shapes_fit(sample, lost_axes):
            s = call(function, z)
        require_shape(s, z.shape)
        require_row_sums(s)
    with report.step("ln(s_i / s_j) is z_i - z_j"):
        s = call(function, z)
        require_shape(s, z.shape)
        if np.min(s) <= 0:
            raise Wrong(f"an entry of s is {np.min(s):.3g}; all must be positive for logits of this size")
        require_equal(np.log(s) - np.log(s[:, :1]), z - z[:, :1], rtol=1e-11)
    big = np.array([[1000.0, 999.0, 998.0, 0.0], [-1000.0, -1001.0, -1002.0, -1003.0], [-1e4, 0.0, 1.0, 1e4]])
    with report.step("logits of any size: 1000, -1000 and 10000"), np.errstate(all="ignore"):
        s = call(function, big)
        require_shape(s, big.shape)
        _require_equal_big(s, big)


@local_check
def softmax_partial(function: Callable, report: Report) -> None:
    """Check ``softmax_partial(s, i, j)``: one number, ∂s_i/∂z_j for one example s (c,)."""
    forward = _passed_forward(function, report)
    samples = []
    with report.step("one number for each i and j"):
        for row in _examples(forward):
            c = row.output.shape[1]
            answers = [[call(function, row.output[0], i, j) for j in range(c)] for i in range(c)]
            for answer in (a for line in answers for a in line):
                if problem := not_real_numbers(answer, ()):
                    raise Wrong(problem)
            samples.append(Sample(row, row.jacobian[0], np.array(answers, dtype=np.float64)))
    for name, pick in (("i = j", np.eye), ("i ≠ j", lambda c: 1 - np.eye(c))):
        with report.step(f"∂s_i/∂z_j where {name}, against central differences"):
            if not samples:
                raise Wrong("not measured: see above")
            for sample in samples:
                asked = pick(len(sample.truth)) == 1
                if problem := difference(np.where(asked, sample.answer, 0), np.where(asked, sample.truth, 0)):
                    found = find(samples, jacobian_variants())
                    raise Wrong(problem, found.slips, found.details)


@local_check
def dL_dz_entry(function: Callable, report: Report) -> None:
    """Check ``dL_dz_entry(s, y, j)``: one number, ∂L/∂z_j of L = -Σ_k y_k ln s_k for one example, any y ≥ 0."""
    forward = _passed_forward(function, report)
    for name, targets in (("one-hot y", _one_hot), ("any y, of any sum", _any_targets)):
        rows = [_with_targets(row, targets) for row in _examples(forward)]
        with report.step(f"{name}, against central differences"):
            samples = []
            for row, y in rows:
                answers = [call(function, row.output[0], y, j) for j in range(len(y))]
                for answer in answers:
                    if problem := not_real_numbers(answer, ()):
                        raise Wrong(problem)
                samples.append(Sample(row, row.value[0], np.array(answers, dtype=np.float64)))
            require_samples(samples, total_derivative_variants())


@local_check
def missing_part(function: Callable, report: Report) -> None:
    """Check ``missing_part(s, y)``: (c,), dL/dz of one example minus its i = j term, y any non-negative targets."""
    forward = _passed_forward(function, report)
    for name, targets in (("one-hot y", _one_hot), ("any y, of any sum", _any_targets)):
        rows = [_with_targets(row, targets) for row in _examples(forward)]
        with report.step(f"{name}, against central differences"):
            samples = [
                Sample(row, (row.value - row.diagonal_term)[0], call(function, row.output[0], y)) for row, y in rows
            ]
            require_samples(samples, missing_part_variants())


@local_check
def softmax_backward(function: Callable, report: Report) -> None:
    """Check ``softmax_backward(s, g)``: s, g (n, c) → (n, c), the vector-Jacobian product Σ_i g_i ∂s_i/∂z_j by row."""
    forward = _passed_forward(function, report)
    rng = np.random.default_rng(5)
    seen: list[Sample] = []

    def sample(shape: Shape) -> Sample:
        seen.append(_backward_sample(function, forward, rng.normal(size=shape, scale=2), rng))
        return seen[-1]

    with report.step("a batch of shape (4, 7), random g, against central differences"):
        require_shapes(sample, ((4, 7), (4, 7)), product_variants)
    with report.step("a single row of shape (1, 5), random g, against central differences"):
        before = list(seen)
        require_samples([sample((1, 5)), sample((1, 5))], product_variants(), beside=before)
    with report.step("a class of probability 0"), np.errstate(all="ignore"):
        absent = np.array([[0.5, -0.3, -800.0]])
        require_samples([_backward_sample(function, forward, absent, rng)], product_variants(), beside=seen)


def _backward_sample(function: Callable, forward: Callable, z: np.ndarray, rng: np.random.Generator) -> Sample:
    g = rng.normal(size=z.shape)
    row = Product(rowwise_jacobian(forward, z), np.asarray(forward(z)), g)
    return Sample(row, row.value, call(function, row.output, g))


def _passed_forward(function: Callable, report: Report) -> Callable[[np.ndarray], np.ndarray]:
    return passed(function, "softmax_forward", softmax_forward, report)


def _examples(forward: Callable) -> list[Product]:
    """Two single examples, with the numeric Jacobian of ``forward`` at random logits and no upstream gradient yet."""
    rng = np.random.default_rng(3)
    rows = []
    for c in (4, 5):
        z = rng.normal(size=(1, c))
        rows.append(Product(rowwise_jacobian(forward, z), np.asarray(forward(z)), np.zeros((1, c))))
    return rows


def _with_targets(row: Product, targets: Callable[[int], np.ndarray]) -> tuple[Product, np.ndarray]:
    y = targets(row.output.shape[1])
    return Product(row.jacobian, row.output, -y[None, :] / row.output), y


def _one_hot(c: int) -> np.ndarray:
    return np.eye(c)[1]


def _any_targets(c: int) -> np.ndarray:
    return np.linspace(0.3, 1.2, c)


def _require_equal_big(s: np.ndarray, z: np.ndarray) -> None:
    """Rows sum to 1 and the ratio of each entry to the largest is exp of the difference of their logits."""
    largest = z.argmax(axis=1)[:, None]
    if np.isfinite(s).all() and np.allclose(s.sum(axis=1), 1, atol=1e-9):
        ratio = s / np.take_along_axis(s, largest, axis=1)
        require_equal(ratio, np.exp(z - np.take_along_axis(z, largest, axis=1)))
        return
    finite = np.isfinite(s).all(axis=1)
    if finite.all():
        raise Wrong(f"the rows sum to {np.array2string(s.sum(axis=1), precision=4)}")
    row = int(np.argmin(finite))
    if row == 1:
        slip = "max-with-zero"
    else:  # where exponentials overflow, inf / inf stands beside 0 / inf; where all underflow, 0 / 0 is all there is
        slip = "max-of-all" if np.isnan(s[row]).all() else "no-max"
    raise Wrong(f"for the logits {z[row]} it gives {s[row]}", [slip])
