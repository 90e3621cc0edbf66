"""Who has left the course stays in the records, and out of report, feedback, export and statistics."""

from __future__ import annotations

import pytest

from autograder.cli import main

from .opened import PS, files, open_term, rows
from .test_opening import read_table, run, table

LEAVES = "otto"


@pytest.fixture
def term(tmp_path):
    return open_term(tmp_path / "grading")


def roster(out, *options):
    return main(["roster", *options, "--out", str(out)])


def test_who_has_left_is_in_the_records_and_nowhere_else(term, capsys):
    before, records, submitted = rows(term), files(term / "results"), files(term / "submitted")
    assert roster(term, "--withdraw", "Otto Okafor") == 0
    assert run("feedback", term) == 0
    assert (rows(term), files(term / "results"), files(term / "submitted")) == (before, records, submitted)
    assert LEAVES not in table(term) and len(table(term)) == 4
    assert not (term / "feedback" / LEAVES / PS / f"{PS}.html").exists()
    report = (term / "report" / f"{PS}.html").read_text()
    assert "Okafor" not in report and "Milo Marini" in report
    capsys.readouterr()
    for form, column in (("csv", "student"), ("canvas", "SIS Login ID"), ("moodle", "ID number")):
        assert run("export", term, "--format", form) == 0
        exported = read_table(capsys.readouterr().out, column)
        assert LEAVES not in exported and "milo" in exported


def test_the_way_back_brings_all_of_it_back(term):
    assert run("feedback", term) == 0
    before, page = table(term), (term / "feedback" / LEAVES / PS / f"{PS}.html").read_bytes()
    assert roster(term, "--withdraw", LEAVES) == 0 and run("feedback", term) == 0
    assert roster(term, "--reinstate", LEAVES) == 0 and run("feedback", term) == 0
    assert table(term) == before and (term / "feedback" / LEAVES / PS / f"{PS}.html").read_bytes() == page


def test_who_has_left_is_not_graded_and_not_missing(term, capsys):
    assert roster(term, "--withdraw", LEAVES) == 0
    before = rows(term)
    assert run("grade", term, "--submitted", str(term / "submitted")) == 0
    said = capsys.readouterr().out
    assert f"have left the course, and are not graded: 1: {LEAVES}" in said
    assert "5 submissions" not in said and f"{PS}, 4 submissions" in said and "nothing handed in by" not in said
    assert rows(term) == before and LEAVES not in table(term)


def test_a_due_date_and_an_extension_still_work(term):
    assert roster(term, "--withdraw", LEAVES) == 0
    assert run("due", term, "2026-10-05 23:59") == 0 and run("extend", term, "milo", "--days", "1") == 0
    assert LEAVES not in table(term)


def test_nobody_leaves_by_a_misspelling(term, capsys):
    assert roster(term, "--withdraw", "oto") == 1
    assert "did you mean otto?" in capsys.readouterr().err and not (term / "withdrawn.json").exists()
    assert roster(term) == 1
    assert "name a list of students" in capsys.readouterr().err


def test_a_list_that_still_names_who_has_left_is_told(term, tmp_path, capsys):
    (tmp_path / "list.csv").write_text("id\notto\nmilo\n")
    assert roster(term, "--withdraw", LEAVES, "--withdraw", "ada") == 0
    assert roster(term, str(tmp_path / "list.csv")) == 0
    said = capsys.readouterr().out
    assert "noted to have left: 1: otto." in said and "not in" in said and "3: elif" not in said
    assert "2: elif, tara. They stay; 'autograder roster --withdraw ID'" in said


def test_a_damaged_list_stops_with_what_to_do(term, capsys):
    (term / "withdrawn.json").write_text("{")
    assert run("report", term) == 1
    assert "is damaged: put a list of ids there" in capsys.readouterr().err


def test_a_missing_autograded_notebook_is_written_again_by_grading(term, capsys):
    path = term / "autograded" / "milo" / PS / f"{PS}.ipynb"
    path.unlink()
    assert run("report", term) == 1
    said = capsys.readouterr().err
    assert f"{path} is missing. Run 'autograder grade {PS}' again" in said and "spelling" not in said
    assert run("grade", term, "--submitted", str(term / "submitted")) == 0 and path.is_file()


def test_what_nbgrader_deleted_is_named(tmp_path, capsys):
    assert run("report", open_term(tmp_path / "grading", withdrawn=True)) == 0
    assert "left out, because the gradebook has no submission of theirs: 1: wim" in capsys.readouterr().err
