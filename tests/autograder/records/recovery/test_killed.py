"""Whatever is killed in the middle of a run: the next one goes on where it was, to the same grades."""

import os
import signal
import threading
import time

import pytest
from sqlalchemy import event

from autograder.checking.protocol import Outcome
from autograder.judging.judge import given_up, judge
from autograder.judging.result import Result
from autograder.records import cohort, results
from autograder.records.course import Folder
from autograder.records.gradebook import Recorder
from autograder.records.receipt import Receipt
from autograder.sandbox import servers

from ....waiting import wait_until
from ...conftest import SEED
from ...notebooks import ASSIGNMENT, RELEASED, judged
from .runs import ANSWERS, CLASS, by_hand, descendants, grades, is_running, recorded, start, write_class


def test_a_grader_that_is_stopped_and_then_killed_goes_on_where_it_was(run, submitted, undisturbed, tmp_path):
    before = {}
    for how in (signal.SIGINT, signal.SIGKILL):
        grader = start(submitted, tmp_path)
        wait_until(lambda known=before: len(recorded(tmp_path)) > len(known))
        started = descendants(grader.pid)
        if how == signal.SIGINT:
            os.killpg(grader.pid, how)  # as the terminal does on Ctrl-C
        else:
            os.kill(grader.pid, how)
        _, err = grader.communicate()
        wait_until(lambda processes=started: not any(map(is_running, processes)))
        assert len(started) >= 3 and before.items() <= recorded(tmp_path).items()
        before = recorded(tmp_path)
        assert 0 < len(before) < len(CLASS)
        if how == signal.SIGINT:
            assert grader.returncode == 130 and "run the command again for the rest" in err and "Traceback" not in err
    finished = run(tmp_path)
    assert finished.status == 0
    assert (
        f"kept      {len(before)} submission" in finished.out
        and f"grading   {len(CLASS) - len(before)} submission" in finished.out
    )
    assert before.items() <= recorded(tmp_path).items()
    assert grades(tmp_path) == grades(undisturbed)


def test_a_killed_worker_changes_nothing_and_a_second_grader_is_refused_meanwhile(
    run, submitted, undisturbed, tmp_path
):
    grader = start(submitted, tmp_path)
    wait_until(lambda: recorded(tmp_path))
    os.kill(next(pid for pid, command in descendants(grader.pid).items() if "spawn_main" in command), signal.SIGKILL)
    refused = run(tmp_path)
    assert refused.status == 1 and f"another run is writing to {tmp_path}" in refused.err
    _, err = grader.communicate()
    assert grader.returncode == 0, err
    assert grades(tmp_path) == grades(undisturbed)


@pytest.mark.usefixtures("fresh_workers")
@pytest.mark.parametrize("level", [0, 1, 2], ids=["bubblewrap", "its child", "the student's Python"])
def test_a_killed_sandbox_costs_the_student_nothing(level):
    killed = []

    def kill():
        sandboxed = wait_until(
            lambda: sorted(pid for pid, command in descendants(os.getpid()).items() if "forkserver.py" in command)[
                level:
            ]
        )
        time.sleep(0.5)
        os.kill(sandboxed[0], signal.SIGKILL)
        killed.append(sandboxed[0])

    killer = threading.Thread(target=kill)
    killer.start()
    disturbed = judged(CLASS["ben"])
    killer.join()
    assert killed and disturbed.result == judged(ANSWERS).result


def test_code_that_kills_itself_each_time_is_stopped_like_any_other():
    result = judged(
        ANSWERS | {"softmax_backward": "import os\n\ndef softmax_backward(s, g):\n    os.kill(os.getpid(), 9)"}
    ).result
    assert [(p.problem, {c.outcome for c in p.checks}) for p in result.problems if p.score < p.max_score] == [
        ("softmax_backward", {Outcome.STOPPED})
    ]


class Fault(BaseException):
    """As sudden as a kill."""


def test_after_a_fault_between_any_two_steps_of_recording_the_next_run_makes_up_for_it(
    empty_gradebook, tmp_path, monkeypatch
):
    """Two submissions, of which one was recorded before in an older form and then graded by hand."""
    students, settings = ["cleo", "emil"], cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    write_class(tmp_path / "submitted", students)
    verdicts = {
        job.student: judge(job)
        for job in (cohort.job_for(tmp_path / "submitted", student, settings) for student in students)
    }
    older = given_up(cohort.job_for(tmp_path / "submitted", "cleo", settings), "an older form")

    def record_all(out, steps):
        """All that a run records, or what ``steps`` commits and renamings bring about; whether that was all."""
        left = iter(range(steps))

        def counted(function):
            def step(*arguments):
                if next(left, None) is None:
                    raise Fault
                return function(*arguments)

            return step

        with monkeypatch.context() as patched, Recorder(f"sqlite:///{out}/gradebook.db") as recorder:
            event.listen(recorder._engine, "commit", counted(lambda connection: None))
            patched.setattr(os, "replace", counted(os.replace))
            try:
                for student in students:
                    job = cohort.job_for(tmp_path / "submitted", student, settings)
                    job = cohort.remaining(job, results.result_of(Folder(out), ASSIGNMENT, student))
                    if job.functions:
                        results.record(verdicts[student], Folder(out), recorder, Receipt())
                    else:
                        results.keep(job, Folder(out), recorder, Receipt())
                return True
            except Fault:
                return False

    outcomes, finished = [], False
    while not finished:
        out = tmp_path / f"after {len(outcomes)} steps"
        out.mkdir()
        (out / "gradebook.db").write_bytes(empty_gradebook)
        with Recorder(f"sqlite:///{out}/gradebook.db") as recorder:
            results.record(older, Folder(out), recorder, Receipt())
        by_hand(out, "cleo", 3.5, "Look at the batch.")
        finished = record_all(out, len(outcomes))
        assert finished or record_all(out, 100)
        outcomes.append(grades(out))
    assert len(outcomes) == 1 + 2 * 3  # a commit, a notebook and a result for each
    assert all(outcome == outcomes[-1] for outcome in outcomes)
    assert outcomes[-1]["cleo"][0]["where_the_sum_comes_from"][1:] == (3.5, True)


def test_what_the_grader_itself_could_not_judge_is_no_final_grade(run, submitted, tmp_path, monkeypatch):
    settings = cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    job = cohort.job_for(submitted, "ada", settings)

    def refuse(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(servers, "start", refuse)
        faulty = judge(job)
    assert faulty.result.faulty and faulty.result.score == 0 and not judge(job).result.faulty
    for verdict in (faulty, given_up(job, "The worker died twice.")):
        assert cohort.remaining(job, Result.from_dict(verdict.result.to_dict())).functions == job.functions
    write_class(tmp_path / "submitted", ["ada"])
    monkeypatch.setattr(
        "autograder.commands.session.judge_all",
        lambda jobs, *_: [given_up(job, "The worker died twice.") for job in jobs],
    )
    done = run(tmp_path / "out", folder=tmp_path / "submitted")
    assert done.status == 1 and "ada: NO FINAL GRADE" in done.err and "The worker died twice." in done.err
