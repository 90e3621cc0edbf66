"""What judging a submission may take outside the sandbox is limited, and costs that student alone."""

from __future__ import annotations

import multiprocessing
import resource
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import autograder.judging.judge as judging
from autograder.checking.protocol import Outcome
from autograder.judging.judge import Job, Judged, judge, limited_memory

from ...submissions.make import ROOT, read_student
from ..hostile import content
from ..notebooks import ASSIGNMENT, RELEASED

LARGE = """
def softmax_backward(s, g):
    return np.zeros((40, 1000, 125))
"""


def in_a_fresh_process(call, *arguments):
    """Memory that other tests have freed would hide here what this call takes."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        return fresh.submit(call, *arguments).result()


def judged_within(bytes_more: int, greedy: Job, honest: Job) -> tuple[Judged, Judged, bool]:
    judging.MOST_MEMORY = bytes_more
    before = resource.getrlimit(resource.RLIMIT_AS)
    first = judge(greedy)
    return first, judge(honest), resource.getrlimit(resource.RLIMIT_AS) == before


def test_more_than_the_judge_may_take_is_zero_for_that_submission_and_says_why():
    submission = read_student(ROOT / "tests/submissions/ps2_missing_sum/ada_right_loops.py")
    large = replace(submission, cells=[*submission.cells, ("after softmax_backward", LARGE)])
    greedy = Job("mallory", ASSIGNMENT, RELEASED, 1, content(large))
    honest = Job("ada", ASSIGNMENT, RELEASED, 1, content(submission))
    judged, after, limit_is_back = in_a_fresh_process(judged_within, 64_000_000, greedy, honest)
    assert judged.result.score == 0 and not judged.result.faulty and not judged.result.unreadable
    for problem in judged.result.problems:
        for check in problem.checks:
            assert check.outcome is Outcome.STOPPED and "more of the grader's memory" in check.message
    assert "40, 1000, 125" in "".join(judged.submission.answers)
    assert limit_is_back and after.result.score == after.result.max_score


def test_the_limit_is_what_comes_on_top_and_never_above_one_that_is_set():
    with limited_memory():
        assert np.empty(judging.MOST_MEMORY // 16).nbytes
        with pytest.raises(MemoryError):
            np.empty(judging.MOST_MEMORY // 4)
        inner = resource.getrlimit(resource.RLIMIT_AS)
        with limited_memory():
            assert resource.getrlimit(resource.RLIMIT_AS) == inner
    assert np.empty(judging.MOST_MEMORY // 4).nbytes
