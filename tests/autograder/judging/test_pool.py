"""Workers judge submissions, here and on a cluster, with the same results; one that dies takes nothing with it."""

import os
import signal
from multiprocessing import active_children

import pytest

from autograder.judging.judge import Job, judge
from autograder.judging.pool import LocalWorkers, WorkerDied, judge_all

from ..notebooks import ASSIGNMENT, RELEASED, notebook_bytes

STUDENTS = ["ada", "ben", "cleo", "dev"]
pytestmark = pytest.mark.usefixtures("fresh_workers")


def job(student, **sources):
    return Job(student, ASSIGNMENT, RELEASED, 1, notebook_bytes(sources))


class FakeWorkers:
    """One worker that dies of some students, as often as they are given to it."""

    def __init__(self, deadly):
        self.deadly, self.given, self.now = deadly, [], None

    def idle(self):
        return int(self.now is None)

    def start(self, job):
        self.now = job
        self.given.append(job.student)

    def ended(self):
        job, self.now = self.now, None
        return [(job, WorkerDied() if job.student in self.deadly else judge(job))]


def test_who_makes_a_worker_die_is_tried_once_more_and_then_gets_nothing():
    workers = FakeWorkers({"ben"})
    judged = list(judge_all([job(name) for name in STUDENTS], workers))
    assert sorted(each.result.student for each in judged) == STUDENTS
    assert sorted(workers.given) == sorted([*STUDENTS, "ben"])
    assert {each.result.student for each in judged if "twice" in each.result.unreadable} == {"ben"}


def test_no_more_jobs_are_fetched_than_workers_can_take():
    fetched = []

    def jobs():
        for name in STUDENTS:
            fetched.append(name)
            yield job(name)

    first = next(judge_all(jobs(), FakeWorkers(())))
    assert first.result.student == "ada" and len(fetched) <= 3


def test_a_local_worker_that_is_killed_takes_no_submission_with_it():
    with LocalWorkers(2) as workers:
        judged = judge_all([job(name) for name in STUDENTS], workers)
        found = [next(judged)]
        os.kill(active_children()[0].pid, signal.SIGKILL)
        found += judged
    assert sorted(each.result.student for each in found) == STUDENTS
    assert not [each for each in found if each.result.unreadable]


def test_the_workers_end_with_the_run():
    with LocalWorkers(2) as workers:
        assert not active_children()  # as long as there is nothing to judge
        workers.begin()
        assert len(active_children()) == 2
    assert not active_children()
    with pytest.raises(KeyboardInterrupt), LocalWorkers(2) as workers:
        next(judge_all([job(name) for name in STUDENTS], workers))
        raise KeyboardInterrupt
    assert not active_children()


def test_order_and_number_of_workers_change_no_result():
    jobs = [
        job("ada"),
        job("ben", missing_part="def missing_part(s, y):\n    return s * (y.sum() - y)"),
        job("cleo", softmax_forward="def softmax_forward(z):\n    return z"),
        job("dev", missing_part="def missing_part(s, y):\n    1 / 0"),
    ]

    def results(jobs, count):
        with LocalWorkers(count) as workers:
            return {each.result.student: each.result for each in judge_all(jobs, workers)}

    assert results(jobs, 1) == results(jobs[::-1], 3) == {each.student: judge(each).result for each in jobs}
