"""`nbgrader autograde` goes on where it was killed, too."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

from autograder.records import cohort
from autograder.records.course import Folder
from autograder.records.gradebook import Recorder
from autograder.records.moments import read_moment

from ....waiting import wait_until
from ...conftest import SEED
from ...notebooks import ASSIGNMENT, ROOT
from .runs import by_hand, descendants, grades, is_running, recorded, write_class


def nbgrader(course, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )


def test_nbgrader_autograde_goes_on_where_it_was_killed_and_records_the_same(
    undisturbed, empty_gradebook, tmp_path, monkeypatch
):
    grading, students = tmp_path / "grading", ["ada", "cleo"]
    write_class(grading / "submitted", students)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "exercises" / ASSIGNMENT, tmp_path / "exercises" / ASSIGNMENT)
    (grading / "source" / ASSIGNMENT).mkdir(parents=True)
    (grading / "gradebook.db").write_bytes(empty_gradebook)
    (grading / "seed").write_text(f"{SEED}\n")
    with Recorder(f"sqlite:///{grading}/gradebook.db") as recorder:
        recorder.set_due(ASSIGNMENT, read_moment("2026-10-02 00:00"))

    killed = nbgrader(tmp_path, "autograde", ASSIGNMENT)
    wait_until(lambda: recorded(grading))
    started = descendants(killed.pid)
    killed.kill()
    said, _ = killed.communicate()
    before = recorded(grading)
    assert set(before) == {"ada"}, said
    wait_until(lambda: not any(map(is_running, started)))
    half = grading / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    half.unlink(missing_ok=True)
    half.write_text('{"cells": [')  # as if it had been killed while it wrote
    done = nbgrader(tmp_path, "autograde", ASSIGNMENT)
    said, _ = done.communicate()
    assert done.returncode == 0 and "Removing what an interrupted run left" in said, said
    assert before.items() <= recorded(grading).items()
    expected = comparable({student: state for student, state in grades(undisturbed).items() if student in students})
    assert comparable(grades(grading)) == expected

    by_hand(grading, "ada", 3.5, "Well said.")
    monkeypatch.chdir(tmp_path)
    button = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()).autograde(
        ASSIGNMENT, "ada"
    )
    assert button["success"] and recorded(grading)["ada"] == before["ada"], button
    assert grades(grading)["ada"][0]["where_the_sum_comes_from"] == (None, 3.5, False)
    with cohort.only_run(Folder(grading)):
        refused = NbGraderAPI(
            config=PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()
        ).autograde(ASSIGNMENT, "ada")
    assert not refused["success"] and "another run is writing" in refused["log"] and half.exists()


def comparable(state):
    """Without what differs in form alone: nbgrader writes a notebook's lines one by one."""

    def joined(notebook):
        return [
            ("".join(cell["source"]), ["".join(o.get("text", "")) for o in cell.get("outputs", [])])
            for cell in notebook["cells"]
        ]

    return {student: (*rest, joined(notebook), result) for student, (*rest, notebook, result) in state.items()}
