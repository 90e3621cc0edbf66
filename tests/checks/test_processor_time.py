"""How time grows is told from processor time: sleep where there are fewer classes hides nothing."""

from __future__ import annotations

import numpy as np
import pytest

import reference
from autograder.checking.protocol import Failed
from autograder.judging.probe import Probe
from autograder.sandbox.limits import Limits
from checks import ps3_jacobian
from checks.ps3_jacobian import linear_in_c
from missingsum import check

SQUARED = """
import time
import numpy as np

def softmax_backward(s, g):
    if s.shape[1] < 10_000:
        time.sleep(0.05)
    return s * g - np.einsum("nj,ni,ni->nj", s, s, g)
"""
BUSY = """
import time
import numpy as np

def softmax_backward(s, g):
    answer = np.array([[s_j * (g_j - s[0] @ g[0]) for s_j, g_j in zip(s[0], g[0])]])
    end = time.process_time() + (0.02 if s.shape[1] < 10_000 else 0)
    while time.process_time() < end:
        pass
    return answer
"""
LOOP = """
import numpy as np

def softmax_backward(s, g):
    answer = np.zeros(g.shape)
    for k in range(len(s)):
        total = sum(s[k][i] * g[k][i] for i in range(s.shape[1]))
        for j in range(s.shape[1]):
            answer[k][j] = s[k][j] * g[k][j] - s[k][j] * total
    return answer
"""
LINEAR = SQUARED.replace('np.einsum("nj,ni,ni->nj", s, s, g)', "s * (s @ g.T)")


@pytest.fixture
def little_patience(monkeypatch):
    monkeypatch.setattr(ps3_jacobian, "PATIENCE", 0.2)


@pytest.mark.usefixtures("little_patience")
def test_sleep_where_there_are_fewer_classes_hides_nothing():
    with Probe([("softmax_backward", SQUARED)], Limits()) as probe, pytest.raises(Failed, match="times as long"):
        linear_in_c(probe, np.random.default_rng(1))


@pytest.mark.usefixtures("little_patience")
def test_being_busy_for_nothing_where_there_are_fewer_classes_hides_nothing():
    with Probe([("softmax_backward", BUSY)], Limits()) as probe, pytest.raises(Failed, match=r"as long as \d+ loops"):
        linear_in_c(probe, np.random.default_rng(1))


@pytest.mark.parametrize("right", [LINEAR, LOOP], ids=["with sleep", "in a loop"])
def test_what_is_linear_costs_nobody_the_points(right):
    with Probe([("softmax_backward", right)], Limits()) as probe:
        linear_in_c(probe, np.random.default_rng(1))


def test_a_local_check_is_not_deceived_by_sleep():
    functions = {"log_softmax_forward": reference.log_softmax_forward}
    exec(SQUARED, functions)
    with pytest.raises(AssertionError, match="the time grows"):
        check.ps3.softmax_backward(functions["softmax_backward"])
