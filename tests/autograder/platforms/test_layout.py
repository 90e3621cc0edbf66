"""Whose a file is follows from its place in the source, whatever students call their files and themselves."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from autograder.records.roster import Person, Roster

from .downloads import ADA, BEN, PS, gathered, zipped

MALLORY = Person("mallory", "Mean", "Mallory", "m@x.edu", "6666")
CLASS = Roster([ADA, BEN, MALLORY])
NOBODY = Roster(())


def taken(tmp_path, *names: str, roster: Roster = CLASS, called: str = "source.zip", **reading):
    """The students with the names of their files, and what was refused; each file holds its own name."""
    source = zipped(tmp_path / called, *((name, name.encode()) for name in names))
    found, refused = gathered(source, roster=roster, **reading)
    return {student: sorted(submission.files) for student, submission in found.items()}, refused


FORGED = [
    "Ada Lovelace_1_assignsubmission_file_ps2_missing_sum.ipynb",
    "Ada Lovelace_1_assignsubmission_file_/ps2_missing_sum.ipynb",
    "lovelaceada_4711_90210_ps2_missing_sum.ipynb",
    "x_LATE_4711_text.html",
    "alove/ps2_missing_sum.ipynb",
]
"""What a student may call a file, to be taken for Ada."""


@pytest.mark.parametrize("roster", [CLASS, NOBODY], ids=["roster", "no roster"])
@pytest.mark.parametrize("name", FORGED)
def test_in_a_folder_of_folders_the_folder_says_whose_it_is(tmp_path, name, roster):
    found, refused = taken(tmp_path, f"mallory/{name}", "alove/ps2.ipynb", roster=roster)
    assert sorted(found) == ["alove", "mallory"] and found["alove"] == ["ps2.ipynb"] and not refused


@pytest.mark.parametrize("name", FORGED)
def test_a_single_folder_of_a_known_student_is_not_seen_through(tmp_path, name):
    assert list(taken(tmp_path, f"mallory/{name}")[0]) == ["mallory"]


@pytest.mark.parametrize("roster", [Roster([ADA, BEN]), NOBODY], ids=["not on the roster", "no roster"])
@pytest.mark.parametrize("name", [name for name in FORGED if not name.startswith("x_")])
def test_a_single_folder_that_may_be_a_student_or_a_wrapping_is_refused(tmp_path, name, roster):
    found, refused = taken(tmp_path, f"mallory/{name}", roster=roster)
    assert not found and "mallory may be a student's folder" in refused[0][1]


def test_a_wrapping_is_known_by_the_name_of_the_archive(tmp_path):
    names = ["COMP-99/Ada Lovelace_1_assignsubmission_file_/a.ipynb"]
    assert list(taken(tmp_path, *names, roster=NOBODY, called="COMP-99.zip")[0]) == ["Ada_Lovelace"]
    assert not taken(tmp_path, *names, roster=NOBODY, called="other.zip")[0]


def test_files_called_by_a_date_stay_where_they_are(tmp_path):
    found, refused = taken(tmp_path, "ada/ps2_2026_10_01.ipynb", "ben/ps2_2026_10_01.ipynb", roster=NOBODY)
    assert found == {"ada": ["ps2_2026_10_01.ipynb"], "ben": ["ps2_2026_10_01.ipynb"]} and not refused
    found, refused = taken(tmp_path, "ps2_2026_10_01.ipynb", roster=NOBODY)
    assert not found and "nothing says whose it is" in refused[0][1]


def test_on_canvas_an_upload_makes_nobody_else_late(tmp_path):
    found, refused = taken(
        tmp_path,
        "meanmallory_6666_90210_x_LATE_4711_text.html",
        "lovelaceada_4711_90211_ps2.ipynb",
    )
    assert found == {"mallory": ["x_LATE_4711_text.html"], "alove": ["ps2.ipynb"]} and not refused


def test_among_loose_files_one_named_like_a_platforms_is_nobodys(tmp_path):
    found, refused = taken(tmp_path, "alove.ipynb", "lovelaceada_4711_1_ps2.ipynb")
    assert found == {"alove": ["alove.ipynb"]} and "is named as Canvas names" in refused[0][1]


def test_in_a_platforms_archive_what_the_platform_did_not_name_is_nobodys(tmp_path):
    found, refused = taken(tmp_path, "lovelaceada_4711_1_ps2.ipynb", "readme.txt")
    assert list(found) == ["alove"] and refused[0][0] == "readme.txt" and "Canvas" in refused[0][1]


@pytest.mark.parametrize(
    "places",
    [
        ("alove/ps2.ipynb", "Ada Lovelace/ps2.ipynb"),
        ("ada@x.edu/ps2.ipynb", "alove/ps2.ipynb"),
        ("alove/x.ipynb", f"alove_{PS}.ipynb"),
    ],
    ids=["name and id", "address and id", "folder and file"],
)
def test_two_places_of_one_student_are_refused_and_named(tmp_path, places):
    found, refused = taken(tmp_path, *places, "bhall/ps2.ipynb")
    assert list(found) == ["bhall"]
    assert [name for name, _ in refused] == ["alove"] and "leave one of them" in refused[0][1]


def test_two_spellings_of_one_name_are_two_places(tmp_path):
    zoe = "Zo\u00eb"
    for spelling in (zoe, unicodedata.normalize("NFD", zoe)):
        (tmp_path / "in" / spelling).mkdir(parents=True)
        (tmp_path / "in" / spelling / "ps2.ipynb").write_text(spelling)
    found, refused = gathered(tmp_path / "in", roster=NOBODY)
    assert not found and [name for name, _ in refused] == [zoe]


@pytest.mark.parametrize("name", ["alove", "ada@x.edu", "A. Love"])
def test_a_display_name_that_is_anothers_id_or_address_is_nobodys(tmp_path, name):
    found, refused = taken(tmp_path, f"{name}_7_assignsubmission_file_/ps2.ipynb")
    assert not found and "who has another name" in refused[0][1]
    found, refused = taken(tmp_path, f"{name.replace(' ', '')}_6666_1_ps2.ipynb")
    assert not found and "its number is that of Mallory Mean" in refused[0][1]


def test_a_stranger_does_not_become_somebody_on_the_roster(tmp_path):
    known = Roster([replace(ADA, id="known_99", first_name="", last_name="")])
    found, refused = taken(tmp_path, "known_99_1_ps2.ipynb", roster=known)
    assert not found and "who is somebody else" in refused[0][1]


def test_an_ambiguous_loose_file_stops_nobody(tmp_path):
    twins = Roster([Person("a1", "Lee", "Kim"), Person("a2", "Lee", "Kim"), BEN])
    found, refused = taken(tmp_path, "Kim Lee.ipynb", "bhall.ipynb", roster=twins)
    assert list(found) == ["bhall"] and "it could be Kim Lee (a1) or Kim Lee (a2)" in refused[0][1]


# --- code platforms --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", ["", "ps2-missing-sum-submissions/"])
@pytest.mark.parametrize("start", [f"{PS}-", "ps2-missing-sum-"])
def test_cloned_folders_are_named_for_set_and_student(tmp_path, start, around):
    found, refused = taken(tmp_path, f"{around}{start}alove/{PS}.ipynb", f"{around}{start}zoe/README.md")
    assert found == {"alove": [f"{PS}.ipynb"], "zoe": ["README.md"]} and not refused


def test_a_cloned_folder_among_others_is_no_student(tmp_path):
    found, refused = taken(tmp_path, f"{PS}-alove/{PS}.ipynb", "bhall/ps2.ipynb")
    assert list(found) == ["bhall"] and "called like a problem set" in refused[0][1]


@pytest.mark.parametrize("around", ["", "assignment_17_export/"])
def test_gradescopes_export_without_its_list_is_refused_with_the_way_out(tmp_path, around):
    found, refused = taken(tmp_path, f"{around}submission_1/ps2.ipynb", f"{around}submission_2/ps2.ipynb")
    assert not found and len(refused) == 1 and "submission_metadata.yml" in refused[0][1]
