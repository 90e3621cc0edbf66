"""What a cell imports from `missingsum` is there while grading; it costs nobody a point and helps nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.judging.judge import Job, judge
from autograder.judging.probe import Probe

from ...submissions.make import ROOT, read_student
from ..hostile import content
from ..notebooks import ASSIGNMENT, RELEASED
from .test_probe import QUICK, message

IMPORTS = """
import missingsum
import missingsum.numeric as numeric
import missingsum.check.ps2
from missingsum import *
from missingsum import check, diagnose, figures, gradcheck
from missingsum.check import CheckFailed, ps3
from missingsum.gallery import anything_that_it_has
"""
LOOKS = """
import numpy as np
assert gradcheck(np.tanh, np.ones(3), np.ones(3)) and missingsum.gradcheck(f)
print(gradcheck(f), missingsum.__version__, f"{gradcheck(f).error:.2e}")
assert gradcheck(f).error < 1e-6 and abs(gradcheck(f).error - 1) <= 1 and float(gradcheck(f).error) == 0
for slip in diagnose(f, 1, 2, 3).slips:
    raise ValueError(slip)
try:
    check.ps2.softmax_backward(f)
    ps3(f), check.ps2, missingsum.check.ps4.logsumexp(f), numeric.rowwise_jacobian(f, 1)[0]
except CheckFailed as failed:
    raise
"""


def test_every_import_of_the_student_package_works_and_a_call_of_it_says_nothing():
    cells = [("f", IMPORTS + "def f():\n    return 3"), ("looks", IMPORTS + LOOKS)]
    with Probe(cells, QUICK) as probe:
        assert probe("f").answer == 3
        assert probe.cell_errors == {}


@pytest.mark.parametrize(
    "called",
    ["gradcheck(abs, 1, 2)", "check.ps2.softmax_backward(abs)", "numeric.rowwise_jacobian(abs, 1)", "check.ps2()"],
)
def test_nothing_of_the_student_package_can_be_called_by_a_graded_function(called):
    with Probe([("f", f"{IMPORTS}def f():\n    return {called}\nf()")], QUICK) as probe:
        assert "not available when graded" in message(probe, "f")
        assert probe.cell_errors == {}


def test_a_name_of_the_student_package_is_no_answer():
    with Probe([("f", f"{IMPORTS}kept = gradcheck(1)\ndef f():\n    return kept")], QUICK) as probe:
        assert "no array of real numbers" in message(probe, "f")


CHECKED = """
from missingsum import gradcheck
from missingsum.numeric import rowwise_jacobian


{}

assert gradcheck(softmax_forward, np.ones((2, 3)), lambda z, g: softmax_backward(softmax_forward(z), g))
print(rowwise_jacobian(softmax_forward, np.ones((2, 3))))
"""


def test_right_answers_that_check_themselves_as_chapter_9_does_get_full_points():
    honest = read_student(ROOT / "tests/submissions/ps2_missing_sum/ada_right_loops.py")
    checked = replace(honest, cells=[(name, CHECKED.format(source)) for name, source in honest.cells])
    result = judge(Job("ada", ASSIGNMENT, RELEASED, 1, content(checked))).result
    assert [(p.problem, c.message) for p in result.problems for c in p.checks if not c.passed] == []


def test_a_checker_that_hands_the_work_to_the_package_earns_nothing():
    lazy = "def f(z, y):\n    from missingsum import gradcheck\n    return bool(gradcheck(abs, z, y))"
    with Probe([("f", lazy)], QUICK) as probe:
        assert "RuntimeError: missingsum.gradcheck is not available when graded (line 3" in message(probe, "f", 1, 2)
