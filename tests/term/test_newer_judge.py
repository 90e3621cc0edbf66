"""A newer judge leaves the grades of a running term alone, until an instructor has seen what would change and asks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .opened import PS, files, grades, open_term, rows, scores

ROOT = Path(__file__).parents[2]
EDITS = {
    'Check("logits of any size", 1,': 'Check("logits of any size", 0.5,',
    'Check("the input stays as it is", 1,': 'Check("the input stays as it is", 1.5,',
}
CHANGES = {"otto": 0.5, "tara": -0.5}
"""What comes of these edits: otto's function is wrong for large logits alone, and tara's changes its input."""


class Course:
    """A course of newer checks, with the term in its folder ``grading``."""

    def __init__(self, root: Path):
        self.root, self.grading = root, root / "grading"
        for name in ("solutions", "exercises"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("course.toml", "_config.yml", "nbgrader_config.py"):
            shutil.copy(ROOT / name, root)
        checks = root / "solutions" / "checks" / f"{PS}.py"
        text = checks.read_text()
        for old, new in EDITS.items():
            assert text.count(old) == 1, f"{checks} has changed: choose another text than {old!r}"
            text = text.replace(old, new)
        checks.write_text(text)
        open_term(self.grading)

    def run(self, module: str, *arguments: str) -> str:
        """What the command says."""
        environment = {
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}:{self.root / 'solutions'}",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def grade(self, *options: str) -> str:
        return self.run("autograder.cli", "grade", PS, *options)


@pytest.fixture
def newer(tmp_path):
    return Course(tmp_path / "course")


def listed(said: str) -> dict[str, float]:
    """Student → the signed number on the student's line: by how much the score would change."""
    line = re.compile(r"\b(otto|milo|elif|tara|ada)\b.*?(?<!\S)([+−-])(\d+(?:\.\d+)?)", re.IGNORECASE)
    found = filter(None, map(line.search, said.splitlines()))
    return {match[1].lower(): float(match[3]) * (1 if match[2] == "+" else -1) for match in found}


def test_only_what_is_new_is_judged_and_what_an_older_judge_graded_is_counted(newer):
    before, results = grades(newer.grading), files(newer.grading / "results" / PS)
    submitted = newer.grading / "submitted"
    shutil.copy(submitted / "tara" / PS / f"{PS}.ipynb", submitted / "milo" / PS)
    said = newer.grade()
    assert re.search(r"\b4 submissions were graded by an older version of the checks.*--rejudge", said, re.DOTALL)
    changed = {cell for cell, grade in grades(newer.grading).items() if grade != before[cell]}
    assert {student for _, student, _ in changed} == {"milo"}
    assert grades(newer.grading)[PS, "milo", "test_softmax_forward"][0] == 2.5
    after = files(newer.grading / "results" / PS)
    assert {name for name in after if after[name] != results[name]} == {"milo.json"}


def test_rejudge_lists_who_would_gain_or_lose_and_writes_nothing(newer):
    before = files(newer.grading), rows(newer.grading)
    assert listed(newer.grade("--rejudge")) == CHANGES
    assert (files(newer.grading), rows(newer.grading)) == before


def test_rejudge_write_changes_the_scores_as_listed_and_nothing_given_by_hand(newer):
    before, cells = scores(newer.grading, PS), grades(newer.grading)
    assert listed(newer.grade("--rejudge", "--write")) == CHANGES
    after = scores(newer.grading, PS)
    assert {student: after[student] - before[student] for student in CHANGES} == CHANGES
    changed = {cell: grade for cell, grade in grades(newer.grading).items() if grade != cells[cell]}
    assert changed.keys() == {(PS, student, "test_softmax_forward") for student in CHANGES}
    assert "older version" not in newer.grade()


def test_nbgrader_autograde_does_not_judge_again_what_is_unchanged_since_an_older_judge(newer):
    before = grades(newer.grading)
    (newer.grading / "submitted" / "otto" / PS / "timestamp.txt").write_text("2026-10-01 22:00:00 UTC\n")
    newer.run("nbgrader", "autograde", PS, "--student", "otto")
    assert any("'2026-10-01 22:00:00" in row for row in rows(newer.grading)), "it was looked at again"
    assert grades(newer.grading) == before
