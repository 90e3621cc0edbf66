"""Hidden checks of problem set 7, *Attention*."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import reference
from autograder.extend import (
    RTOL,
    Assignment,
    Caller,
    Check,
    Failed,
    Finding,
    Input,
    Outcome,
    Problem,
    Question,
    Run,
    Sample,
    find,
    mismatch,
    parts_of,
    require_inputs_unchanged,
)
from autograder.extend.questions import ps7
from checks.agree import (
    KNOWN,
    agrees,
    agrees_and_keeps,
    ask,
    both,
    exact_for_the_impossible,
    require_exact,
    sample_of,
)

RTOL32 = 5e-5
"""For float32 and scores of size 10, as a share of the largest entry; right orders of summation differ by 5e-6."""
LARGE = 5e-9
"""For scores around ±10000, likewise; right orders differ by up to 8e-11."""
RTOL32_OF_ONE = 2e-5
"""For one product, and for masked_softmax at scores around 10000."""
KEPT = "one row, and the inputs stay as they are"
UNMASKED = "without a mask, and the inputs stay as they are"

Right = Callable[..., Sequence[np.ndarray]]


def weights_agree(kind: str) -> Run:
    """masked_softmax at inputs of this kind. Who is wrong at ordinary ones as well is told what explains these."""
    question = ps7.MASKED_SOFTMAX

    def samples(kind: str, call: Caller, rng: np.random.Generator) -> tuple[Sequence[Input], list[Sample]]:
        return ask(question, kind, rng, lambda made: sample_of(question, reference.masked_softmax, made, call), KNOWN)

    def run(call: Caller, rng: np.random.Generator) -> None:
        inputs, found = samples(kind, call, rng)
        for made, sample in zip(inputs, found):
            if problem := mismatch(sample.answer, sample.truth, RTOL):
                name = f"{made.name}: " if made.name else ""
                raise Failed(f"{name}{problem}.", why(call, inputs, found), samples=found)

    def why(call: Caller, inputs: Sequence[Input], found: list[Sample]) -> Finding:
        rng, ways = np.random.default_rng(7), question.ways(kind, inputs, KNOWN)
        try:
            if not inputs[0].name:
                return ps7.explained_weights(found, samples("empty", call, rng)[1], ways)
            ordinary = samples("batch", call, rng)[1]
        except Failed:
            return find(found, ways)
        if any(mismatch(each.answer, each.truth, RTOL) for each in ordinary):
            of_all = ps7.explained_weights(ordinary, samples("empty", call, rng)[1], question.variants(KNOWN))
            return of_all if of_all.fits is None or of_all.explains(found) else Finding()
        return ps7.not_finite(inputs, [[each] for each in found]) or find(found, ways)

    return run


def in_float32(question: Question, right: Callable[..., np.ndarray], rtol: float = RTOL32_OF_ONE) -> Run:
    """One array, for float32 inputs; the truth is that of the same numbers in float64."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        for made in question.inputs["float32"](rng):
            truth = right(*map(in_double, made.arguments))
            if problem := mismatch(call(question.function, *made.arguments).answer, truth, rtol):
                raise Failed(f"{made.name}: {problem}.")

    return run


def in_double(value: Any) -> Any:
    return value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def parts_agree(
    questions: Mapping[str, Question],
    right: Right,
    kind: str,
    parts: Sequence[str],
    *,
    of_all: float = 0.0,
    keeps: bool = False,
) -> Run:
    """These parts of what the function returns; what explains them is sought in all of its parts.

    ``of_all`` is the share of an array's largest entry that its entries may be off by: in a row that cancels, they are
    off by more than that of their own. With ``keeps`` the inputs must stay as they are, too.
    """
    names, question = tuple(questions), next(iter(questions.values()))

    def samples_of(made: Input, call: Caller) -> tuple[list[Sample], Any]:
        truths = right(*map(in_double, made.arguments))
        reply = call(question.function, *made.arguments)
        if problem := ps7.no_parts(reply.answer, names):
            raise Failed(f"{problem}.", ["no-return"] if reply.answer is None else ())
        data = question.data(None, truths, *made.arguments)
        return [Sample(data, truth, answer) for truth, answer in zip(truths, parts_of(reply.answer))], reply

    def run(call: Caller, rng: np.random.Generator) -> None:
        inputs = question.inputs[kind](rng)
        try:
            asked = [samples_of(made, call) for made in inputs]
        except Failed as failed:
            if failed.outcome is not Outcome.RAISED:
                raise
            raise Failed(str(failed), where_it_fits(call, rng, kind), failed.outcome) from None
        samples = [each for each, _ in asked]
        for made, each in zip(inputs, samples):
            for name in parts:
                sample = each[names.index(name)]
                if problem := mismatch(sample.answer, sample.truth, RTOL, of_all * np.abs(sample.truth).max()):
                    where = f"{made.name}, " if made.name else ""
                    raise Failed(f"{where}{name}: {problem}.", why(call, inputs, samples))
        for made, (_, reply) in zip(inputs, asked) if keeps else ():
            require_inputs_unchanged(reply, *made.arguments)

    def why(call: Caller, inputs: Sequence[Input], samples: list[list[Sample]]) -> Finding:
        """Where answers to ordinary inputs are wrong as well, what explains these."""
        explain = ps7.Explainer(questions, forward_is_wrong(call) if names == ps7.BACKWARD_PARTS else False)
        if kind == "batch":
            return explain(samples, beside=others(call, "empty"))
        ordinary = others(call, "batch")
        if any(mismatch(sample.answer, sample.truth, RTOL) for each in ordinary for sample in each):
            return explain(ordinary, True, others(call, "empty"))
        return explain.at_special(inputs, samples) if inputs[0].name else explain(samples, quickly=True)

    def others(call: Caller, kind: str) -> list[list[Sample]]:
        """Answers to inputs of another kind; none if there are none."""
        try:
            return [samples_of(made, call)[0] for made in question.inputs[kind](np.random.default_rng(7))]
        except Failed:
            return []

    def where_it_fits(call: Caller, rng: np.random.Generator, kind: str) -> Finding:
        """What its answers to inputs whose sizes are all the same say of a function that raises."""
        try:
            return ps7.Explainer(questions)([samples_of(made, call)[0] for made in question.draw_instead(kind, rng)])
        except Failed:
            return Finding()

    return run


def forward_is_wrong(call: Caller) -> bool:
    """Whether the student's own attention_forward is: a backward pass may build on it."""
    try:
        for made in ps7.ATTENTION_FORWARD["o"].inputs["batch"](np.random.default_rng(7)):
            answer = call("attention_forward", *made.arguments).answer
            truths = reference.attention_forward(*made.arguments)
            if ps7.no_parts(answer, ps7.FORWARD_PARTS) or any(mismatch(a, t, RTOL) for a, t in zip(answer, truths)):
                return True
    except Failed:
        return True
    return False


def exact_keys(call: Caller, rng: np.random.Generator) -> None:
    """dk of a key whose weight is about e^-45 in every row and whose v is 0: -P D alone, in the last digits."""
    for made in ps7.ATTENTION_BACKWARD["dk"].inputs["rare"](rng):
        answer = call("attention_backward", *made.arguments).answer
        if problem := ps7.no_parts(answer, ps7.BACKWARD_PARTS):
            raise Failed(f"{problem}.")
        truth = reference.attention_backward(*made.arguments)[1]
        try:
            require_exact(
                answer[1], truth, np.broadcast_to(np.arange(len(truth))[:, None] == made.made_of[0], truth.shape)
            )
        except Failed as failed:
            raise Failed(f"dk: {failed}") from None


MASKED = ps7.MASKED_SOFTMAX, reference.masked_softmax
SCORES = ps7.SCORES_BACKWARD, reference.scores_backward
DELTA = ps7.DELTA, reference.delta


def forward(kind: str, *parts: str, of_all: float = 0.0, keeps: bool = False) -> Run:
    return parts_agree(ps7.ATTENTION_FORWARD, reference.attention_forward, kind, parts, of_all=of_all, keeps=keeps)


def backward(kind: str, *parts: str, of_all: float = 0.0, keeps: bool = False) -> Run:
    return parts_agree(ps7.ATTENTION_BACKWARD, reference.attention_backward, kind, parts, of_all=of_all, keeps=keeps)


ASSIGNMENT = Assignment(
    "ps7_attention",
    (
        Problem(
            "masked_softmax",
            (
                Check("values, with a mask and without", 2, both(weights_agree("batch"), weights_agree("no mask"))),
                Check("a row without keys", 1, weights_agree("empty")),
                Check(
                    "scores to ±12000, hidden ones too, and float32",
                    2,
                    both(weights_agree("any size"), in_float32(*MASKED)),
                ),
                Check(KEPT, 1, agrees_and_keeps(*MASKED)),
            ),
        ),
        Problem(
            "attention_forward",
            (
                Check("p", 2, forward("batch", "p")),
                Check("o", 2, forward("batch", "o")),
                Check(UNMASKED, 1, forward("no mask", "o", "p", keeps=True)),
                Check("a row without keys", 1, forward("empty", "o", "p")),
                Check(
                    "scores around ±10000, and float32",
                    1,
                    both(forward("large", "o", "p", of_all=LARGE), forward("float32", "o", "p", of_all=RTOL32)),
                ),
            ),
        ),
        Problem(
            "scores_backward",
            (
                Check(
                    "values, random dp",
                    3,
                    both(
                        agrees(*SCORES),
                        exact_for_the_impossible(
                            reference.softmax_backward,
                            lambda z, g: (reference.softmax_forward(z), g),
                            function="scores_backward",
                        ),
                    ),
                ),
                Check("rows of zeros, and float32", 1, both(agrees(*SCORES, "empty"), in_float32(*SCORES))),
                Check(KEPT, 1, agrees_and_keeps(*SCORES)),
            ),
        ),
        Problem(
            "delta",
            (
                Check("values", 2, agrees(*DELTA)),
                Check(KEPT, 1, agrees_and_keeps(*DELTA)),
            ),
        ),
        Problem(
            "attention_backward",
            (
                Check("dv", 1, backward("batch", "dv")),
                Check("dq and dk", 3, both(backward("batch", "dq", "dk"), exact_keys)),
                Check(UNMASKED, 1, backward("no mask", *ps7.BACKWARD_PARTS, keeps=True)),
                Check("a row without keys", 1, backward("empty", *ps7.BACKWARD_PARTS)),
                Check(
                    "scores around ±10000, and float32",
                    1,
                    both(
                        backward("large", *ps7.BACKWARD_PARTS, of_all=LARGE),
                        backward("float32", *ps7.BACKWARD_PARTS, of_all=RTOL32),
                    ),
                ),
            ),
        ),
    ),
)
