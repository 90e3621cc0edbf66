"""A disk that is full or read-only, a gradebook that is locked or damaged, a clock that is set.

Nothing is lost, and what is wrong is named.
"""

import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle

import pytest

from autograder.cli import main
from autograder.judging.judge import judge
from autograder.records import cohort, gradebook, results
from autograder.records.course import Folder
from autograder.records.gradebook import GradebookFailed, Recorder
from autograder.records.receipt import Receipt
from autograder.sandbox.limits import Limits

from ...conftest import SEED
from ...notebooks import ASSIGNMENT, RELEASED, judged
from .runs import ANSWERS, CLASS, LATE, grades, recorded


@contextmanager
def small_disk(folder, size):
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"a disk of its own can be mounted by root alone: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk, leave=0):
    """Fill the disk up to ``leave`` bytes; returns the file to remove."""
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
        file.truncate(file.tell() - leave)
    return filler


def test_on_a_full_disk_the_run_stops_and_goes_on_when_there_is_space(run, submitted, undisturbed, tmp_path):
    with small_disk(tmp_path / "disk", "8m") as disk:
        filler = fill(disk)
        assert "disk is full" in run(disk).err
        filler.unlink()
        filler = fill(disk, leave=(undisturbed / "gradebook.db").stat().st_size + 200_000)
        stopped = run(disk)
        before = recorded(disk)
        assert stopped.status == 1 and "disk is full" in stopped.err and "run the command again" in stopped.err
        assert 0 < len(before) < len(CLASS)
        filler.unlink()
        assert run(disk).status == 0
        assert before.items() <= recorded(disk).items()
        assert grades(disk) == grades(undisturbed)
        assert not list(disk.rglob("*.part"))


def test_a_folder_that_cannot_be_written_is_named(run, undisturbed, tmp_path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        shutil.copytree(undisturbed, disk, dirs_exist_ok=True)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        done = run(disk)
        assert (
            done.status == 1
            and str(disk) in done.err
            and "See to the permissions there, or name another folder" in done.err
        )


@contextmanager
def locked(database):
    """Another process that holds the gradebook for itself."""
    holder = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        yield other
        other.stdin.close()


def test_a_gradebook_that_stays_locked_is_named_and_nothing_is_lost(run, graded, undisturbed, monkeypatch):
    monkeypatch.setattr(gradebook, "LOCK_SECONDS", 0.2)
    with locked(graded / "gradebook.db"):
        refused = run(graded)
        assert refused.status == 1 and f"{graded}/gradebook.db is locked by another program" in refused.err
    assert run(graded).status == 0 and grades(graded) == grades(undisturbed)


def test_a_gradebook_that_is_locked_in_the_middle_of_a_run(empty_gradebook, tmp_path, monkeypatch):
    """Locked for a moment, it is waited for; locked for longer, the next run records the submission as a whole."""
    monkeypatch.setattr(gradebook, "LOCK_SECONDS", 2)
    (tmp_path / "gradebook.db").write_bytes(empty_gradebook)
    verdict = judged({})
    with Recorder(f"sqlite:///{tmp_path}/gradebook.db") as recorder:
        with locked(tmp_path / "gradebook.db") as other:
            threading.Timer(0.5, other.stdin.close).start()
            results.record(verdict, Folder(tmp_path), recorder, Receipt())
    assert len(grades(tmp_path)) == 1
    with locked(tmp_path / "gradebook.db"), pytest.raises(GradebookFailed, match="locked"):
        with Recorder(f"sqlite:///{tmp_path}/gradebook.db") as recorder:
            results.record(verdict, Folder(tmp_path), recorder, Receipt())


@pytest.mark.parametrize(
    "damage",
    [
        lambda book: book.write_bytes(b"not a gradebook" * 1000),
        lambda book: book.write_bytes(book.read_bytes()[:40_960]),
        lambda book: book.write_bytes(book.read_bytes()[:40_960] + bytes(range(256)) * 32 + book.read_bytes()[49_152:]),
    ],
    ids=["overwritten", "cut off", "a hole in it"],
)
def test_a_damaged_gradebook_is_left_as_it_is_and_can_be_made_again_from_the_results(damage, run, graded, undisturbed):
    book = graded / "gradebook.db"
    damage(book)
    damaged, before = book.read_bytes(), recorded(graded)
    refused = run(graded)
    assert refused.status == 1 and f"{book} is damaged" in refused.err and "move it away" in refused.err
    assert book.read_bytes() == damaged and recorded(graded) == before
    book.rename(graded / "damaged.db")
    done = run(graded)
    assert done.status == 0 and f"kept      {len(CLASS)} submissions" in done.out
    assert grades(graded) == grades(undisturbed)


def test_damaged_results_and_notebooks_are_named_by_the_report_and_mended_by_the_next_run(
    run, capsys, graded, undisturbed
):
    result = graded / "results" / ASSIGNMENT / "cleo.json"
    result.write_text(result.read_text()[:100])
    (graded / "autograded" / "dina" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text("{")
    assert main(["report", ASSIGNMENT, "--out", str(graded)]) == 1
    assert f"{result} is damaged. Run 'autograder grade' again" in capsys.readouterr().err
    done = run(graded)
    assert done.status == 0 and "grading   1 submission" in done.out
    assert grades(graded) == grades(undisturbed)


def test_a_seed_that_cannot_be_read_stops_the_run_before_anything_is_judged_with_another(tmp_path):
    (tmp_path / "seed").write_text("")
    with pytest.raises(ValueError, match="holds no number"):
        cohort.seed_of(Folder(tmp_path))


def test_a_clock_that_is_set_back_or_forward_changes_nothing(submitted, monkeypatch):
    """Times are measured with a clock that cannot be set, and lateness comes from the submission alone."""
    job = replace(cohort.job_for(submitted, "cleo", cohort.Settings(ASSIGNMENT, RELEASED, SEED)), limits=Limits(call=1))
    endless = ANSWERS | {"missing_part": "def missing_part(s, y):\n    while True:\n        pass"}
    before = judge(job).result, judged(endless, limits=Limits(call=0.5)).result
    clock = cycle((time.time() + 86_400, time.time() - 365 * 86_400))
    monkeypatch.setattr(time, "time", lambda: next(clock))
    monkeypatch.setattr(time, "time_ns", lambda: int(next(clock) * 1e9))
    started = time.monotonic()
    assert (judge(job).result, judged(endless, limits=Limits(call=0.5)).result) == before
    assert time.monotonic() - started < 30
    assert f"{cohort.submission_time(submitted / LATE / ASSIGNMENT)}" == "2026-10-02 21:14:07"
