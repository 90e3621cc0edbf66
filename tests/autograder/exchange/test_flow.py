"""A problem set goes to the class and comes back, by nbgrader's commands, with its settings as shipped."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.cli import main

from ..notebooks import ASSIGNMENT
from .as_user import SEVERAL, User
from .conftest import COURSE_ID, Classroom

SLIP = "You kept only the diagonal of the Jacobian"


@pytest.fixture(scope="module")
def lessons(classroom: Classroom) -> Classroom:
    """All are graded: ada and emmy, whose file came by mail, by `autograder`; ben, who renamed his, by nbgrader."""
    assert f"{COURSE_ID} {ASSIGNMENT} (already downloaded)" in classroom.ada.nbgrader("list")[1]
    classroom.hand_in(classroom.ada, "ben_diagonal_only")
    assert classroom.teach("collect", ASSIGNMENT)[0] == 0
    shutil.copytree(classroom.submitted / classroom.ada.name, classroom.submitted / "emmy")
    (classroom.submitted / "emmy" / ASSIGNMENT / "submission_secret.txt").unlink()
    (classroom.submitted / "emmy" / ASSIGNMENT / "timestamp.txt").unlink()
    autograder(classroom, "grade", ASSIGNMENT)
    if SEVERAL:
        classroom.hand_in(classroom.ben, "ada_right_loops", as_file="mine (1)")
        for command in ("collect", "autograde"):
            status, said = classroom.teach(command, ASSIGNMENT)
            assert status == 0, said
    hand_back(classroom)
    return classroom


def autograder(classroom: Classroom, *arguments: str) -> None:
    def command() -> None:
        os.chdir(classroom.checkout)
        raise SystemExit(main(list(arguments)))

    status, said = classroom.instructor.does(command)
    assert status == 0, said


def hand_back(classroom: Classroom) -> None:
    for command in ("generate_feedback", "release_feedback"):
        status, said = classroom.teach(command, ASSIGNMENT)
        assert status == 0, said


def fetched(student: User) -> dict[str, str]:
    """The pages that a student fetches: time of the submission and name → content."""
    status, said = student.nbgrader("fetch_feedback", ASSIGNMENT)
    assert status == 0, said
    return fetched_before(student)


def fetched_before(student: User) -> dict[str, str]:
    pages = (student.home / ASSIGNMENT / "feedback").glob("*/*.html")
    return {f"{page.parent.name} {page.stem}": page.read_text() for page in pages}


def score(classroom: Classroom, student: User) -> float:
    with Gradebook(f"sqlite:///{classroom.checkout}/grading/gradebook.db") as gradebook:
        return gradebook.find_submission(ASSIGNMENT, student.name).score


@pytest.mark.sandbox
def test_the_page_that_a_student_fetches_is_ours_and_needs_nothing_else(lessons):
    ((name, page),) = fetched(lessons.ada).items()
    assert name.endswith(ASSIGNMENT) and SLIP in page
    assert "default-src 'none'" in page and not re.search(r"<script [^>]*src|https?://(?!www\.w3\.org)", page)


@pytest.mark.sandbox
@pytest.mark.skipif(not SEVERAL, reason="needs root, who can be several users")
def test_who_calls_the_file_otherwise_gets_the_points_and_the_page(lessons):
    pages = fetched(lessons.ben)
    assert [name.endswith("mine (1)") for name in pages] == [True]
    assert SLIP not in "".join(pages.values()) and score(lessons, lessons.ben) > score(lessons, lessons.ada)


@pytest.mark.sandbox
def test_feedback_after_a_resubmission_goes_to_it_and_the_old_page_stays_where_it_was(lessons):
    ((old, before),) = fetched(lessons.ada).items()
    new = lessons.hand_in(lessons.ada, "ada_right_loops").split("+")[2]
    assert lessons.teach("release_feedback", ASSIGNMENT)[0] == 0  # nothing new yet
    assert set(fetched(lessons.ada)) == {old}
    assert lessons.teach("collect", ASSIGNMENT, "--update")[0] == 0
    autograder(lessons, "grade", ASSIGNMENT)
    hand_back(lessons)
    pages = fetched(lessons.ada)
    assert pages[old] == before and SLIP not in pages[f"{new} {ASSIGNMENT}"] and len(pages) == 2
    assert "feedback already fetched" in lessons.ada.nbgrader("list", "--cached")[1]


@pytest.mark.sandbox
def test_who_handed_in_by_another_way_stops_nobodys_feedback(lessons):
    status, said = lessons.teach("release_feedback", ASSIGNMENT)
    assert status == 0 and "emmy handed in by another way" in said
    assert f"released for {lessons.ada.name}" in said


@pytest.mark.sandbox
def test_the_page_leads_to_the_book_once_that_is_published(lessons):
    configuration = lessons.checkout / "_config.yml"
    before = configuration.read_text()
    configuration.write_text(before.replace('baseurl: ""', "baseurl: https://published.example/sum"))
    try:
        assert lessons.teach("generate_feedback", ASSIGNMENT, "--force")[0] == 0
        autograder(lessons, "feedback", ASSIGNMENT)
    finally:
        configuration.write_text(before)
    link = 'href="https://published.example/sum/chapters/03_missing_sum.html#the-off-diagonal-terms"'
    for made in ("nbgrader_feedback", "feedback"):
        (lost,) = (page for page in (lessons.checkout / "grading" / made).rglob("*.html") if SLIP in page.read_text())
        assert link in lost.read_text()


@pytest.mark.sandbox
def test_nobody_else_reads_what_is_kept_or_released(lessons):
    if not SEVERAL:
        pytest.skip("needs root, who can be several users")
    pages = lessons.exchange / COURSE_ID / "feedback"
    for forbidden in (pages, lessons.checkout, lessons.submitted / lessons.ada.name, lessons.inbox):
        status, said = lessons.ben.does(lambda place=forbidden: os.listdir(place))
        assert status == 1 and "PermissionError" in said, forbidden


def test_validate_shows_a_student_what_is_right_before_handing_in(classroom):
    """Run with the rights of whoever runs the tests: a kernel needs a Python that the student may read."""
    classroom.hand_in(classroom.ada, "ada_right_loops")
    home = classroom.ada.home / ASSIGNMENT
    reader = User("", os.getuid(), classroom.instructor.home)
    status, said = reader.nbgrader("validate", str(Path(home, f"{ASSIGNMENT}.ipynb")))
    assert status == 0, said
    assert "Success! Your notebook passes all the tests." in said


@pytest.mark.sandbox
def test_an_early_verdict_goes_to_its_submission_until_there_is_a_grade(lessons):
    before = fetched_before(lessons.ada)
    new = f"{lessons.hand_in(lessons.ada, 'hugo_sign').split('+')[2]} {ASSIGNMENT}"
    assert lessons.teach("collect", ASSIGNMENT, "--update")[0] == 0
    autograder(lessons, "grade", ASSIGNMENT, "--early")
    assert lessons.teach("release_feedback", ASSIGNMENT)[0] == 0
    now = fetched(lessons.ada)
    assert "Early verdict for" in now[new] and {name: now[name] for name in before} == before
    autograder(lessons, "grade", ASSIGNMENT)
    hand_back(lessons)
    graded = fetched(lessons.ada)
    assert "Early verdict for" not in graded[new] and "of 24 points" in graded[new]
