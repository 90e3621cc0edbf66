"""What has changed is graded again, and nothing else."""

import json
import pkgutil
import re
import shutil
import sys
from copy import copy
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder import sandbox
from autograder.checking.loading import Hidden
from autograder.checking.protocol import Outcome
from autograder.judging import fingerprint
from autograder.judging.judge import judge
from autograder.judging.result import Result
from autograder.records import cohort
from autograder.sandbox.limits import Limits

from ...conftest import SEED
from ...notebooks import ASSIGNMENT, RELEASED, ROOT
from .runs import CLASS, LATE, WRITTEN, by_hand, grades, hand_in, recorded, start


def test_changed_checks_change_no_score_until_that_is_asked_for_and_then_only_what_they_judge(
    graded, submitted, tmp_path
):
    course = copy_of_the_course(tmp_path / "course")
    by_hand(graded, "ada", 3.5, "Well said.")
    checks = course / "solutions/checks/ps2_missing_sum.py"
    edit(checks, "# --- softmax_partial", "# A remark.\n# --- softmax_partial")
    edit(checks, 'Check("logits of any size", 1', 'Check("logits of any size", 0.5')
    before = grades(graded)
    assert f"{len(CLASS)} submissions were graded by an older version" in grade(submitted, graded, course)
    assert grades(graded) == before

    files = contents(graded)
    said = grade(submitted, graded, course, "--rejudge")
    assert f"judged again: {len(CLASS)} submissions; 0 gain, {len(CLASS) - 1} lose, 1 keep" in said
    assert re.search(r"ada  -0.5 .*softmax_forward 4 → 3.5", said) and "Nothing was written" in said
    assert contents(graded) == files

    said = grade(submitted, graded, course, "--rejudge", "--write")
    assert f"regrading {len(CLASS)} submissions in softmax_forward alone" in said
    assert f"0 gain, {len(CLASS) - 1} lose, 1 keep" in said
    for student, (scores, comments, *_, result) in grades(graded).items():
        old_scores, old_comments, *_, old_result = before[student]
        assert comments == old_comments
        assert {k: v for k, v in scores.items() if k != "test_softmax_forward"} == {
            k: v for k, v in old_scores.items() if k != "test_softmax_forward"
        }
        assert result["problems"][1:] == old_result["problems"][1:]
        assert result["problems"][0]["fingerprint"] != old_result["problems"][0]["fingerprint"]
        assert scores["test_softmax_forward"][0] == (0 if student == "emil" else 3.5)
    assert grades(graded)["ada"][0]["where_the_sum_comes_from"] == (None, 3.5, False)
    assert "older version" not in grade(submitted, graded, course)


def grade(submitted, out, course, *options):
    """What ``autograder grade`` of this course says."""
    grader = start(submitted, out, *options, course=course)
    said, errors = grader.communicate()
    assert grader.returncode == 0, errors
    return said


def contents(folder):
    """Every file below a folder, with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copy_of_the_course(destination):
    for name in ("src", "solutions", "exercises"):
        shutil.copytree(ROOT / name, destination / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "_config.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, destination)
    return destination


def edit(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1, f"{path} has changed: choose another text"
    path.write_text(text.replace(old, new))


@pytest.fixture
def fingerprints(tmp_path, monkeypatch):
    """Of a copy of the course: (problem set, function) → fingerprint."""
    course = copy_of_the_course(tmp_path / "course")

    def spec_in_copy(name):
        spec = copy(find_spec(name))
        if spec and spec.origin.startswith(str(ROOT)):
            spec.origin = str(course / Path(spec.origin).relative_to(ROOT))
        return spec

    monkeypatch.setattr(fingerprint, "find_spec", spec_in_copy)

    def read():
        fingerprint._module.cache_clear()
        return {
            (name, function): value
            for name in (ASSIGNMENT, "ps3_jacobian")
            for function, value in fingerprint.of_functions.__wrapped__(name).items()
        }

    yield course, read
    fingerprint._module.cache_clear()


@pytest.mark.slow
def test_a_fingerprint_changes_with_the_code_that_its_function_is_judged_by(fingerprints):
    course, read = fingerprints
    before = read()
    assert len(set(before.values())) == len(before)
    ps2 = {key for key in before if key[0] == ASSIGNMENT}
    for path, old, new, concerned in (
        ("src/missingsum/questions/ps2.py", "def any_targets", "# A remark.\ndef any_targets", set()),
        (
            "src/missingsum/questions/ps2.py",
            "uniform(0.2, 1.5",
            "uniform(0.2, 1.6",
            {(ASSIGNMENT, "dL_dz_entry"), (ASSIGNMENT, "missing_part")},
        ),
        ("src/missingsum/questions/logits.py", "SHAPES = ((5, 7)", "SHAPES = ((5, 6)", set(before) - ps2),
        (
            "solutions/reference/softmax.py",
            "product.put(p, (g_p * rest - g_others) / (1 + rest))",
            "product.put(p, (g_p * rest - g_others) / (1 + 1 * rest))",
            {("ps3_jacobian", "log_softmax_backward")},
        ),
        ("src/autograder/sandbox/limits.py", "call: float = 5.0", "call: float = 6.0", set(before)),
        ("src/autograder/pages/report.py", "SLOW = 10.0", "SLOW = 11.0", set()),
    ):
        text = (course / path).read_text()
        edit(course / path, old, new)
        after = read()
        assert {key for key in before if after[key] != before[key]} == concerned, path
        (course / path).write_text(text)


def test_fingerprints_cover_every_module_of_the_judge():
    """All that the judge imports may decide, but for what holds, compares and shows results, or refuses whole sets.

    What a check is lies in a module that is followed name by name, from the checks.
    """
    harmless = {f"autograder.judging.{name}" for name in ("fingerprint", "result", "version")}
    harmless |= {"autograder.locking", "autograder.text", "autograder.checking.protocol", "autograder.checking.whole"}
    found, waiting = set(), ["autograder.judging.judge", "autograder.sandbox.inside.forkserver"]
    while waiting:
        found.add(name := waiting.pop())
        inside = name.startswith("autograder.sandbox.inside.")
        for origin, imported in fingerprint._module(name).imports.values():
            ours = {f"{origin}.{imported}", origin} if origin.startswith("autograder.") else set()
            ours |= {f"autograder.sandbox.inside.{origin}"} if inside and "." not in origin else set()
            waiting += [n for n in ours - found - harmless if is_module(n)]
    machine = {module.name for module in pkgutil.walk_packages(sandbox.__path__, "autograder.sandbox.")}
    assert found <= machine | set(fingerprint.JUDGE) and set(fingerprint.JUDGE) <= found


def is_module(name):
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        return False
    return spec is not None and spec.submodule_search_locations is None


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


def test_other_settings_count_as_another_judge(submitted, tmp_path):
    settings = cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    job = cohort.job_for(submitted, "ada", settings)
    result = judge(job).result
    assert not cohort.is_older(job, result) and not cohort.remaining(job, result, rejudge=True).functions
    for other in (replace(settings, limits=Limits(total=9)), replace(settings, seed=SEED + 1)):
        job = cohort.job_for(submitted, "ada", other)
        assert cohort.is_older(job, result) and not cohort.remaining(job, result).functions
        assert cohort.remaining(job, result, rejudge=True).functions == list(job.fingerprints)


def test_what_was_stopped_is_judged_again_with_all_that_shared_its_time(submitted):
    job = cohort.job_for(submitted, "cleo", cohort.Settings(ASSIGNMENT, RELEASED, SEED))
    result = judge(job).result

    def remaining(*problems):
        read = Result.from_dict(json.loads(json.dumps(replace(result, problems=problems).to_dict())))
        return cohort.remaining(job, read, rejudge=True).functions

    first, second, *rest = result.problems
    stopped = replace(second, checks=tuple(replace(check, outcome=Outcome.STOPPED) for check in second.checks))
    assert remaining(first, second, *rest) == []
    assert remaining(first, stopped, *rest) == []
    assert remaining(replace(first, fingerprint="old"), second, *rest) == [first.problem]
    assert remaining(replace(first, fingerprint="old"), stopped, *rest) == job.functions


def test_a_result_of_version_0_1_stands_while_the_student_wrote_nothing_else(submitted):
    job = cohort.job_for(submitted, "cleo", cohort.Settings(ASSIGNMENT, RELEASED, SEED))
    found = judge(job).result.to_dict()
    old = {name: value for name, value in found.items() if name not in ("handed_in", "settings")} | {"stamp": "0" * 64}
    old["problems"] = [
        {name: value for name, value in problem.items() if name != "fingerprint"} | {"stamp": "1" * 64}
        for problem in found["problems"]
    ]
    recorded = Result.from_dict(json.loads(json.dumps(old)))
    assert cohort.remaining(job, recorded).functions == [] and cohort.is_older(job, recorded)
    changed = replace(job, content=job.content.replace(b"keepdims=True", b"keepdims=1"))
    assert changed.content != job.content and cohort.remaining(changed, recorded).functions == job.functions


def test_fingerprints_follow_the_door(fingerprints):
    """What is handed on by `autograder.extend` counts for those who use it, and the door itself for nobody."""
    course, read = fingerprints
    before = read()
    edit(
        course / "src/autograder/extend/__init__.py",
        "from missingsum.slips import Slip\n",
        "from missingsum.slips import Slip\n\n",
    )
    edit(course / "src/autograder/checking/gradients.py", "FAR_APART = 1e9", "FAR_APART = 1e8")
    assert read() == before
    edit(
        course / "src/autograder/checking/protocol.py",
        "def table(",
        "def table(_: None = None) -> None: ...\n\n\ndef table(",
    )
    changed = {key for key, value in read().items() if value != before[key]}
    assert (ASSIGNMENT, "softmax_partial") in changed and (ASSIGNMENT, "softmax_forward") not in changed


def test_the_helpers_behind_the_door_count_for_the_sets_of_ones_own_that_use_them(tmp_path, fingerprints):
    """Followed through `gradient_of`: how it measures, tries and explains; and not through what a set does not use."""
    course, _ = fingerprints
    text = (
        "from autograder.extend import Assignment, gradient_of, values_of\nimport numpy as np\n"
        "def draw(rng, n):\n    return (rng.normal(size=(n, 3)),)\n"
        'ASSIGNMENT = Assignment("ps1", ({},))\n'
    )
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "__init__.py").write_text("")

    def fingerprint_of(problem):
        (tmp_path / "hidden" / "ps1.py").write_text(text.format(problem))
        fingerprint._module.cache_clear()
        sys.modules.pop("hidden.ps1", None)
        (found,) = fingerprint.of_functions.__wrapped__("ps1", Hidden("hidden", str(tmp_path))).values()
        return found

    gradient, value = "gradient_of(np.exp, draw)", "values_of(np.exp, draw)"
    for path, old, new, concerned in (
        ("src/autograder/checking/gradients.py", "FAR_APART = 1e9", "FAR_APART = 1e8", {gradient}),
        ("src/autograder/checking/asked.py", "STEP = 5e-4", "STEP = 6e-4", {gradient, value}),
        ("src/autograder/checking/explaining.py", '("first-row-only"', '("last-row-only"', {gradient}),
        ("src/autograder/checking/trying.py", "(1, *BATCHES)", "BATCHES", {gradient, value}),
        ("src/autograder/checking/whole.py", "yield from _parts(each)", "yield from [*_parts(each)]", set()),
        ("src/missingsum/numeric.py", "(4 * fine - coarse) / 3", "(4 * fine - 1 * coarse) / 3", {gradient, value}),
        ("src/autograder/pages/report.py", "SLOW = 10.0", "SLOW = 11.0", set()),
    ):
        before = {problem: fingerprint_of(problem) for problem in (gradient, value)}
        source = (course / path).read_text()
        edit(course / path, old, new)
        assert {problem for problem in before if fingerprint_of(problem) != before[problem]} == concerned, path
        (course / path).write_text(source)
    for name in [name for name in sys.modules if name.split(".")[0] == "hidden"]:
        del sys.modules[name]


def test_a_course_of_ones_own_has_fingerprints_of_its_own_checks(tmp_path):
    def fingerprints_of(text):
        (tmp_path / "hidden" / "ps1.py").write_text(text)
        fingerprint._module.cache_clear()
        sys.modules.pop("hidden.ps1", None)
        return fingerprint.of_functions.__wrapped__("ps1", Hidden("hidden", str(tmp_path)))

    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "__init__.py").write_text("")
    (tmp_path / "hidden" / "own.py").write_text("def f(x):\n    return 2 * x\n")
    text = (
        "from autograder.extend import Assignment, values_of\nfrom hidden.own import f\n"
        "def draw(rng, n):\n    return (rng.normal(size=(n, 3)),)\n"
        'ASSIGNMENT = Assignment("ps1", (values_of(f, draw),))\n'
    )
    first = fingerprints_of(text)
    assert fingerprints_of(f"# A remark.\n{text}") == first
    assert fingerprints_of(text.replace("(n, 3)", "(n, 2)")) != first
    (tmp_path / "hidden" / "own.py").write_text("def f(x):\n    return 3 * x\n")
    assert fingerprints_of(text) != first
    for name in [name for name in sys.modules if name.split(".")[0] == "hidden"]:
        del sys.modules[name]
