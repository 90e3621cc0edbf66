"""The grades of a class as a table for a spreadsheet, and what is said of them before they go out."""

from __future__ import annotations

import csv
import io

from autograder.records.grades import as_csv, remarks
from autograder.records.standing import WrittenAnswer

from ..made_up import ADA, ASSIGNMENT, CARL, CLASS, NOETHER, grades, standing, student


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


def test_names_with_commas_quotes_and_line_breaks_stay_one_field():
    name = 'O\'Neill, "Ada"\nRow two,5,5'
    assert [row["student"] for row in rows([student(name)])] == [name]
