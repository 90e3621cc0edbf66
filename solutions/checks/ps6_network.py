"""Hidden checks of problem set 6, *A whole network*."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

import reference
from autograder.extend import (
    RTOL,
    Answer,
    Assignment,
    Caller,
    Check,
    Failed,
    Finding,
    Input,
    Problem,
    Reply,
    Run,
    Sample,
    Shape,
    at_special_inputs,
    explains,
    find,
    in_place_of_several,
    mismatch,
    not_real_numbers,
    parts_of,
    require_inputs_unchanged,
    require_samples,
)
from autograder.extend.questions import ps6, training, variants
from checks.agree import RARE, Right, agrees, agrees_and_keeps, ask, both, overflows, require_agreement, require_exact

TRAINING_PATIENCE = 2
"""How many times the usual seconds a training may take."""

# --- The layers -------------------------------------------------------------------------------------------------------


def gradient_values(part: str) -> Run:
    """One of the three gradients, at two batches; the others are not looked at."""
    question, k = ps6.LINEAR_BACKWARD[part], ps6.PARTS.index(part)

    def run(call: Caller, rng: np.random.Generator) -> None:
        def sample(made: Input) -> Sample:
            answers = three(call("linear_backward", *made.arguments).answer)
            truths = reference.linear_backward(*made.arguments)
            if not near(answers[k], truths[k]) and sum(near(a, t) for a in answers for t in truths) == 3:
                exchanged.append(made)
            return Sample(question.data(None, truths[k], *made.arguments), truths[k], answers[k])

        exchanged: list[Input] = []
        with named(part, lambda: ["exchanged"] if len(exchanged) > 1 else ()):
            _, samples = ask(question, "batch", rng, sample, None)
            require_samples(samples, () if len(exchanged) > 1 else question.variants(None))

    return run


def near(answer: Answer, truth: np.ndarray) -> bool:
    return mismatch(answer, truth, RTOL) is None


def gradients_keep_inputs(call: Caller, rng: np.random.Generator) -> None:
    """Of one row, in which all averages are right."""
    [made] = ps6.LINEAR_BACKWARD["dX"].inputs["row"](rng)
    reply, truths = call("linear_backward", *made.arguments), reference.linear_backward(*made.arguments)
    answers = three(reply.answer)
    exchanged = all(any(near(a, t) for t in truths) for a in answers)
    for name, answer, truth in zip(ps6.PARTS, answers, truths):
        with named(name, lambda: ["exchanged"] if exchanged else ()):
            data = ps6.LINEAR_BACKWARD[name].data(None, truth, *made.arguments)
            require_samples([Sample(data, truth, answer)])
    require_inputs_unchanged(reply, *made.arguments)


def three(answer: Answer) -> Sequence[Answer]:
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        raise Failed(
            f"it returns {in_place_of_several(answer)}; dX, dW, db are expected, in this order.",
            ["no-return"] if answer is None else (),
        )
    return parts_of(answer)


@contextmanager
def named(name: str, otherwise: Callable[[], Sequence[str]] = tuple) -> Iterator[None]:
    """Whose answer it was, for what fails inside; ``otherwise()`` explains what nothing else does."""
    try:
        yield
    except Failed as failed:
        raise failed.of(name, failed.slips or otherwise()) from None


def of_any_shape(right: Right) -> Right:
    """The reference's function of entries, for arrays of any number of axes."""
    return lambda *arrays: right(*(array.ravel() for array in arrays)).reshape(arrays[0].shape)


def relu_at_zero(call: Caller, rng: np.random.Generator) -> None:
    """0 at 0, also at -0; entries of g that are inf or nan are not tried. The inputs stay as they are."""
    question = ps6.RELU_BACKWARD
    inputs = question.inputs["at zero"](rng)
    z, g = inputs[0].arguments
    reply, truth = call("relu_backward", z, g), reference.relu_backward(z, g)
    sample = Sample(question.data(None, truth, z, g), truth, reply.answer)
    require_samples([sample, sample], question.ways("at zero", inputs, None))
    require_inputs_unchanged(reply, z, g)


# --- loss_and_gradients(params, X, y) ---------------------------------------------------------------------------------


Given = tuple[variants.Arrays, np.ndarray, np.ndarray]
"""Parameters, inputs and targets."""

RIGHT = variants.Pieces(
    reference.linear_forward,
    reference.relu_forward,
    reference.softmax_forward,
    reference.softmax_cross_entropy_forward,
    reference.softmax_cross_entropy_backward,
    reference.linear_backward,
    reference.relu_backward,
)
LOSS = ps6.LOSS_AND_GRADIENTS["loss"]


def loss_sample(made: Input, loss: Answer) -> Sample:
    truth = np.array(RIGHT.loss_of(*made.arguments))
    return Sample(LOSS.data(RIGHT, truth, *made.arguments), truth, loss)


def losses_and_inputs(call: Caller, rng: np.random.Generator) -> None:
    """The loss of two networks; params, X and y stay as they are."""
    replies = []

    def sample(made: Input) -> Sample:
        reply = call("loss_and_gradients", *made.arguments)
        replies.append((reply, *made.arguments))
        return loss_sample(made, pair(reply.answer)[0])

    with named("the loss"):
        _, samples = ask(LOSS, "batch", rng, sample, RIGHT)
        require_samples(samples, LOSS.variants(RIGHT))
        apart = LOSS.inputs["rows apart"](rng)
        answers = [pair(call("loss_and_gradients", *made.arguments).answer)[0] for made in apart]
        require_agreement(apart, [loss_sample(made, loss) for made, loss in zip(apart, answers)], tuple)
    for reply, params, X, y in replies:
        after = reply.arguments[0] if reply.arguments else None
        if not isinstance(after, dict) or set(after) != set(ps6.NAMES):
            raise Failed("the loss is right, but params is not the same after the call.", ["mutates-input"])
        arrays = tuple(after[name] for name in ps6.NAMES) + reply.arguments[1:]
        require_inputs_unchanged(Reply(reply.answer, arrays), *(params[name] for name in ps6.NAMES), X, y)


def gradients(names: Sequence[str]) -> Run:
    """The gradients under these ``names``, of two networks."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        seed = int(rng.integers(2**32))
        asked: dict[Shape, tuple[variants.Arrays, dict[str, Answer]]] = {}

        def answers(made: Input) -> tuple[variants.Arrays, dict[str, Answer]]:
            """The true gradients and the student's; the function is called once for each network."""
            size = made.arguments[2].shape
            if size not in asked:
                found = pair(call("loss_and_gradients", *made.arguments).answer)[1]
                asked[size] = RIGHT.gradients_of(*made.arguments), found
            return asked[size]

        def exchanged() -> Sequence[str]:
            misplaced = [
                [
                    len(found) == len(truth)
                    and all(any(near(a, t) for t in truth.values()) for a in found.values())
                    and not near(found.get(name), truth[name])
                    for truth, found in asked.values()
                ]
                for name in names
            ]
            return ["exchanged"] if len(asked) > 1 and any(all(each) for each in misplaced) else ()

        for name in names:
            question = ps6.LOSS_AND_GRADIENTS[name]

            def sample(made: Input, name: str = name) -> Sample:
                truth, found = answers(made)
                if name not in found:
                    raise Failed(f"it is not in the dict, whose keys are: {keys(found)}.")
                data = ps6.LOSS_AND_GRADIENTS[name].data(RIGHT, truth[name], *made.arguments)
                return Sample(data, truth[name], found[name])

            with named(f"the gradient of {name}", exchanged):
                _, samples = ask(question, "batch", np.random.default_rng(seed), sample, RIGHT)
                require_samples(samples, () if exchanged() else question.variants(RIGHT))
            if name == "b2":
                with named("the gradient of b2"):
                    apart = question.inputs["rows apart"](np.random.default_rng(seed))
                    require_agreement(apart, [sample(made) for made in apart], tuple)

    return run


def keys(found: dict[str, Answer]) -> str:
    return ", ".join(sorted(map(repr, found)))[:100] or "none"


def exact_second_layer(call: Caller, rng: np.random.Generator) -> None:
    """The gradients that a nearly impossible class, which is the true one of no row, has in W2 and b2."""
    params, X, _ = ps6.network(rng, (5, 4, 6, 3)).arguments
    params["b2"][2] = logits(params, X)[:, :2].max() - np.abs(logits(params, X)).max() - RARE
    y = np.eye(3)[rng.integers(2, size=5)]
    truth = RIGHT.gradients_of(params, X, y)
    found = pair(call("loss_and_gradients", params, X, y).answer)[1]
    for name in ("W2", "b2"):
        with named(f"the gradient of {name}"):
            of_the_class = np.broadcast_to(np.arange(3) == 2, truth[name].shape)
            require_exact(found.get(name), truth[name], of_the_class)


LOGIT = 1e4
"""How large the logits are that a naive loss does not survive."""


def large_logits(call: Caller, rng: np.random.Generator) -> None:
    """Logits of any size, and the least likely class the true one.

    The loss and the gradient of b2 are right, and no number is infinite.
    """
    inputs = LOSS.inputs["any size"](rng)
    samples = [finite_gradients(call, rng, made) for made in inputs]
    for made, sample in zip(inputs, samples):
        if problem := not_real_numbers(sample.answer, ()):
            raise Failed(f"the loss: {problem}.", explained_at_ordinary_logits(call, rng, "loss", sample))
        close = abs(sample.answer - sample.truth) <= LOGIT * RTOL  # a difference of logits can be no better
        if not close and (problem := mismatch(sample.answer, sample.truth, RTOL)):
            finite = np.isfinite(sample.answer)
            slips = find(samples, LOSS.ways("any size", inputs, RIGHT)) if finite else ["log-of-zero"]
            raise Failed(f"{made.name}: the gradients are right, but of the loss {problem}.", slips, samples=samples)


def explained_at_ordinary_logits(call: Caller, rng: np.random.Generator, part: str, sample: Sample) -> Sequence[str]:
    """The slips of the loss, or of one gradient, at ordinary inputs, if their formula gives this sample's answer too.

    The answers to the batch were looked at part by part up to the first that is wrong, which may be another one.
    """
    question, ordinary = ps6.LOSS_AND_GRADIENTS[part], []
    if not explains():
        return ()
    try:
        for made in question.inputs["batch"](rng):
            loss, answers = pair(call("loss_and_gradients", *made.arguments).answer)
            given = {"loss": loss, **answers}
            right = {"loss": np.array(RIGHT.loss_of(*made.arguments)), **RIGHT.gradients_of(*made.arguments)}
            data = question.data(RIGHT, right[part], *made.arguments)
            ordinary.append(Sample(data, right[part], given.get(part)))
    except Failed:
        return ()
    found = find(ordinary, question.variants(RIGHT))
    return found.slips if found.explains([sample]) else ()


def finite_gradients(call: Caller, rng: np.random.Generator, made: Input) -> Sample:
    """The loss, of a network with right gradients."""
    truths = RIGHT.gradients_of(*made.arguments)
    loss, answers = pair(call("loss_and_gradients", *made.arguments).answer)
    sample = loss_sample(made, loss)
    for name in ps6.NAMES:
        if name not in answers:
            raise Failed(f"the dict of gradients has no key {name!r}; its keys are: {keys(answers)}.")
        answer: Answer = answers[name]
        of_it = Sample(ps6.LOSS_AND_GRADIENTS[name].data(RIGHT, truths[name], *made.arguments), truths[name], answer)
        if problem := not_real_numbers(answer, truths[name].shape):
            exchanged = all(any(near(given, truth) for truth in truths.values()) for given in answers.values())
            found = ["exchanged"] if exchanged else explained_at_ordinary_logits(call, rng, name, of_it)
            raise Failed(f"the gradient of {name}: {problem}.", found)
        error = np.abs(answer - truths[name]).max() if name == "b2" else 0 if np.isfinite(answer).all() else np.inf
        if not error <= RTOL:
            of_loss = overflows(loss, sample.truth) and made.not_finite != "log-of-zero"
            slips: Sequence[str] | Finding = (
                at_special_inputs(made.not_finite)
                if of_loss
                else at_special_inputs("0-times-inf")
                if overflows(answer, truths[name])
                else explained_at_ordinary_logits(call, rng, name, of_it)
            )
            raise Failed(f"{made.name}: the gradient of {name} is off by {error:.2g}.", slips)
    return sample


def pair(answer: Answer) -> tuple[Answer, dict[str, Answer]]:
    if problem := ps6.no_pair(answer):
        raise Failed(f"{problem}.", ["no-return"] if answer is None else ())
    return answer[0], dict(zip(answer[1], parts_of(list(answer[1].values()))))


# --- train(X, y, seed) ------------------------------------------------------------------------------------------------


def held_out_digits(call: Caller, rng: np.random.Generator) -> None:
    """Real digits, kept here, in an order of pixels and classes that no parameters trained before can know.

    Who falls short is tried once more: no luck of a split or of a seed decides.
    """
    for last in (False, True):
        (X, y), (X_new, labels_new) = split(rng, 500)
        seed = int(rng.integers(1000))
        params = call("train", X, y, seed, patience=TRAINING_PATIENCE).answer
        accuracy = measured(params, X_new, labels_new)
        if accuracy >= training.ACCURACY:
            break
        if last:
            raise Failed(
                f"{accuracy:.1%} of {len(X_new)} unseen digits are read rightly; "
                f"{training.ACCURACY:.0%} are asked for.",
                why_it_reads_badly(call, params, X, y, seed, X_new, labels_new),
            )
    with fit():
        training.require_learned(params, logits(params, X_new))


@contextmanager
def fit() -> Iterator[None]:
    """What is unfit inside, as the failure of a check."""
    try:
        yield
    except training.Unfit as unfit:
        raise Failed(f"{unfit}.", unfit.slips) from None


def why_it_reads_badly(
    call: Caller,
    params: variants.Arrays,
    X: np.ndarray,
    y: np.ndarray,
    seed: int,
    X_new: np.ndarray,
    labels_new: np.ndarray,
) -> tuple[str, ...]:
    """What the parameters, other data, and some more steps from where the training stopped say about it.

    The other data are digits that all have the same label: whoever goes up the gradient makes that
    the least likely one.
    """
    if np.allclose(params["W1"], params["W1"][:, :1], rtol=1e-9, atol=0) and len(params["b1"]) > 1:
        return ("same-start",)
    rows, label = X[::-1][:200].copy(), int(y[0].argmax())
    of_one_class = call("train", rows, np.tile(y[0], (200, 1)), seed, patience=TRAINING_PATIENCE).answer
    measured(of_one_class, X_new, labels_new)
    if all(np.array_equal(params[name], of_one_class[name]) for name in ps6.NAMES):
        return ("ignores-the-data",)
    if (logits(of_one_class, rows).argmin(axis=1) == label).mean() > 0.9:
        return ("climbs",)
    params, rng = {name: np.array(params[name], dtype=np.float64) for name in ps6.NAMES}, np.random.default_rng(0)
    for _ in range(MORE_STEPS):
        rows = rng.integers(len(X), size=40)
        found = RIGHT.gradients_of(params, X[rows], y[rows])
        params = {name: params[name] - 0.3 * found[name] for name in ps6.NAMES}
    return ("stopped-too-early",) if measured(params, X_new, labels_new) >= training.ACCURACY else ()


MORE_STEPS = 1000


def same_seed(call: Caller, rng: np.random.Generator) -> None:
    """On a part of the digits, to save time: the same seed gives the same parameters, and they have learned."""
    (X, y), (X_new, labels_new) = split(rng, 500)
    X, y, seed = X[: training.SMALL], y[: training.SMALL], int(rng.integers(1000))
    first, second = (call("train", X, y, seed, patience=TRAINING_PATIENCE).answer for _ in range(2))
    accuracy = measured(first, X_new, labels_new)
    if accuracy < training.LEARNED:
        raise Failed(
            f"trained on {training.SMALL} digits it reads {accuracy:.1%} of {len(X_new)} others rightly; "
            f"at least {training.LEARNED:.0%} are asked for.",
            why_it_reads_badly(call, first, X, y, seed, X_new, labels_new),
        )
    measured(second, X_new, labels_new)
    if not all(np.array_equal(first[name], second[name]) for name in ps6.NAMES):
        raise Failed("two calls with the same seed give different networks.", ["seed-not-used"])
    again = call("train", X, y, seed, patience=TRAINING_PATIENCE, fresh=True).answer
    measured(again, X_new, labels_new)
    if not all(is_the_same_training(first[name], again[name]) for name in ps6.NAMES):
        raise Failed(
            "the same seed gives another network when the notebook is run anew: what is kept is no use of the seed.",
            ["seed-not-used"],
        )


def is_the_same_training(one: np.ndarray, other: np.ndarray) -> bool:
    """But for rounding, which may depend on where arrays lie in memory."""
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-9)


def split(
    rng: np.random.Generator, held_out: int
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """((X, one-hot y) to train on, (X, labels) held out), pixels and classes reordered at random."""
    X, labels = ps6.digits()
    rows, pixels, classes = rng.permutation(len(X)), rng.permutation(X.shape[1]), rng.permutation(10)
    X, labels = X[rows][:, pixels], classes[labels[rows]]
    return (X[held_out:].copy(), np.eye(10)[labels[held_out:]]), (X[:held_out], labels[:held_out])


def measured(params: Answer, X: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows that the network with these parameters reads rightly; `Failed` if they are no parameters."""
    with fit():
        training.require_parameters(params, X.shape[1], 10)
    return float((logits(params, X).argmax(axis=1) == labels).mean())


def logits(params: variants.Arrays, X: np.ndarray) -> np.ndarray:
    A = reference.relu_forward(reference.linear_forward(X, params["W1"], params["b1"]))
    return reference.linear_forward(A, params["W2"], params["b2"])


ASSIGNMENT = Assignment(
    "ps6_network",
    (
        Problem(
            "linear_forward",
            (Check("values of three layers", 2, agrees(ps6.LINEAR_FORWARD, reference.linear_forward)),),
        ),
        Problem(
            "linear_backward",
            (
                Check("dX", 1, gradient_values("dX")),
                Check("dW", 1, gradient_values("dW")),
                Check("db", 1, gradient_values("db")),
                Check("one row, and the inputs stay as they are", 1, gradients_keep_inputs),
            ),
        ),
        Problem(
            "relu_forward",
            (
                Check("values", 1, agrees(ps6.RELU_FORWARD, of_any_shape(reference.relu_forward))),
                Check("the input stays as it is", 1, agrees_and_keeps(ps6.RELU_FORWARD, reference.relu_forward)),
            ),
        ),
        Problem(
            "relu_backward",
            (
                Check("values", 1, agrees(ps6.RELU_BACKWARD, of_any_shape(reference.relu_backward))),
                Check("0 at 0, and the inputs stay as they are", 1, relu_at_zero),
            ),
        ),
        Problem(
            "loss_and_gradients",
            (
                Check("the loss, and the inputs stay as they are", 2, losses_and_inputs),
                Check("gradients of the second layer", 2, both(gradients(("W2", "b2")), exact_second_layer)),
                Check("gradients of the first layer", 2, gradients(("W1", "b1"))),
                Check("large logits", 1, large_logits),
            ),
        ),
        Problem(
            "train",
            (
                Check("digits that it has not seen", 4, held_out_digits),
                Check("the same seed gives the same network", 1, same_seed),
            ),
        ),
    ),
)
