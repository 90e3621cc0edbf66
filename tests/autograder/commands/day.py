"""An instructor's day, by command: a small class from the roster to the tables of its grades."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from html import unescape
from pathlib import Path

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


def run(folder: Path, command: str, *arguments: object) -> int:
    return main([command, *map(str, arguments), "--out", str(folder / "grading")])


def refused(folder: Path, capsys, command: str, *arguments: object) -> str:
    """What is said of a command that cannot be done."""
    assert run(folder, command, *arguments) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


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


def exported(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "out" / "csv.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def page(folder: Path, student: str = "") -> str:
    path = folder / "grading" / (f"feedback/{student}/{PS}/{PS}.html" if student else f"report/{PS}.html")
    return " ".join(unescape(re.sub(r"<style>.*?</style>|<wbr>|<[^>]+>", " ", path.read_text(), flags=re.S)).split())
