"""What the chapters say of other packages that are installed here anyway, run again."""

from __future__ import annotations

import json

import numpy as np
import pytest
import scipy
from scipy.special import log_softmax, logsumexp

from .built_book import ROOT


@pytest.mark.skipif(not scipy.__version__.startswith("1.17."), reason="the chapter speaks of SciPy 1.17")
@pytest.mark.parametrize("gap", [17, 30])
def test_the_log_softmax_of_scipy_loses_a_confident_loss_and_its_logsumexp_does_not(gap):
    logits = np.array([0, -gap, -gap - 1], dtype=np.float32)
    exact = np.log1p(np.exp(-float(gap)) + np.exp(-gap - 1.0))
    assert log_softmax(logits)[0] == log_softmax(logits + np.float32(gap))[0] == 0
    assert np.isclose(logsumexp(logits), exact, rtol=1e-6, atol=0)


def test_grading_a_class_takes_the_share_of_nbgraders_time_that_the_page_for_instructors_says():
    runs = json.loads((ROOT / "benchmarks" / "results.json").read_text("utf-8"))["grading"]["runs"]
    theirs, ours, alone = (
        runs[name] for name in ("nbgrader autograde", "autograder grade", "autograder grade --no-where")
    )
    assert theirs["seconds"] > 6 * ours["seconds"] and theirs["seconds"] > 15 * alone["seconds"]
    assert theirs["cpu_seconds"] > 2 * ours["cpu_seconds"] and 6 < theirs["cpu_seconds"] / alone["cpu_seconds"] < 8
