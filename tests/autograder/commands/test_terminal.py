"""What the instructor sees while a class is graded."""

import io
import re
import sys

import pytest

from autograder.commands import terminal
from autograder.judging.judge import Job, given_up, judge
from autograder.records.roster import Person

from ..notebooks import ASSIGNMENT, RELEASED


class Terminal(io.StringIO):
    def isatty(self):
        return True


def judged():
    """Two of which nothing is graded, one that is unreadable, and one that the grader failed at."""
    jobs = [Job(name, ASSIGNMENT, RELEASED, 1, unreadable="It is a picture.") for name in ("ada", "ben", "cleo")]
    return [*map(judge, jobs), given_up(jobs[0], "It made the grader itself fail.")]


@pytest.fixture
def seen(monkeypatch):
    def shown(stream):
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "160")
        results = (each.result for each in judged())
        assert list(terminal.progress(results, 4, "grading ps2")) is not None
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())

    return shown


def test_progress_shows_how_many_how_fast_and_what_failed(seen):
    text = seen(Terminal())
    assert "grading ps2" in text and "4/4" in text and "a second" in text
    assert "1 not judged, 3 unreadable" in text


def test_progress_is_quiet_where_there_is_no_terminal(seen):
    assert seen(io.StringIO()) == ""


def test_progress_is_quiet_where_there_is_nothing_to_do(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(terminal.progress(iter(()), 0, "grading ps2")) == [] and stream.getvalue() == ""


def test_who_handed_in_nothing_is_told_by_name_and_in_full_in_the_report_alone(capsys):
    terminal.missing([], 3)
    assert capsys.readouterr().out == ""
    terminal.missing([Person("noether", "Noether", "Emmy"), *(Person(f"s{k}") for k in range(11))], 3)
    said = capsys.readouterr().out
    assert said.startswith("nothing handed in by 12 of 15: Emmy Noether, s0,") and said.endswith(", s8, 2 more\n\n")
