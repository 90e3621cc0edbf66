"""Questions are dropped, or count more, after grading: a score keeps its share, and nothing given by hand is lost."""

from __future__ import annotations

import json

import pytest
from nbgrader.api import Gradebook

from autograder.records.course import Folder
from autograder.records.gradebook import Recorder
from autograder.records.results import notebook_of

from ..notebooks import ASSIGNMENT as PS
from .day import WRITTEN, export, exported, page, refused, run

ADA, BEN = "ada_right_loops", "ben_diagonal_only"


def gradebook(folder) -> Gradebook:
    return Gradebook(f"sqlite:///{folder}/grading/gradebook.db")


def by_hand(folder, student: str) -> float | None:
    with gradebook(folder) as book:
        return book.find_grade(WRITTEN, PS, PS, student).manual_score


@pytest.fixture(scope="module")
def graded(folder):
    """Ada's written answer has 3 of 4 points."""
    with gradebook(folder) as book:
        grade = book.find_grade(WRITTEN, PS, PS, ADA)
        grade.manual_score, grade.needs_manual_grade = 3, False
        book.db.commit()
    return folder


def totals(folder) -> dict[str, tuple[str, str]]:
    export(folder)
    return {student: (row["score"], row["max_score"]) for student, row in exported(folder).items()}


def set_points(folder, *arguments: object) -> None:
    assert run(folder, "points", PS, *arguments) == 0


def test_the_questions_are_listed(graded, capsys):
    set_points(graded)
    said = capsys.readouterr().out
    assert "4  softmax_forward\n" in said and f"4  {WRITTEN}\n" in said


def test_a_dropped_function_counts_for_nobody_and_is_taken_up_again(graded, capsys):
    before = totals(graded)
    set_points(graded, "softmax_backward", 0)
    assert "counts 0 (dropped: 6 as released)" in capsys.readouterr().out
    after = totals(graded)
    most = float(before[ADA][1])
    assert after[ADA] == (f"{float(before[ADA][0]) - 6:g}", f"{most - 6:g}")
    assert float(after[BEN][0]) <= float(before[BEN][0]) and after[BEN][1] == f"{most - 6:g}"
    assert "softmax_backward" not in page(graded, ADA) and "softmax_backward" not in page(graded)
    set_points(graded, "softmax_backward", "--as-released")
    assert totals(graded) == before and "softmax_backward" in page(graded, ADA)


def test_scores_keep_their_share_and_grading_again_changes_nothing(graded):
    before = totals(graded)
    set_points(graded, "softmax_forward", 10)
    after = totals(graded)
    assert [float(x) for x in after[ADA]] == [float(x) + 6 for x in before[ADA]]
    assert "10 of 10" in page(graded, ADA)
    for again in ((), ("--again",)):
        assert run(graded, "grade", PS, "--submitted", graded / "submitted", "--seed", 7, *again) == 0
        assert totals(graded) == after
    set_points(graded, "softmax_forward", "--as-released")
    assert totals(graded) == before


@pytest.mark.parametrize("meanwhile", ["nothing", "graded again"])
def test_what_was_given_by_hand_keeps_its_share_and_comes_back(graded, meanwhile):
    before = totals(graded)
    set_points(graded, WRITTEN, 8)
    assert by_hand(graded, ADA) == 6 and by_hand(graded, BEN) is None
    set_points(graded, WRITTEN, 0)
    assert by_hand(graded, ADA) == 0 and "still to be graded by hand" not in page(graded)
    if meanwhile == "graded again":
        assert run(graded, "grade", PS, "--submitted", graded / "submitted", "--seed", 7, "--again") == 0
        assert "still to be graded by hand" not in page(graded)
    set_points(graded, WRITTEN, "--as-released")
    assert by_hand(graded, ADA) == 3 and totals(graded) == before
    assert "still to be graded by hand" in page(graded)


def test_a_new_release_takes_nothing_back(graded):
    set_points(graded, "softmax_forward", 10)
    before = totals(graded)
    with gradebook(graded) as book:
        cell = book.find_grade_cell("test_softmax_forward", PS, PS)
        cell.max_score = 4
        book.db.commit()
    assert run(graded, "grade", PS, "--submitted", graded / "submitted", "--seed", 7) == 0
    assert totals(graded) == before
    set_points(graded, "softmax_forward", "--as-released")


def test_what_cannot_be_is_refused_and_changes_nothing(graded, capsys):
    before = totals(graded)
    assert "there is no question 'softmax'; there are: softmax_forward," in refused(
        graded, capsys, "points", PS, "softmax", 3
    )
    assert "say how many points" in refused(graded, capsys, "points", PS, "softmax_forward")
    path = graded / "grading" / "points" / f"{PS}.json"
    kept = path.read_bytes()
    path.write_text("[]")
    assert "is damaged" in refused(graded, capsys, "points", PS, "softmax_forward", 3)
    path.write_bytes(kept)
    assert json.loads(kept) and totals(graded) == before


@pytest.mark.parametrize("as_nbgrader_writes_it", [False, True])
@pytest.mark.parametrize("given", ["-1", "5"])
def test_checks_whose_points_do_not_fit_their_cell_are_named(graded, given, as_nbgrader_writes_it):
    """nbgrader would give all points for less than none, and end with a traceback for more than all."""
    notebook = notebook_of(Folder(graded / "grading"), PS, ADA)
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "test_softmax_forward")
    next(out for out in cell["outputs"] if "data" in out)["data"]["text/plain"] = (
        [given] if as_nbgrader_writes_it else given
    )
    before = totals(graded)
    with Recorder(f"sqlite:///{graded}/grading/gradebook.db") as recorder:
        with pytest.raises(ValueError, match=f"counts 4 points, and its hidden checks give {given}"):
            recorder.record(ADA, PS, notebook, submitted=None, changed=False)
    assert totals(graded) == before
