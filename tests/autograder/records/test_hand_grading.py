"""Formgrader, opened in a browser, shows the scores of the class report.

What an instructor types there is kept, and goes out to the student.
"""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main

from ...browser import chromium
from ...formgrader import formgrader, graded_course
from ...submissions.make import write_class
from ..notebooks import ASSIGNMENT as PS

STUDENTS = ["ada_right_loops", "ben_diagonal_only", "milo_right_but_late"]
WRITTEN = "where_the_sum_comes_from"
COMMENT = 'Say where the sum starts; "i" runs over <all> outputs.'


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    write_class(course / "grading" / "submitted", STUDENTS)
    graded_course(course, PS, "--due", "2026-10-02 00:00")
    assert main(["roster", str(_roster(course)), "--out", str(course / "grading")]) == 0
    with formgrader(course, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def page(running):
    with chromium() as browser:
        page = browser.new_page()
        page.route(
            "**/*", lambda route: route.continue_() if route.request.url.startswith(running.address) else route.abort()
        )
        running.log_in(page)
        yield page


def _roster(course: Path) -> Path:
    path = course / "roster.csv"
    path.write_text(
        "id,last_name,first_name\n"
        + "".join(f"{student},{student.split('_')[0].title()}son,Kim\n" for student in STUDENTS)
    )
    return path


def shown(running, page) -> dict[str, float]:
    """The score of each student in formgrader's list of submissions."""
    page.goto(running.url(f"manage_submissions/{PS}"), wait_until="networkidle")
    rows = page.locator("tr", has=page.locator("td.score")).all()
    return {
        row.locator("td").nth(1).inner_text(): float(row.locator("td.score").inner_text().split(" / ")[0])
        for row in rows
    }


def reported(running) -> dict[str, float]:
    """The score of each student in the class report's table."""
    with (running.course / "grading" / "report" / f"{PS}.csv").open(newline="") as file:
        table = {row["student"]: float(row["score"]) for row in csv.DictReader(file)}
    html = (running.course / "grading" / "report" / f"{PS}.html").read_text()
    for student, score in table.items():
        row = re.search(
            rf'<tr><th scope="row">(?:(?!</tr>).)*?{student}/(?:(?!</tr>).)*?<strong>([\d.]+)</strong>',
            html,
            flags=re.S,
        )
        assert float(row[1]) == score
    return table


def command(running, *arguments: str) -> None:
    assert main([*arguments[:1], PS, *arguments[1:], "--out", str(running.course / "grading")]) == 0


def test_formgrader_shows_the_scores_of_the_class_report(running, page):
    command(running, "report")
    assert shown(running, page) == reported(running) and len(reported(running)) == len(STUDENTS)


def test_a_score_and_a_comment_typed_in_the_browser_are_kept_and_reach_the_student(running, page):
    page.goto(running.submission("ada_right_loops", PS), wait_until="networkidle")
    score, comment = page.locator(f"input#{WRITTEN}"), page.locator(f"textarea#{WRITTEN}-comment")
    for field, text, kind in ((score, "3.5", "grade"), (comment, COMMENT, "comment")):
        with page.expect_response(
            lambda response, kind=kind: f"/api/{kind}/" in response.url and response.request.method == "PUT"
        ) as saved:
            field.fill(text)
            field.blur()
        assert saved.value.status == 200
    for again in ("", "--again"):
        command(running, "grade", "--submitted", str(running.course / "grading" / "submitted"), *filter(None, [again]))
        with Gradebook(f"sqlite:///{running.course}/grading/gradebook.db") as gradebook:
            grade = gradebook.find_grade(WRITTEN, PS, PS, "ada_right_loops")
            assert (grade.manual_score, grade.needs_manual_grade) == (3.5, False)
            assert gradebook.find_comment(WRITTEN, PS, PS, "ada_right_loops").manual_comment == COMMENT
        assert shown(running, page) == reported(running) and reported(running)["ada_right_loops"] == 23.5
        feedback = unescape(
            (running.course / "grading" / "feedback" / "ada_right_loops" / PS / f"{PS}.html").read_text()
        )
        assert COMMENT in feedback and "23.5 of 24 points" in feedback
    page.goto(running.submission("ada_right_loops", PS), wait_until="networkidle")
    assert (
        page.locator(f"input#{WRITTEN}").input_value() == "3.5"
        and page.locator(f"textarea#{WRITTEN}-comment").input_value() == COMMENT
    )
