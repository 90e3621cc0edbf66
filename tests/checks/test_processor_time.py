"""How time grows is told from processor time: sleep where there are fewer classes hides nothing."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judging.probe import Probe
from autograder.sandbox.limits import Limits
from checks.protocol import Failed
from checks.ps3_jacobian import linear_in_c

SQUARED = """
import time
import numpy as np

def softmax_backward(s, g):
    if s.shape[1] < 10_000:
        time.sleep(0.05)
    return s * g - np.einsum("nj,ni,ni->nj", s, s, g)
"""
LINEAR = SQUARED.replace('np.einsum("nj,ni,ni->nj", s, s, g)', "s * (s @ g.T)")


def test_sleep_where_there_are_fewer_classes_hides_nothing():
    with Probe([("softmax_backward", SQUARED)], Limits()) as probe, pytest.raises(Failed, match="times as long"):
        linear_in_c(probe, np.random.default_rng(1))


def test_sleep_costs_nobody_the_points():
    with Probe([("softmax_backward", LINEAR)], Limits()) as probe:
        linear_in_c(probe, np.random.default_rng(1))
