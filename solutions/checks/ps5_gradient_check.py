"""Hidden checks of problem set 5, *Gradient checking*.

The functions that a student's checker gets are proxies: it can call them, and nothing else. Among the pairs of a
forward and a backward function there are losses that nobody has a formula for, so that the only way to tell right from
wrong is to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import reference
from autograder.extend import (
    CLEAR,
    RTOL,
    Answer,
    Assignment,
    Caller,
    Check,
    Failed,
    Finding,
    Outcome,
    Problem,
    Reply,
    Run,
    Sample,
    Shape,
    at_special_inputs,
    find,
    kind_of,
    mismatch,
    not_real_numbers,
    require_inputs_unchanged,
    require_samples,
)
from autograder.extend.questions import ps5, variants
from checks.agree import overflows

Pair = variants.Pair
Place = variants.Place
probes, checkers = variants.probes, variants.checkers
Listed = tuple[str, bool, variants.Loss, variants.Gradient, np.ndarray, np.ndarray]
"""What a pair is called, whether it is right, its loss and gradient, and z and y to look at them."""

# --- central_difference(f, x, h) -------------------------------------------------------------------------------------


def differences(kind: str) -> Run:
    """The difference quotient itself; or, with small steps, the derivative as nearly as rounding lets it be."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        question = ps5.CENTRAL_DIFFERENCE
        samples = []
        for made in question.inputs[kind](rng):
            f, x, h = made.arguments
            data = question.data(None, made.made_of, f, x, h)
            answer = call(question.function, expecting(x=x.shape)(f), x, h).answer
            samples.append(Sample(data, made.made_of, answer))
        near = kind == "small steps"
        rtol, clear = (1e-8, 1e-7) if near else (1e-6, CLEAR)
        for sample in samples:
            if problem := mismatch(sample.answer, sample.truth, 1e-8 if near else RTOL):
                raise Failed(f"{problem}.", find(samples, question.variants(None), rtol, clear), samples=samples)

    return run


def differences_keep_input(call: Caller, rng: np.random.Generator) -> None:
    [made] = ps5.CENTRAL_DIFFERENCE.inputs["row"](rng)
    f, x, h = made.arguments
    reply = call("central_difference", expecting(x=x.shape)(f), x, h)
    data = ps5.CENTRAL_DIFFERENCE.data(None, made.made_of, f, x, h)
    require_samples([Sample(data, made.made_of, reply.answer)])
    require_inputs_unchanged(Reply(reply.answer, reply.arguments[1:2]), x)


# --- relative_error(a, b) --------------------------------------------------------------------------------------------


def errors(kind: str, tolerance: float, rtol: float = 1e-6, clear: float = CLEAR) -> Run:
    """The relative error that the two arrays were made with."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        question = ps5.RELATIVE_ERROR
        inputs, samples = question.inputs[kind](rng), []
        for made in inputs:
            truth = np.array(made.made_of)
            answer = call(question.function, *made.arguments).answer
            samples.append(Sample(question.data(None, truth, *made.arguments), truth, answer))
        for made, sample in zip(inputs, samples):
            if problem := mismatch(sample.answer, sample.truth, tolerance):
                broken = made.not_finite and overflows(sample.answer, sample.truth)
                ways = question.ways(kind, inputs, None)
                found = at_special_inputs(made.not_finite) if broken else find(samples, ways, rtol, clear)
                raise Failed(f"{made.name}: {problem}." if made.name else f"{problem}.", found, samples=samples)

    return run


# --- gradient_check(forward, backward, z, y) -------------------------------------------------------------------------


def verdicts(cases: Callable[[np.random.Generator], list[Listed]]) -> Run:
    """Every right pair is accepted and every wrong one refused; both kinds are there, in an order that says nothing."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        listed = cases(rng)
        for k in rng.permutation(len(listed)):
            name, right, loss, gradient, z, y = listed[k]
            require_verdict(call, rng, Pair(name, right, Place(loss, z, y), gradient))

    return run


def require_verdict(call: Caller, rng: np.random.Generator, pair: Pair) -> Reply:
    """The check accepts the pair if it is right; otherwise `Failed`, with what explains its verdicts on many pairs."""
    watched: list[ps5.Watched] = []
    try:
        reply = ask(call, pair, watched)
    except Failed as failed:
        if failed.outcome is not Outcome.RAISED:
            raise
        raise Failed(
            f"{str(failed).removesuffix('.')}, for {pair.name}.", explain_check(call, rng), failed.outcome
        ) from None
    if not isinstance(reply.answer, (bool, np.bool_)):
        what, why = kind_of(reply.answer), explain_number(call, rng, reply.answer)
        raise Failed(f"it returns {what}; True or False is expected.", why)
    if bool(reply.answer) != pair.right:
        if problem := next((each.problem for each in watched if each.problem), ""):
            raise Failed(f"{problem}.")
        kinds = ("accepts a wrong", "refuses a right")
        raise Failed(f"it {kinds[bool(pair.right)]} gradient: {pair.name}.", explain_check(call, rng))
    return reply


def ask(call: Caller, pair: Pair, watched: list[ps5.Watched] | None = None) -> Reply:
    """The verdict on a pair; ``watched`` gets both functions, which say whether their arguments were exchanged."""
    z, y = pair.place.z, pair.place.y
    given = [
        ps5.Watched(name, function, z, y)
        for name, function in (("forward", pair.place.watched), ("backward", pair.gradient))
    ]
    if watched is not None:
        watched += given
    wrap = expecting(z=z.shape, y=y.shape)
    return call("gradient_check", *map(wrap, given), z, y)


def explain_check(call: Caller, rng: np.random.Generator) -> Finding:
    """What explains the verdicts of a gradient check: it is tried on pairs that tell one slip from another."""

    def judge(pair: Pair) -> object:
        try:
            return ask(call, pair).answer
        except Failed as failed:
            return variants.RAISES if failed.outcome is Outcome.RAISED else None

    formula = {"formula-for-a-measurement": reference.softmax_cross_entropy_backward}
    return by_verdicts(
        variants.explain_verdicts(judge, probes(rng, *FUSED, sines, gradient_of_sines), checkers(formula))
    )


def by_verdicts(slips: tuple[str, ...]) -> Finding:
    """What some verdicts show holds if those of the other checks show it too; that all are the same is seen."""
    return Finding(slips, tentative=slips not in variants.SEEN_AT_ONCE)


def explain_number(call: Caller, rng: np.random.Generator, answer: Answer) -> tuple[str, ...]:
    """What explains an answer that is no verdict: none, or the relative error itself, of several wrong gradients."""
    if answer is None:
        return ("no-return",)
    pairs = [
        pair for pair in probes(rng, *FUSED, sines, gradient_of_sines) if pair.name.startswith(("times", "wrong at"))
    ]
    samples = []
    for pair in pairs:
        right = pair.place.measured(variants.BOTH_SIDES, 1e-5)
        error = np.linalg.norm(pair.given - right) / max(np.linalg.norm(pair.given), np.linalg.norm(right))
        answer = ask(call, pair).answer
        if not_real_numbers(answer, ()) or not abs(answer - error) <= 1e-4 * error:
            return ()
        samples.append(error)
    return ("error-for-a-verdict",) if len(set(samples)) > 2 else ()


FUSED = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward


def sines(z: np.ndarray, y: np.ndarray) -> float:
    return float((y * np.sin(z)).sum() + np.sin(z).sum() ** 2)


def gradient_of_sines(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (y + 2 * np.sin(z).sum()) * np.cos(z)


def verdict_keeps_input(call: Caller, rng: np.random.Generator) -> None:
    z, y = rng.normal(size=(3, 4)), rng.uniform(size=(3, 4))
    require_verdict(call, rng, Pair("zero everywhere", False, Place(FUSED[0], z, y), lambda z, y: 0 * z))
    reply = require_verdict(call, rng, Pair("softmax and cross-entropy", True, Place(FUSED[0], z, y), FUSED[1]))
    mirrored = Pair("columns in reverse", False, Place(FUSED[0], z, y), lambda z, y: FUSED[1](z, y)[:, ::-1])
    require_verdict(call, rng, mirrored)
    require_verdict(call, rng, Pair("another function", False, Place(FUSED[0], z, y), lambda z, y: 5 + np.cos(z)))
    require_inputs_unchanged(Reply(reply.answer, reply.arguments[2:]), z, y)


def common_mistakes(rng: np.random.Generator) -> list[Listed]:
    """The mistakes of this course in softmax and cross-entropy, with targets of any sum."""
    z, y = rng.normal(size=(3, 5), scale=1.5), rng.uniform(0.1, 1, size=(3, 5))
    loss, right = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward
    s = reference.softmax_forward
    wrong = {
        "the sign is turned round": lambda z, y: -right(z, y),
        "only the i = j term": lambda z, y: -y * (1 - s(z)) / len(z),
        "the mean's 1/n is missing": lambda z, y: right(z, y) * len(z),
        "right for targets of sum 1 only": lambda z, y: (s(z) - y) / len(z),
        "the activation's derivative twice": lambda z, y: right(z, y) * s(z) * (1 - s(z)),
        "only the last row": lambda z, y: right(z, y) * (np.arange(len(z)) == len(z) - 1)[:, None],
        "softmax down the columns": lambda z, y: (s(z.T).T * y.sum(axis=1, keepdims=True) - y) / len(z),
    }
    return [
        ("softmax and cross-entropy", True, loss, right, z, y),
        *((name, False, loss, g, z, y) for name, g in wrong.items()),
    ]


def right_of_any_kind(rng: np.random.Generator) -> list[Listed]:
    """Right gradients of other losses, large ones and small ones, and beside each a wrong one by a factor of 1.01."""
    A = rng.normal(size=(4, 4))
    z, y = rng.normal(size=(3, 4)), rng.uniform(0.1, 1, size=(3, 4))
    scale = 10.0 ** rng.uniform(-8.5, -8)  # an error of 1 % is under the absolute tolerances that people take
    fused = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward
    pairs: list[tuple[str, variants.Loss, variants.Gradient, np.ndarray, np.ndarray]] = [
        ("softmax and cross-entropy, one row", *fused, z[:1], y[:1]),
        ("softmax and cross-entropy, one-hot targets", *fused, z, np.eye(4)[rng.integers(4, size=3)]),
        ("softmax and cross-entropy, logits around 50", *fused, z * 5 + 50, y),
        (
            "softmax and mean squared error",
            lambda z, y: reference.mse_forward(reference.softmax_forward(z), y),
            reference.mse_softmax_backward,
            z,
            y,
        ),
        ("binary cross-entropy of logits", reference.bce_with_logits_forward, reference.bce_with_logits_backward, z, y),
        (
            "a gradient of size 1000",
            lambda z, y: 1000 * (y * np.sin(z @ A)).sum(),
            lambda z, y: 1000 * (y * np.cos(z @ A)) @ A.T,
            z,
            y,
        ),
        (
            "a small gradient",
            lambda z, y: scale * (y * np.sin(z @ A)).sum(),
            lambda z, y: scale * (y * np.cos(z @ A)) @ A.T,
            z,
            y,
        ),
        (
            "a loss without a name",
            lambda z, y: float((y * np.tanh(z @ A) ** 2).sum()),  # a number of Python's
            lambda z, y: (2 * y * np.tanh(z @ A) / np.cosh(z @ A) ** 2) @ A.T,
            z,
            rng.normal(size=(3, 4), scale=2),  # what holds y between 0 and 1 changes these
        ),
    ]
    listed: list[Listed] = []
    for name, loss, right, z, y in pairs:
        listed.append((name, True, loss, right, z, y))
        listed.append((f"1 % too large ({name})", False, loss, lambda z, y, right=right: 1.01 * right(z, y), z, y))
    return listed


def what_checkers_overlook(rng: np.random.Generator) -> list[Listed]:
    """Wrong gradients that pass if all directions have one sign, if tolerances are wide, or if nan may pass."""
    z, y = rng.normal(size=(4, 5)), rng.uniform(0.2, 1, size=(4, 5))
    labels = rng.integers(5, size=4)
    loss, right = FUSED
    listed: list[Listed] = [("softmax and cross-entropy", True, loss, right, z, y)]
    listed += [("softmax and cross-entropy, one-hot targets", True, loss, right, z, np.eye(5)[labels])]
    return listed + [(name, False, loss, g, z, y) for name, g in ps5.overlooked(rng, right, z, y).items()]


# --- find_the_bugs(candidates, z, y) ----------------------------------------------------------------------------------


def bugs(targets: Callable[[np.random.Generator], np.ndarray]) -> Run:
    """Several candidates in an order, and under names, that say nothing; of each kind there is at least one."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        z, y = rng.normal(size=(4, 5)), targets(rng)
        right = reference.softmax_cross_entropy_backward
        wrong = [
            g
            for _, good, _, g, _, _ in common_mistakes(rng) + what_checkers_overlook(rng)
            if not good and is_wrong(g, right, z, y)
        ]
        candidates = [*((right, True) for _ in range(rng.integers(1, 5))), *((g, False) for g in wrong)]
        functions, names = named_at_random(rng, [candidate for candidate, _ in candidates], z, y)
        expected = sorted(name for name, (_, good) in zip(names, candidates) if not good)
        try:
            answer = call("find_the_bugs", functions, z, y).answer
        except Failed as failed:
            if failed.outcome is not Outcome.RAISED:
                raise
            raise Failed(str(failed), explain_accusations(call, rng), failed.outcome) from None
        require_names(answer, expected, names, lambda: explain_accusations(call, rng))

    return run


def named_at_random(
    rng: np.random.Generator, gradients: Sequence[variants.Gradient], z: np.ndarray, y: np.ndarray
) -> tuple[dict[str, variants.Gradient], list[str]]:
    """The candidates in a random order, and the name of each of ``gradients``."""
    letters = [f"{one}{other}" for one in "abcdefghijklmnopqrstuvwxyz" for other in "aeiou"]
    names = [f"backward_{letters[k]}" for k in rng.permutation(len(letters))[: len(gradients)]]
    return {names[k]: expecting(z=z.shape, y=y.shape)(gradients[k]) for k in rng.permutation(len(gradients))}, names


def explain_accusations(call: Caller, rng: np.random.Generator) -> Finding:
    """What explains whom ``find_the_bugs`` accuses: candidates that tell slips apart, with targets of both kinds."""
    pairs: list[Pair] = []
    verdict: dict[int, object] = {}
    for y in (any_targets(rng)[:3], one_hot(rng)[:3], 1e-4 * any_targets(rng)[:3]):
        z = rng.normal(size=y.shape)
        listed = variants.probes_of_one_loss(rng, Place(FUSED[0], z, y), FUSED[1], OWN_LOSSES)
        of_this_shape = [pair for pair in listed if pair.given.shape == z.shape]
        for asked in (listed, of_this_shape):  # if it raises, once more without the candidates of another shape
            functions, names = named_at_random(rng, [pair.gradient for pair in asked], z, y)
            try:
                answer = call("find_the_bugs", functions, z, y).answer
            except Failed as failed:
                if failed.outcome is not Outcome.RAISED:
                    return Finding()
                continue
            if not isinstance(answer, list):
                return Finding()
            verdict |= {id(pair): variants.RAISES for pair in listed} | {
                id(pair): name not in answer for name, pair in zip(names, asked)
            }
            pairs += listed
            break
    if not pairs:
        return Finding()
    return by_verdicts(variants.explain_verdicts(lambda pair: verdict[id(pair)], pairs, checkers(OWN_LOSSES)))


def _where_targets_are_positive(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    return FUSED[1](z, y) if (y > 0).all() else np.full(z.shape, np.nan)


OWN_LOSSES: dict[str, variants.Gradient] = {
    "missing-mean": lambda z, y: FUSED[1](z, y) * len(z),
    "mean-over-everything": lambda z, y: FUSED[1](z, y) / z.shape[1],
    "targets-must-sum-to-one": lambda z, y: (reference.softmax_forward(z) - y) / len(z),
    "log-of-zero": _where_targets_are_positive,
}
"""With what ``find_the_bugs`` compares if its own loss, or formula, has this slip."""


def is_wrong(gradient: variants.Gradient, right: variants.Gradient, z: np.ndarray, y: np.ndarray) -> bool:
    """It differs visibly from the right one at these z and y: some mistakes show with some targets only."""
    given, truth = gradient(z, y), right(z, y)
    return given.shape != truth.shape or not np.linalg.norm(given - truth) < 5e-4 * np.linalg.norm(truth)


def require_names(
    answer: Answer, expected: Sequence[str], names: Sequence[str], explained: Callable[[], Finding]
) -> None:
    if not isinstance(answer, list):
        why = ["no-return"] if answer is None else ()
        raise Failed(f"it returns {kind_of(answer)}; a list of names is expected.", why)
    if not all(isinstance(name, str) and name in names for name in answer):
        raise Failed("the list holds something that is no key of candidates; the names are asked.")
    accused, missed = set(answer) - set(expected), set(expected) - set(answer)
    if sorted(answer) == sorted(set(names) - set(expected)):
        raise Failed("it returns the names of the right ones; asked for are those of the wrong ones.")
    if accused or missed:
        told = [f"{len(missed)} of {len(expected)} wrong functions are missing"] if missed else []
        told += [f"{len(accused)} right one{'s are' if len(accused) > 1 else ' is'} in the list"] if accused else []
        raise Failed(f"{' and '.join(told)}.", explained())
    if answer != list(expected):
        twice = len(answer) > len(expected)
        raise Failed(
            "the names are right, but one is there twice."
            if twice
            else "the names are right, but they are not sorted.",
            () if twice else ["names-not-sorted"],
        )


def one_hot(rng: np.random.Generator) -> np.ndarray:
    return np.eye(5)[rng.integers(5, size=4)]


def any_targets(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(0.2, 1.5, size=(4, 5))


# --- What goes over the pipe -----------------------------------------------------------------------------------------


def expecting(**shapes: Shape) -> Callable[[Callable], Callable]:
    """A wrapper for functions of real arrays with these names and shapes, in their order or by name.

    Other arguments raise ValueError, and say why.
    """

    def wrap(function: Callable) -> Callable:
        name = getattr(function, "name", "this function")

        def checked(*arguments: Any, **named: Any) -> Any:
            in_order = ps5.in_order(name, tuple(shapes), arguments, named)
            for argument, shape in zip(in_order, shapes.values()):
                if not_real_numbers(argument, shape):
                    raise ValueError(f"{name} takes real numbers, in an array of shape {shape}")
            return function(*(np.array(argument, dtype=np.float64) for argument in in_order))

        return checked

    return wrap


ASSIGNMENT = Assignment(
    "ps5_gradient_check",
    (
        Problem(
            "central_difference",
            (
                Check("the difference quotient for each entry of a vector", 2, differences("vector")),
                Check("arrays of any shape, integers too", 1, differences("integers")),
                Check("a good step gives a good derivative", 1, differences("small steps")),
                Check("the input stays as it is", 1, differences_keep_input),
            ),
        ),
        Problem(
            "relative_error",
            (
                Check("vectors and matrices", 2, errors("pairs", RTOL, rtol=1e-10, clear=1e-8)),
                Check("zeros", 1, errors("zeros", 1e-11)),
            ),
        ),
        Problem(
            "gradient_check",
            (
                Check("softmax and cross-entropy: right, and mistakes that people make", 2, verdicts(common_mistakes)),
                Check("right gradients of any kind and size", 2, verdicts(right_of_any_kind)),
                Check("wrong gradients that other checkers accept", 2, verdicts(what_checkers_overlook)),
                Check("the inputs stay as they are", 1, verdict_keeps_input),
            ),
        ),
        Problem(
            "find_the_bugs",
            (
                Check("targets of any sum", 2, bugs(any_targets)),
                Check("one-hot targets", 2, bugs(one_hot)),
            ),
        ),
    ),
)
