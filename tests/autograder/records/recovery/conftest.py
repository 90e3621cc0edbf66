"""Runs of `autograder grade` over a small class, undisturbed and to be disturbed."""

import shutil
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.records.course import Course
from autograder.release.sets import release

from ...notebooks import ASSIGNMENT, ROOT
from .runs import CLASS, Run, arguments, write_class


@pytest.fixture(scope="session")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submitted")
    write_class(folder, CLASS)
    return folder


@pytest.fixture(scope="session")
def undisturbed(submitted, tmp_path_factory):
    """The folder of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("undisturbed")
    assert main(["grade", *map(str, arguments(submitted, out))]) == 0
    return out


@pytest.fixture
def graded(undisturbed, tmp_path):
    """A copy of that folder, to be spoilt."""
    return Path(shutil.copytree(undisturbed, tmp_path / "graded"))


@pytest.fixture
def run(capsys, submitted):
    """``autograder grade`` in this process."""

    def grade(out, *options, folder=submitted):
        status = main(["grade", *map(str, arguments(folder, out)), *map(str, options)])
        return Run(status, *capsys.readouterr())

    return grade


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    release(
        Course(ROOT),
        ASSIGNMENT,
        f"sqlite:///{folder}/gradebook.db",
        source=folder / "source",
        destination=folder / "release",
    )
    return (folder / "gradebook.db").read_bytes()
