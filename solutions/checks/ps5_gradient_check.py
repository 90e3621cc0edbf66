"""Hidden checks of problem set 5, *Gradient checking*.

The functions that a student's checker gets are proxies: it can call them, and nothing else. Among the pairs of a forward and
a backward function there are losses that nobody has a formula for, so that the only way to tell right from wrong is to
measure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import reference
from checks.check import Assignment, Check, Failed, Problem, Reply, require_inputs_unchanged, require_samples
from missingsum.comparison import not_real_numbers
from missingsum.diagnosis import Sample, Variant

Loss = Callable[[np.ndarray, np.ndarray], float]
Gradient = Callable[[np.ndarray, np.ndarray], np.ndarray]

# --- central_difference(f, x, h) -------------------------------------------------------------------------------------


def differences(shape, *, integers=False):
    """The difference quotient itself, at steps for which forward differences, or another step, would show."""

    def run(call, rng):
        samples = []
        for h in (0.25, 0.03125):
            f = random_function(rng, shape)
            x = rng.integers(-2, 3, size=shape) if integers else rng.normal(size=shape)
            truth = difference_quotients(f, x.astype(np.float64), h)
            samples.append(Sample((f, x, h), truth, call("central_difference", expecting(shape)(f), x, h).answer))
        require_samples(samples, DIFFERENCE_VARIANTS)

    return run


def differences_at_small_steps(call, rng):
    """With a good step the quotient is as near to the derivative as rounding lets it be."""
    A = rng.normal(size=(4, 3))
    x = rng.normal(size=(3, 2))
    exact = A.T @ np.cos(A @ x)
    answer = call("central_difference", expecting(x.shape)(lambda x: float(np.sin(A @ x).sum())), x, 1e-5).answer
    require_samples([Sample(None, exact, answer)], (), rtol=1e-8)


def differences_keep_input(call, rng):
    f, x = random_function(rng, (3, 4)), rng.normal(size=(3, 4))
    reply = call("central_difference", expecting(x.shape)(f), x, 0.125)
    require_samples([Sample(None, difference_quotients(f, x, 0.125), reply.answer)], ())
    require_inputs_unchanged(Reply(reply.answer, (reply.arguments[1],)), x)


def random_function(rng, shape):
    """A scalar function with all its derivatives, whose entries interact."""
    a, b, k = rng.normal(size=shape), rng.normal(size=shape), rng.normal()
    return lambda x: float((a * np.sin(x) + b * x**3 / 3).sum() + k * np.exp(0.3 * x.sum() / np.sqrt(x.size)))


def difference_quotients(f, x, h):
    return _quotients(x, lambda e: (f(x + h * e) - f(x - h * e)) / (2 * h))


def _quotients(x, along):
    values = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[index] = 1
        values[index] = along(e)
    return values


def _scaled(factor):
    return lambda data: factor * difference_quotients(data[0], data[1].astype(np.float64), data[2])


DIFFERENCE_VARIANTS = [Variant(("sign",), _scaled(-1)), Variant(("factor-two",), _scaled(2)), Variant(("half",), _scaled(0.5))]


# --- relative_error(a, b) --------------------------------------------------------------------------------------------


def errors(shape):
    def run(call, rng):
        samples = []
        for size in (1e-3, 0.5, 10.0):
            a = rng.normal(size=shape)
            b = a + size * rng.normal(size=shape)
            for pair in ((a, b), (b, a), (1e6 * a, 1e6 * b)):
                truth = np.linalg.norm(pair[0] - pair[1]) / max(np.linalg.norm(pair[0]), np.linalg.norm(pair[1]))
                samples.append(Sample(truth, truth, call("relative_error", *pair).answer))
        require_samples(samples, ERROR_VARIANTS)

    return run


def errors_of_zeros(call, rng):
    """0 for two zeros, and 1 for one: a missing gradient is no small error."""
    zero, a = np.zeros((2, 3)), rng.normal(size=(2, 3))
    for pair, truth in (((zero, zero), 0.0), ((a, zero), 1.0), ((zero, a), 1.0), ((a, a.copy()), 0.0), ((a, -a), 2.0)):
        require_samples([Sample(None, np.array(truth), call("relative_error", *pair).answer)], (), rtol=1e-12)


ERROR_VARIANTS = [Variant(("half",), lambda truth: truth / 2), Variant(("factor-two",), lambda truth: 2 * truth)]


# --- gradient_check(forward, backward, z, y) -------------------------------------------------------------------------


def verdicts(cases):
    """Every right pair is accepted and every wrong one refused; both kinds are there, in an order that says nothing."""

    def run(call, rng):
        listed = cases(rng)
        for k in rng.permutation(len(listed)):
            name, right, loss, gradient, z, y = listed[k]
            require_verdict(call, name, right, loss, gradient, z, y)

    return run


def require_verdict(call, name, right, loss, gradient, z, y):
    wrap = expecting(z.shape, y.shape)
    reply = call("gradient_check", wrap(loss), wrap(gradient), z, y)
    if type(reply.answer) is not bool and not isinstance(reply.answer, np.bool_):
        what = "None (is there a return?)" if reply.answer is None else f"a {type(reply.answer).__name__}"
        raise Failed(f"it returns {what}; True or False is expected.")
    if bool(reply.answer) != right:
        raise Failed(f"it {'accepts' if reply.answer else 'refuses'} a {'right' if right else 'wrong'} gradient: {name}.")
    return reply


def verdict_keeps_input(call, rng):
    z, y = rng.normal(size=(3, 4)), rng.uniform(size=(3, 4))
    loss, gradient = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward
    require_verdict(call, "zero everywhere", False, loss, lambda z, y: 0 * z, z, y)
    reply = require_verdict(call, "softmax and cross-entropy", True, loss, gradient, z, y)
    require_inputs_unchanged(Reply(reply.answer, reply.arguments[2:]), z, y)


def common_mistakes(rng):
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
    return [("softmax and cross-entropy", True, loss, right, z, y), *((name, False, loss, g, z, y) for name, g in wrong.items())]


def right_of_any_kind(rng):
    """Right gradients of other losses, large ones and small ones, and beside each a wrong one by a factor of 1.01."""
    A = rng.normal(size=(4, 4))
    z, y = rng.normal(size=(3, 4)), rng.uniform(0.1, 1, size=(3, 4))
    scale = 10.0 ** rng.uniform(-5, -4)
    fused = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward
    pairs = [
        ("softmax and cross-entropy, one row", *fused, z[:1], y[:1]),
        ("softmax and cross-entropy, one-hot targets", *fused, z, np.eye(4)[rng.integers(4, size=3)]),
        ("softmax and cross-entropy, logits around 50", *fused, z * 5 + 50, y),
        ("softmax and mean squared error", lambda z, y: reference.mse_forward(reference.softmax_forward(z), y),
         reference.mse_softmax_backward, z, y),
        ("binary cross-entropy of logits", reference.bce_with_logits_forward, reference.bce_with_logits_backward, z, y),
        ("a gradient of size 1000", lambda z, y: 1000 * (y * np.sin(z @ A)).sum(), lambda z, y: 1000 * (y * np.cos(z @ A)) @ A.T, z, y),
        ("a small gradient", lambda z, y: scale * (y * np.sin(z @ A)).sum(), lambda z, y: scale * (y * np.cos(z @ A)) @ A.T, z, y),
        ("a loss without a name", lambda z, y: (y * np.tanh(z @ A) ** 2).sum(),
         lambda z, y: (2 * y * np.tanh(z @ A) / np.cosh(z @ A) ** 2) @ A.T, z, y),
    ]
    listed = []
    for name, loss, right, z, y in pairs:
        listed.append((name, True, loss, right, z, y))
        listed.append((f"1 % too large ({name})", False, loss, lambda z, y, right=right: 1.01 * right(z, y), z, y))
    return listed


def what_checkers_overlook(rng):
    """Wrong gradients that pass where all directions have one sign, where tolerances are wide, or where nan compares as it likes."""
    z, y = rng.normal(size=(4, 5)), rng.uniform(0.2, 1, size=(4, 5))
    labels = rng.integers(5, size=4)
    loss, right = reference.softmax_cross_entropy_forward, reference.softmax_cross_entropy_backward
    noise = rng.normal(size=z.shape)
    one, column, scale = (int(rng.integers(4)), int(rng.integers(5))), int(rng.integers(5)), np.abs(right(z, y)).max()

    def at_one_entry(z, y):
        return right(z, y) + 0.02 * scale * (np.arange(20).reshape(4, 5) == 5 * one[0] + one[1])

    wrong = {
        "zero everywhere": lambda z, y: np.zeros_like(z),
        "off by a thousandth of its size": lambda z, y: right(z, y) + 1e-3 * scale * noise,
        "too large by a thousandth": lambda z, y: 1.001 * right(z, y),
        "wrong in one entry": at_one_entry,
        "each row shifted by a constant": lambda z, y: right(z, y) + 0.01 * scale * noise[:, :1],
        "one column is zero": lambda z, y: right(z, y) * (np.arange(5) != column),
        "two columns exchanged": lambda z, y: right(z, y)[:, [1, 0, 2, 3, 4]],
        "nan in one entry": lambda z, y: np.where(np.arange(20).reshape(4, 5) == 7, np.nan, right(z, y)),
        "not finite": lambda z, y: np.full_like(z, np.inf),
        "of another shape": lambda z, y: right(z, y).T,
        "summed over the rows": lambda z, y: right(z, y).sum(axis=0),
    }
    listed = [("softmax and cross-entropy", True, loss, right, z, y)]
    listed += [("softmax and cross-entropy, one-hot targets", True, loss, right, z, np.eye(5)[labels])]
    return listed + [(name, False, loss, g, z, y) for name, g in wrong.items()]


# --- find_the_bugs(candidates, z, y) -----------------------------------------------------------------------------------


def bugs(targets: Callable[[np.random.Generator], np.ndarray]):
    """Several candidates in an order, and under names, that say nothing; of each kind there is at least one."""

    def run(call, rng):
        z, y = rng.normal(size=(4, 5)), targets(rng)
        right = reference.softmax_cross_entropy_backward
        wrong = [g for _, good, _, g, _, _ in common_mistakes(rng) + what_checkers_overlook(rng) if not good and is_wrong(g, right, z, y)]
        candidates = [*((right, True) for _ in range(rng.integers(1, 5))), *((g, False) for g in wrong)]
        names = [f"backward_{letter}" for letter in rng.permutation(list("abcdefghijklmnopqrstuvwxyz"))][: len(candidates)]
        order = rng.permutation(len(candidates))
        functions = {names[k]: expecting(z.shape, y.shape)(candidates[k][0]) for k in order}
        expected = sorted(names[k] for k in order if not candidates[k][1])
        require_names(call("find_the_bugs", functions, z, y).answer, expected, names)

    return run


def is_wrong(gradient: Gradient, right: Gradient, z: np.ndarray, y: np.ndarray) -> bool:
    """It differs from the right one at these z and y, by enough to be seen: some mistakes show with some targets only."""
    given, truth = gradient(z, y), right(z, y)
    return given.shape != truth.shape or not np.linalg.norm(given - truth) < 5e-4 * np.linalg.norm(truth)


def require_names(answer: object, expected: Sequence[str], names: Sequence[str]) -> None:
    if not isinstance(answer, list):
        what = "None (is there a return?)" if answer is None else f"a {type(answer).__name__}"
        raise Failed(f"it returns {what}; a list of names is expected.")
    if not all(isinstance(name, str) and name in names for name in answer):
        raise Failed("the list holds something that is no key of candidates.")
    accused, missed = set(answer) - set(expected), set(expected) - set(answer)
    if accused or missed:
        told = [f"{len(missed)} of {len(expected)} wrong functions are missing"] if missed else []
        told += [f"{len(accused)} right ones are in the list"] if accused else []
        raise Failed(f"{' and '.join(told)}.")
    if answer != list(expected):
        raise Failed("the names are right, but they are not sorted, or one is there twice.")


def one_hot(rng):
    return np.eye(5)[rng.integers(5, size=4)]


def any_targets(rng):
    return rng.uniform(0.2, 1.5, size=(4, 5))


# --- What goes over the pipe -----------------------------------------------------------------------------------------


def expecting(*shapes: tuple[int, ...]):
    """A wrapper for functions of finite real arrays of these shapes; for other arguments they raise ValueError with a sentence."""

    def wrap(function: Callable) -> Callable:
        def checked(*arguments):
            if len(arguments) != len(shapes):
                raise ValueError(f"this function takes {len(shapes)} argument(s), and was given {len(arguments)}")
            for argument, shape in zip(arguments, shapes):
                if not_real_numbers(argument, shape):
                    raise ValueError(f"this function takes real numbers, in an array of shape {shape}")
            return function(*(np.array(argument, dtype=np.float64) for argument in arguments))

        return checked

    return wrap


ASSIGNMENT = Assignment(
    "ps5_gradient_check",
    (
        Problem("central_difference", (
            Check("the difference quotient for each entry of a vector", 2, differences((5,))),
            Check("arrays of any shape, integers too", 1, differences((2, 3), integers=True)),
            Check("a good step gives a good derivative", 1, differences_at_small_steps),
            Check("the input stays as it is", 1, differences_keep_input),
        )),
        Problem("relative_error", (
            Check("vectors and matrices", 2, lambda call, rng: [errors(shape)(call, rng) for shape in ((6,), (3, 4))]),
            Check("zeros", 1, errors_of_zeros),
        )),
        Problem("gradient_check", (
            Check("softmax and cross-entropy: right, and mistakes that people make", 2, verdicts(common_mistakes)),
            Check("right gradients of any kind and size", 2, verdicts(right_of_any_kind)),
            Check("wrong gradients that other checkers accept", 2, verdicts(what_checkers_overlook)),
            Check("the inputs stay as they are", 1, verdict_keeps_input),
        )),
        Problem("find_the_bugs", (
            Check("targets of any sum", 2, bugs(any_targets)),
            Check("one-hot targets", 2, bugs(one_hot)),
        )),
    ),
)
