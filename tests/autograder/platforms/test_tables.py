"""Lists of people are read as platforms and registrars give them, and tables of grades are filled in as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.platforms.tables import filled, read_roster
from autograder.records.roster import Person

from ..made_up import ADA, CARL, CLASS, NOETHER, grades, table

NBGRADER = "id,last_name,first_name,email,lms_user_id,section\nada,Lovelace,Ada,ada@x.edu,11,A\nben,Hall,,,,B\n"
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,PS 1 (7)
,,,,,Manual Posting
    Points Possible,,,,,5.00
"Lovelace, Ada",11,S1,ada,A,3
"Hall, Ben",12,S2,ben,A,
"Student, Test",99,,0123abc,A,
"""
SPLIT = """\
LastName,FirstName,ID,SIS Login ID,Section,PS 1 (7)
,,,,,Manual Posting
    Points Possible,,,,,5.00
Lovelace,Ada,11,ada,A,3
Madonna,,13,madonna,A,
Student,Test,99,0123abc,A,
"""
MOODLE = "First name;Last name;ID number;Email address\nAda;Lovelace;S1;ada@x.edu\nBen;Hall;;Ben@x.edu\n"
WORKSHEET = "Identifier,Full name,Email address,Grade\nParticipant 501,Ada Maria Lovelace,ada@x.edu,\n"


def read(folder, text, encoding="utf-8"):
    path = folder / "roster.csv"
    path.write_text(text, encoding=encoding)
    return read_roster(path)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        (NBGRADER, [Person("ada", "Lovelace", "Ada", "ada@x.edu", "11"), Person("ben", "Hall")]),
        (CANVAS, [Person("ada", "Lovelace", "Ada", "", "11"), Person("ben", "Hall", "Ben", "", "12")]),
        (SPLIT, [Person("ada", "Lovelace", "Ada", "", "11"), Person("madonna", "Madonna", "", "", "13")]),
        (MOODLE, [Person("S1", "Lovelace", "Ada", "ada@x.edu"), Person("Ben@x.edu", "Hall", "Ben", "Ben@x.edu")]),
        (WORKSHEET, [Person("ada@x.edu", "Lovelace", "Ada Maria", "ada@x.edu")]),
    ],
    ids=["nbgrader", "canvas", "canvas, names split", "moodle", "worksheet"],
)
def test_the_lists_that_nbgrader_canvas_and_moodle_give_are_read(tmp_path, text, people):
    assert read(tmp_path, text) == people


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_what_spreadsheets_save(tmp_path, encoding):
    assert read(tmp_path, "id,last_name\r\neva,Peña\r\n", encoding) == [Person("eva", "Peña")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,grade\nAda,3\n", "no column that tells students apart. It has: name, grade"),
        ("id,last_name\n,Lovelace\n", "row 2: there is no id for Lovelace"),
        ("id,last_name\nada,L\nada,M\n", "row 3: ada comes twice"),
        ("id,last_name\nbe\u0301a,L\nb\u00e9a,M\n", "row 3: b\u00e9a comes twice"),
        ("id\n../ben\n", "row 2: the id '../ben' cannot be used"),
        ("id\n.ssh\n", "begins with a dot"),
        ("id\n" + "a" * 200 + "\n", "more than 128 bytes"),
        ("id,last_name\nada," + "a" * 200 + "\n", "a field of ada is longer than 128"),
        ("", "no column"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_the_row(tmp_path, text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read(tmp_path, text)


def template(folder: Path, text: str) -> Path:
    path = folder / "exported.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


CANVAS_GRADES = """\
Student,ID,SIS User ID,SIS Login ID,Section,Warm-up (1),ps2_missing_sum (4711),Current Score
,,,,,,Manual Posting,
    Points Possible,,,,,5.00,15,(read only)
"Lovelace, Ada",11,,alove,A,4.00,,80
"=Gauß, Carl",,,carl,A,3.00,1,70
"Nobody, Else",99,,else,A,2.00,7,60
"Noether, Emmy",13,,noether,A,,,
"""


def test_the_table_of_canvas_is_filled_in_and_all_else_stays(tmp_path):
    text, said = filled(
        grades(CLASS[:3], people=[ADA, CARL, NOETHER, Person("grace", "Hopper", "Grace")]),
        template(tmp_path, CANVAS_GRADES),
    )
    before, after = table(CANVAS_GRADES), table(text)
    assert [row[6] for row in after] == ["ps2_missing_sum (4711)", "Manual Posting", "15", "10", "5", "7", ""]
    assert [row[:6] + row[7:] for row in after] == [row[:6] + row[7:] for row in before]
    assert [remark for remark in said if "Nobody, Else" in remark] and [
        remark for remark in said if "Grace Hopper (grace)" in remark
    ]
    assert len(said) == 2


def test_the_table_of_canvas_with_split_names_is_filled_in(tmp_path):
    text, said = filled(
        grades(CLASS[1:2], people=[ADA]),
        template(tmp_path, SPLIT.replace("PS 1 (7)", "ps2_missing_sum (7)").replace("5.00", "15")),
    )
    assert [row[-1] for row in table(text)][2:4] == ["15", "10"]
    assert len(said) == 2 and "a row for Madonna," in said[0] and "a row for Test Student," in said[1]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_table_goes_back_with_the_separator_and_the_line_ends_that_it_came_with(tmp_path, separator, ends):
    path = tmp_path / "sheet.csv"
    path.write_bytes(ends.join(["ID number;Name;ps2_missing_sum", "ada;Ada;", ""]).replace(";", separator).encode())
    text, _ = filled(grades(CLASS[1:2], people=[ADA]), path)
    assert text.startswith(f"ID number{separator}Name{separator}ps2_missing_sum{ends}ada{separator}")
    assert text.endswith(f"{separator}10{ends}") and text.count("\r") == (2 if ends == "\r\n" else 0)


GRADING_WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 501,Ada Lovelace,ada@x.edu,Submitted for grading - ,,20.00,Yes,"
    '"Thursday, 1 October 2026, 9:14 PM",-,\n'
    "Participant 502,Emmy Noether,emmy@x.edu,No submission,,20.00,Yes,-,-,\n"
)


def test_moodles_grading_worksheet_is_filled_in_and_other_points_are_told(tmp_path):
    text, said = filled(grades(CLASS[1:2], people=[ADA, NOETHER]), template(tmp_path, GRADING_WORKSHEET))
    assert [row[4] for row in table(text)] == ["Grade", "10", ""]
    assert [row[:4] + row[5:] for row in table(text)] == [row[:4] + row[5:] for row in table(GRADING_WORKSHEET)]
    assert len(said) == 1 and "says that there are 20.00 points, and there are 15" in said[0]


def test_a_table_without_the_column_is_refused_with_those_it_has(tmp_path):
    with pytest.raises(ValueError, match=r"no column PS 2; name one with --column\. It has: Student, ID"):
        filled(grades(), template(tmp_path, CANVAS_GRADES), "PS 2")
    text, _ = filled(grades(CLASS[1:2], people=[ADA]), template(tmp_path, CANVAS_GRADES), "Warm-up")
    assert table(text)[3][5] == "10"
