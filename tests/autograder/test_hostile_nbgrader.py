"""Hostile files on the way of ``nbgrader autograde``, which formgrader's button takes too.

Each is a zero or what it earned, and the class goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.release.source import source_notebook

from ..submissions import hostile_notebooks, make
from ..submissions.hostile_folders import UNREADABLE, hand_in
from .hostile import ATTACKS, MAX_SCORES, content
from .notebooks import ASSIGNMENT, ROOT

HONEST = "ada_right_loops"
FULL = sum(MAX_SCORES.values())
FILES = [
    "links_to_ada",
    "hands_in_adas_folder",
    "is_ada",
    "shares_a_file",
    "hands_in_a_pipe",
    "hands_in_a_device",
    "hands_in_a_gigabyte",
    "hands_in_a_folder",
]
BROKEN = ["hands_in_half_a_notebook", "hands_in_brackets", "hands_in_the_future", "hands_in_many_cells"]
TRICKS = ["gives_itself_points", "speaks_tomorrows_schema", "names_a_kernel", "shows_active_content"]
NAMES = ["-rf", "<img src=x onerror=alert(1)>", "\x1b[2J"]
PATTERN = "[a]*"
"""A folder that nbgrader takes for a pattern, which matches others' folders: it grades those, and not this one."""
RUN = ["ends_the_process", "writes_the_gradebook"]


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    source = folder / "grading" / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(source_notebook(ROOT / "solutions" / f"{ASSIGNMENT}.md"), source / f"{ASSIGNMENT}.ipynb")
    submitted = folder / "grading" / "submitted"
    make.write_class(submitted, [HONEST])
    honest = (submitted / HONEST / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    for name in FILES:
        UNREADABLE[name][0](submitted, honest)
    for name in BROKEN:
        hand_in(submitted, name, hostile_notebooks.UNREADABLE[name][0](honest))
    for name in TRICKS:
        hand_in(submitted, name, hostile_notebooks.EARNS_ALL[name][0](honest))
    for name in [*NAMES, PATTERN]:
        hand_in(submitted, name, honest)
    hand_in(submitted, "renames_it", honest).rename(submitted / "renames_it" / ASSIGNMENT / f"{ASSIGNMENT} (1)\n.ipynb")
    for attack in ATTACKS:
        if attack.student in RUN:
            hand_in(submitted, attack.student, content(attack))
    return folder


@pytest.fixture(scope="module")
def graded(course):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in ("generate_assignment", "autograde"):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, ASSIGNMENT],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
    return done


@pytest.fixture(scope="module")
def scores(graded, course) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course}/grading/gradebook.db") as gradebook:
        return {submission.student.id: submission.score for submission in gradebook.assignment_submissions(ASSIGNMENT)}


def test_the_run_ends_well(graded):
    assert graded.returncode == 0, graded.stderr


@pytest.mark.parametrize("student", [*FILES, *BROKEN])
def test_what_is_no_notebook_gets_nothing_and_shows_nothing_of_others(scores, course, student):
    assert scores.get(student, 0) == 0
    shown = course / "grading" / "autograded" / student / ASSIGNMENT
    assert "def softmax_forward(z):\n    exponentials" not in "".join(
        path.read_text() for path in shown.glob("*") if path.is_file()
    )
    assert not any(path.is_symlink() for path in shown.glob("*"))


@pytest.mark.parametrize("student", [HONEST, *TRICKS, *NAMES, "renames_it"])
def test_right_answers_get_their_points_and_no_more(scores, student):
    assert scores[student] == FULL


def test_a_name_that_is_a_pattern_gets_nothing_of_the_others(scores):
    assert scores.get(PATTERN, 0) == 0 and scores[HONEST] == FULL


@pytest.mark.parametrize("student", RUN)
def test_a_function_that_attacks_gets_nothing_for_itself(scores, student):
    assert scores[student] == FULL - MAX_SCORES["softmax_backward"]


def test_formgrader_would_find_no_output_of_a_students(graded, course):
    for path in (course / "grading" / "autograded").rglob("*.ipynb"):
        assert "attacker.example" not in json.dumps(
            [cell.get("outputs") for cell in json.loads(path.read_text())["cells"]]
        )
