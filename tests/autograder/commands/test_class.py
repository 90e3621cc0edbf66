"""Every submission of the class gets exactly the score and the diagnosis that it should."""

import csv
import json
import re
from html import unescape

import nbformat
import pytest
from nbgrader import utils
from nbgrader.api import Gradebook

import checks
from missingsum.slips import SLIPS

from ...submissions.make import read_class, write_class
from ..conftest import CALL_SECONDS, SEED, grade
from ..notebooks import ASSIGNMENT

CLASS = read_class()
MAX_SCORES = {problem.name: problem.max_score for problem in checks.load(ASSIGNMENT).problems}


def records_of(graded, student):
    return {record["problem"]: record for record in graded.records if record["student"] == student}


def test_the_run_ends_well_although_submissions_are_bad(graded):
    assert graded.status == 0, graded.stderr


def test_the_class_is_large_and_holds_every_kind():
    assert len(CLASS) >= 24
    assert sum(student.unreadable for student in CLASS) >= 3


@pytest.mark.parametrize("student", CLASS, ids=lambda student: student.student)
def test_score_and_slips_of_each_submission(graded, student):
    records = records_of(graded, student.student)
    found = {problem: (record["score"], record["slips"]) for problem, record in records.items()}
    expected = {name: (score, list(slips)) for name, (score, slips) in student.expected(MAX_SCORES).items()}
    assert found == expected, json.dumps(records, indent=1)


def test_the_records_have_the_fields_that_scripts_rely_on(graded):
    for record in graded.records:
        assert set(record) == {
            *("student", "assignment", "problem", "score", "max_score", "checks", "slips", "place", "feedback")
        }
        assert all(set(check) == {"name", "passed", "message"} for check in record["checks"])
        assert all(check["passed"] or check["message"] for check in record["checks"])
    assert {record["max_score"] for record in graded.records if record["problem"] == "softmax_backward"} == {6.0}


def test_each_call_has_the_seconds_that_the_command_gives_it(graded):
    messages = [c["message"] for r in graded.records if r["student"] == "boris_loops_for_ever" for c in r["checks"]]
    assert any(f"did not end within {CALL_SECONDS} s" in message for message in messages), messages


def test_the_places_of_mistakes_can_be_left_out(graded):
    assert all(record["place"] is None for record in graded.records)


def test_the_diagnosis_stands_beside_the_wrong_answer(graded):
    record = records_of(graded, "ben_diagonal_only")["softmax_backward"]
    assert "You kept only the diagonal of the Jacobian" in record["checks"][0]["message"]
    page = (graded.out / "feedback" / "ben_diagonal_only" / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text()
    assert "You kept only the diagonal of the Jacobian" in page
    assert SLIPS["missing-sum"].where in unescape(page)


def test_what_could_not_be_read_is_named_with_the_reason(graded):
    reasons = dict(re.findall(r"^(\w+): (.*) Graded with 0\.$", graded.stderr, re.MULTILINE))
    assert reasons.keys() == {student.student for student in CLASS if student.unreadable}
    for student, reason in reasons.items():
        assert reason in unescape((graded.out / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text())


def test_a_submission_gets_the_same_result_alone_and_in_any_class(graded, tmp_path):
    names = [
        "ada_right_loops",
        "ben_diagonal_only",
        "hedda_leaves_the_process",
        "marek_own_invention",
        "otto_overflows",
    ]
    write_class(tmp_path / "submitted", names)
    options = ("--seed", SEED, "--workers", 1, "--call-timeout", CALL_SECONDS)
    alone = grade(tmp_path / "submitted", tmp_path / "out", *options)
    assert [r for r in graded.records if r["student"] in names] == alone.records


def test_another_seed_asks_other_questions_and_gives_the_same_verdict(graded, tmp_path):
    write_class(tmp_path / "submitted", ["ben_diagonal_only"])
    other = grade(tmp_path / "submitted", tmp_path / "out", "--seed", SEED + 1).records
    before = [r for r in graded.records if r["student"] == "ben_diagonal_only"]
    assert other != before
    assert [(r["score"], r["slips"]) for r in other] == [(r["score"], r["slips"]) for r in before]


def test_the_gradebook_holds_the_same_scores(graded):
    with Gradebook(f"sqlite:///{graded.out}/gradebook.db") as gradebook:
        for student in CLASS:
            submission = gradebook.find_submission(ASSIGNMENT, student.student)
            records = records_of(graded, student.student)
            grades = {grade.name: grade.auto_score for grade in submission.notebooks[0].grades}
            assert {f"test_{name}": record["score"] for name, record in records.items()}.items() <= grades.items()


def test_only_the_late_submission_is_late(graded):
    with Gradebook(f"sqlite:///{graded.out}/gradebook.db") as gradebook:
        late = [s.student.id for s in gradebook.assignment_submissions(ASSIGNMENT) if s.total_seconds_late > 0]
    assert late == ["milo_right_but_late"]


def test_autograded_notebooks_are_valid_and_carry_a_score_in_every_graded_cell(graded):
    for student in CLASS:
        notebook = nbformat.read(
            graded.out / "autograded" / student.student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4
        )
        nbformat.validate(notebook)
        tests = [cell for cell in notebook.cells if cell.cell_type == "code" and utils.is_grade(cell)]
        records = records_of(graded, student.student)
        assert {cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)[0] for cell in tests} == {
            f"test_{name}": record["score"] for name, record in records.items()
        }


def test_report_and_table_name_every_student(graded):
    page = (graded.out / "report" / f"{ASSIGNMENT}.html").read_text()
    rows = list(csv.DictReader((graded.out / "report" / f"{ASSIGNMENT}.csv").read_text().splitlines()))
    assert {row["student"] for row in rows} == {student.student for student in CLASS}
    assert all(student.student in page.replace("<wbr>", "") for student in CLASS)


def test_the_terminal_shows_the_class_and_where_to_look(graded):
    assert "ben_diagonal_only" in graded.stdout.replace("\n", "") and "report/ps2_missing_sum.html" in graded.stdout


def test_the_secret_seed_is_drawn_once_and_kept_from_others(tmp_path):
    write_class(tmp_path / "submitted", ["ada_right_loops"])
    grade(tmp_path / "submitted", tmp_path / "out")
    seed = tmp_path / "out" / "seed"
    first = seed.read_text()
    assert seed.stat().st_mode & 0o077 == 0 and int(first) > 2**64
    grade(tmp_path / "submitted", tmp_path / "out")
    assert seed.read_text() == first


def test_the_summary_tells_a_script_who_could_not_be_read(tmp_path):
    write_class(tmp_path / "submitted", ["ada_right_loops", "igor_broken_json"])
    (tmp_path / "submitted" / ("x" * 200) / ASSIGNMENT).mkdir(parents=True)
    grade(tmp_path / "submitted", tmp_path / "out", "--summary", tmp_path / "summary.json")
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["submissions"], summary["graded"], summary["mean_score"], summary["max_score"]) == (
        3,
        2,
        10.0,
        20.0,
    )
    assert (
        list(summary["unreadable"]) == ["igor_broken_json"]
        and "no valid JSON" in summary["unreadable"]["igor_broken_json"]
    )
    assert list(summary["left_out"]) == ["x" * 200] and summary["not_judged"] == {}
