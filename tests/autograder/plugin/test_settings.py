"""`nbgrader_config.py` never fails open: what it cannot have stops nbgrader, and nothing of a student's runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps import NbGrader
from traitlets.config import PyFileConfigLoader

from autograder.release.sets import PREPROCESSORS

from ..notebooks import ASSIGNMENT, ROOT

SETTINGS = "nbgrader_config.py"
LOCAL = "nbgrader_config_local.py"
WITHOUT_US = """
import sys
sys.modules["autograder"] = None
from nbgrader.apps.nbgraderapp import main
main()
"""
"""nbgrader of an environment that does not hold the grader, as a hub's shared one."""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A submission that tells when it runs, laid out for our settings and for nbgrader's own."""
    shutil.copy(ROOT / SETTINGS, tmp_path)
    told = tmp_path / "it ran"
    cell = {
        "cell_type": "code",
        "source": f"open({str(told)!r}, 'w')",
        "id": "a",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    for grading in (tmp_path, tmp_path / "grading"):
        submission = grading / "submitted" / "mallory" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        submission.parent.mkdir(parents=True)
        submission.write_text(json.dumps(notebook))
    return tmp_path


def nbgrader_without_us(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(course), "JUPYTER_CONFIG_DIR": str(course / "jupyter")}
    command = [sys.executable, "-c", WITHOUT_US, *arguments]
    return subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)


def test_where_the_grader_is_missing_nbgrader_stops(course):
    done = nbgrader_without_us(course, "autograde", ASSIGNMENT)
    assert done.returncode != 0 and re.search(r"autograder\.plugin\.\w+' could not be imported", done.stderr)
    assert not (course / "it ran").exists()


def test_an_import_at_its_top_would_have_left_nbgraders_own_settings(course, monkeypatch):
    """Nothing else stops it: nbgrader says so in its log and goes on."""
    settings = course / SETTINGS
    settings.write_text(f"import no_such_module\n{settings.read_text()}")
    monkeypatch.chdir(course)
    app = NbGrader()
    app.load_config_file()
    assert "exporter_class" not in app.config.Autograde


def test_the_settings_import_nothing_of_ours():
    assert not re.findall(r"^\s*(?:from|import) +(?!pathlib)", (ROOT / SETTINGS).read_text(), re.MULTILINE)


def test_the_settings_of_one_instructor_count(course):
    (course / LOCAL).write_text('c = get_config()\nc.CourseDirectory.course_id = "comp101"\n')
    settings = PyFileConfigLoader(SETTINGS, path=str(course)).load_config()
    assert settings.CourseDirectory.course_id == "comp101"
    assert settings.Autograde.exporter_class == "autograder.plugin.SandboxExporter"


def test_git_ignores_the_settings_of_one_instructor():
    assert f"/{LOCAL}" in (ROOT / ".gitignore").read_text().split()


@pytest.mark.parametrize("wrong", ["c = get_config(", "import no_such_module", "raise OSError('no such disk')"])
def test_settings_of_one_instructor_that_cannot_be_read_stop_nbgrader(course, wrong, monkeypatch):
    (course / LOCAL).write_text(wrong)
    monkeypatch.chdir(course)
    with pytest.raises(SystemExit, match=rf"{LOCAL} cannot be read .*: mend it"):
        NbGrader().load_config_file()


def test_the_steps_of_a_release_are_those_that_the_command_takes():
    settings = PyFileConfigLoader(SETTINGS, path=str(ROOT)).load_config()
    named = [name.rpartition(".")[2] for name in settings.GenerateAssignment.preprocessors]
    assert named == [step.__name__ for step in PREPROCESSORS]
