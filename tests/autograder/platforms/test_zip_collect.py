"""nbgrader's own ``zip_collect`` takes the same way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from autograder.platforms.collect import Reading
from autograder.platforms.zip_collect import SafeExtractor, collected

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
    found, refused = collected(tmp_path, Reading(PS, SETS, ROSTER))
    assert {str(Path(path).relative_to(tmp_path)): said["student_id"] for path, said in found.items()} == {
        name: student for name, student in names.items() if student
    }
    assert found[str(tmp_path / "lovelaceada_99_1_ps2 (1).ipynb")] == {
        "student_id": "alove",
        "file_id": "ps2 (1).ipynb",
    }
    assert [place for place, _ in refused] == ["other.ipynb: other.ipynb"]


def test_nbgraders_own_command_collects_through_them(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "grading").mkdir()
    folder = tmp_path / "downloaded" / PS / "archive"
    folder.mkdir(parents=True)
    zipped(
        folder / "moodle.zip",
        (f"Ada Lovelace_501_assignsubmission_file_/{PS}.ipynb", b"{}"),
        ("../../../../evil.ipynb", b"x"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", PS], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "evil.ipynb is not extracted: its name leads out of the archive" in done.stderr
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.ipynb") if "downloaded" not in path.parts] == [
        Path("grading", "submitted", "Ada_Lovelace", PS, f"{PS}.ipynb")
    ]
