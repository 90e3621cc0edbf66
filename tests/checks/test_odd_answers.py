"""Whatever comes back over the pipe, a check passes or fails; it is never the check that breaks."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import checks
from autograder.checking.protocol import Failed, Reply
from autograder.sandbox.inside.wire import Other
from missingsum.diagnosis import Sample, explain

from ..problem_sets import PROBLEM_SETS
from ..samples import sampled

ODD = [
    None,
    True,
    0,
    -(2**255),
    2**64,
    float("nan"),
    float("inf"),
    1e308,
    5e-324,
    "",
    "x" * 10_000,
    "\ud800",
    [],
    (),
    {},
    [None],
    ([],),
    {"W1": None},
    {"W1": None, "b1": [[1.0], [2.0, 3.0]]},
    {"": Other("x")},
    Other("object"),
    [Other("x")] * 3,
    [[1.0, 2.0], [3.0]],
    [1, "a", None],
    [2**300],
    {"a": {"b": [1.0]}},
    np.zeros(0),
    np.zeros((0, 7)),
    np.zeros((2, 0, 3)),
    np.float64(1),
    np.float16(1),
    np.longdouble(1),
    np.bool_(True),
    np.array(True),
    np.zeros((1,) * 8),
    np.zeros((3, 4), dtype=bool),
    np.full((4, 5), 255, dtype=np.uint8),
    np.full((4, 5), 2**63, dtype=np.uint64),
    np.array(-(2**63)),
    np.full((4, 7), np.nan),
    np.full((4, 7), 1e308),
    np.full((3, 4), -1e308),
    np.full((4, 5), np.inf),
    np.ones((2, 3), dtype=np.longdouble) * np.longdouble("1e4000"),
    (np.zeros((3, 4)), None),
    (1.0, np.zeros((4, 5))),
    (np.zeros(3),) * 3,
    [np.zeros((4, 4))] * 4,
]


def replying(answer, arguments):
    """A caller that always gets this answer, and these arguments back; None stands for those that it sent."""

    def call(function, *given, patience=1, fresh=False, timed=False):
        return Reply(answer, given if arguments is None else arguments)

    return call


@pytest.mark.parametrize("assignment", sampled(PROBLEM_SETS, 3, rest=pytest.mark.slow))
def test_no_answer_breaks_a_check(assignment):
    for problem in checks.load(assignment).problems:
        for check in problem.checks:
            for odd, arguments in [*((odd, None) for odd in ODD), (None, ()), (ODD[-1], (None,))]:
                try:
                    with np.errstate(all="ignore"):
                        check.run(replying(odd, arguments), np.random.default_rng(1))
                except Failed:
                    pass
                except Exception as error:
                    pytest.fail(f"{problem.name}, {check.name!r}: {odd!r} gives {type(error).__name__}: {error}")


LISTS = [["x" * 10_000] + ["a"] * 15_000, [["x" * 10_000]] * 9_000, {"b1": ["x" * 10_000] + ["a"] * 15_000}]
"""Of which NumPy would make arrays of hundreds of megabytes, as wide everywhere as the longest text."""


@pytest.mark.parametrize("assignment", PROBLEM_SETS)
@pytest.mark.parametrize("answer", LISTS, ids=["a list", "a list of lists", "in a dict"])
def test_what_holds_anything_but_numbers_is_not_made_an_array(assignment, answer):
    for problem in checks.load(assignment).problems:
        for check in problem.checks:
            tracemalloc.start()
            try:
                with np.errstate(all="ignore"), pytest.raises(Failed):
                    check.run(replying(answer, None), np.random.default_rng(1))
                assert tracemalloc.get_traced_memory()[1] < 200_000_000, (problem.name, check.name)
            finally:
                tracemalloc.stop()


def test_numbers_in_lists_are_still_known_for_a_list():
    for numbers in ([[1.0, 2.0], [3.0, 4.0]], (np.array([1.0, 2.0]), [3, np.float32(4)])):
        sample = Sample(None, np.array([[1.0, 2.0], [3.0, 4.0]]), numbers)
        assert explain([sample, sample], ()) == ("list-for-array",)
