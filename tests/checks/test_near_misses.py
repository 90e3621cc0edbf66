"""Answers that nearly pass are told wrong beside the cell, and lose points whatever the seed."""

from __future__ import annotations

import pytest

import checks
from missingsum import check
from missingsum.check import CheckFailed

from ..submissions.make import model_answers
from .direct import Direct, passed

CHECKER = """
def gradient_check(forward, backward, z, y):
    b, m = backward(z, y), central_difference(lambda z: forward(z, y), z, 1e-5)
    return bool(np.shape(b) == z.shape and np.isfinite(b).all() and {close})
"""
CLOSE = {
    "the last row": "np.linalg.norm(b[-1] - m[-1]) < 1e-5 * np.linalg.norm(m[-1])",
    "the first row": "np.linalg.norm(b[0] - m[0]) < 1e-5 * np.linalg.norm(m[0])",
    "sums down the columns": "np.linalg.norm((b - m).sum(axis=0)) < 1e-5 * np.linalg.norm(m)",
    "an absolute tolerance": "np.allclose(b, m)",
}
NEAR = {f"gradient_check by {name}": ("ps5_gradient_check", CHECKER.format(close=how)) for name, how in CLOSE.items()}
NEAR["log_softmax_backward in float32"] = (
    "ps3_jacobian",
    """
def log_softmax_backward(z, g):
    e = np.exp((z - z.max(axis=1, keepdims=True)).astype(np.float32))
    return g - e / e.sum(axis=1, keepdims=True) * g.sum(axis=1, keepdims=True)
""",
)
NEAR["softmax_cross_entropy_forward in float32"] = (
    "ps4_fused",
    """
def softmax_cross_entropy_forward(z, y):
    t = (z - z.max(axis=1, keepdims=True)).astype(np.float32)
    return (y * (np.log(np.exp(t).sum(axis=1, keepdims=True)) - t)).sum() / len(z)
""",
)


@pytest.mark.parametrize("name", NEAR)
def test_what_nearly_passes_is_told_wrong_and_loses_points(name):
    problem_set, cell = NEAR[name]
    function = name.split()[0]
    caller = Direct({**model_answers(problem_set), function: cell})
    with pytest.raises(CheckFailed):
        getattr(getattr(check, problem_set.split("_")[0]), function)(caller.names[function])
    for seed in range(2):
        assert any(passed(checks.load(problem_set), function, caller, seed).values())
