"""Local checks of problem set 7, *Attention*.

Nothing here knows the answers. Scores are made of probabilities that are known beforehand, and so P and o follow from
them; the product with softmax's Jacobian is held to differences of the student's own masked_softmax, and the gradients
to differences of the student's own attention_forward, once these have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from missingsum.check.report import Report, Wrong
from missingsum.check.running import call, local_check
from missingsum.check.shared import difference, example_of, explained_where_shapes_fit, passed, require, require_shape
from missingsum.comparison import parts_of
from missingsum.diagnosis import Sample, find
from missingsum.explain.facts import facts
from missingsum.explain.finding import Finding
from missingsum.numeric import gradient
from missingsum.questions import Input, Known, Question, ps7
from missingsum.questions.ps7 import BACKWARD_PARTS, FORWARD_PARTS
from missingsum.watching import tell_wrong

RTOL = 1e-7
RTOL32 = 5e-5
"""For answers to float32 inputs, as a share of the largest entry of all."""
LARGE = 1e-6
"""For scores around 10000, where right orders of summation differ by 1e-10 and truths are measured; of all, too."""


@local_check
def masked_softmax(function: Callable, report: Report) -> None:
    """Check ``masked_softmax(x, mask)``: x, mask (n, m) → (n, m); for scores ln P + a number it is P."""
    question, rng = ps7.MASKED_SOFTMAX, np.random.default_rng(71)

    def samples(kind: str, rng: np.random.Generator) -> tuple[Sequence[Input], list[Sample]]:
        inputs = question.inputs[kind](rng)
        with np.errstate(all="ignore"):
            return inputs, [sample(made) for made in inputs]

    def sample(made: Input) -> Sample:
        return Sample(question.data(None, made.made_of, *made.arguments), made.made_of, call(function, *made.arguments))

    def beside(kind: str) -> list[Sample]:
        """Answers for rows without keys, which tell apart what is the same where every row has some."""
        try:
            return samples("empty", np.random.default_rng(7))[1] if kind == "batch" else []
        except Wrong:
            return []

    def why(kind: str, inputs: Sequence[Input], found: list[Sample]) -> Finding:
        """Where ordinary answers are wrong as well, what explains these explains all."""
        if not inputs[0].name:
            return ps7.explained_weights(found, beside(kind), question.ways(kind, inputs, None))
        if report.failed_at_ordinary:
            return Finding()
        broken = ps7.not_finite(inputs, [[each] for each in found])
        return broken or find(found, question.ways(kind, inputs, None))

    def require_weights(kind: str, rtol: float = RTOL) -> None:
        with explained_where_shapes_fit(sample, lambda: question.variants(None), question.draw_instead(kind, rng)):
            inputs, found = samples(kind, rng)
        for made, each in zip(inputs, found):
            if problem := difference(each.answer, each.truth, rtol):
                raise Wrong(
                    f"{made.name}: {problem}" if made.name else problem,
                    why(kind, inputs, found),
                    facts(each.answer, each.truth),
                    None if made.name else example_of(function, inputs, found),
                    special=bool(made.name),
                    samples=found,
                )

    with report.step("with a mask: scores ln P + a number give P, and 0 where a key is hidden"):
        require_weights("batch")
    with report.step("without a mask"):
        require_weights("no mask")
    with report.step("a row without any True is 0"):
        require_weights("empty")
    with report.step("scores of any size, hidden ones too"):
        require_weights("any size", 1e-9)
    with report.step("float32 scores around 10000"), np.errstate(all="ignore"):
        for made in question.inputs["float32"](rng):
            if problem := difference(call(function, *made.arguments), made.made_of, 2e-5):
                raise Wrong(problem, special=True)


@local_check
def attention_forward(function: Callable, report: Report) -> None:
    """Check ``attention_forward(q, k, v, mask)`` → (o, p): for q and k with known scores it follows from these."""
    parts = Parts(
        report, function, ps7.ATTENTION_FORWARD, FORWARD_PARTS, _outputs_and_weights, np.random.default_rng(72)
    )
    with report.step("p, with a mask"):
        parts.require("batch", "p")
    with report.step("o, with a mask: the rows of v weighted by p"):
        parts.require("batch", "o")
    with report.step("without a mask"):
        parts.require("no mask", *FORWARD_PARTS)
    with report.step("a row without any True is 0"):
        parts.require("empty", *FORWARD_PARTS)
    with report.step("scores around 10000 and -10000"):
        parts.require("large", *FORWARD_PARTS, of_all=LARGE)
    with report.step("float32"):
        parts.require("float32", *FORWARD_PARTS, of_all=RTOL32)


@local_check
def scores_backward(function: Callable, report: Report) -> None:
    """Check ``scores_backward(p, dp)``: p, dp (n, m) → (n, m), against differences of your masked_softmax."""
    softmax = passed(function, "masked_softmax", masked_softmax, report)
    known = Known.measured(lambda x: np.asarray(softmax(x, None)))
    question, rng = ps7.SCORES_BACKWARD, np.random.default_rng(73)

    def truth(made: Input) -> np.ndarray:
        return question.data(known, None, *(a.astype(np.float64) for a in made.arguments)).value

    with report.step("random dp, some keys hidden, against differences of your masked_softmax"):
        require(function, question, "batch", rng, truth, known)
    with report.step("a row of zeros, and large dp where p is 0"):
        require(function, question, "empty", rng, truth, known)
    with report.step("a key of weight e^-45, whose dp is 0"):
        _require_right_so_far(report)
        for made in question.inputs["rare"](rng):
            (p, _), (rare, usual), rows = made.arguments, made.made_of, np.arange(len(made.arguments[0]))
            answer = call(function, *made.arguments)
            require_shape(answer, p.shape)
            wanted = truth(made)[rows, usual] * p[rows, rare] / p[rows, usual]
            _require_exact(answer[rows, rare], wanted)
    with report.step("float32"):
        require(function, question, "float32", rng, truth, known, rtol=2e-5)


@local_check
def delta(function: Callable, report: Report) -> None:
    """Check ``delta(o, do)``: o, do (n, e) → (n,), for o = P v the row sums of P ∘ dP, of P and dP that are known."""

    def truth(made: Input) -> np.ndarray:
        p, dp = made.made_of
        return np.einsum("nm,nm->n", p, dp)

    with report.step("o = P v of known P and v: the row sums of P ∘ dP, with dP = do vᵀ"):
        require(function, ps7.DELTA, "batch", np.random.default_rng(74), truth)


@local_check
def attention_backward(function: Callable, report: Report) -> None:
    """Check ``attention_backward(q, k, v, mask, do)`` → (dq, dk, dv), against differences of your attention_forward."""
    forward = passed(function, "attention_forward", attention_forward, report)

    def measured(made: Input) -> Sequence[np.ndarray]:
        q, k, v, mask, do = made.arguments
        return (
            gradient(lambda q: (do * forward(q, k, v, mask)[0]).sum(), q),
            gradient(lambda k: (do * forward(q, k, v, mask)[0]).sum(), k),
            gradient(lambda v: (do * forward(q, k, v, mask)[0]).sum(), v),
        )

    def not_moved(made: Input) -> Sequence[np.ndarray]:
        return measured(Input(made.made_of))

    def in_double(made: Input) -> Sequence[np.ndarray]:
        return measured(Input(tuple(a.astype(float) if a.dtype.kind == "f" else a for a in made.arguments)))

    def parts(truths: Callable[[Input], Sequence[np.ndarray]]) -> Parts:
        return Parts(report, function, ps7.ATTENTION_BACKWARD, BACKWARD_PARTS, truths, np.random.default_rng(75))

    ordinary, large, short = parts(measured), parts(not_moved), parts(in_double)
    for part in ("dv", "dk", "dq"):
        with report.step(f"{part}, with a mask, against differences of your attention_forward"):
            ordinary.require("batch", part)
    with report.step("without a mask"):
        ordinary.require("no mask", *BACKWARD_PARTS)
    with report.step("a row without any True"):
        ordinary.require("empty", *BACKWARD_PARTS)
    with report.step("scores moved by 10000 and -10000, which changes no gradient"):
        large.require("large", *BACKWARD_PARTS, of_all=LARGE)
    with report.step("dk of a key of weight e^-45, whose v is 0"):
        _require_right_so_far(report)
        for made in ps7.ATTENTION_BACKWARD["dk"].inputs["rare"](np.random.default_rng(76)):
            rare, usual = made.made_of
            dk = ordinary.samples(made)[BACKWARD_PARTS.index("dk")]
            p = np.asarray(forward(*made.arguments[:4])[1])
            require_shape(dk.answer, dk.truth.shape)
            _require_exact(dk.answer[rare], dk.truth[usual] * p[0, rare] / p[0, usual])
    with report.step("float32"):
        short.require("float32", *BACKWARD_PARTS, of_all=RTOL32)


def _require_right_so_far(report: Report) -> None:
    """What is wrong at ordinary inputs is wrong at a tiny weight as well, and says nothing of its own there."""
    if report.failed_at_ordinary:
        raise Wrong("not tried: see above", special=True)


def _require_exact(given: np.ndarray, wanted: np.ndarray) -> None:
    """Tiny numbers, each right by itself: whoever derived them gets all digits, and whoever measured them none."""
    off = ~(np.abs(given - wanted) <= 1e-6 * np.abs(wanted))
    if off.any():
        k = int(off.argmax())
        tell_wrong()
        raise Wrong(
            f"it gives {float(given[k]):.6g} there; it should be {float(wanted[k]):.6g}: inexact where a key has next "
            "to no weight: measured, clipped or rounded?",
            special=True,
        )


def _outputs_and_weights(made: Input) -> Sequence[np.ndarray]:
    p = made.made_of
    return np.asarray(sum(p[:, j, None] * row for j, row in enumerate(made.arguments[2].astype(float)))), p


@dataclass
class Parts:
    """A function that returns several arrays, of which one after the other is looked at; explained are all at once.

    ``truths`` gives the right arrays of an input, which are measured once.
    """

    report: Report
    function: Callable
    questions: Mapping[str, Question]
    names: Sequence[str]
    truths: Callable[[Input], Sequence[np.ndarray]]
    rng: np.random.Generator
    seen: dict[str, tuple[Sequence[Input], list[list[Sample]]]] = field(default_factory=dict)
    explained: dict[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.explainer = ps7.Explainer(self.questions)

    def samples(self, made: Input) -> list[Sample]:
        """Of each part one; `Wrong` if the answer has not as many."""
        question = self.questions[self.names[0]]
        truths = self.truths(made)
        answer = call(self.function, *made.arguments)
        if problem := ps7.no_parts(answer, self.names):
            raise Wrong(problem, ["no-return"] if answer is None else ())
        return [
            Sample(question.data(None, truth, *made.arguments), truth, given)
            for truth, given in zip(truths, parts_of(answer))
        ]

    def asked(self, kind: str) -> tuple[Sequence[Input], list[list[Sample]]]:
        """The inputs of this kind and what came of them, asked once."""
        if kind not in self.seen:
            question = self.questions[self.names[0]]
            inputs = question.inputs[kind](self.rng)
            others = question.draw_instead(kind, np.random.default_rng(7))
            with np.errstate(all="ignore"), self._explained_where_it_fits(others):
                self.seen[kind] = inputs, [self.samples(made) for made in inputs]
        return self.seen[kind]

    @contextmanager
    def _explained_where_it_fits(self, others: Sequence[Input]) -> Iterator[None]:
        """If the function raises inside, its answers to other inputs explain it."""
        try:
            yield
        except Wrong as wrong:
            if wrong.__cause__ is None:
                raise
            try:
                with np.errstate(all="ignore"):
                    found = self.explainer([self.samples(made) for made in others])
            except Wrong:
                found = Finding()
            raise Wrong(str(wrong), found) from wrong.__cause__

    def require(self, kind: str, *parts: str, of_all: float = 0.0) -> None:
        """These parts of all answers to inputs of this kind are right; otherwise `Wrong`.

        ``of_all`` is the share of an array's largest entry that its entries may be off by.
        """
        inputs, samples = self.asked(kind)
        for part in parts:
            number = self.names.index(part)
            for made, each in zip(inputs, samples):
                sample = each[number]
                rounding = of_all * np.abs(sample.truth).max()
                if problem := difference(sample.answer, sample.truth, RTOL, rounding):
                    found = self._found(kind, inputs, samples)
                    name = f"{made.name}: " if made.name else ""
                    which = f"{part}: " if len(parts) > 1 else ""
                    raise Wrong(
                        f"{name}{which}{problem}", found, facts(sample.answer, sample.truth), special=bool(made.name)
                    )

    def _found(self, kind: str, inputs: Sequence[Input], samples: list[list[Sample]]) -> Finding:
        if kind not in self.explained:
            if inputs[0].name and not self.report.failed_at_ordinary:
                self.explained[kind] = self.explainer.at_special(inputs, samples)
            else:
                self.explained[kind] = self.explainer(samples, kind != "batch", self._beside(kind))
        return self.explained[kind]

    def _beside(self, kind: str) -> list[list[Sample]]:
        """Answers for rows without keys, which tell apart what is the same where every row has some."""
        try:
            return self.asked("empty")[1] if kind == "batch" else []
        except Wrong:
            return []
