"""Where the book is; who can read what grading keeps: its owner alone; where a checkout is open, commands say so."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.records.course import Course, Folder, open_to_others

from ..notebooks import ROOT


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every user of the machine can get to."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.parametrize(
    ("configuration", "address"),
    [
        ("html:\n  baseurl: https://course.example/sum", "https://course.example/sum/"),
        ("html:\n  baseurl: https://course.example/sum/", "https://course.example/sum/"),
        ('html:\n  baseurl: ""', None),
        ("html:", None),
        ("title: none", None),
        ("", None),
    ],
)
def test_the_published_address_is_that_of_the_site(tmp_path, configuration, address):
    assert Course(tmp_path).book is None
    (tmp_path / "_config.yml").write_text(configuration)
    assert Course(tmp_path).book == address


def test_the_configuration_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "_config.yml").write_text("html: [")
    with pytest.raises(ValueError, match=r"_config\.yml cannot be read"):
        Course(tmp_path).book  # noqa: B018


@pytest.mark.parametrize("umask", [0o022, 0o000, 0o077])
def test_the_folder_of_grades_lets_its_owner_in_alone_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        Folder(tmp_path / "term" / "grading").make()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "term" / "grading").stat().st_mode) == 0o700


def test_a_folder_that_is_shared_with_other_instructors_keeps_its_modes(tmp_path):
    (tmp_path / "grading").mkdir()
    (tmp_path / "grading").chmod(0o2770)
    Folder(tmp_path / "grading").make()
    assert stat.S_IMODE((tmp_path / "grading").stat().st_mode) == 0o2770


@pytest.mark.parametrize("modes", [(0o755, 0o755), (0o755, 0o705), (0o711, 0o755)])
def test_an_open_folder_is_named_with_what_to_do(place, modes):
    course = place / "my course"
    course.mkdir()
    place.chmod(modes[0])
    course.chmod(modes[1])
    assert f"chmod 700 '{course}'" in open_to_others(course / "none", course)


@pytest.mark.parametrize("modes", [(0o755, 0o700), (0o700, 0o777), (0o750, 0o755), (0o755, 0o750), (0o755, 0o711)])
def test_a_folder_that_keeps_others_out_or_lies_in_one_is_not(place, modes):
    course = place / "course"
    course.mkdir()
    place.chmod(modes[0])
    course.chmod(modes[1])
    assert open_to_others(course) == ""


def test_a_command_makes_grading_private_and_says_that_the_checkout_is_open(place, monkeypatch, capsys):
    for name in ("course.toml", "_config.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, place)
    (place / "solutions").mkdir()
    (place / "solutions" / "checks").mkdir()
    (place / "students.csv").write_text("id\nada\n")
    monkeypatch.chdir(place)
    assert main(["roster", "students.csv"]) == 0
    assert stat.S_IMODE((place / "grading").stat().st_mode) == 0o700
    assert f"WARNING: every user of this machine can read {place}" in capsys.readouterr().err
    place.chmod(0o700)
    assert main(["roster", "students.csv"]) == 0
    assert capsys.readouterr().err == ""
