"""The people of a course enter the gradebook whole, and are found again by what platforms call them."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from autograder.records.gradebook import Recorder, open_gradebook
from autograder.records.roster import Person, Roster, enrol, key, unfit_id


@pytest.fixture
def gradebook(tmp_path):
    with open_gradebook(f"sqlite:///{tmp_path}/gradebook.db").connect() as gradebook:
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
    with Recorder(str(gradebook.engine.url)) as recorder:
        with pytest.raises(IntegrityError):
            recorder.enrol([Person("ada"), Person("ada")])
        assert not recorder.roster().people


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


def test_two_of_one_name_are_told_apart():
    roster = Roster([Person("a1", "Lee", "Kim"), Person("a2", "lee", "KIM"), ADA])
    assert roster.told_apart(["zoe"]) == {
        "a1": "Kim Lee (a1)",
        "a2": "KIM lee (a2)",
        "alove": "Ada Lovelace",
        "zoe": "zoe",
    }


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("", "empty"),
        (".ada", "begins with a dot"),
        ("a/b", "slash"),
        ("\udce9", "not valid UTF-8"),
        ("x" * 129, "129 bytes"),
    ],
)
def test_one_rule_says_what_can_be_an_id(student, reason):
    assert reason in unfit_id(student)


@pytest.mark.parametrize("student", ["zo\u00eb@x.edu", "new\nline", "x\\..\\etc", "\x1b[2J"])
def test_what_can_name_a_folder_can_be_an_id(student):
    assert not unfit_id(student)


def test_keys_leave_out_what_platforms_leave_out():
    assert key("O'Neill, Zoë-Marie") == key("oneill zoëmarie") != key("oneill zoe marie")


def test_only_who_is_more_than_a_folder_is_enrolled():
    assert Roster([ADA, Person("stranger")]).enrolled == [ADA]
