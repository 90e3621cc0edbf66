"""Hidden checks of problem set 6, *A whole network*."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import numpy as np

import reference
from checks.agree import RARE, both, overflows, require_exact, with_square_inputs
from checks.protocol import (
    RTOL,
    Assignment,
    Caller,
    Check,
    Failed,
    Problem,
    Reply,
    Run,
    require_inputs_unchanged,
    require_samples,
)
from missingsum.comparison import Answer, Shape, mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant, explain
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
    relu_forward_variants,
)

NAMES = ("W1", "b1", "W2", "b2")
ACCURACY = 0.95
TRAINING_PATIENCE = 2
"""How many times the usual seconds a training may take."""

# --- The layers -------------------------------------------------------------------------------------------------------


def forward_values(call: Caller, rng: np.random.Generator) -> None:
    def sample(n: int, d: int, m: int) -> Sample:
        X, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
        truth = reference.linear_forward(X, W, b)
        return Sample(Layer(truth, X, W=W, b=b), truth, call("linear_forward", X, W, b).answer)

    with_square_inputs(sample, ((4, 5, 3), (2, 3, 6)), ((3, 4, 3), (5, 2, 5)), linear_forward_variants)


PARTS = ("dX", "dW", "db")


def gradient_values(part: int) -> Run:
    """One of the three gradients, at two batches; the others are not looked at."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        def sample(n: int, d: int, m: int) -> Sample:
            X, W, g = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=(n, m))
            answers = three(call("linear_backward", X, W, g).answer)
            truths = reference.linear_backward(X, W, g)
            if not near(answers[part], truths[part]) and sum(near(a, t) for a in answers for t in truths) == 3:
                exchanged.append((n, d, m))
            return Sample(Layer(truths[part], X, W=W, g=g), truths[part], answers[part])

        exchanged: list[tuple[int, int, int]] = []
        with named(PARTS[part], lambda: ["exchanged"] if len(exchanged) > 1 else ()):
            with_square_inputs(
                sample, ((4, 5, 3), (6, 2, 5)), ((5, 3, 3), (4, 6, 6)), lambda: linear_backward_variants(PARTS[part])
            )

    return run


def near(answer: Answer, truth: np.ndarray) -> bool:
    return mismatch(answer, truth, RTOL) is None


def gradients_keep_inputs(call: Caller, rng: np.random.Generator) -> None:
    """Of one row, in which all averages are right."""
    X, W, g = rng.normal(size=(1, 3)), rng.normal(size=(3, 5)), rng.normal(size=(1, 5))
    reply = call("linear_backward", X, W, g)
    for name, answer, truth in zip(PARTS, three(reply.answer), reference.linear_backward(X, W, g)):
        with named(name):
            require_samples([Sample(None, truth, answer)])
    require_inputs_unchanged(reply, X, W, g)


def three(answer: Answer) -> Sequence[Answer]:
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        raise Failed(
            f"it returns {what(answer)}; dX, dW, db are expected, in this order.",
            ["no-return"] if answer is None else (),
        )
    return answer


def what(answer: Answer) -> str:
    return "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"


@contextmanager
def named(name: str, otherwise: Callable[[], Sequence[str]] = tuple) -> Iterator[None]:
    """Whose answer it was, for what fails inside; ``otherwise()`` explains what nothing else does."""
    try:
        yield
    except Failed as failed:
        raise Failed(f"{name}: {failed}", failed.slips or otherwise(), failed.outcome) from None


def relu_values(call: Caller, rng: np.random.Generator) -> None:
    samples = []
    for shape in ((4, 5), (7,)):
        z = rng.normal(size=shape, scale=100)
        samples.append(
            Sample(Layer(reference.relu_forward(z), z), reference.relu_forward(z), call("relu_forward", z).answer)
        )
    require_samples(samples, relu_forward_variants())


def relu_keeps_input(call: Caller, rng: np.random.Generator) -> None:
    z = rng.normal(size=(3, 4))
    reply = call("relu_forward", z)
    require_samples([Sample(None, reference.relu_forward(z), reply.answer)])
    require_inputs_unchanged(reply, z)


def relu_gradients(call: Caller, rng: np.random.Generator) -> None:
    samples = []
    for shape in ((4, 5), (7,)):
        z, g = rng.normal(size=shape), rng.normal(size=shape)
        truth = reference.relu_backward(z, g)
        samples.append(Sample(Layer(truth, z, g), truth, call("relu_backward", z, g).answer))
    require_samples(samples, relu_backward_variants())


def relu_gradients_at_zero(call: Caller, rng: np.random.Generator) -> None:
    """0 at 0, also at -0; entries of g that are inf or nan are not tried. The inputs stay as they are."""
    z, g = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    z[0], z[1, :2] = 0.0, -0.0
    reply, truth = call("relu_backward", z, g), reference.relu_backward(z, g)
    one_at_zero = Variant(("one-at-zero",), lambda d: np.where(d.x == 0, d.g, d.truth))
    sample = Sample(Layer(truth, z, g), truth, reply.answer)
    if problem := mismatch(reply.answer, truth, RTOL):
        raise Failed(f"{problem}.", explain([sample, sample], [one_at_zero]))
    require_inputs_unchanged(reply, z, g)


# --- loss_and_gradients(params, X, y) ---------------------------------------------------------------------------------


Given = tuple[Arrays, np.ndarray, np.ndarray]
"""Parameters, inputs and targets."""

RIGHT = Pieces(
    reference.linear_forward,
    reference.relu_forward,
    reference.softmax_forward,
    reference.softmax_cross_entropy_forward,
    reference.softmax_cross_entropy_backward,
    reference.linear_backward,
    reference.relu_backward,
)


def network(rng: np.random.Generator, n: int, d: int, m: int, c: int, scale: float = 1.0) -> Given:
    """Random parameters, inputs and one-hot targets; at scale 1 no probability is near 1."""
    W2 = scale * rng.normal(size=(m, c)) / (2 * m)
    params = {"W1": rng.normal(size=(d, m)), "b1": rng.normal(size=m), "W2": W2, "b2": rng.normal(size=c)}
    y = np.eye(c)[rng.integers(c, size=n)]
    y[1:2] = y[:1]  # where every class comes once, a lost axis goes unnoticed in the sum
    return params, rng.normal(size=(n, d)), y


SIZES = ((5, 4, 6, 3), (7, 3, 5, 4))
SQUARE_SIZES = ((3, 4, 6, 3), (4, 3, 5, 4))
"""n, d, m, c; with as many rows as classes a lost axis goes unnoticed."""


def losses_and_inputs(call: Caller, rng: np.random.Generator) -> None:
    """The loss of two networks; params, X and y stay as they are."""
    replies = []

    def sample(*size: int) -> Sample:
        given = network(rng, *size)
        truth = np.array(RIGHT.loss_of(*given))
        reply = call("loss_and_gradients", *given)
        replies.append((reply, *given))
        return Sample(Network(*given, "loss", truth), truth, pair(reply.answer)[0])

    with named("the loss"):
        with_square_inputs(sample, SIZES, SQUARE_SIZES, lambda: network_loss_variants(RIGHT))
    for reply, params, X, y in replies:
        after = reply.arguments[0] if reply.arguments else None
        if not isinstance(after, dict) or set(after) != set(NAMES):
            raise Failed("the loss is right, but params is not the same after the call.", ["mutates-input"])
        arrays = tuple(after[name] for name in NAMES) + reply.arguments[1:]
        require_inputs_unchanged(Reply(reply.answer, arrays), *(params[name] for name in NAMES), X, y)


def gradients(names: Sequence[str]) -> Run:
    """The gradients under these ``names``, of two networks."""

    def run(call: Caller, rng: np.random.Generator) -> None:
        asked: dict[Shape, tuple[Given, Arrays, dict[str, Answer]]] = {}

        def answers(*size: int) -> tuple[Given, Arrays, dict[str, Answer]]:
            """The network of this size, the true gradients and the student's; the function is called once."""
            if size not in asked:
                given = network(rng, *size)
                asked[size] = given, RIGHT.gradients_of(*given), pair(call("loss_and_gradients", *given).answer)[1]
            return asked[size]

        def exchanged() -> Sequence[str]:
            misplaced = [
                [
                    all(any(near(a, t) for t in truth.values()) for a in found.values())
                    and not near(found.get(name), truth[name])
                    for _, truth, found in asked.values()
                ]
                for name in names
            ]
            return ["exchanged"] if len(asked) > 1 and any(all(each) for each in misplaced) else ()

        for name in names:

            def sample(*size: int, name: str = name) -> Sample:
                given, truth, found = answers(*size)
                if name not in found:
                    raise Failed("it is not in the dict.")
                return Sample(Network(*given, name, truth[name]), truth[name], found[name])

            with named(f"the gradient of {name}", exchanged):
                with_square_inputs(sample, SIZES, SQUARE_SIZES, lambda: network_gradient_variants(RIGHT))

    return run


def exact_second_layer(call: Caller, rng: np.random.Generator) -> None:
    """The gradients that a nearly impossible class, which is the true one of no row, has in W2 and b2."""
    params, X, _ = network(rng, 5, 4, 6, 3)
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
    """Single rows with logits around 10000 or -30000, thousands apart, and the least likely class the true one.

    The loss and the gradient of b2 are right, and no number is infinite.
    """
    samples = []
    for offset, slip in ((LOGIT, "no-max"), (-3 * LOGIT, "max-with-zero")) * 2:
        params, X, _ = network(rng, 1, 4, 6, 3, scale=2 * LOGIT)
        params["b2"] += offset
        y = np.eye(3)[logits(params, X).argmin(axis=1)]
        samples.append(finite_gradients(call, params, X, y, slip))
    for sample in samples:
        if problem := not_real_numbers(sample.answer, ()):
            raise Failed(f"the loss: {problem}.")
        close = abs(sample.answer - sample.truth) <= LOGIT * RTOL  # a difference of logits can be no better
        if not close and (problem := mismatch(sample.answer, sample.truth, RTOL)):
            slips = explain(samples, clipped_cross_entropy_forward()) if np.isfinite(sample.answer) else ["log-of-zero"]
            raise Failed(f"logits of size 10000: the gradients are right, but of the loss {problem}.", slips)


def finite_gradients(call: Caller, params: Arrays, X: np.ndarray, y: np.ndarray, slip: str) -> Sample:
    """The loss, of a network with right gradients; ``slip`` is that of who gets no finite loss."""
    truth, truths = np.array(RIGHT.loss_of(params, X, y)), RIGHT.gradients_of(params, X, y)
    loss, answers = pair(call("loss_and_gradients", params, X, y).answer)
    for name in NAMES:
        answer: Answer = answers.get(name)
        if problem := not_real_numbers(answer, truths[name].shape):
            raise Failed(f"the gradient of {name}: {problem}.")
        error = np.abs(answer - truths[name]).max() if name == "b2" else 0 if np.isfinite(answer).all() else np.inf
        if not error <= RTOL:
            slips = [slip] if overflows(loss, truth) else ["0-times-inf"] if overflows(answer, truths[name]) else ()
            raise Failed(f"logits of size 10000: the gradient of {name} is off by {error:.2g}.", slips)
    return Sample(Case(truth, s=reference.softmax_forward(logits(params, X)), y=y), truth, loss)


def pair(answer: Answer) -> tuple[Answer, dict[str, Answer]]:
    if not isinstance(answer, (tuple, list)) or len(answer) != 2 or not isinstance(answer[1], dict):
        raise Failed(
            f"it returns {what(answer)}; the loss and a dict of gradients are expected.",
            ["no-return"] if answer is None else (),
        )
    return answer[0], answer[1]


# --- train(X, y, seed) ------------------------------------------------------------------------------------------------


def held_out_digits(call: Caller, rng: np.random.Generator) -> None:
    """Real digits, kept here, in an order of pixels and classes that no parameters trained before can know."""
    (X, y), (X_new, labels_new) = split(rng, 500)
    seed = int(rng.integers(1000))
    params = call("train", X, y, seed, patience=TRAINING_PATIENCE).answer
    accuracy = measured(params, X_new, labels_new)
    if accuracy < ACCURACY:
        raise Failed(
            f"{accuracy:.1%} of {len(X_new)} unseen digits are read rightly; at least {ACCURACY:.0%} are asked for.",
            why_it_reads_badly(call, params, X, y, seed, X_new, labels_new),
        )


def why_it_reads_badly(
    call: Caller, params: Arrays, X: np.ndarray, y: np.ndarray, seed: int, X_new: np.ndarray, labels_new: np.ndarray
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
    if all(np.array_equal(params[name], of_one_class[name]) for name in NAMES):
        return ("ignores-the-data",)
    if (logits(of_one_class, rows).argmin(axis=1) == label).mean() > 0.9:
        return ("climbs",)
    params, rng = {name: np.array(params[name], dtype=np.float64) for name in NAMES}, np.random.default_rng(0)
    for _ in range(MORE_STEPS):
        rows = rng.integers(len(X), size=40)
        found = RIGHT.gradients_of(params, X[rows], y[rows])
        params = {name: params[name] - 0.3 * found[name] for name in NAMES}
    return ("stopped-too-early",) if measured(params, X_new, labels_new) >= ACCURACY else ()


MORE_STEPS = 1000


def same_seed(call: Caller, rng: np.random.Generator) -> None:
    """On a part of the digits, to save time: the same seed gives the same parameters, and they have learned."""
    (X, y), (X_new, labels_new) = split(rng, 500)
    X, y, seed = X[:400], y[:400], int(rng.integers(1000))
    first, second = (call("train", X, y, seed, patience=TRAINING_PATIENCE).answer for _ in range(2))
    accuracy = measured(first, X_new, labels_new)
    if accuracy < LEARNED:
        raise Failed(
            f"trained on 400 digits it reads {accuracy:.1%} of {len(X_new)} others rightly; "
            f"at least {LEARNED:.0%} are asked for."
        )
    measured(second, X_new, labels_new)
    if not all(np.array_equal(first[name], second[name]) for name in NAMES):
        raise Failed("two calls with the same seed give different networks.", ["seed-not-used"])
    again = call("train", X, y, seed, patience=TRAINING_PATIENCE, fresh=True).answer
    measured(again, X_new, labels_new)
    if not all(is_the_same_training(first[name], again[name]) for name in NAMES):
        raise Failed(
            "the same seed gives another network when the notebook is run anew: what is kept is no use of the seed.",
            ["seed-not-used"],
        )


def is_the_same_training(one: np.ndarray, other: np.ndarray) -> bool:
    """But for rounding, which may depend on where arrays lie in memory."""
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-6, atol=1e-9)


LEARNED = 0.8
"""The share that a network trained on 400 digits must read."""


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    X, labels = load_digits(return_X_y=True)
    return X / 16, labels


def split(
    rng: np.random.Generator, held_out: int
) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """((X, one-hot y) to train on, (X, labels) held out), pixels and classes reordered at random."""
    X, labels = _digits()
    rows, pixels, classes = rng.permutation(len(X)), rng.permutation(X.shape[1]), rng.permutation(10)
    X, labels = X[rows][:, pixels], classes[labels[rows]]
    return (X[held_out:].copy(), np.eye(10)[labels[held_out:]]), (X[:held_out], labels[:held_out])


def measured(params: Answer, X: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows that the network with these parameters reads rightly; `Failed` if they are no parameters."""
    if not isinstance(params, dict):
        raise Failed(
            f"it returns {what(params)}; a dict with {', '.join(NAMES)} is expected.",
            ["no-return"] if params is None else (),
        )
    b1: Answer = params.get("b1")
    hidden: Shape = (len(b1),) if isinstance(b1, (list, tuple)) else getattr(b1, "shape", ())
    if len(hidden) != 1 or not 1 <= hidden[0] <= 1000:
        raise Failed(f"b1 has shape {hidden}; (m,) is expected, with m from 1 to 1000.")
    for name, shape in zip(NAMES, ((X.shape[1], hidden[0]), hidden, (hidden[0], 10), (10,))):
        if problem := not_real_numbers(params.get(name), shape):
            raise Failed(f"{name}: {problem}.")
        if not np.isfinite(params[name]).all():
            raise Failed(f"{name} is not finite.", ["diverged"])
    return float((logits(params, X).argmax(axis=1) == labels).mean())


def logits(params: Arrays, X: np.ndarray) -> np.ndarray:
    A = reference.relu_forward(reference.linear_forward(X, params["W1"], params["b1"]))
    return reference.linear_forward(A, params["W2"], params["b2"])


ASSIGNMENT = Assignment(
    "ps6_network",
    (
        Problem("linear_forward", (Check("values of three layers", 2, forward_values),)),
        Problem(
            "linear_backward",
            (
                Check("dX", 1, gradient_values(0)),
                Check("dW", 1, gradient_values(1)),
                Check("db", 1, gradient_values(2)),
                Check("one row, and the inputs stay as they are", 1, gradients_keep_inputs),
            ),
        ),
        Problem(
            "relu_forward",
            (
                Check("values", 1, relu_values),
                Check("the input stays as it is", 1, relu_keeps_input),
            ),
        ),
        Problem(
            "relu_backward",
            (
                Check("values", 1, relu_gradients),
                Check("0 at 0, and the inputs stay as they are", 1, relu_gradients_at_zero),
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
