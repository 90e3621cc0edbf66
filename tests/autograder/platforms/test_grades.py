"""Grades go out whole: into a spreadsheet without a formula, and into Canvas and Moodle in the form that these import."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from autograder.judging.result import Result
from autograder.platforms.canvas import Canvas
from autograder.platforms.moodle import Moodle
from autograder.platforms.tables import filled
from autograder.records.grades import Grades, as_csv, remarks
from autograder.records.roster import Person, Roster
from autograder.records.standing import WrittenAnswer
from autograder.records.table import written
from autograder.text import title
from checks.protocol import Outcome

from ..pages.test_report import CLASS, problem, standing, student

ASSIGNMENT = "ps2_missing_sum"
ADA, CARL, NOETHER = (
    Person("ada", "Lovelace", "Ada", "ada@x.edu", "11"),
    Person("carl", "Gauß", "Carl", "Carl.G@x.edu", "12"),
    Person("noether", "Noether", "Emmy", "emmy@x.edu", "13"),
)


def as_canvas(grades, column=""):
    return written(Canvas().import_table(grades, column or title(grades.assignment)))


def as_moodle(grades, column=""):
    return written(Moodle().import_table(grades, column or title(grades.assignment)))


def grades(results=CLASS, standings=None, people=(), **more) -> Grades:
    return Grades(ASSIGNMENT, results, standings or {}, Roster(people), **more)


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def rows(*arguments, **more) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(grades(*arguments, **more)), newline="")))


def test_a_large_number_is_written_out():
    late = {"ada": standing(CLASS[1], seconds_late=4_340_412)}
    assert rows(CLASS, late)[0]["seconds_late"] == "4340412"


def test_the_csv_holds_one_row_a_student():
    late = {
        "ada": standing(
            CLASS[1],
            score=11,
            max_score=19,
            late_penalty=2,
            seconds_late=60,
            written=(WrittenAnswer("why", "…", 4, 3.0),),
        )
    }
    found = rows(CLASS, late)
    assert len(found) == len(CLASS)
    assert found[0] == {
        "student": "ada",
        "last_name": "",
        "first_name": "",
        "email": "",
        "assignment": ASSIGNMENT,
        "handed_in": "yes",
        "score": "11",
        "max_score": "19",
        "softmax_forward": "5",
        "softmax_partial": "5",
        "softmax_backward": "0",
        "written": "3",
        "late_penalty": "2",
        "seconds_late": "60",
        "needs_hand_grading": "no",
        "slips": "softmax_backward: missing-sum",
        "unreadable": "",
    }
    assert found[-1]["unreadable"] == "the file is not JSON" and found[-1]["softmax_forward"] == "0"


def test_who_is_missing_has_a_row_and_no_score():
    found = {row["student"]: row for row in rows(CLASS[:3], people=[ADA, CARL, NOETHER])}
    assert (found["noether"]["handed_in"], found["noether"]["score"], found["noether"]["last_name"]) == (
        "no",
        "",
        "Noether",
    )
    assert rows(CLASS[:3], people=[NOETHER], missing=0.0)[-1]["score"] == "0"
    assert remarks(grades(CLASS[:3], people=[NOETHER])) == [
        "1 of 4 handed in nothing: no score for them (--missing-as-zero gives 0)"
    ]


def test_scores_that_may_still_rise_are_told():
    waiting = {"ada": standing(CLASS[1], needs_hand_grading=True)}
    assert remarks(grades(CLASS, waiting)) == [
        "written answers of 1 of 8 students are still to be graded by hand: their scores may rise"
    ]


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


def test_names_with_commas_quotes_and_line_breaks_stay_one_field():
    name = 'O\'Neill, "Ada"\nRow two,5,5'
    assert [row["student"] for row in rows([student(name)])] == [name]


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


def template(folder: Path, text: str) -> Path:
    path = folder / "exported.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


CANVAS = """\
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
        grades(CLASS[:3], people=[ADA, CARL, NOETHER, Person("grace", "Hopper", "Grace")]), template(tmp_path, CANVAS)
    )
    before, after = table(CANVAS), table(text)
    assert [row[6] for row in after] == ["ps2_missing_sum (4711)", "Manual Posting", "15", "10", "5", "7", ""]
    assert [row[:6] + row[7:] for row in after] == [row[:6] + row[7:] for row in before]
    assert [remark for remark in said if "Nobody, Else" in remark] and [
        remark for remark in said if "Grace Hopper (grace)" in remark
    ]
    assert len(said) == 2


WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 501,Ada Lovelace,ada@x.edu,Submitted for grading - ,,20.00,Yes,"Thursday, 1 October 2026, 9:14 PM",-,
Participant 502,Emmy Noether,emmy@x.edu,No submission,,20.00,Yes,-,-,
"""


def test_moodles_grading_worksheet_is_filled_in_and_other_points_are_told(tmp_path):
    text, said = filled(grades(CLASS[1:2], people=[ADA, NOETHER]), template(tmp_path, WORKSHEET))
    assert [row[4] for row in table(text)] == ["Grade", "10", ""]
    assert [row[:4] + row[5:] for row in table(text)] == [row[:4] + row[5:] for row in table(WORKSHEET)]
    assert len(said) == 1 and "says that there are 20.00 points, and there are 15" in said[0]


def test_a_table_without_the_column_is_refused_with_those_it_has(tmp_path):
    with pytest.raises(ValueError, match="no column PS 2; name one with --column. It has: Student, ID"):
        filled(grades(), template(tmp_path, CANVAS), "PS 2")
    text, _ = filled(grades(CLASS[1:2], people=[ADA]), template(tmp_path, CANVAS), "Warm-up")
    assert table(text)[3][5] == "10"
