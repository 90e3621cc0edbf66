"""A gradebook in PostgreSQL holds what one in SQLite does; against a server that the tests start themselves."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import CannotProceed
from autograder.marking.store import Conflict, Store
from autograder.records.gradebook import Recorder, open_gradebook

from ...submissions.make import write_class
from ..conftest import SEED, autograder
from ..notebooks import ASSIGNMENT

STUDENTS = [
    "ada_right_loops",
    "ben_diagonal_only",
    "igor_broken_json",
    "jill_empty_folder",
    "milo_right_but_late",
    "otto_overflows",
]
WRITTEN = "where_the_sum_comes_from"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a database on a fresh server, which is reached through a socket in its own folder."""
    pytest.importorskip("psycopg", reason="the extra 'postgresql' is not installed: pip install -r requirements.txt")
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)
    if programs is None:
        pytest.skip("PostgreSQL is not installed: sudo apt-get install postgresql")
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # the server refuses to run as root
    user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)

    def run(program: str, *arguments: object) -> None:
        subprocess.run(
            [programs / program, *map(str, arguments)], cwd=folder, check=True, stdout=subprocess.DEVNULL, **user
        )

    try:
        run(
            "initdb",
            "--pgdata",
            folder / "data",
            "--auth",
            "trust",
            "--username",
            "grader",
            "--encoding",
            "UTF8",
            "--no-sync",
        )
        settings = f"-k {folder} -c listen_addresses= -c fsync=off"
        run("pg_ctl", "start", "--wait", "--pgdata", folder / "data", "--log", folder / "log", "--options", settings)
        try:
            yield f"postgresql://grader@/postgres?host={folder}"
        finally:
            run("pg_ctl", "stop", "--wait", "--pgdata", folder / "data", "--mode", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def place(server, tmp_path_factory) -> Path:
    """The class, graded into SQLite and into PostgreSQL."""
    folder = tmp_path_factory.mktemp("place")
    write_class(folder / "submitted", STUDENTS)
    for out, options in (("sqlite", ()), ("postgresql", ("--db", server))):
        done = grade(folder, out, *options)
        assert done.returncode == 0, done.stderr
    return folder


def grade(folder: Path, out: str, *options: object) -> subprocess.CompletedProcess[str]:
    return autograder(
        "grade",
        ASSIGNMENT,
        "--submitted",
        folder / "submitted",
        "--out",
        folder / out,
        "--seed",
        SEED,
        "--due",
        "2026-10-02 00:00",
        *options,
    )


def grades(address: str) -> dict[str, dict[str, tuple]]:
    with Gradebook(address) as gradebook:
        return {
            submission.student.id: {
                grade.name: (
                    grade.auto_score,
                    grade.manual_score,
                    grade.needs_manual_grade,
                    submission.total_seconds_late,
                )
                for grade in submission.notebooks[0].grades
            }
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }


def test_the_grades_are_those_of_sqlite(server, place):
    found = grades(server)
    assert found == grades(f"sqlite:///{place}/sqlite/gradebook.db")
    assert sorted(found) == STUDENTS and found["ada_right_loops"]["test_missing_part"][0] == 3


def test_nothing_of_it_is_written_into_a_file(place):
    assert not list((place / "postgresql").glob("*.db"))


def test_reports_and_exports_are_the_same(server, place):
    exported = [
        autograder("export", ASSIGNMENT, "--out", place / out, *options).stdout
        for out, options in (("sqlite", ()), ("postgresql", ("--db", server)))
    ]
    assert exported[0] == exported[1] and "ben_diagonal_only" in exported[0]


def test_a_regrade_replaces_grades_and_keeps_what_was_given_by_hand(server, place):
    with Gradebook(server) as gradebook:
        given = gradebook.find_grade(WRITTEN, ASSIGNMENT, ASSIGNMENT, "ben_diagonal_only")
        given.manual_score, given.needs_manual_grade = 2.5, False
        gradebook.db.commit()
    before = grades(server)["ben_diagonal_only"]
    notebook = place / "submitted" / "ben_diagonal_only" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.write_bytes((place / "submitted" / "ada_right_loops" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes())
    done = grade(place, "postgresql", "--db", server)
    assert done.returncode == 0, done.stderr
    after = grades(server)["ben_diagonal_only"]
    assert before["test_softmax_backward"][0] < after["test_softmax_backward"][0] == 6
    assert after[WRITTEN][1] == 2.5


def test_two_who_mark_at_once_lose_nothing_and_a_score_of_formgrader_stands(server, place):
    student, each = "otto_overflows", 8

    def marks(name: str) -> None:
        with Recorder(server) as recorder:
            store = Store(recorder, ASSIGNMENT, name)
            for k in range(each):
                store.toggle(WRITTEN, student, store.add(WRITTEN, f"{name} {k}", 0.25), True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(marks, ("kim", "lee")))
    with Recorder(server) as recorder:
        store = Store(recorder, ASSIGNMENT, "kim")
        mark = store.marks(WRITTEN, [student])[student]
        assert (mark.score, len(mark.items)) == (4, 2 * each)
        with Gradebook(server) as gradebook:
            assert gradebook.find_grade(WRITTEN, ASSIGNMENT, ASSIGNMENT, student).manual_score == 4
            said = gradebook.find_comment(WRITTEN, ASSIGNMENT, ASSIGNMENT, student).manual_comment
            assert sorted(said.split("\n")) == sorted(f"{name} {k}" for name in ("kim", "lee") for k in range(each))
            gradebook.find_grade(WRITTEN, ASSIGNMENT, ASSIGNMENT, student).manual_score = 1.5
            gradebook.db.commit()
        assert store.change(WRITTEN, mark.items[0], points=3) == 1
        assert store.marks(WRITTEN, [student])[student].score == 1.5
        with pytest.raises(Conflict, match=r"1\.5 points from formgrader"):
            store.toggle(WRITTEN, student, mark.items[0], False)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    write_class(tmp_path / "submitted", STUDENTS[:1])
    done = grade(tmp_path, "out", "--db", "postgresql://grader:secret@127.0.0.1:9/grades")
    assert done.returncode == 1 and "127.0.0.1" in done.stderr
    assert "secret" not in done.stdout + done.stderr and "Traceback" not in done.stderr


def test_without_its_driver_the_command_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CannotProceed, match=r"missingsum-instructor\[postgresql\]"):
        open_gradebook("postgresql://grader@127.0.0.1/grades")
