"""What a local check says to answers that people have written: true, of this function, and in words."""

from __future__ import annotations

import signal
import sys
import time

import numpy as np
import pytest

from missingsum import check
from missingsum.check import running
from missingsum.check.progress import summary
from missingsum.check.report import CheckFailed, Report, Wrong
from missingsum.check.shared import passed
from missingsum.slips import SLIPS

from ..submissions.make import model_answers

SETS = {
    "ps1": "ps1_losses",
    "ps2": "ps2_missing_sum",
    "ps3": "ps3_jacobian",
    "ps4": "ps4_fused",
    "ps5": "ps5_gradient_check",
    "ps6": "ps6_network",
}


def written(problem_set: str, function: str, source: str, tmp_path) -> dict:
    """The names of a notebook of model answers, with this source for one function, which lies in a file."""
    cell = tmp_path / "cell.py"
    cell.write_text(source)
    names: dict = {"np": np}
    for name, answer in model_answers(SETS[problem_set]).items():
        exec(compile(source, str(cell), "exec") if name == function else answer, names)
    return names


def said(problem_set: str, function: str, source: str, tmp_path) -> str:
    names = written(problem_set, function, source, tmp_path)
    with np.errstate(all="ignore"), pytest.raises(CheckFailed) as failed:
        getattr(getattr(check, problem_set), function)(names[function])
    return " ".join(str(failed.value).split())


J = "J = np.stack([np.diag(row) - np.outer(row, row) for row in s])"
NETWORK = """def loss_and_gradients(params, X, y):
    Z1 = linear_forward(X, params["W1"], params["b1"])
    A = relu_forward(Z1)
    Z2 = linear_forward(A, params["W2"], params["b2"])
    log_s = Z2 - np.logaddexp.reduce(Z2, axis=1, keepdims=True)
    loss = -(y * log_s).sum() / len(X)
    dA, dW2, db2 = linear_backward(A, params["W2"], (np.exp(log_s) - y) / len(X))
    _, dW1, db1 = linear_backward(X, params["W1"], relu_backward(Z1, dA))
    return """
TRAIN = """def train(X, y, seed):
    rng = np.random.default_rng(seed)
    return {"W1": rng.normal(size=(64, 9)), "b1": B1, "W2": rng.normal(size=(9, 10)), "b2": rng.normal(size=10)}"""
CASES = {  # (problem set, function, source, what is said, what is not)
    51: (
        "ps6",
        "linear_backward",
        "def linear_backward(X, W, g): return g @ W.T, X.T @ g, g.sum(1)",
        "its gradient is the sum over the rows, down the column: axis=0",
        "down the columns",
    ),
    "51, one number": (
        "ps6",
        "linear_backward",
        "def linear_backward(X, W, g): return g @ W.T, X.T @ g, g.sum()",
        "Each bias has a gradient of its own, the sum over the rows",
        "axis=1",
    ),
    "51, two of three": (
        "ps6",
        "linear_backward",
        "def linear_backward(X, W, g): return g @ W.T, X.T @ g",
        "it returns 2 values; dX, dW, db are expected",
        "a tuple",
    ),
    "51, one array": (
        "ps6",
        "linear_backward",
        "def linear_backward(X, W, g): return X.T @ g",
        "it returns one array of shape (5, 3); dX, dW, db are expected",
        "a ndarray",
    ),
    "54, a mean for a sum": (
        "ps3",
        "log_softmax_backward",
        "def log_softmax_backward(z, g):\n    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return g - e / e.sum(axis=1, keepdims=True) * g.mean(axis=1, keepdims=True)",
        "A mean of g stands where a sum belongs",
        "a mean of g",
    ),
    "51, None in a place": (
        "ps6",
        "linear_backward",
        "def linear_backward(X, W, g): return g @ W.T, None, g.sum(axis=0)",
        "None stands in its place; a NumPy array of shape (5, 3) is expected",
        "return?",
    ),
    52: (
        "ps6",
        "loss_and_gradients",
        NETWORK + 'loss, {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}',
        "no key 'W1'; its keys are: 'dW1', 'db1', 'dW2', 'db2'",
        "return?",
    ),
    "52, None": (
        "ps6",
        "loss_and_gradients",
        NETWORK + 'loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": None}',
        "the gradient of b2: None stands in its place",
        "not finite",
    ),
    "52, a key too few": (
        "ps6",
        "loss_and_gradients",
        NETWORK + 'loss, {"W1": dW1, "b1": db1, "W2": dW2}',
        "no key 'b2'; its keys are: 'W1', 'b1', 'W2'",
        "the loss comes first",
    ),
    "53, the targets left out": (
        "ps5",
        "gradient_check",
        "def gradient_check(forward, backward, z, y):\n    return bool(relative_error(backward(z), z) < 1e-5)",
        "backward takes two arguments, (z, y), and is called with 1",
        "<locals>",
    ),
    53: (
        "ps5",
        "gradient_check",
        "def gradient_check(forward, backward, z, y):\n"
        "    given = backward(y, z)\n"
        "    return bool(relative_error(given, central_difference(lambda z: forward(z, y), z, 1e-5)) < 1e-5)",
        "it calls backward(y, z): the logits come first",
        "put an entry back",
    ),
    54: (
        "ps1",
        "mse_forward",
        "def mse_forward(a, y): return np.mean((a - y) ** 2)",
        "Here each square has a ½ in front, and the sum is divided by the number of rows n",
        "twice what it should be",
    ),
    "54, a loss for each row": (
        "ps1",
        "mse_forward",
        "def mse_forward(a, y): return ((a - y) ** 2).mean(axis=1)",
        "runs along the row, not over everything",
        "You summed down the columns",
    ),
    "56, brackets around one term": (
        "ps1",
        "sigmoid_forward",
        "def sigmoid_forward(z): return 1 / np.exp(-z) + 1",
        "1 / e^-z + 1 divides by e^-z alone",
        "Another array",
    ),
    56: (
        "ps1",
        "sigmoid_forward",
        "def sigmoid_forward(z): return 1/1 + np.exp(-z)",
        "without brackets, 1 / 1 + e^-z divides 1 by 1 and then adds",
        "sign",
    ),
    "56, the sign": (
        "ps1",
        "sigmoid_forward",
        "def sigmoid_forward(z): return 1 / (1 + np.exp(z))",
        "The exponent has the wrong sign",
        "The sign is the wrong way round",
    ),
    59: (
        "ps5",
        "relative_error",
        "def relative_error(a, b): return np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))",
        "The size here is the root of the sum of",
        "one loss for each row",
    ),
    61: ("ps6", "train", TRAIN.replace("B1", "np.zeros((1, 9))"), "b1 has shape (1, 9); (m,) is expected", "W1:"),
    62: (
        "ps6",
        "loss_and_gradients",
        NETWORK + "loss, (dW1, db1, dW2, db2)",
        "the second value that it returns is a tuple; a dict with the keys W1, b1, W2, b2 is expected there",
        "returns a tuple",
    ),
    63: (
        "ps5",
        "find_the_bugs",
        model_answers("ps5_gradient_check")["find_the_bugs"].replace("if not gradient_check", "if gradient_check"),
        "these are the right ones. Asked for are the names of the wrong ones",
        "in this order",
    ),
    "63, functions": (
        "ps5",
        "find_the_bugs",
        "def find_the_bugs(candidates, z, y): return list(candidates.values())",
        "the list holds a function; the names are asked",
        "<locals>",
    ),
    "64, an axis of its own": (
        "ps2",
        "softmax_backward",
        f"def softmax_backward(s, g):\n    {J}\n    return J @ g[:, :, None]",
        "its shape is (4, 7, 1); a NumPy array of shape (4, 7) is expected",
        "every row met",
    ),
    "64, X * W": (
        "ps6",
        "linear_forward",
        "def linear_forward(X, W, b): return X * W + b",
        "a product of two matrices is written with @",
        "broadcast",
    ),
    "64, g @ J": (
        "ps2",
        "softmax_backward",
        f"def softmax_backward(s, g):\n    {J}\n    return g @ J",
        "its shape is (4, 4, 7); a NumPy array of shape (4, 7) is expected: every row met the matrices of all rows",
        "one axis too many",
    ),
    "64, np.dot(J, g.T)": (
        "ps2",
        "softmax_backward",
        f"def softmax_backward(s, g):\n    {J}\n    return np.dot(J, g.T)",
        "one product for each row is asked",
        "one axis too many",
    ),
    "64, J @ g": (
        "ps2",
        "softmax_backward",
        f"def softmax_backward(s, g):\n    {J}\n    return J @ g",
        "J has shape (4, 7, 7) and g (4, 7): here each row has a matrix of its own",
        "gufunc",
    ),
    "64, X @ W.T": (
        "ps6",
        "linear_forward",
        "def linear_forward(X, W, b): return X @ W.T + b",
        "X has shape (4, 5) and W.T (3, 5): the last axis of the first must be as long as the first of the second",
        "gufunc",
    ),
    "64, max": ("ps6", "relu_forward", "def relu_forward(z): return max(0, z)", "it is np.maximum", "truth value"),
    "64, if": (
        "ps6",
        "relu_forward",
        "def relu_forward(z):\n    if z >= 0:\n        return z\n    return 0",
        "a choice is made by np.where (in line 2: if z >= 0:)",
        "truth value",
    ),
    "64, math": (
        "ps1",
        "sigmoid_forward",
        "import math\ndef sigmoid_forward(z): return 1 / (1 + math.exp(-z))",
        "np.exp and np.log all",
        "only length-1",
    ),
    "64, keepdims": (
        "ps2",
        "softmax_backward",
        "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=1))",
        "shapes (4, 7) and (4,) do not line up",
        "broadcast",
    ),
}


@pytest.mark.parametrize(("problem_set", "function", "source", "words", "never"), CASES.values(), ids=map(str, CASES))
def test_a_message_is_true_and_in_words(problem_set, function, source, words, never, tmp_path):
    message = said(problem_set, function, source, tmp_path)
    assert words in message and never not in message


def test_an_error_of_the_function_that_another_is_measured_against_is_in_words_too(tmp_path):
    (tmp_path / "cell.py").write_text("def forward(z):\n    return z @ z\n\ndef backward(z, g):\n    pass\n")
    names: dict = {}
    exec(compile((tmp_path / "cell.py").read_text(), str(tmp_path / "cell.py"), "exec"), names)
    report = Report("backward", passed_before={names["forward"]})
    measured = passed(names["backward"], "forward", check.ps2.softmax_forward, report)
    with pytest.raises(
        Wrong, match=r"your forward raises ValueError: z has shape \(4, 7\) and z \(4, 7\): the last .*line 2"
    ):
        measured(np.ones((4, 7)))


def test_functions_that_are_given_may_be_called_by_the_names_of_their_arguments(tmp_path):
    source = (
        "def gradient_check(forward, backward, z, y):\n"
        "    given = backward(y=y, z=z)\n"
        "    if np.shape(given) != z.shape or not np.all(np.isfinite(given)):\n"
        "        return False\n"
        "    measured = central_difference(lambda z: forward(z, y=y), z, 1e-5)\n"
        "    return bool(relative_error(given, measured) < 1e-5)"
    )
    check.ps5.gradient_check(written("ps5", "gradient_check", source, tmp_path)["gradient_check"])


@pytest.mark.parametrize("case", [51, 54, 56, "56, the sign", 59])
def test_these_mistakes_have_a_name_and_no_other(case, tmp_path):
    message = said(*CASES[case][:3], tmp_path)
    named = {slip for slip in SLIPS if SLIPS[slip].explanation in message}
    assert len(named - {"exp-overflow"}) == 1


def test_a_loop_without_end_is_stopped_and_says_where(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.2)
    loop = "    while True:\n        try:\n            1 / 0\n        except Exception:\n            pass"
    source = f"def softmax_backward(s, g):\n{loop}"
    before, started = signal.getsignal(signal.SIGALRM), time.monotonic()
    message = said("ps2", "softmax_backward", source, tmp_path)
    assert time.monotonic() - started < 5 and signal.getsignal(signal.SIGALRM) is before
    assert "it did not end within 0.2 seconds and was stopped (in line " in message


def test_an_interrupt_ends_the_check_without_a_traceback_of_the_package(tmp_path):
    source = "def softmax_backward(s, g):\n    raise KeyboardInterrupt"
    names = written("ps2", "softmax_backward", source, tmp_path)
    with pytest.raises(CheckFailed) as failed:
        check.ps2.softmax_backward(names["softmax_backward"])
    assert "it was interrupted (in line 2: raise KeyboardInterrupt)" in " ".join(str(failed.value).split())
    assert not any("running.py" in line for line in failed.value._render_traceback_())


def test_a_quick_function_is_not_stopped(tmp_path):
    names = written("ps2", "", "", tmp_path)
    check.ps2.softmax_backward(names["softmax_backward"])
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_cell_that_fails_says_what_was_found_where_no_mistake_is_named(tmp_path):
    names = written("ps2", "softmax_backward", "def softmax_backward(s, g): return np.tanh(s + g)", tmp_path)
    with pytest.raises(CheckFailed) as failed:
        check.ps2.softmax_backward(names["softmax_backward"])
    shown = " ".join(failed.value._render_traceback_())
    assert "it should be" in shown and "not recognised" in shown


def test_progress_says_what_is_done_and_what_is_open(tmp_path, monkeypatch, capsys):
    names = written("ps2", "missing_part", "def missing_part(s, y): return s * y.sum() - y", tmp_path)
    del names["softmax_backward"]
    lines = summary("ps2_missing_sum", names).splitlines()
    assert lines[0] == "3 of 5 functions are done." and lines[1] == "✓ softmax_forward"
    assert any(line.startswith("✗ missing_part: open: one-hot y") for line in lines)
    assert "– softmax_backward: not defined yet; run its cell" in lines
    assert "hand in ps2_missing_sum.ipynb" in lines[-1]
    for name, value in names.items():
        if not name.startswith("__"):
            monkeypatch.setattr(sys.modules["__main__"], name, value, raising=False)
    check.progress()
    assert capsys.readouterr().out.splitlines() == lines
