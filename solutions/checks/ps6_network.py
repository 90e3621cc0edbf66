"""Hidden checks of problem set 6, *A whole network*."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import reference
from checks.check import RTOL, Assignment, Check, Failed, Problem, Reply, require_inputs_unchanged, require_samples
from missingsum.comparison import mismatch, not_real_numbers
from missingsum.diagnosis import Sample, Variant

NAMES = ("W1", "b1", "W2", "b2")
ACCURACY = 0.95
TRAINING_PATIENCE = 2
"""How many times the usual seconds a training may take."""

# --- The pieces --------------------------------------------------------------------------------------------------------

SCALES: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "sign": lambda v, n: -v,
    "times-n": lambda v, n: v * n,
    "over-n": lambda v, n: v / n,
    "factor-two": lambda v, n: 2 * v,
    "half": lambda v, n: v / 2,
}
SCALE_VARIANTS = [Variant((slip,), lambda data, scale=scale: scale(*data)) for slip, scale in SCALES.items()]
"""The data of a sample is the right answer and the number of rows."""


def forward_values(call, rng):
    for n, d, m in ((4, 5, 3), (1, 3, 6), (3, 3, 3)):
        X, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
        truth = reference.linear_forward(X, W, b)
        require_samples([Sample(None, truth, call("linear_forward", X, W, b).answer)], ())


def gradient_values(part: int, name: str):
    """One of the three gradients, at two batches; the others are not looked at."""

    def run(call, rng):
        samples = []
        for n, d, m in ((4, 5, 3), (6, 2, 5)):
            X, W, g = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=(n, m))
            answer = three(call("linear_backward", X, W, g).answer)[part]
            truth = reference.linear_backward(X, W, g)[part]
            samples.append(Sample((truth, n), truth, answer))
        require_named(name, samples, SCALE_VARIANTS)

    return run


def gradients_keep_inputs(call, rng):
    X, W, g = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=(4, 5))
    reply = call("linear_backward", X, W, g)
    for name, answer, truth in zip(("dX", "dW", "db"), three(reply.answer), reference.linear_backward(X, W, g)):
        require_named(name, [Sample(None, truth, answer)], ())
    require_inputs_unchanged(reply, X, W, g)


def three(answer: object) -> Sequence:
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        what = "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"
        raise Failed(f"it returns {what}; dX, dW, db are expected, in this order.")
    return answer


def require_named(name: str, samples: Sequence[Sample], variants: Sequence[Variant]) -> None:
    """`require_samples` for one of several answers, whose name goes before the sentence."""
    try:
        require_samples(samples, variants)
    except Failed as failed:
        raise Failed(f"{name}: {failed}", failed.slips) from None


def relu_values(call, rng):
    for shape in ((4, 5), (7,)):
        z = rng.normal(size=shape, scale=100)
        require_samples([Sample(None, reference.relu_forward(z), call("relu_forward", z).answer)], ())


def relu_keeps_input(call, rng):
    z = rng.normal(size=(3, 4))
    reply = call("relu_forward", z)
    require_samples([Sample(None, reference.relu_forward(z), reply.answer)], ())
    require_inputs_unchanged(reply, z)


def relu_gradients(call, rng):
    for shape in ((4, 5), (7,)):
        z, g = rng.normal(size=shape), rng.normal(size=shape)
        require_samples([Sample(None, reference.relu_backward(z, g), call("relu_backward", z, g).answer)], ())


def relu_gradients_at_zero(call, rng):
    """0 at 0, also at -0; entries of g that are inf or nan are not tried. The inputs stay as they are."""
    z, g = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    z[0], z[1, :2] = 0.0, -0.0
    reply = call("relu_backward", z, g)
    require_samples([Sample(None, reference.relu_backward(z, g), reply.answer)], ())
    require_inputs_unchanged(reply, z, g)


# --- loss_and_gradients(params, X, y) ------------------------------------------------------------------------------------

# (s, y) → what is taken for dL/dZ2
OUTPUT_GRADIENTS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "missing-sum": lambda s, y: -y * (1 - s) / len(s),
    "sign": lambda s, y: (y - s) / len(s),
    "missing-mean": lambda s, y: s - y,
    "averaged-twice": lambda s, y: (s - y) / len(s) ** 2,
    "mean-over-everything": lambda s, y: (s - y) / s.size,
    "extra-sigmoid-prime": lambda s, y: (s - y) * s * (1 - s) / len(s),
}


def network(rng, n, d, m, c, scale=1.0):
    """Random parameters, inputs and one-hot targets; at scale 1 no probability is near 1."""
    W2 = scale * rng.normal(size=(m, c)) / (2 * m)
    params = {"W1": rng.normal(size=(d, m)), "b1": rng.normal(size=m), "W2": W2, "b2": rng.normal(size=c)}
    return params, rng.normal(size=(n, d)), np.eye(c)[rng.integers(c, size=n)]


def truth_of(params, X, y, output_gradient=None):
    """The loss and the gradients; with another formula for dL/dZ2, what comes of it."""
    Z1 = reference.linear_forward(X, params["W1"], params["b1"])
    A = reference.relu_forward(Z1)
    Z2 = reference.linear_forward(A, params["W2"], params["b2"])
    dZ2 = (reference.softmax_cross_entropy_backward(Z2, y) if output_gradient is None
           else output_gradient(reference.softmax_forward(Z2), y))
    dA, dW2, db2 = reference.linear_backward(A, params["W2"], dZ2)
    _, dW1, db1 = reference.linear_backward(X, params["W1"], reference.relu_backward(Z1, dA))
    return float(reference.softmax_cross_entropy_forward(Z2, y)), {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def losses(call, rng):
    samples = []
    for size in ((5, 4, 6, 3), (3, 2, 5, 4)):
        params, X, y = network(rng, *size)
        truth, _ = truth_of(params, X, y)
        loss, _ = pair(call("loss_and_gradients", params, X, y).answer)
        samples.append(Sample((np.array(truth), len(X)), np.array(truth), loss))
    require_named("the loss", samples, SCALE_VARIANTS)


def gradients(names):
    """The gradients under these ``names``, of two networks."""

    def run(call, rng):
        answers = []
        for size in ((5, 4, 6, 3), (7, 3, 5, 4)):
            given = network(rng, *size)
            answers.append((given, truth_of(*given)[1], pair(call("loss_and_gradients", *given).answer)[1]))
        for name in names:
            samples = [Sample((given, name), truth[name], answer.get(name)) for given, truth, answer in answers]
            require_named(f"the gradient of {name}", samples, GRADIENT_VARIANTS)

    return run


GRADIENT_VARIANTS = [
    Variant((slip,), lambda data, formula=formula: truth_of(*data[0], formula)[1][data[1]]) for slip, formula in OUTPUT_GRADIENTS.items()
]


def large_logits(call, rng):
    """Logits of several thousands: no number overflows, no logarithm of 0 is taken, and the values are right."""
    params, X, y = network(rng, 5, 4, 6, 3, scale=2e4)
    truth, truths = truth_of(params, X, y)
    loss, answers = pair(call("loss_and_gradients", params, X, y).answer)
    for name in NAMES:
        answer, right = answers.get(name), truths[name]
        if problem := not_real_numbers(answer, right.shape):
            raise Failed(f"the gradient of {name}: {problem}.")
        error = np.abs(answer - right).max() / max(np.abs(right).max(), 1e-3)
        if not error <= RTOL:
            raise Failed(f"logits of size 10000: the gradient of {name} is off by {error:.2g} of its largest entry.",
                         () if np.isfinite(loss) else ["no-max"])
    if problem := mismatch(loss, np.array(truth), RTOL):
        raise Failed(f"logits of size 10000: the gradients are right, but of the loss {problem}.",
                     () if np.isfinite(loss) else ["log-of-zero"])


def network_inputs_stay(call, rng):
    params, X, y = network(rng, 4, 3, 5, 3)
    reply = call("loss_and_gradients", params, X, y)
    _, truths = truth_of(params, X, y)
    _, answers = pair(reply.answer)
    for name in NAMES:
        require_named(f"the gradient of {name}", [Sample(None, truths[name], answers.get(name))], ())
    after = reply.arguments[0]
    if not isinstance(after, dict) or set(after) != set(NAMES):
        raise Failed("the answer is right, but params is not the same after the call.", ["mutates-input"])
    arrays = tuple(after[name] for name in NAMES) + reply.arguments[1:]
    require_inputs_unchanged(Reply(reply.answer, arrays), *(params[name] for name in NAMES), X, y)


def pair(answer: object) -> tuple[object, dict]:
    if not isinstance(answer, (tuple, list)) or len(answer) != 2 or not isinstance(answer[1], dict):
        what = "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"
        raise Failed(f"it returns {what}; the loss and a dict of gradients are expected.")
    return answer[0], answer[1]


# --- train(X, y, seed) ---------------------------------------------------------------------------------------------------


def held_out_digits(call, rng):
    """Real digits, which are kept here; in an order of pixels and classes that no parameters trained before can know."""
    (X, y), (X_new, labels_new) = split(rng, 500)
    accuracy = measured(call("train", X, y, int(rng.integers(1000)), patience=TRAINING_PATIENCE).answer, X_new, labels_new)
    if accuracy < ACCURACY:
        raise Failed(f"{accuracy:.1%} of {len(X_new)} unseen digits are read rightly; at least {ACCURACY:.0%} are asked for.")


def same_seed(call, rng):
    """On a part of the digits, so that it does not take long: the same seed, the same parameters; and they have learned."""
    (X, y), (X_new, labels_new) = split(rng, 500)
    X, y, seed = X[:400], y[:400], int(rng.integers(1000))
    first, second = (call("train", X, y, seed, patience=TRAINING_PATIENCE).answer for _ in range(2))
    accuracy = measured(first, X_new, labels_new)
    if accuracy < 0.8:
        raise Failed(f"trained on 400 digits it reads {accuracy:.1%} of {len(X_new)} others rightly; at least 80% are asked for.")
    measured(second, X_new, labels_new)
    if not all(np.array_equal(first[name], second[name]) for name in NAMES):
        raise Failed("two calls with the same seed give different networks: let default_rng(seed) be the only source of chance.")


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    X, labels = load_digits(return_X_y=True)
    return X / 16, labels


def split(rng, held_out):
    """((X, one-hot y) to train on, (X, labels) held out), pixels and classes reordered at random."""
    X, labels = _digits()
    rows, pixels, classes = rng.permutation(len(X)), rng.permutation(X.shape[1]), rng.permutation(10)
    X, labels = X[rows][:, pixels], classes[labels[rows]]
    return (X[held_out:].copy(), np.eye(10)[labels[held_out:]]), (X[:held_out], labels[:held_out])


def measured(params: object, X: np.ndarray, labels: np.ndarray) -> float:
    """The share of rows that the network with these parameters reads rightly; `Failed` if they are not such parameters."""
    if not isinstance(params, dict):
        what = "None (is there a return?)" if params is None else f"a {type(params).__name__}"
        raise Failed(f"it returns {what}; a dict with {', '.join(NAMES)} is expected.")
    hidden = np.shape(params.get("b1"))
    if len(hidden) != 1 or not 1 <= hidden[0] <= 1000:
        raise Failed(f"b1 has shape {hidden}; (m,) is expected, with m from 1 to 1000.")
    for name, shape in zip(NAMES, ((X.shape[1], hidden[0]), hidden, (hidden[0], 10), (10,))):
        if problem := not_real_numbers(params.get(name), shape):
            raise Failed(f"{name}: {problem}.")
        if not np.isfinite(params[name]).all():
            raise Failed(f"{name} is not finite: the steps are too large, or the loss overflows.")
    A = reference.relu_forward(reference.linear_forward(X, params["W1"], params["b1"]))
    Z = reference.linear_forward(A, params["W2"], params["b2"])
    return float((Z.argmax(axis=1) == labels).mean())


ASSIGNMENT = Assignment(
    "ps6_network",
    (
        Problem("linear_forward", (Check("values of three layers", 2, forward_values),)),
        Problem("linear_backward", (
            Check("dX", 1, gradient_values(0, "dX")),
            Check("dW", 1, gradient_values(1, "dW")),
            Check("db", 1, gradient_values(2, "db")),
            Check("the inputs stay as they are", 1, gradients_keep_inputs),
        )),
        Problem("relu_forward", (
            Check("values", 1, relu_values),
            Check("the input stays as it is", 1, relu_keeps_input),
        )),
        Problem("relu_backward", (
            Check("values", 1, relu_gradients),
            Check("0 at 0, and the inputs stay as they are", 1, relu_gradients_at_zero),
        )),
        Problem("loss_and_gradients", (
            Check("the loss", 1, losses),
            Check("gradients of the second layer", 2, gradients(("W2", "b2"))),
            Check("gradients of the first layer", 2, gradients(("W1", "b1"))),
            Check("large logits", 1, large_logits),
            Check("the inputs stay as they are", 1, network_inputs_stay),
        )),
        Problem("train", (
            Check("digits that it has not seen", 4, held_out_digits),
            Check("the same seed gives the same network", 1, same_seed),
        )),
    ),
)
