"""The newest submission of everybody counts, and what is not collected is said."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from ...submissions.make import notebook, read_class, write_class
from ..notebooks import ASSIGNMENT as PS
from .day import course, export, exported, refused, run

ROOT = Path(__file__).parents[3]


def test_a_newer_submission_counts_and_the_older_stays(folder):
    with zipfile.ZipFile(folder / "again.zip", "w") as archive:
        archive.writestr(
            "Ben Hall_502_assignsubmission_file_/ps2.ipynb", json.dumps(notebook(read_class(["ada_right_loops"])[0]))
        )
    assert run(folder, "collect", PS, folder / "again.zip", "--submitted", folder / "submitted") == 0
    assert run(folder, "grade", PS, "--submitted", folder / "submitted", "--seed", 7) == 0
    export(folder)
    assert exported(folder)["ben_diagonal_only"]["score"] == "20"
    assert len(list((folder / "grading" / "collected" / PS / "ben_diagonal_only").iterdir())) == 2


def test_what_was_refused_is_said(tmp_path, capsys):
    course(tmp_path)
    run(tmp_path, "collect", PS, tmp_path / "moodle.zip", "--submitted", tmp_path / "submitted")
    said = capsys.readouterr()
    assert "NOT COLLECTED ../../../evil.ipynb: its name leads out of the archive" in said.err
    assert "5 submissions of 5 students: 5 new" in said.out and not list(tmp_path.parent.rglob("evil.ipynb"))


def test_who_has_handed_in_nothing_is_told_whatever_is_collected(tmp_path, capsys):
    course(tmp_path)
    run(tmp_path, "roster", tmp_path / "roster.csv")
    run(tmp_path, "collect", PS, tmp_path / "moodle.zip", "--submitted", tmp_path / "submitted")
    (tmp_path / "one.ipynb").write_text("{}")
    capsys.readouterr()
    assert (
        run(
            tmp_path,
            "collect",
            PS,
            tmp_path / "one.ipynb",
            "--student",
            "kees_a_pdf",
            "--submitted",
            tmp_path / "submitted",
        )
        == 0
    )
    said = capsys.readouterr().out
    assert f"1 submission of 1 student: 1 newer (for grading: {tmp_path / 'submitted'})" in said
    assert "on the roster, nothing handed in so far: 1: noether\n" in said


def test_a_student_whose_place_is_taken_stops_nobody(tmp_path, capsys):
    for student in ("ada", "ben"):
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "ps2.ipynb").write_text("{}")
    (tmp_path / "grading" / "collected" / PS).mkdir(parents=True)
    (tmp_path / "grading" / "collected" / PS / "ada").write_text("no folder")
    assert run(tmp_path, "collect", PS, tmp_path / "in", "--submitted", tmp_path / "submitted") == 1
    said = capsys.readouterr()
    assert "NOT COLLECTED ada: " in said.err and "1 submission of 1 student: 1 new" in said.out


def test_of_a_student_who_hands_in_many_files_a_few_are_named(tmp_path, capsys):
    (tmp_path / "in" / "ada").mkdir(parents=True)
    for name in ("ps2.ipynb", *(f"data_{k:03}.csv" for k in range(150))):
        (tmp_path / "in" / "ada" / name).write_text("{}")
    assert run(tmp_path, "collect", PS, tmp_path / "in", "--submitted", tmp_path / "submitted") == 0
    assert "data_003.csv, data_004.csv and 146 more" in capsys.readouterr().out


def test_out_moves_the_folder_of_submissions_too(tmp_path, capsys):
    course(tmp_path)
    assert "--out moved it; --submitted" in refused(tmp_path, capsys, "grade", PS)
    run(tmp_path, "collect", PS, tmp_path / "moodle.zip")
    assert (tmp_path / "grading" / "submitted" / "Ada_Lovelace" / PS).is_dir()
    shutil.rmtree(tmp_path / "grading" / "submitted")
    (tmp_path / "grading" / "submitted").mkdir()
    said = refused(tmp_path, capsys, "grade", PS)
    assert f"{tmp_path / 'grading' / 'submitted'} holds no <student>/{PS}" in said and "--out moved it" in said


def another(folder: Path, *students: str) -> Path:
    """A folder in which these students hand in the first problem set in place of the second."""
    for student in students:
        (folder / student).mkdir(parents=True)
        shutil.copy(ROOT / "exercises" / "ps1_losses" / "ps1_losses.ipynb", folder / student / "ps2.ipynb")
    return folder


def test_another_problem_set_is_that_students_own_line(tmp_path, capsys):
    source = another(tmp_path / "in", "ada")
    (source / "ben").mkdir()
    shutil.copy(ROOT / "exercises" / PS / f"{PS}.ipynb", source / "ben" / "mine.ipynb")
    shutil.copy(ROOT / "exercises" / "ps1_losses" / "ps1_losses.ipynb", source / "ben" / "other.ipynb")
    assert run(tmp_path, "collect", PS, source) == 1
    said = capsys.readouterr()
    assert "NOT COLLECTED ada: this is ps1_losses, another problem set" in said.err and "1 new" in said.out


def test_a_class_that_hands_in_another_problem_set_stops_the_command(tmp_path, capsys):
    source = another(tmp_path / "in", *"abcd")
    said = refused(tmp_path, capsys, "collect", PS, source)
    assert f"4 of 4 submissions are of ps1_losses, and not of {PS}" in said
    assert not (tmp_path / "grading" / "submitted").exists()
    for student in "abcd":
        shutil.copytree(source / student, tmp_path / "grading" / "submitted" / student / PS)
    assert "4 of 4 submissions are of ps1_losses" in refused(tmp_path, capsys, "grade", PS)
    assert not (tmp_path / "grading" / "results").exists()


def test_one_who_hands_in_another_problem_set_is_told_why_it_is_zero(tmp_path, capsys):
    another(tmp_path / "in", "ada")
    shutil.copytree(tmp_path / "in" / "ada", tmp_path / "grading" / "submitted" / "ada" / PS)
    assert run(tmp_path, "grade", PS, "--workers", 1) == 0
    assert (
        f"ada: This is ps1_losses, another problem set. Hand in {PS}.ipynb. Graded with 0." in capsys.readouterr().err
    )


def test_a_student_who_is_not_on_the_roster_is_asked_about(tmp_path, capsys):
    course(tmp_path)
    run(tmp_path, "roster", tmp_path / "roster.csv")
    (tmp_path / "one.ipynb").write_text("{}")
    assert "did you mean noether?" in refused(
        tmp_path, capsys, "collect", PS, tmp_path / "one.ipynb", "--student", "noeter"
    )
    assert not (tmp_path / "grading" / "submitted").exists()
    assert run(tmp_path, "collect", PS, tmp_path / "one.ipynb", "--student", "Emmy Noether") == 0
    assert (tmp_path / "grading" / "submitted" / "noether" / PS).is_dir()


def test_a_folder_named_otherwise_than_by_the_id_is_named_and_not_graded(tmp_path, capsys):
    (tmp_path / "roster.csv").write_text("id,last_name,first_name,email\nada_right_loops,Lovelace,Ada,ada@x.edu\n")
    run(tmp_path, "roster", tmp_path / "roster.csv")
    submitted = tmp_path / "submitted"
    for name in ("ada@x.edu", "Ada Lovelace", "Zo\u00eb", "Zoe\u0308", "ada_right_loops"):
        write_class(submitted, ["ada_right_loops"])
        (submitted / "ada_right_loops").rename(submitted / name)
    assert run(tmp_path, "grade", PS, "--submitted", submitted, "--workers", 1) == 1
    said = capsys.readouterr()
    for name in ("ada@x.edu", "Ada Lovelace"):
        assert (
            f"{name}: NOT GRADED, the folder means Ada Lovelace, whose id is ada_right_loops: name it so." in said.err
        )
    (submitted / "ada_right_loops").rename(tmp_path / "away")
    assert run(tmp_path, "grade", PS, "--submitted", submitted) == 1, "nobody is left"
    assert said.err.count("in two spellings that look alike") == 2 and f"{PS}, 1 submission" in said.out


def test_a_link_that_leads_nowhere_and_a_time_that_is_none_are_named_and_the_others_are_graded(tmp_path, capsys):
    submitted = tmp_path / "submitted"
    write_class(submitted, ["ada_right_loops"])
    (submitted / "loop").symlink_to("loop")
    (submitted / "gone").symlink_to("nowhere")
    (submitted / "ada_right_loops" / PS / "timestamp.txt").write_text("9" * 29 + " m")
    assert run(tmp_path, "grade", PS, "--submitted", submitted, "--workers", 1) == 1
    said = capsys.readouterr()
    assert "gone: NOT GRADED, the folder is a link that leads nowhere" in said.err and "loop: NOT GRADED" in said.err
    assert "ada_right_loops: timestamp.txt does not say when it was handed in: it is no time" in said.err
    assert "ada_right_loops" in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((PS, "/no/such/archive.zip"), "there is no folder, archive or notebook"),
        (("ps9", "x"), "there is no problem set"),
        ((PS, "README.md", "--zone", "Mars/Base"), "there is no time zone"),
    ],
)
def test_what_cannot_be_collected_is_said(tmp_path, capsys, arguments, message):
    assert message in refused(tmp_path, capsys, "collect", *arguments)
