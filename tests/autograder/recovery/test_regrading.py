"""What has changed is graded again, and nothing else."""

import json
import shutil
from copy import copy
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder import cohort, stamp
from autograder.course import Folder
from autograder.files import write
from autograder.judge import judge
from autograder.result import Result
from autograder.sandbox import Limits
from checks.protocol import Outcome

from ..conftest import SEED
from ..notebooks import ASSIGNMENT, RELEASED, ROOT
from .runs import CLASS, LATE, WRITTEN, by_hand, grades, hand_in, recorded, start


def test_a_changed_check_is_judged_again_and_nothing_else(graded, submitted, tmp_path):
    course = copy_of_the_course(tmp_path / "course")
    by_hand(graded, "ada", 3.5, "Well said.")
    edit(course / "solutions/checks/ps2_missing_sum.py", "# --- softmax_partial", "# A remark.\n# --- softmax_partial")
    edit(
        course / "solutions/checks/ps2_missing_sum.py",
        'Check("logits of any size", 1',
        'Check("logits of any size", 0.5',
    )
    before = grades(graded)
    grader = start(submitted, graded, course=course)
    out, err = grader.communicate()
    assert grader.returncode == 0, err
    assert f"regrading {len(CLASS)} submissions in softmax_forward alone, where the checks have changed" in out
    for student, (scores, comments, *_, result) in grades(graded).items():
        old_scores, old_comments, *_, old_result = before[student]
        assert comments == old_comments
        assert {k: v for k, v in scores.items() if k != "test_softmax_forward"} == {
            k: v for k, v in old_scores.items() if k != "test_softmax_forward"
        }
        assert result["problems"][1:] == old_result["problems"][1:]
        assert result["problems"][0]["stamp"] != old_result["problems"][0]["stamp"]
        assert scores["test_softmax_forward"][0] == (0 if student == "emil" else 3.5)
    assert grades(graded)["ada"][0]["where_the_sum_comes_from"] == (None, 3.5, False)


def copy_of_the_course(destination):
    for name in ("src", "solutions", "exercises"):
        shutil.copytree(ROOT / name, destination / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, destination)
    return destination


def edit(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1, f"{path} has changed: choose another text"
    path.write_text(text.replace(old, new))


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    """Of a copy of the course: (problem set, function) → stamp."""
    course = copy_of_the_course(tmp_path / "course")

    def spec_in_copy(name):
        spec = copy(find_spec(name))
        if spec and spec.origin.startswith(str(ROOT)):
            spec.origin = str(course / Path(spec.origin).relative_to(ROOT))
        return spec

    monkeypatch.setattr(stamp, "find_spec", spec_in_copy)

    def read():
        stamp._module.cache_clear()
        return {
            (name, function): value
            for name in (ASSIGNMENT, "ps3_jacobian")
            for function, value in stamp.of_functions.__wrapped__(name).items()
        }

    yield course, read
    stamp._module.cache_clear()


def test_a_stamp_changes_with_the_code_that_its_function_is_judged_by(stamps):
    course, read = stamps
    before = read()
    assert len(set(before.values())) == len(before)
    ps2 = {key for key in before if key[0] == ASSIGNMENT}
    for path, old, new, concerned in (
        ("solutions/checks/ps2_missing_sum.py", "def any_targets", "# A remark.\ndef any_targets", set()),
        (
            "solutions/checks/ps2_missing_sum.py",
            "uniform(0.2, 1.5",
            "uniform(0.2, 1.6",
            {(ASSIGNMENT, "dL_dz_entry"), (ASSIGNMENT, "missing_part")},
        ),
        ("solutions/checks/ps3_jacobian.py", "SHAPES = ((5, 7)", "SHAPES = ((5, 6)", set(before) - ps2),
        (
            "solutions/reference/softmax.py",
            "return g - softmax_forward(z)",
            "return g - 1 * softmax_forward(z)",
            {("ps3_jacobian", "log_softmax_backward")},
        ),
        ("src/autograder/sandbox.py", "call: float = 5.0", "call: float = 6.0", set(before)),
        ("src/autograder/report.py", "SLOW = 10.0", "SLOW = 11.0", set()),
    ):
        text = (course / path).read_text()
        edit(course / path, old, new)
        after = read()
        assert {key for key in before if after[key] != before[key]} == concerned, path
        (course / path).write_text(text)


def test_stamps_cover_every_module_of_the_judge():
    """`result` and `stamp` hold and compare results, `version` is only shown; all else that the judge imports may decide."""
    found, waiting = set(), ["judge", "forkserver"]
    while waiting:
        found.add(name := waiting.pop())
        for origin, imported in stamp._module(f"autograder.{name}").imports.values():
            package, _, module = origin.partition(".")
            ours = (
                {module or imported}
                if package == "autograder"
                else {origin}
                if name in ("forkserver", "runner")
                else set()
            )
            waiting += [n for n in ours - found - {"result", "stamp", "version"} if find_spec(f"autograder.{n}")]
    assert found == set(stamp.JUDGE)


def test_a_new_submission_is_graded_and_the_others_stay(run, submitted, graded, tmp_path):
    folder = Path(shutil.copytree(submitted, tmp_path / "submitted", ignore=shutil.ignore_patterns("ben")))
    by_hand(graded, "cleo", 2.0, "Almost.")
    by_hand(graded, "emil", 1.0, "Nothing there?")
    before = recorded(graded)
    hand_in(folder, "cleo", CLASS["cleo"] | WRITTEN)
    done = run(graded, folder=folder)
    assert "kept      4 submissions" in done.out and "grading   1 submission, new or changed since" in done.out
    assert {student for student in CLASS if recorded(graded)[student] != before[student]} == {"cleo"}
    assert "kept      5 submissions" in run(graded, folder=folder).out
    after = grades(graded)
    assert after["cleo"][0]["where_the_sum_comes_from"] == (None, 2.0, True), (
        "marked for another look until somebody takes it"
    )
    assert after["emil"][0]["where_the_sum_comes_from"][1:] == (1.0, False)
    assert after["cleo"][1]["where_the_sum_comes_from"][1] == "Almost."
    assert "grading   5 submissions" in run(graded, "--again", folder=folder).out
    assert grades(graded) == after


def test_another_due_date_or_time_limit_is_seen(run, graded):
    moved = run(graded, "--due", "2026-10-05 00:00")
    assert f"kept      {len(CLASS)} submissions" in moved.out
    assert grades(graded)[LATE][4] == 0
    assert cohort.what_remains(
        cohort.job_for(graded, "nobody", cohort.Settings(ASSIGNMENT, RELEASED, SEED, Limits(total=9))), Folder(graded)
    ).functions


def test_what_was_stopped_is_judged_again_with_all_that_shared_its_time(submitted, tmp_path):
    job = cohort.job_for(submitted, "cleo", cohort.Settings(ASSIGNMENT, RELEASED, SEED))
    result = judge(job).result
    path = Folder(tmp_path).result(ASSIGNMENT, "cleo")

    def remaining(*problems):
        write(path, json.dumps(replace(result, problems=problems).to_dict()))
        return cohort.what_remains(job, Folder(tmp_path)).functions

    first, second, *rest = result.problems
    stopped = replace(second, checks=tuple(replace(check, outcome=Outcome.STOPPED) for check in second.checks))
    assert remaining(first, second, *rest) == []
    assert remaining(first, stopped, *rest) == []
    assert remaining(replace(first, stamp="old"), second, *rest) == [first.problem]
    assert remaining(replace(first, stamp="old"), stopped, *rest) == job.functions
    assert Result.from_dict(json.loads(path.read_text())).problems[1].stopped
