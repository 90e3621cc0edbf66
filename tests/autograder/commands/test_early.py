"""An early verdict says what is right and what is not, gives no points, and cannot be had more often than allowed."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from dateutil import tz
from nbgrader.api import Gradebook

from autograder.commands import early
from autograder.judging import judge
from autograder.records.course import Folder
from autograder.records.early import Given, zone_name

from ...submissions.make import notebook, read_class
from ..notebooks import ASSIGNMENT as PS
from .day import refused, run

RIGHT, WRONG, PDF = "ada_right_loops", "hugo_sign", "kees_a_pdf"
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch):
    """The instructor's clock; ``now["is"]`` sets it."""
    clock = {"is": MONDAY}

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return clock["is"].astimezone(zone)

    monkeypatch.setattr(early, "datetime", Clock)
    return clock


def hand_in(folder, who: str, student: str = "milo", comment: str = "", time: str = "2026-11-30 09:00:00 UTC"):
    """``student`` hands in what the student ``who`` of the test class does, with a comment to make it another file."""
    submitted = folder / "grading" / "submitted" / student / PS
    submitted.mkdir(parents=True, exist_ok=True)
    found = read_class([who])[0]
    if raw := dict(found.cells).get("raw"):
        text = raw
    else:
        content = notebook(found)
        content["metadata"]["comment"] = comment
        text = json.dumps(content)
    (submitted / f"{PS}.ipynb").write_text(text)
    (submitted / "timestamp.txt").write_text(time)


def verdict(folder, *options) -> int:
    return run(folder, "grade", PS, "--early", "--workers", 1, *options)


def page(folder, student: str = "milo") -> str:
    return (Folder(folder / "grading").early(PS, student) / f"{PS}.html").read_text()


def given(folder, student: str = "milo") -> int:
    return len(Given.read(Folder(folder / "grading").early(PS, student)).times)


@pytest.fixture
def fast(monkeypatch):
    """Judging is left to other tests: every function is right, and who is judged with what is noted."""
    jobs = []

    def judge_all(waiting, workers):
        for job in waiting:
            jobs.append(job)
            yield judge.Judged(judge._judged(job, SUBMITTED, ()).result, SUBMITTED)

    monkeypatch.setattr(early, "judge_all", judge_all)
    return jobs


SUBMITTED = judge.Submission({"cells": []})


def test_it_says_what_and_where_and_no_points_and_the_grade_is_judged_on_other_inputs(tmp_path, capsys, now):
    hand_in(tmp_path, WRONG)
    hand_in(tmp_path, PDF, "kees")
    assert verdict(tmp_path, "--seed", 7) == 0
    told = page(tmp_path)
    assert "The sign is the wrong way round" in told or "sign" in told
    assert "not right yet" in told and "Look at line 2 of your cell" in " ".join(told.split())
    assert "point" not in told.partition("<main>")[2]
    assert "could not be read" in page(tmp_path, "kees") and given(tmp_path, "kees") == 0
    grading = Folder(tmp_path / "grading")
    assert not (grading.root / "results").exists() and not (grading.root / "autograded").exists()
    with Gradebook(grading.database) as book:
        assert book.assignment_submissions(PS) == []
    assert run(tmp_path, "grade", PS, "--workers", 1, "--seed", 7) == 0
    seen = [
        check["message"]
        for problem in json.loads(grading.result(PS, "milo").read_text())["problems"]
        for check in problem["checks"]
        if check["message"] and "entry" in check["message"]
    ]
    assert seen and not any(message in told for message in seen), "the same numbers: the inputs were the same"


def test_what_a_run_gives_to_students_of_a_platform_is_one_archive_too(tmp_path, now, fast):
    names = "Ada Lovelace_501_assignsubmission_file_"
    notebook_of_ada = json.dumps(notebook(read_class([RIGHT])[0]))
    with zipfile.ZipFile(tmp_path / "moodle.zip", "w") as archive:
        archive.writestr(f"{names}/ps2.ipynb", notebook_of_ada)
    assert run(tmp_path, "collect", PS, tmp_path / "moodle.zip") == 0
    hand_in(tmp_path, RIGHT)
    assert verdict(tmp_path) == 0
    with zipfile.ZipFile(tmp_path / "grading" / "handed_back" / f"{PS}_early_moodle.zip") as archive:
        assert archive.namelist() == [f"{names}{PS}_early.html"]
        assert archive.read(archive.namelist()[0]).decode() == page(tmp_path, "Ada_Lovelace")


def test_a_student_gets_so_many_a_day_however_quickly_another_file_comes(tmp_path, capsys, now, fast):
    for k in range(4):
        hand_in(tmp_path, RIGHT, comment=str(k))
        verdict(tmp_path)
    assert given(tmp_path) == 2 and len(fast) == 2
    assert "had 2 verdicts today (2026-11-30, UTC): 1: milo" in capsys.readouterr().out
    now["is"] += timedelta(days=1)
    verdict(tmp_path)
    assert given(tmp_path) == 3


def test_the_same_file_counts_once_and_is_judged_once(tmp_path, capsys, now, fast):
    hand_in(tmp_path, RIGHT)
    verdict(tmp_path)
    verdict(tmp_path)
    assert given(tmp_path) == 1 and len(fast) == 1
    assert "nothing new since the last one" in capsys.readouterr().out


def test_a_lost_page_is_written_again_on_the_same_inputs_and_counts_nothing(tmp_path, now, fast):
    hand_in(tmp_path, RIGHT)
    verdict(tmp_path)
    (Folder(tmp_path / "grading").early(PS, "milo") / f"{PS}.html").unlink()
    verdict(tmp_path, "--per-day", 1)
    assert given(tmp_path) == 1 and page(tmp_path)


@pytest.mark.parametrize("time", ["2020-01-01 00:00:00 UTC", "2099-01-01 00:00:00 UTC", "nonsense"])
def test_the_clock_of_a_student_counts_for_nothing(tmp_path, now, fast, time):
    for k in range(3):
        hand_in(tmp_path, RIGHT, comment=str(k), time=time)
        verdict(tmp_path, "--per-day", 1)
    assert given(tmp_path) == 1


def test_a_day_begins_at_midnight_in_the_zone_of_the_course_which_is_kept(tmp_path, now, fast):
    now["is"] = datetime(2026, 11, 30, 22, 30, tzinfo=UTC)
    hand_in(tmp_path, RIGHT, comment="before midnight in Berlin")
    verdict(tmp_path, "--per-day", 1, "--zone", "Europe/Berlin")
    now["is"] += timedelta(minutes=45)
    hand_in(tmp_path, RIGHT, comment="after midnight in Berlin, not in UTC")
    verdict(tmp_path, "--per-day", 1)
    assert given(tmp_path) == 2
    now["is"] += timedelta(hours=1)
    hand_in(tmp_path, RIGHT, comment="after midnight in UTC, the same day in Berlin")
    verdict(tmp_path, "--per-day", 1)
    assert given(tmp_path) == 2


def test_after_the_deadline_there_is_none_but_for_who_has_more_time(tmp_path, capsys, now, fast):
    for student in ("milo", "ada"):
        hand_in(tmp_path, RIGHT, student)
    assert run(tmp_path, "due", PS, "2026-11-30 08:00") == 0
    assert run(tmp_path, "roster", write_roster(tmp_path)) == 0
    assert run(tmp_path, "extend", PS, "milo", "--days", 1) == 0
    verdict(tmp_path)
    assert (given(tmp_path, "milo"), given(tmp_path, "ada")) == (1, 0)
    assert "past the deadline, 2026-11-30 08:00 UTC, so the grade comes next: 1: ada" in capsys.readouterr().out


def write_roster(folder):
    (folder / "roster.csv").write_text("id,last_name,first_name\nmilo,Rossi,Milo\nada,Lovelace,Ada\n")
    return folder / "roster.csv"


def test_a_damaged_count_gives_nothing_away(tmp_path, capsys, now, fast):
    hand_in(tmp_path, RIGHT)
    verdict(tmp_path)
    count = Folder(tmp_path / "grading").early(PS, "milo") / "verdicts.json"
    count.write_text('{"times": ["yesterday"]}')
    hand_in(tmp_path, RIGHT, comment="another")
    hand_in(tmp_path, RIGHT, "ada")
    said = refused(tmp_path, capsys, "grade", PS, "--early", "--workers", 1)
    assert "milo: NO VERDICT" in said and "verdicts.json is damaged" in said
    assert given(tmp_path, "ada") == 1, "nobody else waits"
    assert [job.student for job in fast] == ["milo", "ada"]


def test_a_folder_that_is_left_out_counts_in_the_exit_status(tmp_path, capsys, now, fast):
    hand_in(tmp_path, RIGHT)
    (tmp_path / "grading" / "submitted" / "gone").symlink_to(tmp_path / "nowhere")
    assert "gone: NOT GRADED, the folder is a link that leads nowhere" in refused(
        tmp_path, capsys, "grade", PS, "--early", "--workers", 1
    )
    assert given(tmp_path) == 1


def test_a_zone_that_there_is_not_is_refused_and_not_kept(tmp_path, capsys, now, fast):
    hand_in(tmp_path, RIGHT)
    said = refused(tmp_path, capsys, "grade", PS, "--early", "--workers", 1, "--zone", "Berlin/Europe")
    assert "no time zone 'Berlin/Europe'" in said
    assert zone_name(Folder(tmp_path / "grading"), None) == "UTC" and tz.gettz("UTC")


def test_it_writes_no_results_for_scripts(tmp_path, capsys, now, fast):
    hand_in(tmp_path, RIGHT)
    said = refused(tmp_path, capsys, "grade", PS, "--early", "--workers", 1, "--json", tmp_path / "x.json")
    assert "leave out --json" in said and not (tmp_path / "x.json").exists()
