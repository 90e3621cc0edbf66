"""The checks beside the exercises: right functions pass, and wrong ones are told what is wrong and why."""

from __future__ import annotations

import sys
from functools import partial

import numpy as np
import pytest

from missingsum import check
from missingsum.check import CheckFailed
from missingsum.slips import SLIPS

FORWARD = """
def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""

RIGHT = {
    "softmax_forward": {
        "vectorised": FORWARD,
        "loops": """
def softmax_forward(z):
    s = np.zeros(z.shape)
    for k in range(z.shape[0]):
        top = max(z[k])
        for j in range(z.shape[1]):
            s[k, j] = np.exp(z[k, j] - top)
        s[k] /= sum(s[k])
    return s
""",
        "by logarithms": """
def softmax_forward(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))
""",
        "in place on a copy": """
def softmax_forward(z):
    z = z - z.max(axis=1)[:, None]
    np.exp(z, out=z)
    z /= z.sum(axis=1)[:, None]
    return z
""",
    },
    "softmax_partial": {
        "cases": "def softmax_partial(s, i, j): return s[i] * (1 - s[i]) if i == j else -s[i] * s[j]",
        "delta": "def softmax_partial(s, i, j): return s[i] * ((i == j) - s[j])",
        "from the whole Jacobian": "def softmax_partial(s, i, j): return (np.diag(s) - np.outer(s, s))[i, j]",
        "array without axes": "def softmax_partial(s, i, j): return np.where(i == j, s[i] - s[i] * s[j], -s[i] * s[j])",
    },
    "dL_dz_entry": {
        "sum": "def dL_dz_entry(s, y, j): return sum(-y[i] / s[i] * s[i] * ((i == j) - s[j]) for i in range(len(s)))",
        "formula": "def dL_dz_entry(s, y, j): return s[j] * y.sum() - y[j]",
        "vector": "def dL_dz_entry(s, y, j): return float((-y / s) @ (np.diag(s) - np.outer(s, s))[:, j])",
    },
    "missing_part": {
        "formula": "def missing_part(s, y): return s * (y.sum() - y)",
        "difference": "def missing_part(s, y): return (s * y.sum() - y) + y * (1 - s)",
        "comprehension": """
def missing_part(s, y):
    return np.array([sum(y[i] * s[j] for i in range(len(s)) if i != j) for j in range(len(s))])
""",
    },
    "softmax_backward": {
        "vectorised": "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=1, keepdims=True))",
        "Jacobian": (
            "def softmax_backward(s, g):\n"
            "    return np.array([g_ @ (np.diag(s_) - np.outer(s_, s_)) for s_, g_ in zip(s, g)])"
        ),
        "einsum": "def softmax_backward(s, g): return s * g - np.einsum('nj,ni,ni->nj', s, s, g)",
    },
}

WRONG = {
    (
        "softmax_forward",
        "wrong-axis",
    ): "def softmax_forward(z): e = np.exp(z - z.max(axis=0)); return e / e.sum(axis=0)",
    ("softmax_forward", "whole-matrix"): "def softmax_forward(z): e = np.exp(z - z.max()); return e / e.sum()",
    ("softmax_forward", "no-max"): "def softmax_forward(z): e = np.exp(z); return e / e.sum(axis=1, keepdims=True)",
    ("softmax_forward", "max-with-zero"): """
def softmax_forward(z):
    e = np.exp(z - np.maximum(0, z.max(axis=1, keepdims=True)))
    return e / e.sum(axis=1, keepdims=True)
""",
    ("softmax_forward", "mutates-input"): """
def softmax_forward(z):
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)
""",
    (
        "softmax_forward",
        "keepdims-lost",
    ): "def softmax_forward(z): e = np.exp(z - z.max(axis=1)); return e / e.sum(axis=1)",
    ("softmax_partial", "missing-sum"): "def softmax_partial(s, i, j): return s[i] * (1 - s[i]) if i == j else 0.0",
    ("softmax_partial", "diagonal-formula-everywhere"): "def softmax_partial(s, i, j): return s[j] * (1 - s[j])",
    ("softmax_partial", "no-diagonal"): "def softmax_partial(s, i, j): return -s[i] * s[j]",
    (
        "softmax_partial",
        "off-diagonal-sign",
    ): "def softmax_partial(s, i, j): return s[i] * (1 - s[i]) if i == j else s[i] * s[j]",
    ("softmax_partial", "outer-as-dot"): "def softmax_partial(s, i, j): return (np.diag(s) - np.dot(s, s.T))[i, j]",
    ("softmax_partial", "log-derivative"): "def softmax_partial(s, i, j): return (i == j) - s[j]",
    ("dL_dz_entry", "missing-sum"): "def dL_dz_entry(s, y, j): return -y[j] * (1 - s[j])",
    ("dL_dz_entry", "sign"): "def dL_dz_entry(s, y, j): return y[j] - s[j] * y.sum()",
    ("dL_dz_entry", "targets-must-sum-to-one"): "def dL_dz_entry(s, y, j): return s[j] - y[j]",
    (
        "dL_dz_entry",
        "extra-sigmoid-prime",
    ): "def dL_dz_entry(s, y, j): return (s[j] * y.sum() - y[j]) * s[j] * (1 - s[j])",
    ("dL_dz_entry", "not-divided-by-s"): "def dL_dz_entry(s, y, j): return -y @ (np.diag(s) - np.outer(s, s))[:, j]",
    ("dL_dz_entry", "quotient"): """
def dL_dz_entry(s, y, j):
    return ((s - y) / (s * (1 - s))) @ (np.diag(s) - np.outer(s, s))[:, j]
""",
    ("missing_part", "whole-gradient"): "def missing_part(s, y): return s * y.sum() - y",
    ("missing_part", "diagonal-term"): "def missing_part(s, y): return -y * (1 - s)",
    ("missing_part", "targets-must-sum-to-one"): "def missing_part(s, y): return s * (1 - y)",
    ("missing_part", "no-diagonal"): "def missing_part(s, y): return s * y.sum()",
    ("softmax_backward", "missing-sum"): "def softmax_backward(s, g): return g * s * (1 - s)",
    ("softmax_backward", "no-diagonal"): "def softmax_backward(s, g): return -s * (s * g).sum(axis=1, keepdims=True)",
    ("softmax_backward", "missing-dot"): "def softmax_backward(s, g): return s * g",
    ("softmax_backward", "identity"): "def softmax_backward(s, g): return g",
    (
        "softmax_backward",
        "ignores-upstream",
    ): "def softmax_backward(s, g): return s * (1 - s.sum(axis=1, keepdims=True))",
    ("softmax_backward", "wrong-axis"): "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=0))",
    ("softmax_backward", "whole-matrix"): "def softmax_backward(s, g): return s * (g - (s * g).sum())",
    ("softmax_backward", "keepdims-lost"): "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=1))",
    ("softmax_backward", "fused-as-softmax"): "def softmax_backward(s, g): return s - g",
    (
        "softmax_backward",
        "over-n",
    ): "def softmax_backward(s, g): return s * (g - (s * g).sum(axis=1, keepdims=True)) / len(s)",
    ("softmax_backward", "mutates-input"): """
def softmax_backward(s, g):
    g -= (s * g).sum(axis=1, keepdims=True)
    return s * g
""",
}


def defined(*cells: str) -> dict:
    """The names that these cells define, as a notebook would hold them."""
    notebook = {"np": np}
    for cell in cells:
        exec(cell, notebook)
    return notebook


def run(name: str, *cells: str) -> None:
    getattr(check.ps2, name)(defined(*cells)[name])


def refusal(name: str, *cells: str) -> str:
    with pytest.raises(CheckFailed) as failed:
        run(name, *cells)
    return " ".join(str(failed.value).split())


@pytest.mark.parametrize(("name", "style"), [(name, style) for name, styles in RIGHT.items() for style in styles])
def test_right_functions_pass_in_any_style(name, style, capsys):
    run(name, FORWARD, RIGHT[name][style])
    assert name in capsys.readouterr().out


@pytest.mark.parametrize(("name", "slip"), WRONG)
def test_a_mistake_is_refused_and_named(name, slip):
    message = refusal(name, FORWARD, WRONG[name, slip])
    assert SLIPS[slip].explanation in message
    others = [other for other in SLIPS if other != slip and SLIPS[other].explanation in message]
    assert others == []


def test_two_mistakes_at_once_are_both_named():
    message = refusal("softmax_backward", FORWARD, "def softmax_backward(s, g): return -g * s * (1 - s)")
    assert SLIPS["missing-sum"].explanation in message and SLIPS["sign"].explanation in message


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("softmax_forward", "def softmax_forward(z): return z**2 / (z**2).sum(axis=1, keepdims=True)"),
        ("softmax_forward", "def softmax_forward(z): e = np.exp(z - z.min(axis=1)); return e / e.sum(axis=1)"),
        ("softmax_partial", "def softmax_partial(s, i, j): return s[i] ** 2 - 0.1"),
        ("dL_dz_entry", "def dL_dz_entry(s, y, j): return np.sin(y).mean()"),
        ("missing_part", "def missing_part(s, y): return np.sqrt(s)"),
        ("softmax_backward", "def softmax_backward(s, g): return np.tanh(g) * s"),
        ("softmax_backward", "def softmax_backward(s, g): raise ValueError('two hands are not enough')"),
    ],
    ids=["squares", "minimum", "partial", "mean", "root", "tanh", "raises"],
)
def test_wrong_without_a_known_cause_is_refused_without_a_guess(name, cell):
    message = refusal(name, FORWARD, cell)
    assert not [slip for slip in SLIPS if SLIPS[slip].explanation in message]


def test_a_sum_without_its_weights_whose_axis_is_lost_too_is_told_both():
    message = refusal("softmax_backward", FORWARD, "def softmax_backward(s, g): return s * (g - g.sum(axis=1))")
    assert SLIPS["keepdims-lost"].explanation in message and SLIPS["left-out"].explanation in message


@pytest.mark.parametrize("slip", ["first-row-only", "max-of-all"])
def test_a_wrong_softmax_is_not_taken_for_another_mistake(slip):
    cell = {
        "first-row-only": (
            "def softmax_forward(z): s = 0 * z; s[0] = np.exp(z[0] - z[0].max()); s[0] /= s[0].sum(); return s"
        ),
        "max-of-all": "def softmax_forward(z): e = np.exp(z - z.max()); return e / e.sum(axis=1, keepdims=True)",
    }[slip]
    message = refusal("softmax_forward", cell)
    assert not [other for other in SLIPS if other != slip and SLIPS[other].explanation in message]


def test_what_a_function_raises_is_said():
    message = refusal(
        "softmax_backward", FORWARD, "def softmax_backward(s, g): raise ValueError('two hands are not enough')"
    )
    assert "ValueError" in message and "two hands are not enough" in message


@pytest.mark.parametrize(
    ("name", "cell", "said"),
    [
        ("softmax_backward", "def softmax_backward(s, g): print(s * g)", "is there a return?"),
        ("softmax_backward", "def softmax_backward(s, g): return (s * g).tolist()", "it returns a list"),
        ("softmax_forward", FORWARD.replace("1, keepdims=True))", "1, keepdims=True)).astype(np.float32)"), "float32"),
    ],
    ids=["None", "list", "float32"],
)
def test_an_answer_of_the_wrong_form_is_told_its_form(name, cell, said):
    assert said in refusal(name, FORWARD, cell)


def test_a_function_that_is_not_written_yet_is_not_called_wrong():
    message = refusal("softmax_backward", FORWARD, "def softmax_backward(s, g): raise NotImplementedError")
    assert "not written yet" in message and "NotImplementedError" not in message


@pytest.mark.parametrize("name", ["softmax_partial", "dL_dz_entry", "missing_part", "softmax_backward"])
def test_without_a_right_softmax_forward_it_says_what_to_do_first(name):
    cell = next(iter(RIGHT[name].values()))
    missing = refusal(name, cell)
    assert "softmax_forward" in missing and "run its cell" in missing
    wrong = refusal(name, WRONG["softmax_forward", "wrong-axis"], cell)
    assert "softmax_forward" in wrong and "own check" in wrong


def test_functions_are_checked_on_copies_of_what_they_are_given():
    """A second check of a function that works in place sees the same inputs as the first."""
    in_place = WRONG["softmax_backward", "mutates-input"]
    assert refusal("softmax_backward", FORWARD, in_place) == refusal("softmax_backward", FORWARD, in_place)


def test_a_right_function_passes_every_time(capsys):
    notebook = defined(FORWARD, RIGHT["softmax_backward"]["vectorised"])
    reports = []
    for _ in range(2):
        check.ps2.softmax_backward(notebook["softmax_backward"])
        reports.append(capsys.readouterr().out)
    assert reports[0] == reports[1]


def test_a_partial_knows_no_notebook_and_is_measured_against_the_functions_of_the_running_one(monkeypatch, capsys):
    def forward(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def backward(kept, s, g):
        return s * (g - kept * (s * g).sum(axis=1, keepdims=True))

    monkeypatch.setattr(sys.modules["__main__"], "softmax_forward", forward, raising=False)
    check.ps2.softmax_backward(partial(backward, 1))
    assert "passed" in capsys.readouterr().out
    with pytest.raises(CheckFailed):
        check.ps2.softmax_backward(partial(backward, 0))
