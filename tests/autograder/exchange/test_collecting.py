"""What lies in the inbox is taken in if it is the student's own, and regular files alone."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nbgrader.exchange.default import ExchangeCollect

from autograder.records.asking import YOUR_WORDS, Asking
from autograder.records.course import Folder
from autograder.records.standing import Standing

from ..made_up import student as result_of
from ..notebooks import ASSIGNMENT, ROOT
from .as_user import SEVERAL, User
from .conftest import COURSE_ID, Classroom

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
EARLY, LATE = "2026-10-01 10:00:00.000000 UTC", "2026-10-02 10:00:00.000000 UTC"
several_users = pytest.mark.skipif(not SEVERAL, reason="needs root, who can be several users")


@pytest.fixture
def inbox(classroom: Classroom) -> Iterator[Path]:
    """The inbox, empty; nothing is collected yet."""
    for folder in (classroom.inbox, classroom.submitted):
        for left in folder.glob("*"):
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
    yield classroom.inbox


def put(classroom: Classroom, owner: User, name: str, fill: Callable[[Path], object]) -> None:
    """A folder in the inbox, made by its owner and open to all as nbgrader leaves it."""
    folder = classroom.inbox / name

    def make() -> None:
        folder.mkdir()
        fill(folder)
        folder.chmod(0o777)

    status, said = owner.does(make)
    assert status == 0, said


def notebook(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / NOTEBOOK).write_text(text)


def kept(classroom: Classroom, student: User) -> str | None:
    path = classroom.submitted / student.name / ASSIGNMENT / NOTEBOOK
    return path.read_text() if path.exists() else None


def collect(classroom: Classroom, *options: str) -> tuple[int, str]:
    return classroom.teach("collect", ASSIGNMENT, *options)


def test_what_students_submit_is_placed_with_its_time_for_the_instructor_alone(classroom, inbox):
    classroom.ada.does(lambda: os.umask(0))
    name = classroom.hand_in(classroom.ada, "ada_right_loops")
    status, said = collect(classroom)
    assert status == 0, said
    folder = classroom.submitted / classroom.ada.name / ASSIGNMENT
    assert {path.name for path in folder.iterdir()} == {NOTEBOOK, "timestamp.txt", "submission_secret.txt"}
    assert (folder / "timestamp.txt").read_text().strip() == name.split("+")[2]
    assert (folder / NOTEBOOK).read_bytes() == (inbox / name / NOTEBOOK).read_bytes()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent, *folder.iterdir())}
    assert modes == {0o700, 0o600}


def test_a_resubmission_replaces_the_older_one_when_asked_to(classroom, inbox):
    ada = classroom.ada
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{EARLY}+x", notebook("early"))
    assert collect(classroom)[0] == 0 and kept(classroom, ada) == "early"
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}+x", notebook("late"))
    assert "already exists" in collect(classroom)[1] and kept(classroom, ada) == "early"
    assert collect(classroom, "--update")[0] == 0 and kept(classroom, ada) == "late"


def test_the_last_one_before_the_due_date_when_asked_to(classroom, inbox):
    ada = classroom.ada
    for time in (EARLY, LATE):
        put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{time}", notebook(time))
    assert classroom.teach("db", "assignment", "add", ASSIGNMENT, "--duedate=2026-10-01 12:00:00 UTC")[0] == 0
    status, said = collect(classroom, "--before-duedate")
    assert status == 0 and kept(classroom, ada) == EARLY, said


def links_to_the_answers(answers: Path) -> Callable[[Path], object]:
    return lambda folder: (folder / NOTEBOOK).symlink_to(answers)


def hard_links(folder: Path) -> None:
    (folder / "a").write_text("{}")
    os.link(folder / "a", folder / NOTEBOOK)


HOSTILE: dict[str, Callable[[Path], object]] = {
    "a pipe": lambda folder: os.mkfifo(folder / NOTEBOOK),
    "a folder": lambda folder: (folder / NOTEBOOK).mkdir(),
    "a file of two names": hard_links,
    "a gigabyte": lambda folder: os.truncate(_empty(folder / NOTEBOOK), 10**9),
    "a link to nothing": lambda folder: (folder / NOTEBOOK).symlink_to("nothing"),
    "many files": lambda folder: [_empty(folder / f"{n}") for n in range(1000)],
}


def _empty(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_notebook_that_is_no_file_of_the_students_is_refused_and_the_older_one_stands(classroom, inbox, hostile):
    ada, ben = classroom.ada, classroom.ben
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{EARLY}+x", notebook("right"))
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}+x", hostile)
    status, said = collect(classroom)
    assert status == 1 and f"NOT COLLECTED {ada.name}+{ASSIGNMENT}+{LATE}+x" in said
    assert kept(classroom, ada) == "right" and "named above" in said
    assert kept(classroom, ben) is None or not SEVERAL


def test_a_link_to_the_model_answers_gets_nothing(classroom, inbox):
    ada = classroom.ada
    answers = classroom.checkout / "grading" / "source" / ASSIGNMENT / NOTEBOOK
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}+x", links_to_the_answers(answers))
    status, said = collect(classroom)
    assert status == 1 and "no regular file" in said and kept(classroom, ada) is None
    link = inbox / f"{ada.name}+{ASSIGNMENT}+{LATE}+whole"
    ada.does(lambda: link.symlink_to(answers.parent))
    assert collect(classroom)[0] == 1 and kept(classroom, ada) is None


def test_with_nbgraders_own_collecting_the_link_would_have_been_full_marks(classroom, inbox):
    ada, settings = classroom.ada, classroom.checkout / "nbgrader_config_local.py"
    answers = classroom.checkout / "grading" / "source" / ASSIGNMENT / NOTEBOOK
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}+x", links_to_the_answers(answers))
    ours = settings.read_text()
    stock = f"{ExchangeCollect.__module__}.{ExchangeCollect.__name__}"
    settings.write_text(f"{ours}c.ExchangeFactory.collect = {stock!r}\n")
    try:
        assert collect(classroom)[0] == 0 and kept(classroom, ada) == answers.read_text()
    finally:
        settings.write_text(ours)


def test_other_files_that_are_links_are_left_out(classroom, inbox):
    ada = classroom.ada

    def fill(folder: Path) -> None:
        notebook("right")(folder)
        (folder / "data.csv").symlink_to(classroom.checkout / "nbgrader_config.py")
        (folder / "notes.txt").write_text("mine")
        (folder / ".ipynb_checkpoints").mkdir()
        (folder / "timestamp.txt").write_text("9" * 29 + "m")

    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}+x", fill)
    status, said = collect(classroom)
    assert status == 0 and "data.csv is no regular file, and is left out" in said
    names = {path.name for path in (classroom.submitted / ada.name / ASSIGNMENT).iterdir()}
    assert names == {NOTEBOOK, "notes.txt", "timestamp.txt"}
    assert (classroom.submitted / ada.name / ASSIGNMENT / "timestamp.txt").read_text().strip() == LATE


@several_users
def test_a_folder_in_anothers_name_replaces_nothing(classroom, inbox):
    ada, ben = classroom.ada, classroom.ben
    put(classroom, ben, f"{ben.name}+{ASSIGNMENT}+{EARLY}+x", notebook("of ben"))
    put(classroom, ada, f"{ben.name}+{ASSIGNMENT}+{LATE}+x", notebook("of ada"))
    status, said = collect(classroom)
    assert status == 1 and f"it belongs to {ada.name}, and bears the name of {ben.name}" in said
    assert kept(classroom, ben) == "of ben"


@several_users
def test_a_file_that_another_put_into_the_open_folder_is_refused(classroom, inbox):
    ada, ben = classroom.ada, classroom.ben
    name = f"{ben.name}+{ASSIGNMENT}+{EARLY}+x"
    put(classroom, ben, name, notebook("of ben"))

    def replace() -> None:
        (inbox / name / NOTEBOOK).unlink()
        notebook("of ada")(inbox / name)

    assert ada.does(replace)[0] == 0
    status, said = collect(classroom)
    assert status == 1 and f"{NOTEBOOK} belongs to {ada.name}" in said and kept(classroom, ben) is None


def test_without_root_a_folder_in_anothers_name_is_refused_too(classroom, inbox):
    put(classroom, classroom.ada, f"emmy+{ASSIGNMENT}+{LATE}+x", notebook("of ada"))
    status, said = collect(classroom)
    assert status == 1 and f"belongs to {classroom.ada.name}" in said
    assert not (classroom.submitted / "emmy").exists()


@pytest.mark.parametrize("time", ["9" * 29 + "m", "yesterday", "2026-13-01 00:00:00 UTC", "0", "99999-01-01"])
def test_a_time_that_cannot_be_read_stops_nobody_else(classroom, inbox, time):
    ada = classroom.ada
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{time}+x", notebook("when?"))
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{EARLY}+x", notebook("right"))
    status, said = collect(classroom)
    assert status == 1 and "the time in its name cannot be read" in said and kept(classroom, ada) == "right"


@pytest.mark.parametrize(
    ("name", "why"),
    [("..", "no student"), (".hidden", "no student"), ("x" * 150, "no student"), ("a\nb", "bears the name of a b")],
)
def test_a_name_that_is_no_students_is_refused(classroom, inbox, name, why):
    put(classroom, classroom.ada, f"{name}+{ASSIGNMENT}+{LATE}+x", notebook("?"))
    status, said = collect(classroom)
    assert status == 1 and "NOT COLLECTED" in said and why in said, said
    assert not list(classroom.submitted.glob("*"))


def test_another_assignment_and_other_students_are_left_alone(classroom, inbox):
    ada = classroom.ada
    put(classroom, ada, f"{ada.name}+ps1_losses+{LATE}+x", notebook("ps1"))
    put(classroom, ada, f"emmy+{ASSIGNMENT}+{LATE}+x", notebook("?"))
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}+x", notebook("right"))
    status, said = collect(classroom, f"--student={ada.name}")
    assert status == 0 and kept(classroom, ada) == "right", said


def test_what_is_released_is_what_students_fetch(classroom):
    released = (ROOT / "exercises" / ASSIGNMENT / NOTEBOOK).read_bytes()
    fetched = [user.home / ASSIGNMENT / NOTEBOOK for user in (classroom.ada, classroom.ben)]
    assert (classroom.exchange / COURSE_ID / "outbound" / ASSIGNMENT / NOTEBOOK).read_bytes() == released
    assert all(path.stat().st_size for path in fetched)


@pytest.mark.parametrize("beside", ["alone", "with the same notebook"])
def test_a_question_about_a_grade_is_taken_and_leaves_submission_and_time_alone(classroom, inbox, beside):
    ada, asking = classroom.ada, Asking(Folder(classroom.checkout / "grading"), ASSIGNMENT)
    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{EARLY}", notebook("early"))
    assert collect(classroom)[0] == 0
    result = result_of(ada.name)
    form = asking.forms(result, Standing.of(result))[result.problems[0].problem]
    asked = form.replace(YOUR_WORDS, f"Why, {beside}?")

    def fill(folder: Path) -> None:
        (folder / "question.txt").write_text(asked)
        if beside != "alone":
            notebook("early")(folder)

    put(classroom, ada, f"{ada.name}+{ASSIGNMENT}+{LATE}", fill)
    time = classroom.submitted / ada.name / ASSIGNMENT / "timestamp.txt"
    before = time.read_text()
    for _ in range(2):
        status, said = collect(classroom, "--update")
        assert status == 0, said
    assert kept(classroom, ada) == "early" and time.read_text() == before
    assert [question.words for question in asking.of(ada.name)].count(f"Why, {beside}?") == 1
