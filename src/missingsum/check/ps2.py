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
    explained_by,
    explained_where_shapes_fit,
    number,
    passed,
    require,
    require_equal,
    require_row_sums,
    require_samples,
    require_shape,
)
from missingsum.diagnosis import Family, Sample, Variant, find
from missingsum.explain import recipes
from missingsum.explain.finding import Finding
from missingsum.questions import Input, Known, ps2
from missingsum.variants.language import KEEPDIMS_LOST


@local_check
def softmax_forward(function: Callable, report: Report) -> None:
    """Check ``softmax_forward(z)``: z (n, c) → (n, c), each row positive, of sum 1, with ln(s_i/s_j) = z_i - z_j."""
    rng = np.random.default_rng(1)
    question = ps2.SOFTMAX_FORWARD
    z = question.inputs["batch"](rng)[0].arguments[0]

    def sample(made: Input) -> Sample:
        s = np.exp(made.made_of)
        return Sample((*made.arguments, s), s, call(function, *made.arguments))

    def lost_axes() -> list[Variant]:
        return [Variant(("keepdims-lost",), lambda data, of=of: of(*data)) for of in KEEPDIMS_LOST]

    def found() -> Finding:
        """What explains the answers where the probabilities are known."""
        try:
            samples = [sample(made) for made in question.inputs["batch"](np.random.default_rng(1))]
        except Wrong:
            return Finding()
        return find(samples, Family(list, recipes.softmaxes))

    with report.step("each row is positive and sums to 1"), explained_by(found):
        with explained_where_shapes_fit(sample, lost_axes, question.inputs["square"](rng)):
            s = call(function, z)
        require_shape(s, z.shape)
        require_row_sums(s)
    with report.step("ln(s_i / s_j) is z_i - z_j"), explained_by(found):
        s = call(function, z)
        require_shape(s, z.shape)
        if np.min(s) <= 0:
            raise Wrong(f"an entry of s is {np.min(s):.3g}; all must be positive for logits of this size")
        require_equal(np.log(s) - np.log(s[:, :1]), z - z[:, :1], rtol=1e-11)
    with report.step("logits of any size: 1000, -1000 and 10000"):
        for kind in ("any size", "rows apart"):
            require(function, question, kind, rng, lambda made: np.exp(made.made_of), rtol=1e-9)


@local_check
def softmax_partial(function: Callable, report: Report) -> None:
    """Check ``softmax_partial(s, i, j)``: one number, ∂s_i/∂z_j for one example s (c,)."""
    known = _measured(function, report)
    question, samples = ps2.SOFTMAX_PARTIAL, []
    with report.step("one number for each i and j"):
        for made in question.inputs["batch"](np.random.default_rng(3)):
            [s] = made.arguments
            row, c = question.data(known, None, s), len(s)
            answers = [number(call(function, s, i, j)) for i in range(c) for j in range(c)]
            samples.append(Sample(row, row.jacobian[0], np.reshape(answers, (c, c))))
    for name, pick in (("i = j", np.eye), ("i ≠ j", lambda c: 1 - np.eye(c))):
        with report.step(f"∂s_i/∂z_j where {name}, against central differences"):
            if not samples:
                raise Wrong("not measured: see above")
            for sample in samples:
                asked = pick(len(sample.truth)) == 1
                if problem := difference(np.where(asked, sample.answer, 0), np.where(asked, sample.truth, 0)):
                    raise Wrong(problem, find(samples, question.variants(known)))


@local_check
def dL_dz_entry(function: Callable, report: Report) -> None:
    """Check ``dL_dz_entry(s, y, j)``: one number, ∂L/∂z_j of L = -Σ_k y_k ln s_k for one example, any y ≥ 0."""
    known = _measured(function, report)
    question, rng = ps2.DL_DZ_ENTRY, np.random.default_rng(3)
    for name, kind in (("one-hot y", "one-hot"), ("any y, of any sum", "any")):
        with report.step(f"{name}, against central differences"):
            samples = []
            for made in question.inputs[kind](rng):
                s, y = made.arguments
                row = question.data(known, None, s, y)
                answers = [number(call(function, s, y, j)) for j in range(len(s))]
                samples.append(Sample(row, row.value[0], np.array(answers)))
            require_samples(samples, question.variants(known))


@local_check
def missing_part(function: Callable, report: Report) -> None:
    """Check ``missing_part(s, y)``: (c,), dL/dz of one example minus its i = j term, y any non-negative targets."""
    known = _measured(function, report)
    rng = np.random.default_rng(3)

    def truth(made: Input) -> np.ndarray:
        return ps2.MISSING_PART.data(known, None, *made.arguments).missing_part[0]

    for name, kind in (("one-hot y", "one-hot"), ("any y, of any sum", "any")):
        with report.step(f"{name}, against central differences"):
            require(function, ps2.MISSING_PART, kind, rng, truth, known)


@local_check
def softmax_backward(function: Callable, report: Report) -> None:
    """Check ``softmax_backward(s, g)``: s, g (n, c) → (n, c), the vector-Jacobian product Σ_i g_i ∂s_i/∂z_j by row."""
    known = _measured(function, report)
    question, rng = ps2.SOFTMAX_BACKWARD, np.random.default_rng(5)

    def truth(made: Input) -> np.ndarray:
        return question.data(known, None, *made.arguments).value

    with report.step("batches of shape (4, 7) and (5, 3), random g, against central differences"):
        require(function, question, "batch", rng, truth, known)
    with report.step("single rows, random g, against central differences"):
        require(function, question, "single rows", rng, truth, known)
    with report.step("a class of probability 0"):
        require(function, question, "absent", rng, truth, known)


def _measured(function: Callable, report: Report) -> Known:
    """The student's softmax, and its Jacobian by differences."""
    return Known.measured(passed(function, "softmax_forward", softmax_forward, report))
