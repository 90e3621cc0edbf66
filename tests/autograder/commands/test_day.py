"""An instructor's day, by command: everybody is graded, points given by hand go out, a second day changes nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

from nbgrader.api import Gradebook

from ..notebooks import ASSIGNMENT as PS
from .day import STUDENTS, WRITTEN, day, exported, page, run


def state(folder: Path) -> dict[str, bytes]:
    """All that was written, but for the gradebook's own file."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("gradebook.db", ".lock")
    }


def grades(folder: Path) -> dict[str, tuple]:
    with Gradebook(f"sqlite:///{folder}/grading/gradebook.db") as gradebook:
        return {
            s.student.id: (
                s.score,
                s.late_submission_penalty,
                str(s.timestamp),
                str(s.extension),
                [(g.name, g.auto_score, g.manual_score, g.needs_manual_grade) for g in s.notebooks[0].grades],
            )
            for s in gradebook.assignment_submissions(PS)
        }


def test_everybody_of_the_archive_is_graded_and_who_is_missing_is_named(folder):
    rows = exported(folder)
    assert set(rows) == {*STUDENTS, "noether", "Zoe_Stranger"}
    assert rows["ada_right_loops"]["score"] == "20" and float(rows["ben_diagonal_only"]["score"]) < 20
    assert rows["kees_a_pdf"]["score"] == "0" and rows["kees_a_pdf"]["handed_in"] == "yes"
    assert (rows["noether"]["handed_in"], rows["noether"]["score"]) == ("no", "")
    said = page(folder)
    assert (
        "Emmy Noether noether – nothing handed in" in said
        and "Not on the roster Zoe_ Stranger" in said
        and "Handed in 5 of 6" in said
    )


def test_names_stand_in_the_feedback(folder):
    assert "Feedback for Ada Lovelace" in page(folder, "ada_right_loops")


def test_the_whole_day_once_more_changes_nothing(folder):
    before = state(folder), grades(folder)
    day(folder)
    assert (state(folder), grades(folder)) == before


def test_scores_and_comments_given_by_hand_survive_and_go_out(folder):
    with Gradebook(f"sqlite:///{folder}/grading/gradebook.db") as gradebook:
        grade = gradebook.find_grade(WRITTEN, PS, PS, "ada_right_loops")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.find_comment(WRITTEN, PS, PS, "ada_right_loops").manual_comment = "Say where the sum starts."
        gradebook.db.commit()
    for _ in range(2):
        day(folder)
        assert "Say where the sum starts." in page(folder, "ada_right_loops") and "23.5 of 24 points" in page(
            folder, "ada_right_loops"
        )
        assert exported(folder)["ada_right_loops"]["score"] == "23.5"


def test_all_pages_go_back_to_moodle_in_one_archive(folder):
    assert run(folder, "feedback", PS) == 0
    with zipfile.ZipFile(folder / "grading" / "handed_back" / f"{PS}_moodle.zip") as archive:
        assert f"Ada Lovelace_501_assignsubmission_file_{PS}.html" in archive.namelist()
        assert len(archive.namelist()) == len(STUDENTS) + 1, "and the stranger"
        page = archive.read(f"Ben Hall_502_assignsubmission_file_{PS}.html").decode()
    assert "Ben Hall" in page
