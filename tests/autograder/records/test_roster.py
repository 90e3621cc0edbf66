"""The people of a course enter the gradebook from the files that there are, and are found again by what platforms call them."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from autograder.platforms.tables import read_roster
from autograder.records.gradebook import open_gradebook
from autograder.records.roster import Person, Roster, enrol, key

NBGRADER = "id,last_name,first_name,email,lms_user_id,section\nada,Lovelace,Ada,ada@x.edu,11,A\nben,Hall,,,,B\n"
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,PS 1 (7)
,,,,,Manual Posting
    Points Possible,,,,,5.00
"Lovelace, Ada",11,S1,ada,A,3
"Hall, Ben",12,S2,ben,A,
"Student, Test",99,,0123abc,A,
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
        (MOODLE, [Person("S1", "Lovelace", "Ada", "ada@x.edu"), Person("Ben@x.edu", "Hall", "Ben", "Ben@x.edu")]),
        (WORKSHEET, [Person("ada@x.edu", "Lovelace", "Ada Maria", "ada@x.edu")]),
    ],
    ids=["nbgrader", "canvas", "moodle", "worksheet"],
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
        ("id\n../ben\n", "row 2: the id '../ben' cannot be used"),
        ("id\n.ssh\n", "begins with a dot"),
        ("id\n" + "a" * 200 + "\n", "more than 128 bytes"),
        ("id,last_name\nada," + "a" * 200 + "\n", "a field of ada is longer than 128"),
        ("", "no column"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_the_row(tmp_path, text, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        read(tmp_path, text)


@pytest.fixture
def gradebook(tmp_path):
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        yield gradebook


def counts(done):
    return {what: len(people) for what, people in done.items()}


def test_people_are_entered_once_and_changed_where_the_list_says_more(gradebook):
    ada = Person("ada", "Lovelace", "Ada", "ada@x.edu")
    assert counts(enrol(gradebook, [ada, Person("ben")])) == {"new": 2, "changed": 0, "unchanged": 0}
    assert counts(enrol(gradebook, [ada, Person("ben")])) == {"new": 0, "changed": 0, "unchanged": 2}
    assert counts(enrol(gradebook, [Person("ada", "King"), Person("ben", "", "Ben")])) == {
        "new": 0,
        "changed": 2,
        "unchanged": 0,
    }
    assert Roster.of(gradebook).people == {
        "ada": Person("ada", "King", "Ada", "ada@x.edu"),
        "ben": Person("ben", "", "Ben"),
    }


def test_all_people_are_entered_or_none(gradebook):
    with pytest.raises(IntegrityError):
        enrol(gradebook, [Person("ada"), Person("ada")])
    assert not gradebook.students


ADA, BEN = Person("alove", "Lovelace", "Ada", "ada@x.edu", "11"), Person("bhall", "Hall", "Ben", "", "12")


@pytest.mark.parametrize(
    "name", ["alove", "ALOVE", "ada@x.edu", "Ada Lovelace", "Lovelace, Ada", "lovelaceada", "ada_lovelace"]
)
def test_a_student_is_found_by_id_address_or_name_however_it_is_written(name):
    assert Roster([ADA, BEN]).find(name) == ADA


def test_nobody_is_found_by_half_a_name_or_by_nothing():
    roster = Roster([ADA, BEN])
    assert [roster.find(name) for name in ("Ada", "", "?", "Lovelace")] == [None] * 4


def test_a_number_finds_who_goes_by_another_name_and_contradictions_are_told():
    roster = Roster([ADA, BEN])
    assert roster.find("countess", "11") == ADA
    with pytest.raises(ValueError, match="number is that of Ben Hall, and its name is that of Ada Lovelace"):
        roster.find("Ada Lovelace", "12")
    with pytest.raises(ValueError, match="it could be"):
        Roster([ADA, Person("other", "Lovelace", "Ada")]).find("Ada Lovelace")


def test_an_id_is_meant_before_a_name():
    assert Roster([Person("ada", "Hall", "Ben"), Person("x", "", "ada")]).find("ada").id == "ada"


def test_keys_leave_out_what_platforms_leave_out():
    assert key("O'Neill, Zoë-Marie") == key("oneill zoëmarie") != key("oneill zoe marie")


def test_only_who_is_more_than_a_folder_is_enrolled():
    assert Roster([ADA, Person("stranger")]).enrolled == [ADA]
