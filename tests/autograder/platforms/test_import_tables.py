"""Grades go out whole, in the form that Canvas and Moodle import, and nowhere as a formula."""

from __future__ import annotations

import re

import pytest

from autograder.checking.protocol import Outcome
from autograder.judging.result import Result
from autograder.platforms.canvas import Canvas
from autograder.platforms.moodle import Moodle
from autograder.records.grades import Grades, as_csv
from autograder.records.roster import Person, Roster
from autograder.records.table import written
from autograder.text import title

from ..made_up import ADA, CARL, CLASS, NOETHER, grades, problem, table


def as_canvas(grades, column=""):
    return written(Canvas().import_table(grades, column or title(grades.assignment)))


def as_moodle(grades, column=""):
    return written(Moodle().import_table(grades, column or title(grades.assignment)))


@pytest.mark.parametrize("form", [as_csv, as_canvas, as_moodle])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_no_field_is_a_formula(start, form):
    attack = f'{start}HYPERLINK("http://attacker.example";"score")'
    everywhere = Grades(
        attack,
        [Result(attack, attack, (problem(attack, outcome=Outcome.PASSED),), attack)],
        {},
        Roster([Person(*[attack] * 5)]),
    )
    cells = [field for row in table(form(everywhere)) for field in row]
    assert sum("HYPERLINK" in cell for cell in cells) >= 4
    assert not [cell for cell in cells if re.match(r"[=+\-@\t\r\n＝]", cell.lstrip(" ")) and cell != "-"]


def test_the_order_of_the_results_does_not_matter():
    for form in (as_csv, as_canvas, as_moodle):
        assert form(grades(CLASS)) == form(grades(CLASS[::-1]))


def test_canvas_gets_its_columns_the_points_and_the_students_by_number_and_login():
    found = table(as_canvas(grades(CLASS[1:3], people=[ADA, CARL, NOETHER])))
    assert found == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Problem set 2: The missing sum"],
        ["    Points Possible", "", "", "", "", "15"],
        ["Gauß, Carl", "12", "", "carl", "", "5"],
        ["Lovelace, Ada", "11", "", "ada", "", "10"],
        ["Noether, Emmy", "13", "", "noether", "", ""],
    ]
    assert table(as_canvas(grades(CLASS[1:2]), "PS 2 (4711)"))[0][-1] == "PS 2 (4711)"


def test_moodle_gets_number_and_address_as_they_are_and_a_dash_for_no_grade():
    found = table(as_moodle(grades(CLASS[2:3], people=[CARL, NOETHER])))
    assert found[0] == ["ID number", "Email address", "First name", "Last name", "Problem set 2: The missing sum"]
    assert found[1:] == [
        ["carl", "Carl.G@x.edu", "Carl", "Gauß", "5"],
        ["noether", "emmy@x.edu", "Emmy", "Noether", "-"],
    ]
