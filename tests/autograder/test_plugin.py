"""`nbgrader autograde`, and with it formgrader's button, takes the same path and gives the same scores."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.release.source import source_notebook

from ..submissions.make import write_class
from .conftest import SEED
from .notebooks import ASSIGNMENT, ROOT

OTHER = "ps1_losses"
STUDENTS = [
    "ada_right_loops",
    "ben_diagonal_only",
    "eddy_syntax_error",
    "igor_broken_json",
    "kees_a_pdf",
    "lia_wrong_problem_set",
    "milo_right_but_late",
    "oleg_edited_a_test",
    "rick_right_renamed_file",
]


def nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course as nbgrader sees it: configuration, source notebook, submissions; graded with its own commands alone."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    source = folder / "grading" / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    nbformat.write(source_notebook(ROOT / "solutions" / f"{ASSIGNMENT}.md"), source / f"{ASSIGNMENT}.ipynb")
    write_class(folder / "grading" / "submitted", STUDENTS)
    mistaken = folder / "grading" / "submitted" / "nora" / ASSIGNMENT
    mistaken.mkdir(parents=True)
    shutil.copy(ROOT / "exercises" / OTHER / f"{OTHER}.ipynb", mistaken / f"{ASSIGNMENT}.ipynb")
    (folder / "grading" / "seed").write_text(f"{SEED}\n")
    secret = folder / "secret.txt"
    secret.write_text("of another student")
    (folder / "grading" / "submitted" / "ada_right_loops" / ASSIGNMENT / "copied.txt").symlink_to(secret)
    shutil.copytree(ROOT / "exercises" / OTHER, folder / "exercises" / OTHER)
    assert nbgrader(folder, "generate_assignment", ASSIGNMENT).returncode == 0
    done = nbgrader(folder, "autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return folder


def test_nbgraders_own_release_is_the_committed_exercise(course):
    made = cells_of(course / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    assert made == cells_of(ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")


def cells_of(path):
    return [(cell.id, cell.source, dict(cell.metadata)) for cell in nbformat.read(path, as_version=4).cells]


def test_the_scores_are_those_of_autograder_grade(course, graded):
    with Gradebook(f"sqlite:///{course}/grading/gradebook.db") as gradebook:
        for student in STUDENTS:
            grades = {g.name: g.auto_score for g in gradebook.find_submission(ASSIGNMENT, student).notebooks[0].grades}
            for record in (r for r in graded.records if r["student"] == student):
                assert grades[f"test_{record['problem']}"] == record["score"], student


def test_another_problem_set_is_called_so(course):
    result = json.loads((course / "grading" / "results" / ASSIGNMENT / "nora.json").read_text())
    assert f"This is {OTHER}, another problem set." in result["unreadable"]


def test_students_other_files_are_not_copied(course):
    assert sorted(os.listdir(course / "grading" / "autograded" / "ada_right_loops" / ASSIGNMENT)) == [
        f"{ASSIGNMENT}.ipynb",
        "timestamp.txt",
    ]


def test_a_newer_submission_is_graded_again_and_an_old_one_is_not(course):
    submission = course / "grading" / "submitted" / "ben_diagonal_only" / ASSIGNMENT
    assert (
        "Skipping existing assignment"
        in nbgrader(course, "autograde", ASSIGNMENT, "--student", "ben_diagonal_only").stderr
    )
    (submission / "timestamp.txt").write_text("2026-10-05 10:00:00 UTC\n")
    again = nbgrader(course, "autograde", ASSIGNMENT, "--student", "ben_diagonal_only")
    assert "Updating existing assignment" in again.stderr and again.returncode == 0


def test_nbgraders_feedback_can_still_be_made(course):
    assert nbgrader(course, "generate_feedback", ASSIGNMENT, "--student", "ben_diagonal_only").returncode == 0
    page = course / "grading" / "nbgrader_feedback" / "ben_diagonal_only" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "You kept only the diagonal of the Jacobian" in page.read_text()


def test_our_feedback_pages_can_be_made_from_what_nbgrader_graded(course):
    assert main(["feedback", ASSIGNMENT, "--out", str(course / "grading")]) == 0
    page = course / "grading" / "feedback" / "ben_diagonal_only" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "You kept only the diagonal of the Jacobian" in page.read_text()
