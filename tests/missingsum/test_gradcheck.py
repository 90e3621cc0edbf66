"""The gradient checker accepts every right gradient and refuses every wrong one; well-known ways of checking do not.

python -m pytest tests/missingsum/test_gradcheck.py -s -k table        prints the comparisons
"""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from missingsum import gradcheck


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def log_softmax(z):
    return (
        z - z.max(axis=1, keepdims=True) - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
    )


def softmax_backward(z, g):
    s = softmax(z)
    return s * (g - (s * g).sum(axis=1, keepdims=True))


def layers(rng):
    """name → (f, x, the right backward function)."""
    n, c = (int(k) for k in rng.integers(3, 6, size=2))
    scale = 10.0 ** rng.uniform(-0.5, 1)
    z, y = rng.normal(size=(n, c), scale=scale) + 10 * rng.normal(), rng.uniform(0.1, 1, size=(n, c))
    W, X = rng.normal(size=(c, 4)), rng.normal(size=(n, c))

    def loss(z):
        return -(y * log_softmax(z)).sum() / n

    def loss_backward(z, g):
        return g * (softmax(z) * y.sum(axis=1, keepdims=True) - y) / n

    return {
        "softmax": (softmax, z, softmax_backward),
        "log-softmax": (log_softmax, z, lambda z, g: g - softmax(z) * g.sum(axis=1, keepdims=True)),
        "cross-entropy of logits": (loss, z, loss_backward),
        "logsumexp": (lambda z: np.logaddexp.reduce(z, axis=1), z, lambda z, g: softmax(z) * g[:, None]),
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), X, lambda z, g: g * np.exp(-z) / (1 + np.exp(-z)) ** 2),
        "relu": (lambda z: np.maximum(z, 0), X, lambda z, g: g * (z > 0)),
        "absolute value": (np.abs, X, lambda z, g: g * np.sign(z)),
        "linear": (lambda X: X @ W, X, lambda X, g: g @ W.T),
        "linear, weights": (lambda W: X @ W, W, lambda W, g: X.T @ g),
        "centred columns": (lambda X: X - X.mean(axis=0), X, lambda X, g: g - g.mean(axis=0)),
        "logarithm near 0": (np.log, rng.uniform(1e-3, 1, size=(n, c)), lambda s, g: g / s),
        "small numbers": (lambda z: 1e-8 * np.tanh(z), X, lambda z, g: 1e-8 * g * (1 - np.tanh(z) ** 2)),
        "large numbers": (lambda z: 1e8 * np.tanh(z), X, lambda z, g: 1e8 * g * (1 - np.tanh(z) ** 2)),
        "tensors": (
            lambda x: np.sin(x).sum(axis=2),
            rng.normal(size=(3, 2, 4)),
            lambda x, g: g[:, :, None] * np.cos(x),
        ),
    }


def spoilt(right, rng):
    """name → a wrong backward function made from the right one."""

    def entry(x):
        return tuple(int(rng.integers(k)) for k in x.shape)

    def one_entry(x, g):
        answer = right(x, g).copy()
        answer[where] += 0.01 * np.abs(answer).max()
        return answer

    where = None

    def at(x):
        nonlocal where
        where = entry(x)

    return at, {
        "zero": lambda x, g: np.zeros_like(x),
        "sign": lambda x, g: -right(x, g),
        "no mean": lambda x, g: right(x, g) * len(x),
        "over n": lambda x, g: right(x, g) / len(x),
        "off by 1e-3": lambda x, g: right(x, g) * 1.001,
        "one entry": one_entry,
        "rows shifted": lambda x, g: right(x, g) + 0.01 * np.abs(right(x, g)).max(),
        "last row only": lambda x, g: right(x, g) * (np.arange(len(x)) == len(x) - 1).reshape(-1, *[1] * (x.ndim - 1)),
        "upstream ignored": lambda x, g: right(x, np.ones_like(g)),
        "rows exchanged": lambda x, g: right(x, g)[::-1],
        "nan": lambda x, g: np.full_like(x, np.nan),
    }


def pairs(count):
    """(layer, mistake or "right", f, x, backward) for ``count`` draws; mistakes that change nothing are left out."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        for layer, (f, x, right) in layers(rng).items():
            yield layer, "right", f, x, right
            at, wrong = spoilt(right, rng)
            at(x)
            g = rng.normal(size=np.shape(f(x)))
            truth = right(x, g)
            for mistake, backward in wrong.items():
                with np.errstate(invalid="ignore"):
                    if not np.abs(backward(x, g) - truth).max() <= 5e-4 * np.abs(truth).max():
                        yield layer, mistake, f, x, backward


DRAWS = 3


@functools.cache
def verdicts(checker):
    """How many right gradients ``checker`` refuses and which wrong ones it accepts."""
    refused, accepted, total = [], [], {"right": 0, "wrong": 0}
    for layer, mistake, f, x, backward in pairs(DRAWS):
        total["right" if mistake == "right" else "wrong"] += 1
        if bool(checker(f, x, backward)) != (mistake == "right"):
            (refused if mistake == "right" else accepted).append((layer, mistake))
    return refused, accepted, total


def test_no_right_gradient_is_refused_and_no_wrong_one_accepted():
    refused, accepted, total = verdicts(gradcheck)
    assert (refused, accepted) == ([], []) and total["right"] >= 40 and total["wrong"] >= 400


# --- What others do, in a few lines each, to show that the generator can tell ----------------------------------------


def with_ones(f, x, backward):
    """An upstream gradient of ones, a relative error of 1e-5."""
    return _entrywise(
        f,
        x,
        backward,
        np.ones(np.shape(f(x))),
        lambda a, b: np.linalg.norm(a - b) <= 1e-5 * max(np.linalg.norm(a), 1e-8),
    )


def with_fixed_tolerances(f, x, backward):
    """Tolerances rtol = 1e-3 and atol = 1e-5, whatever the size."""
    g = np.random.default_rng(0).normal(size=np.shape(f(x)))
    return _entrywise(f, x, backward, g, lambda a, b: np.allclose(a, b, rtol=1e-3, atol=1e-5))


def with_a_strict_error(f, x, backward):
    """A relative error of 1e-7, entry by entry, as a well-known course asks."""
    g = np.random.default_rng(0).normal(size=np.shape(f(x)))
    return _entrywise(
        f, x, backward, g, lambda a, b: (np.abs(a - b) <= 1e-7 * np.maximum(1e-8, np.abs(a) + np.abs(b))).all()
    )


def along_positive_directions(f, x, backward):
    """One direction of positive entries for x, and one for the upstream gradient."""
    rng = np.random.default_rng(0)
    u, v = rng.uniform(size=np.shape(f(x))), rng.uniform(size=x.shape)
    along = (u * (f(x + 1e-6 * v) - f(x - 1e-6 * v))).sum() / 2e-6
    return np.isclose(along, (backward(x, u) * v).sum(), rtol=1e-3, atol=1e-5)


def _entrywise(f, x, backward, g, agree, h=1e-5):
    numeric = np.zeros(x.shape)
    for k in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[k] = h
        numeric[k] = (g * (f(x + e) - f(x - e))).sum() / (2 * h)
    return bool(agree(numeric, backward(x, g)))


NAIVE = [with_ones, with_fixed_tolerances, with_a_strict_error, along_positive_directions]


def pytorch(f, x, backward, fast):
    """PyTorch's gradcheck at its default settings, on NumPy functions."""
    import torch

    class Function(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.as_tensor(np.asarray(f(x.detach().numpy())))

        @staticmethod
        def backward(ctx, g):
            return torch.as_tensor(np.ascontiguousarray(backward(ctx.saved_tensors[0].detach().numpy(), g.numpy())))

    torch.manual_seed(0)
    return torch.autograd.gradcheck(
        Function.apply, torch.tensor(x, requires_grad=True), fast_mode=fast, raise_exception=False
    )


def pytorch_fast(f, x, backward):
    return pytorch(f, x, backward, fast=True)


def pytorch_slow(f, x, backward):
    return pytorch(f, x, backward, fast=False)


def print_table(checkers):
    """One row a checker; what it returns is (name, right ones refused, wrong ones accepted)."""
    rows = []
    for checker in checkers:
        refused, accepted, total = verdicts(checker)
        rows.append((checker.__name__, len(refused), len(accepted)))
    print(f"\n{'checker':28} right refused (of {total['right']})  wrong accepted (of {total['wrong']})")
    for name, refused, accepted in rows:
        print(f"{name:28} {refused:22} {accepted:25}")
    return rows


def test_table_of_checkers():
    ours, *others = print_table((gradcheck, *NAIVE))
    assert ours[1:] == (0, 0)
    assert all(refused + accepted > 0 for _, refused, accepted in others)


def test_table_of_checkers_with_pytorch():
    pytest.importorskip("torch")
    ours, slow, fast = print_table((gradcheck, pytorch_slow, pytorch_fast))
    assert ours[1:] == (0, 0) and fast[2] > slow[2] > 0


# --- The well-known checkers, on the gradients of softmax and cross-entropy ----------------------------------------

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path[:0] = [str(BENCHMARKS)]

import checkers as well_known  # noqa: E402

MEASURED = json.loads((BENCHMARKS / "results.json").read_text(encoding="utf-8"))["checkers"]


def test_table_of_well_known_checkers():
    """As last measured where they are installed; `test_what_is_accepted…` below repeats the rows that matter."""
    print(f"\n{well_known.table(MEASURED)}")
    rows = {row["checker"]: row for row in MEASURED["rows"]}
    assert rows["ours"]["false_accepts"] == rows["ours"]["false_rejects"] == {}
    assert rows["PyTorch, fast"]["false_accepts"].keys() >= {"zero", "sign"}


@pytest.mark.parametrize("gradient", ["zero", "sign", "missing sum", "the reference"])
@pytest.mark.parametrize("checker", ["ours", "PyTorch, fast"])
def test_what_is_accepted_of_a_large_batch_is_what_the_table_says(checker, gradient):
    if checker not in (installed := well_known.checkers()):
        pytest.importorskip("torch")
    z, y = well_known._input(well_known.LARGE, 1.0, False)
    backward = (well_known.RIGHT | well_known.WRONG)[gradient]
    accepted = installed[checker](lambda z: well_known.forward(z, y), z, lambda z, g: g * backward(z, y))
    row = next(row for row in MEASURED["rows"] if row["checker"] == checker)
    assert accepted == (gradient in well_known.RIGHT or gradient in row["false_accepts"])


# --- Single properties ----------------------------------------


@pytest.fixture
def z():
    return np.random.default_rng(1).normal(size=(5, 4))


def test_an_input_drawn_with_the_same_seed_is_no_blind_spot():
    """x / ‖x‖ has x itself in the null space of its Jacobian: an upstream gradient equal to x would see nothing."""
    x = np.random.default_rng(0).normal(size=(4, 3))
    assert not gradcheck(
        lambda x: x / np.sqrt((x**2).sum(axis=1, keepdims=True)), x, lambda x, g: np.zeros_like(x)
    ).passed


def test_the_result_says_where_and_how_much(z):
    def wrong(z, g):
        answer = softmax_backward(z, g)
        answer[3, 2] *= 1.5
        return answer

    result = gradcheck(softmax, z, wrong)
    assert (
        result.where == (3, 2)
        and result.error == pytest.approx(1 / 3)
        and result.given == pytest.approx(1.5 * result.measured)
    )
    assert "entry [3, 2]" in str(result) and "tolerance" in str(result) and not result


def test_rows_are_moved_together_only_if_they_do_not_depend_on_each_other(z):
    assert "all rows at a time" in gradcheck(softmax, z, softmax_backward).directions
    centred = gradcheck(lambda z: z - z.mean(axis=0), z, lambda z, g: g - g.mean(axis=0))
    assert centred.passed and "one at a time" in centred.directions


def test_a_weak_dependence_between_two_rows_is_found(z):
    def f(z):
        result = np.tanh(z)
        result[4] += 1e-9 * z[1]
        return result

    assert "one at a time" in gradcheck(f, z, lambda z, g: g).directions


def test_coloured_differences_need_few_evaluations():
    calls = 0

    def f(z):
        nonlocal calls
        calls += 1
        return np.abs(z) ** 3  # knows no complex step

    x = np.random.default_rng(3).normal(size=(64, 5))
    assert gradcheck(f, x, lambda x, g: g * 3 * x * np.abs(x)) and calls < 250


@pytest.mark.parametrize(
    ("name", "f", "backward", "exact"),
    [
        ("analytic", lambda x: np.exp(x) * x, lambda x, g: g * np.exp(x) * (1 + x), True),
        ("real buffer", lambda x: _through_a_real_buffer(x), lambda x, g: g * 2 * x, False),
        ("absolute value", lambda x: np.abs(x) * x, lambda x, g: g * 2 * np.abs(x), False),
        ("real part", lambda x: np.real(x) ** 2, lambda x, g: g * 2 * x, False),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_the_complex_step_is_used_where_it_is_right_and_nowhere_else(z, name, f, backward, exact):
    result = gradcheck(f, z, backward)
    assert result.passed and ("complex step" in result.why) is exact


def _through_a_real_buffer(x):
    result = np.empty(x.shape)
    result[...] = np.real(x)
    return result**2


def test_float32_functions_need_no_other_call(z):
    def f(z):
        return softmax(np.asarray(z, dtype=np.float32))

    assert gradcheck(f, z, softmax_backward)
    assert not gradcheck(f, z, lambda z, g: 1.01 * softmax_backward(z, g))


def test_a_gradient_in_float32_is_held_to_its_own_rounding(z):
    assert gradcheck(softmax, z, lambda z, g: softmax_backward(z, g).astype(np.float32))
    assert gradcheck(lambda z: (z**2).sum(), z, (2 * z).astype(np.float32))
    assert not gradcheck(softmax, z, lambda z, g: (1.001 * softmax_backward(z, g)).astype(np.float32))


def test_a_kink_is_no_place_to_look(z):
    z[2, 1] = 0.0
    result = gradcheck(lambda z: np.maximum(z, 0), z, lambda z, g: g * (z > 0))
    assert not result and "no derivative" in result.problem


@pytest.mark.parametrize(
    ("backward", "said"),
    [
        (lambda z, g: softmax_backward(z, g).T, "shape (4, 5)"),
        (lambda z, g: softmax_backward(z, g).sum(axis=0), "shape (4,)"),
        (lambda z, g: softmax_backward(z, g) + np.nan, "not finite"),
        (lambda z, g: softmax_backward(z, g).astype(object), "dtype object"),
        (lambda z, g: np.multiply(g, 0, out=g), "changes an array"),
    ],
)
def test_what_is_no_gradient_is_a_result_and_no_exception(z, backward, said):
    result = gradcheck(softmax, z, backward)
    assert not result and said in str(result)


def test_conditions_on_the_function_are_errors_that_say_what_to_do(z):
    noise = np.random.default_rng(0)
    for f, said in (
        (lambda z: z * noise.normal(), "random numbers"),
        (lambda z: z * np.inf, "not finite"),
        (lambda z: np.array(["a"]), "real numbers"),
        (lambda z: np.multiply(z, 2, out=z), "work on a copy"),
    ):
        with pytest.raises(ValueError, match=said):
            gradcheck(f, z, softmax_backward)
    with pytest.raises(ValueError, match="one number"):
        gradcheck(softmax, z, np.zeros_like(z))


def test_the_input_is_never_changed(z):
    before = z.copy()
    gradcheck(softmax, z, softmax_backward)
    assert (z == before).all()
