"""nbgrader's own ``zip_collect`` takes the same way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from autograder.platforms.collect import Reading
from autograder.platforms.questions import Questions
from autograder.platforms.zip_collect import SafeExtractor, collected
from autograder.records.asking import YOUR_WORDS, Asking
from autograder.records.course import Folder

from ..made_up import standing, student
from ..notebooks import ROOT
from .downloads import PS, ROSTER, SETS, zipped


def test_nbgraders_extractor_takes_nothing_that_leads_elsewhere(tmp_path):
    (tmp_path / "archive").mkdir()
    zipped(
        tmp_path / "archive" / "moodle.zip",
        ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", b"a"),
        ("../../../evil.ipynb", b"x"),
    )
    (tmp_path / "archive" / "lovelaceada_4711_1_ps2.ipynb").write_bytes(b"c")
    SafeExtractor().extract(str(tmp_path / "archive"), str(tmp_path / "a" / "b" / "extracted"))
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files == [
        "a/b/extracted/lovelaceada_4711_1_ps2.ipynb",
        "a/b/extracted/moodle/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb",
        "archive/lovelaceada_4711_1_ps2.ipynb",
        "archive/moodle.zip",
    ]


def test_nbgraders_collector_decides_for_each_archive_how_it_is_laid_out(tmp_path):
    names = {
        "moodle/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb": "alove",
        "plain/zoe/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb": "zoe",  # called so by Zoe
        "plain/bhall/ps2.ipynb": "bhall",
        "lovelaceada_99_1_ps2 (1).ipynb": "alove",
        "other.ipynb": "",
    }
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    questions = Questions(Asking(Folder(tmp_path / "grading"), PS), print)
    found, refused = collected(tmp_path, Reading(PS, SETS, ROSTER), questions)
    assert {str(Path(path).relative_to(tmp_path)): said["student_id"] for path, said in found.items()} == {
        name: student for name, student in names.items() if student
    }
    assert found[str(tmp_path / "lovelaceada_99_1_ps2 (1).ipynb")] == {
        "student_id": "alove",
        "file_id": "ps2 (1).ipynb",
    }
    assert [place for place, _ in refused] == ["other.ipynb: other.ipynb"]


def test_nbgraders_own_command_collects_through_them_and_takes_questions_about_grades(tmp_path):
    """Ada hands in and asks in a loose file; Ben asks alone, and Eve beside the notebook that is there already."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    submitted, asking = tmp_path / "grading" / "submitted", Asking(Folder(tmp_path / "grading"), PS)
    for there in ("Ben_Hall", "Eve_Sanz"):
        (submitted / there / PS).mkdir(parents=True)
        (submitted / there / PS / f"{PS}.ipynb").write_bytes(b"{}")
        (submitted / there / PS / "timestamp.txt").write_text("2026-09-30 12:00:00 UTC")
    before = {path: path.read_bytes() for path in submitted.rglob("*") if path.is_file()}
    folder = tmp_path / "downloaded" / PS / "archive"
    folder.mkdir(parents=True)
    zipped(
        folder / "moodle.zip",
        (f"Ada Lovelace_501_assignsubmission_file_/{PS}.ipynb", b"{}"),
        ("Ben Hall_502_assignsubmission_file_/question.txt", question(asking, "Ben_Hall")),
        ("Eve Sanz_503_assignsubmission_file_/question.txt", question(asking, "Eve_Sanz")),
        (f"Eve Sanz_503_assignsubmission_file_/{PS}.ipynb", b"{}"),
        ("../../../../evil.ipynb", b"x"),
    )
    (folder / "question_softmax_forward.txt").write_bytes(question(asking, "Ada_Lovelace"))
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", PS], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "evil.ipynb is not extracted: its name leads out of the archive" in done.stderr
    assert (submitted / "Ada_Lovelace" / PS / f"{PS}.ipynb").is_file()
    assert sorted(asked.student for asked in asking.all()) == ["Ada_Lovelace", "Ben_Hall", "Eve_Sanz"]
    after = {path: path.read_bytes() for path in submitted.rglob("*") if path.is_file() and "Ada_" not in str(path)}
    assert after == before, done.stderr


def question(asking: Asking, name: str) -> bytes:
    result = student(name)
    return asking.forms(result, standing(result))["softmax_forward"].replace(YOUR_WORDS, "Why?").encode()
