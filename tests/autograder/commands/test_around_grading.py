"""An instructor's day, by command: enrol, collect, grade, hand-grade, regrade, hand back, export; and all of it once more, with no change."""

from __future__ import annotations

import csv
import json
import re
import sys
import zipfile
from html import unescape
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main

from ...submissions.make import notebook, read_class
from ..notebooks import ASSIGNMENT as PS

STUDENTS = {
    "ada_right_loops": ("Ada", "Lovelace"),
    "ben_diagonal_only": ("Ben", "Hall"),
    "kees_a_pdf": ("Kees", "Vos"),
    "milo_right_but_late": ("Milo", "Rossi"),
}
TIMES = {
    "ada_right_loops": "Thursday, 1 October 2026, 9:14 PM",
    "ben_diagonal_only": "Thursday, 1 October 2026, 9:15 PM",
    "kees_a_pdf": "Thursday, 1 October 2026, 9:16 PM",
    "milo_right_but_late": "Saturday, 3 October 2026, 8:00 AM",
}
WRITTEN = "where_the_sum_comes_from"


def course(folder: Path) -> None:
    """What an instructor downloads: a roster, Moodle's archive of submissions and its grading worksheet."""
    roster = [
        "id,last_name,first_name,email,lms_user_id",
        *(f"{s},{last},{first},{first}@x.edu," for s, (first, last) in STUDENTS.items()),
        "noether,Noether,Emmy,emmy@x.edu,",
    ]
    (folder / "roster.csv").write_text("\n".join(roster) + "\n")
    sheet = ["Identifier,Full name,Email address,Grade,Maximum grade,Last modified (submission)"]
    with zipfile.ZipFile(folder / "moodle.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, student in enumerate(read_class(list(STUDENTS)), 501):
            first, last = STUDENTS[student.student]
            sheet.append(f'Participant {number},{first} {last},{first}@x.edu,,24.00,"{TIMES[student.student]}"')
            raw = dict(student.cells).get("raw")
            archive.writestr(
                f"{first} {last}_{number}_assignsubmission_file_/{'report.pdf' if raw else 'ps2 (1).ipynb'}",
                raw or json.dumps(notebook(student)),
            )
        archive.writestr(
            "Zoe Stranger_599_assignsubmission_file_/ps2.ipynb",
            json.dumps(notebook(read_class(["ada_right_loops"])[0])),
        )
        archive.writestr("../../../evil.ipynb", "{}")
    (folder / "sheet.csv").write_text("\n".join(sheet) + "\n")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    course(folder)
    day(folder)
    return folder


def run(folder: Path, command: str, *arguments: object) -> int:
    return main([command, *map(str, arguments), "--out", str(folder / "grading")])


def day(folder: Path) -> None:
    """Everything but the hand grading."""
    assert run(folder, "roster", folder / "roster.csv") == 0
    assert run(folder, "due", PS, "2026-10-02 00:00") == 0
    collected = run(
        folder,
        "collect",
        PS,
        folder / "moodle.zip",
        "--worksheet",
        folder / "sheet.csv",
        "--zone",
        "UTC",
        "--submitted",
        folder / "submitted",
    )
    assert collected == 1, "one file was refused"
    assert run(folder, "grade", PS, "--submitted", folder / "submitted", "--seed", 7) == 0
    assert run(folder, "report", PS) == 0
    assert run(folder, "feedback", PS) == 0
    export(folder)


def export(folder: Path) -> None:
    (folder / "out").mkdir(exist_ok=True)
    for form in ("csv", "canvas", "moodle"):
        assert run(folder, "export", PS, "--format", form, "--to", folder / "out" / f"{form}.csv") == 0
    assert run(folder, "export", PS, "--template", folder / "sheet.csv", "--to", folder / "out" / "sheet.csv") == 0


def state(folder: Path) -> dict[str, bytes]:
    """All that was written, but for the gradebook's own file."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("gradebook.db", ".lock")
    }


def grades(folder: Path) -> dict[str, tuple]:
    with Gradebook(f"sqlite:///{folder}/grading/gradebook.db") as gradebook:
        return {
            s.student.id: (
                s.score,
                s.late_submission_penalty,
                str(s.timestamp),
                str(s.extension),
                [(g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in s.notebooks[0].grades],
            )
            for s in gradebook.assignment_submissions(PS)
        }


def exported(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "out" / "csv.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def page(folder: Path, student: str = "") -> str:
    path = folder / "grading" / (f"feedback/{student}/{PS}/{PS}.html" if student else f"report/{PS}.html")
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<wbr>|<[^>]+>", " ", path.read_text(), flags=re.S)).split())


def test_everybody_of_the_archive_is_graded_and_who_is_missing_is_named(folder):
    rows = exported(folder)
    assert set(rows) == {*STUDENTS, "noether", "Zoe_Stranger"}
    assert rows["ada_right_loops"]["score"] == "20" and float(rows["ben_diagonal_only"]["score"]) < 20
    assert rows["kees_a_pdf"]["score"] == "0" and rows["kees_a_pdf"]["handed_in"] == "yes"
    assert (rows["noether"]["handed_in"], rows["noether"]["score"]) == ("no", "")
    said = page(folder)
    assert (
        "Emmy Noether noether – nothing handed in" in said
        and "Not on the roster Zoe_ Stranger" in said
        and "Handed in 5 of 6" in said
    )


def test_names_stand_in_the_feedback(folder):
    assert "Feedback for Ada Lovelace" in page(folder, "ada_right_loops")


def test_only_what_came_after_the_due_date_is_late(folder):
    late = {
        student: row["seconds_late"]
        for student, row in exported(folder).items()
        if row["seconds_late"] not in ("0", "")
    }
    assert late == {"milo_right_but_late": str(32 * 3600)}


def test_the_worksheet_goes_back_filled_in(folder):
    rows = list(csv.reader((folder / "out" / "sheet.csv").open(newline="")))
    assert rows[0][3] == "Grade" and [row[3] for row in rows[1:] if row[1] == "Ada Lovelace"] == ["20"]


def test_the_whole_day_once_more_changes_nothing(folder):
    before = state(folder), grades(folder)
    day(folder)
    assert (state(folder), grades(folder)) == before


def test_an_extension_counts_at_once_and_survives_a_regrade(folder, capsys):
    assert run(folder, "extend", PS, "Milo Rossi", "--days", 2) == 0
    assert "milo_right_but_late has until 2026-10-04 00:00 UTC" in capsys.readouterr().out
    assert "Your due date was extended to 4 October 2026, 00:00 UTC." in page(folder, "milo_right_but_late")
    assert "1 day 8 hours" not in page(folder)
    assert run(folder, "grade", PS, "--submitted", folder / "submitted", "--seed", 7, "--again") == 0
    export(folder)
    assert exported(folder)["milo_right_but_late"]["seconds_late"] == "0" and "extended to" in page(folder)
    assert run(folder, "extend", PS, "milo_right_but_late", "--none") == 0
    assert "1 day 8 hours" in page(folder)


def test_an_extension_may_come_before_the_submission_and_is_none(folder):
    assert run(folder, "extend", PS, "noether", "--until", "2026-10-09 00:00") == 0
    assert "Emmy Noether noether – nothing handed in" in page(folder)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mlio_right_but_late", "--days", 2), "did you mean milo_right_but_late?"),
        (("Emy Noeter", "--days", 2), "did you mean noether?"),
        (("noether", "--until", "2026-09-01 00:00"), "is before the due date"),
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(folder, capsys, arguments, message):
    assert run(folder, "extend", PS, *arguments) == 1
    assert message in capsys.readouterr().err


def test_scores_and_comments_given_by_hand_survive_and_go_out(folder):
    with Gradebook(f"sqlite:///{folder}/grading/gradebook.db") as gradebook:
        grade = gradebook.find_grade(WRITTEN, PS, PS, "ada_right_loops")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.find_comment(WRITTEN, PS, PS, "ada_right_loops").manual_comment = "Say where the sum starts."
        gradebook.db.commit()
    for _ in range(2):
        day(folder)
        assert "Say where the sum starts." in page(folder, "ada_right_loops") and "23.5 of 24 points" in page(
            folder, "ada_right_loops"
        )
        assert exported(folder)["ada_right_loops"]["score"] == "23.5"


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("collect", PS, "/no/such/archive.zip"), "there is no folder, archive or notebook"),
        (("collect", "ps9", "x"), "there is no problem set"),
        (("collect", PS, "README.md", "--zone", "Mars/Base"), "there is no time zone"),
        (("roster", "README.md"), "no column"),
        (("roster", sys.executable), "is no CSV file"),
        (("extend", PS, "nobody", "--days", 1), "there is no student 'nobody'"),
        (("export", PS), "first"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path, capsys, arguments, message):
    assert run(tmp_path, *arguments) == 1
    said = capsys.readouterr().err
    assert message in said and "Traceback" not in said
