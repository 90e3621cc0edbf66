"""A large class, graded by runs that are killed on the way: as many grades as submissions, each that of its own.

    make soak SUBMISSIONS=10000

grades so many; a thousand if nothing is said. What a submission takes of the recording process, and the memory of that,
are measured among the first submissions and among the last, and printed with ``-s``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.judging.judge import judge
from autograder.judging.result import Result
from autograder.records import cohort

from ....submissions.varied import may_return_unwritten_memory, ordinary, write_varied
from ....waiting import wait_until
from ...conftest import SEED
from ...notebooks import ASSIGNMENT, RELEASED
from .runs import descendants, is_running, start

pytestmark = pytest.mark.soak

SIZE = int(os.environ.get("SOAK_SUBMISSIONS", "1000"))
KILLS = (0.2, 0.4, 0.6)
"""A run is killed when this share of the class is recorded; the last run goes to the end."""
SAMPLE = 20
"""So many are judged once more, by themselves."""


@dataclass(frozen=True)
class Moment:
    """How much a grader had recorded, and what it had taken of the processor and of memory until then."""

    recorded: int
    cpu: float
    memory: float


def seen(grader: int, out: Path) -> Moment:
    """As it is now; the processes that it started are not counted."""
    times = Path(f"/proc/{grader}/stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{grader}/status").read_text().splitlines())
    cpu = (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")
    return Moment(recorded(out), cpu, int(status["VmRSS"].split()[0]) / 1024)


def recorded(out: Path) -> int:
    try:
        return len(os.listdir(out / "results" / ASSIGNMENT))
    except FileNotFoundError:
        return 0


def watched(grader: int, out: Path, ends: Callable[[], bool], from_: int) -> list[Moment]:
    """Moments from when so many were recorded until the end."""
    moments: list[Moment] = []
    while not ends():
        try:
            moment = seen(grader, out)
        except (FileNotFoundError, KeyError, ProcessLookupError):
            break
        if moment.recorded >= from_:
            moments.append(moment)
        time.sleep(0.05)
    return moments


def cpu_each(moments: list[Moment]) -> float:
    """Seconds of the recording process for each submission."""
    return (moments[-1].cpu - moments[0].cpu) / (moments[-1].recorded - moments[0].recorded)


@pytest.fixture(scope="module")
def submitted(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("submitted")
    write_varied(folder, ordinary(), SIZE)
    return folder


def test_no_grade_is_lost_doubled_or_mixed_up_and_time_and_memory_do_not_grow(submitted, tmp_path):
    first: list[Moment] = []
    for share in KILLS:
        grader = start(submitted, tmp_path, "--no-where")
        goal = int(share * SIZE)
        moments = watched(grader.pid, tmp_path, lambda goal=goal: recorded(tmp_path) >= goal, SIZE // 20)
        started = descendants(grader.pid)
        os.kill(grader.pid, signal.SIGKILL)
        grader.communicate()
        wait_until(lambda processes=started: not any(map(is_running, processes)), 30)
        first = first or moments
        assert goal <= recorded(tmp_path) < SIZE
    grader = start(submitted, tmp_path, "--no-where")
    with ThreadPoolExecutor(1) as reader:  # or the table of a large class would fill the pipe
        said = reader.submit(grader.communicate)
        last = watched(grader.pid, tmp_path, lambda: recorded(tmp_path) >= SIZE, int(0.65 * SIZE))
        pages = watched(grader.pid, tmp_path, lambda: grader.poll() is not None, SIZE)
        out, err = said.result()
    assert grader.returncode == 0, err
    assert "graded before and unchanged" in out
    print(
        f"\n{SIZE} submissions: {1e3 * cpu_each(first):.1f} ms of the recording process each among the first, "
        f"{1e3 * cpu_each(last):.1f} ms among the last; {first[-1].memory:.0f} MB then, "
        f"{last[-1].memory:.0f} MB at the end, {max(m.memory for m in (*last, *pages)):.0f} MB with the pages"
    )
    require_results(submitted, tmp_path)
    require_grades(submitted, tmp_path)
    assert cpu_each(last) <= 1.5 * cpu_each(first)
    assert last[-1].memory <= 1.2 * first[-1].memory + 0.02 * SIZE


def require_results(submitted: Path, out: Path) -> None:
    """Each submission has one result, which is that of its own bytes; some of them are judged once more."""
    settings = cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    students = sorted(os.listdir(submitted))
    assert sorted(os.listdir(out / "results" / ASSIGNMENT)) == [f"{student}.json" for student in students]
    for number, student in enumerate(students):
        result, job = result_of(out, student), cohort.job_for(submitted, student, settings)
        assert (result.student, result.handed_in) == (student, job.handed_in)
        if number % max(1, len(students) // SAMPLE) == 0 and not may_return_unwritten_memory(job.content):
            assert judge(job).result == result


def require_grades(submitted: Path, out: Path) -> None:
    """Each submission has one row in the gradebook, the grades of its result there, and its page."""
    scores = grades_in(out)
    assert sorted(scores) == sorted(os.listdir(submitted))
    for student, grades in scores.items():
        assert grades == {f"test_{problem.problem}": problem.score for problem in result_of(out, student).problems}
        assert (out / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


def result_of(out: Path, student: str) -> Result:
    return Result.from_dict(json.loads((out / "results" / ASSIGNMENT / f"{student}.json").read_bytes()))


def grades_in(out: Path) -> dict[str, dict[str, float]]:
    """Student → graded cell → automatic score; of every row, so that a second one would show."""
    with closing(sqlite3.connect(out / "gradebook.db")) as book:
        rows = book.execute(
            "SELECT student_id, name, auto_score FROM grade JOIN base_cell ON base_cell.id = cell_id "
            "JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id "
            "JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id "
            "WHERE name LIKE 'test_%'"
        ).fetchall()
        [many] = book.execute("SELECT COUNT(*) FROM submitted_assignment").fetchone()
    found: dict[str, dict[str, float]] = {}
    for student, name, score in rows:
        assert name not in found.setdefault(student, {}), f"{student} has two grades of {name}"
        found[student][name] = score
    assert many == len(found)
    return found


def test_a_result_of_another_is_seen(submitted, tmp_path):
    few, out = tmp_path / "submitted", tmp_path / "out"
    settings = cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    (out / "results" / ASSIGNMENT).mkdir(parents=True)
    one, two = sorted(os.listdir(submitted))[:2]
    for student in (one, two):
        shutil.copytree(submitted / student, few / student)

    def record(judged: dict[str, str]) -> None:
        """As the result of the first, that of the second."""
        for student, other in judged.items():
            result = judge(cohort.job_for(submitted, other, settings)).result.to_dict() | {"student": student}
            (out / "results" / ASSIGNMENT / f"{student}.json").write_text(json.dumps(result))

    record({one: one, two: two})
    require_results(few, out)
    record({one: two, two: one})
    with pytest.raises(AssertionError):
        require_results(few, out)
