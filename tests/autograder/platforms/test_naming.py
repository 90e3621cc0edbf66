"""What platforms call files is understood, and nobody can name a file into the place of another."""

from __future__ import annotations

from datetime import datetime

import pytest

from autograder.platforms import platforms
from autograder.platforms.archive import Refused
from autograder.platforms.naming import configured
from autograder.platforms.platform import Label


def label(name: str) -> Label | None:
    return next(filter(None, (platform.label(name) for platform in platforms())), None)


@pytest.mark.parametrize(
    ("name", "who", "number", "file"),
    [
        ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", "Ada Lovelace", "501", "ps2.ipynb"),
        ("Ada Lovelace_501_assignsubmission_file/ps2.ipynb", "Ada Lovelace", "501", "ps2.ipynb"),
        ("Ada Lovelace_501_assignsubmission_file_ps2 (1).ipynb", "Ada Lovelace", "501", "ps2 (1).ipynb"),
        ("Ada Lovelace_501_assignsubmission_file/part/ps2.ipynb", "Ada Lovelace", "501", "part/ps2.ipynb"),
        ("Participant_501_assignsubmission_file_/ps2.ipynb", "Participant", "501", "ps2.ipynb"),
        ("lovelaceada_4711_90210_ps2 (1).ipynb", "lovelaceada", "4711", "ps2 (1).ipynb"),
        ("lovelaceada_LATE_4711_90210_ps2-1.ipynb", "lovelaceada", "4711", "ps2-1.ipynb"),
        ("lovelaceada_4711_text.html", "lovelaceada", "4711", "text.html"),
        ("LATE_anon_aB3xZ_90210_ps2.ipynb", "anon_aB3xZ", "", "ps2.ipynb"),
    ],
)
def test_the_names_that_moodle_and_canvas_give_are_understood(name, who, number, file):
    found = label(name)
    assert (found.name, found.number, found.file) == (who, number, file)
    assert found.late == ("LATE" in name)


@pytest.mark.parametrize(
    "name",
    [
        "Eve Hill_7_assignsubmission_file_/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb",
        "Eve Hill_7_assignsubmission_file_Ada Lovelace_501_assignsubmission_file_ps2.ipynb",
        "hilleve_7_8_lovelaceada_4711_90210_ps2.ipynb",
        "hilleve_7_8_x_LATE_4711_text.html",
    ],
)
def test_a_student_cannot_name_a_file_into_the_place_of_another(name):
    assert label(name).number == "7" and not label(name).late


@pytest.mark.parametrize("name", ["ps2_2026_10_01.ipynb", "ada/ps2_2026_10_01.ipynb", "homework_2026_1_2.ipynb"])
def test_a_date_is_no_students_number(name):
    assert label(name) is None


def test_a_course_may_name_files_by_its_own_pattern():
    pattern = r"ps\d_(?P<student_id>\w+?)_attempt_(?P<timestamp>[0-9T:-]+)_(?P<file_id>.+)"
    found = configured("ps2_alove_attempt_2026-10-01T21:14:07_ps2.ipynb", pattern)
    assert (found.name, found.file, found.time) == ("alove", "ps2.ipynb", datetime(2026, 10, 1, 21, 14, 7))
    assert configured("other.ipynb", pattern) is None
    with pytest.raises(Refused, match="is no time"):
        configured("ps2_alove_attempt_99-99_ps2.ipynb", pattern)
