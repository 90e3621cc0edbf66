"""One problem set more, in a copy of this course: tests that go through all sets find it, and say what it lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .problem_sets import COURSE, PROBLEM_SETS, problem_set

pytestmark = pytest.mark.slow
NUMBER = f"ps{len(PROBLEM_SETS) + 1}"
NEW = f"{NUMBER}_new"


@pytest.fixture
def larger_course(tmp_path: Path) -> Path:
    """This course and one problem set more: answers and hidden checks; no local ones, no styles, no class."""
    for name in ("pyproject.toml", "_config.yml", "_toc.yml", "chapters", "exercises", "src", "tests"):
        (tmp_path / name).symlink_to(COURSE.root / name)
    settings, last = (COURSE.root / "course.toml").read_text(), f'    "{PROBLEM_SETS[-1]}",\n'
    assert last in settings
    (tmp_path / "course.toml").write_text(settings.replace(last, f'{last}    "{NEW}",\n'))
    (tmp_path / "solutions").mkdir()
    _link_all(COURSE.root / "solutions", tmp_path / "solutions")
    (tmp_path / "solutions" / "checks").unlink()
    (tmp_path / "solutions" / "checks").mkdir()
    _link_all(COURSE.root / "solutions" / "checks", tmp_path / "solutions" / "checks")
    (tmp_path / "solutions" / f"{NEW}.md").write_text(problem_set(PROBLEM_SETS[0]))
    (tmp_path / "solutions" / "checks" / f"{NEW}.py").write_text(
        f"from dataclasses import replace\nfrom checks.{PROBLEM_SETS[0]} import ASSIGNMENT as FIRST\n"
        f"ASSIGNMENT = replace(FIRST, name={NEW!r})\n"
    )
    return tmp_path


def test_every_text_of_a_problem_set_is_one_of_the_course():
    assert sorted(path.stem for path in (COURSE.root / "solutions").glob("ps*.md")) == sorted(PROBLEM_SETS)


def _link_all(source: Path, target: Path) -> None:
    for path in source.iterdir():
        (target / path.name).symlink_to(path)


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Some of the tests, on another course."""
    environment = {**os.environ, "PYTHONPATH": f"{course}/src{os.pathsep}{course}/solutions"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments]
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)


def test_a_set_without_a_class_styles_and_mistakes_fails(larger_course):
    done = run(larger_course, "-rA", "tests/checks", "-k", f"{NEW} and not noise and not another or twelve_styles")
    outcomes = {
        line.split("::")[1].split("[")[0].split(" - ")[0]: line.split()[0]
        for line in done.stdout.splitlines()
        if "::" in line
    }
    assert outcomes == {
        "test_no_answer_breaks_a_check": "PASSED",
        "test_no_changed_reply_breaks_a_check": "PASSED",
        "test_right_answers_with_other_arguments_than_were_sent_break_no_check": "PASSED",
        "test_what_holds_anything_but_numbers_is_not_made_an_array": "PASSED",
        "test_a_ragged_list_in_the_place_of_any_part_breaks_no_check": "PASSED",
        "test_a_random_wrong_answer_is_wrong_without_a_name": "PASSED",
        "test_the_model_answers_pass_every_check_whatever_the_inputs": "PASSED",
        "test_a_stub_earns_nothing": "PASSED",
        "test_score_and_slips_of_each_submission": "FAILED",
        "test_without_this_check_a_wrong_submission_gets_through": "FAILED",
        "test_nine_wrong_answers_in_ten_are_told_which_mistake_they_are": "FAILED",
        "test_the_matrix_has_a_cell_for_each_mistake_and_function": "FAILED",
        "test_twelve_styles_and_more_for_each_function_that_the_course_is_about": "FAILED",
    }


def test_a_set_without_hidden_or_local_checks_stops_the_tests(larger_course):
    (larger_course / "solutions" / "checks" / f"{NEW}.py").unlink()
    done = run(
        larger_course, "--collect-only", "tests/checks/test_mutation.py", "tests/missingsum/test_local_classes.py"
    )
    assert done.returncode == 2
    assert f"there are no hidden checks for a problem set named '{NEW}'" in done.stdout
    assert f"module 'missingsum.check' has no attribute '{NUMBER}'" in done.stdout
