"""Grades enter nbgrader's gradebook whole, and what was given by hand survives."""

import json
import os
import sqlite3
import subprocess
import sys
import sysconfig
from contextlib import closing
from datetime import datetime

import nbformat
import pytest
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from autograder.judging.submission import load_notebook
from autograder.records.autograded import autograded_notebook
from autograder.records.cells import is_untouched
from autograder.records.course import Course
from autograder.records.gradebook import Recorder
from autograder.records.tables import REVISION
from autograder.release.sets import release

from ..notebooks import ASSIGNMENT, ROOT, judged

RIGHT = {
    "missing_part": "def missing_part(s, y):\n    return s * (y.sum() - y)",
    "where_the_sum_comes_from": "From softmax.",
}


@pytest.fixture(scope="module")
def notebook():
    return autograded_notebook(judged(RIGHT))


@pytest.fixture
def database(tmp_path, template):
    (tmp_path / "gradebook.db").write_bytes(template)
    return f"sqlite:///{tmp_path}/gradebook.db"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    release(
        Course(ROOT),
        ASSIGNMENT,
        f"sqlite:///{folder}/gradebook.db",
        source=folder / "source",
        destination=folder / "release",
    )
    return (folder / "gradebook.db").read_bytes()


def record(database, notebook, *, submitted=None, changed=False, config=None):
    with Recorder(database, config) as recorder:
        recorder.record("ada", ASSIGNMENT, notebook, submitted=submitted, changed=changed)
        return recorder.standings(ASSIGNMENT, {"ada": notebook})["ada"]


def test_a_gradebook_knows_what_was_released_into_it(database, tmp_path):
    with Recorder(database) as recorder:
        assert recorder.knows(ASSIGNMENT) and not recorder.knows("ps9")
    with Recorder(f"sqlite:///{tmp_path}/empty.db") as recorder:
        assert not recorder.knows(ASSIGNMENT)


def test_automatic_scores_are_recorded_and_the_written_answer_waits(database, notebook):
    standing = record(database, notebook)
    assert (standing.score, standing.max_score, standing.needs_hand_grading) == (3.0, 24.0, True)
    assert [(w.name, w.text, w.score) for w in standing.written] == [
        ("where_the_sum_comes_from", "From softmax.", None)
    ]


def test_an_answer_left_blank_is_no_work_for_the_instructor(database):
    standing = record(database, autograded_notebook(judged({})))
    assert (standing.score, standing.needs_hand_grading) == (0.0, False)


def give_by_hand(database, score, comment):
    with Gradebook(database) as gradebook:
        grade = gradebook.find_grade("where_the_sum_comes_from", ASSIGNMENT, ASSIGNMENT, "ada")
        grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.find_comment("where_the_sum_comes_from", ASSIGNMENT, ASSIGNMENT, "ada").manual_comment = comment
        gradebook.db.commit()


def test_scores_and_comments_given_by_hand_survive_a_regrade(database, notebook):
    record(database, notebook)
    give_by_hand(database, 3.5, "Well said.")
    standing = record(database, notebook, changed=False)
    assert (standing.score, standing.needs_hand_grading) == (6.5, False)
    assert (standing.written[0].score, standing.written[0].comment) == (3.5, "Well said.")


def test_a_changed_submission_is_marked_for_another_look_and_keeps_its_score(database, notebook):
    record(database, notebook)
    give_by_hand(database, 3.5, "Well said.")
    standing = record(database, notebook, changed=True)
    assert (standing.score, standing.needs_hand_grading) == (6.5, True)


def test_grades_are_written_whole_or_not_at_all(database, notebook):
    broken = json.loads(json.dumps(notebook))
    graded = [cell for cell in broken["cells"] if cell["metadata"].get("nbgrader", {}).get("grade")]
    graded[-1]["metadata"]["nbgrader"]["grade_id"] = "no_such_cell"
    with pytest.raises(KeyError):
        record(database, broken)
    with Gradebook(database) as gradebook:
        assert not gradebook.assignment_submissions(ASSIGNMENT)
        assert "ada" not in [student.id for student in gradebook.students]


@pytest.mark.parametrize(("policy", "score", "penalty"), [("none", 3.0, 0.0), ("zero", 0.0, 3.0)])
def test_the_courses_late_policy_is_applied(database, notebook, policy, score, penalty):
    with Recorder(database) as recorder:
        recorder.set_due(ASSIGNMENT, datetime(2026, 10, 2))
    config = Config()
    config.LateSubmissionPlugin.penalty_method = policy
    standing = record(database, notebook, submitted=datetime(2026, 10, 2, 1), config=config)
    assert (standing.seconds_late, standing.score, standing.late_penalty) == (3600.0, score, penalty)


class HalfThePoints(LateSubmissionPlugin):
    """A late policy of the course's own."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2


def test_a_late_policy_of_the_courses_own_is_applied(database, notebook):
    with Recorder(database) as recorder:
        recorder.set_due(ASSIGNMENT, datetime(2026, 10, 2))
    config = Config()
    config.AssignLatePenalties.plugin_class = HalfThePoints
    assert record(database, notebook, submitted=datetime(2026, 10, 3), config=config).score == 1.5


def test_a_submission_in_time_is_not_late(database, notebook):
    with Recorder(database) as recorder:
        recorder.set_due(ASSIGNMENT, datetime(2026, 10, 2))
    assert record(database, notebook, submitted=datetime(2026, 10, 1)).seconds_late == 0


def test_a_new_gradebook_is_stamped_as_by_nbgrader_itself():
    with_command = {**os.environ, "PATH": f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"}
    ask = "from nbgrader.api import get_alembic_version; print(get_alembic_version())"
    assert subprocess.check_output([sys.executable, "-c", ask], env=with_command, text=True).strip() == REVISION


def rows(database) -> dict[str, list[tuple]]:
    """What a gradebook says of its problem set, without the numbers that are drawn anew each time."""
    with closing(sqlite3.connect(database)) as book:
        return {
            query: sorted(book.execute(query).fetchall(), key=str)
            for query in (
                "SELECT name, duedate, course_id FROM assignment",
                "SELECT notebook.name, kernelspec, assignment.name FROM notebook JOIN assignment "
                "ON assignment.id = assignment_id",
                "SELECT name, type, max_score, cell_type FROM base_cell LEFT JOIN grade_cells USING (id)",
                "SELECT name, type FROM base_cell JOIN solution_cells USING (id)",
                "SELECT name, cell_type, locked, source, checksum FROM source_cell",
                "SELECT * FROM course",
                "SELECT * FROM alembic_version",
            )
        }


@pytest.mark.parametrize("assignment", Course(ROOT).problem_sets)
def test_a_problem_set_is_entered_as_by_nbgrader(assignment, tmp_path):
    places = {name: tmp_path / f"{name}.db" for name in ("ours", "nbgraders")}
    course = Course(ROOT)
    release(course, assignment, f"sqlite:///{places['nbgraders']}", source=tmp_path / "s", destination=tmp_path / "r")
    with Recorder(f"sqlite:///{places['ours']}") as recorder:
        recorder.enter(assignment, load_notebook(course.released(assignment).read_bytes()))
    ours, nbgraders = (rows(place) for place in places.values())
    assert ours == nbgraders


@pytest.mark.parametrize("statement", ["UPDATE source_cell SET source = 'x'", "DELETE FROM solution_cells"])
def test_what_is_entered_otherwise_is_seen(statement, database, tmp_path):
    place = tmp_path / "gradebook.db"
    before = rows(place)
    with closing(sqlite3.connect(place)) as book, book:
        book.execute(statement)
    assert rows(place) != before


def test_whether_a_cell_is_untouched_is_what_nbgrader_says(notebook):
    said = [
        (cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell), is_untouched(cell))
        for cell in nbformat.from_dict(notebook).cells
        if "nbgrader" in cell.metadata
    ]
    assert {nbgraders for nbgraders, _ in said} == {True, False}
    assert all(nbgraders == ours for nbgraders, ours in said)
