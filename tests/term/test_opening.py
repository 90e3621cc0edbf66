"""Each version opens the folder of a term that an older one began: its commands go on, and no score changes unasked."""

import csv
from html import unescape
from io import StringIO

import pytest

from autograder.cli import main

from .opened import PS, WITHDRAWN, files, grades, open_term, rows

COMMANDS = {
    "report": [],
    "feedback": [],
    "export": ["--format", "csv"],
    "extend": ["milo", "--days", "1"],
    "due": ["2026-10-05 23:59"],
}
"""Command → what else to say; these grade nothing."""


@pytest.fixture
def term(tmp_path):
    return open_term(tmp_path / "grading")


def run(command, out, *options):
    return main([command, PS, *options, "--out", str(out)])


def table(out):
    """The rows of the class report's table, by student."""
    return read_table((out / "report" / f"{PS}.csv").read_text(), "student")


def read_table(text, key):
    return {row[key]: row for row in csv.DictReader(StringIO(text))}


def page(out, student):
    return unescape((out / "feedback" / student / PS / f"{PS}.html").read_text())


def changed(before, after):
    """The rows of the gradebook that came and went."""
    return set(before) ^ set(after)


@pytest.mark.parametrize("command", ["report", "feedback"])
def test_pages_are_written_again_with_the_same_scores(term, command):
    gradebook, before = rows(term), table(term)
    del before[WITHDRAWN]
    for path in [*term.glob("report/*"), *term.glob(f"feedback/*/{PS}/*")]:
        path.unlink()
    assert run(command, term) == 0
    assert rows(term) == gradebook
    assert table(term).keys() == before.keys()
    for student, row in before.items():
        assert row.items() <= table(term)[student].items()
        assert f"{row['score']} of 24 points" in page(term, student)
    report = (term / "report" / f"{PS}.html").read_text()
    assert all(name in report for name in ("Otto Okafor", "Milo Marini", "Elif Erdem", "Tara Tamm", "Ada Adler"))


def test_scores_and_comments_by_hand_are_shown(term):
    assert run("feedback", term) == 0
    assert "Well said. Where does the minus come from?" in page(term, "ada")
    assert table(term)["ada"]["written"] == "3.5" and table(term)["ada"]["needs_hand_grading"] == "no"
    assert table(term)["tara"]["written"] == "0" and table(term)["tara"]["needs_hand_grading"] == "yes"


@pytest.mark.parametrize(("form", "student"), [("csv", "student"), ("canvas", "SIS Login ID"), ("moodle", "ID number")])
def test_grades_are_exported_as_they_were(term, capsys, form, student):
    gradebook, before = rows(term), table(term)
    assert run("export", term, "--format", form) == 0
    exported = read_table(capsys.readouterr().out, student)
    exported.pop("", None)
    assert rows(term) == gradebook
    assert exported.keys() == before.keys() - {WITHDRAWN}
    for name, row in exported.items():
        score = row["score"] if form == "csv" else list(row.values())[-1]
        assert score == before[name]["score"]


def test_an_extension_changes_the_lateness_of_one_student_and_no_score(term):
    gradebook, before = rows(term), grades(term)
    assert table(term)["milo"]["seconds_late"] == "32451"
    assert run("extend", term, "milo", "--days", "1") == 0
    assert table(term)["milo"]["seconds_late"] == "0"
    assert grades(term) == before
    assert all("submitted_assignment" in row and "2026-10-02 08:59:51" in row for row in changed(gradebook, rows(term)))


def test_a_due_date_moves_with_the_extensions_and_changes_no_score(term):
    gradebook, before = rows(term), grades(term)
    assert run("due", term, "2026-09-30 23:59") == 0
    late = {student for student, row in table(term).items() if row["seconds_late"] != "0"}
    assert late == {"otto", "milo", "tara", "ada"}, "elif has two days more"
    assert grades(term) == before
    assert all(f"'{PS}'" in row for row in changed(gradebook, rows(term)))


def test_grading_again_changes_no_row_of_the_gradebook(term):
    gradebook = rows(term)
    assert run("grade", term, "--submitted", str(term / "submitted")) == 0
    assert rows(term) == gradebook


def test_grading_again_judges_nobody(term):
    results = files(term / "results")
    assert run("grade", term, "--submitted", str(term / "submitted")) == 0
    assert files(term / "results") == results


def test_what_is_handed_in_now_is_graded_and_nothing_else(term):
    submitted, before = term / "submitted", grades(term)
    (submitted / "otto" / PS / f"{PS}.ipynb").write_bytes((submitted / "milo" / PS / f"{PS}.ipynb").read_bytes())
    assert run("grade", term, "--submitted", str(submitted)) == 0
    changes = {cell for cell, grade in grades(term).items() if grade != before[cell]}
    assert changes == {(PS, "otto", "test_softmax_forward")}
    assert grades(term)[PS, "otto", "test_softmax_forward"][0] == 4


@pytest.mark.parametrize("command", COMMANDS)
def test_the_files_of_a_removed_student_change_no_score(tmp_path, command):
    term = open_term(tmp_path / "grading", withdrawn=True)
    before = grades(term)
    run(command, term, *COMMANDS[command])
    assert grades(term) == before


def test_grading_with_the_files_of_a_removed_student_changes_no_score(tmp_path):
    """It may enter the student again, whose submission lies there; a score that was there stays."""
    term = open_term(tmp_path / "grading", withdrawn=True)
    before = grades(term)
    assert run("grade", term, "--submitted", str(term / "submitted")) == 0
    assert before.items() <= grades(term).items()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_files_of_a_removed_student_stop_no_command(tmp_path, command):
    assert run(command, open_term(tmp_path / "grading", withdrawn=True), *COMMANDS[command]) == 0
