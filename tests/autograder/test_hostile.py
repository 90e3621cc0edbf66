"""Hostile submissions, graded in one run beside two honest ones: each gets what it earned, and nobody else notices.

The attacks lie in `tests/submissions/hostile`, in the format of `tests.submissions.make`. The last line of their docstring, ``Told: …``, is part
of a message that the student gets. Attacks by names, links and sizes, which no text file can hold, are made here.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import checks
import nbformat
import pytest
from autograder import cohort
from autograder.course import Folder
from autograder.gradebook import Recorder
from autograder.judge import Job, judge
from autograder.pool import judge_all

from ..submissions import make
from .notebooks import ASSIGNMENT, RELEASED, ROOT

FOLDER = Path(make.__file__).parent / "hostile"
MAX_SCORES = {problem.name: problem.max_score for problem in checks.load(ASSIGNMENT).problems}
HONEST = ("ada_right_loops", "ben_diagonal_only")
CANARY = "the-canary-9d1f"
TIMEOUT = 15
"""Seconds for a whole submission."""
ATTACKS = [
    replace(attack, problem_set=ASSIGNMENT, header={**attack.header, "file": f"{ASSIGNMENT}.ipynb"})
    for attack in map(make.read_student, sorted(FOLDER.glob("*.py")))
]


def told(attack) -> str:
    return re.search(r"^Told: (.+)$", attack.description, flags=re.MULTILINE)[1]


def content(attack) -> bytes:
    raw = dict(attack.cells).get("raw")
    return nbformat.writes(make.notebook(attack)).encode() if raw is None else raw.encode()


def hand_in(submitted: Path, student: str, notebook: bytes) -> Path:
    path = submitted / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook)
    return path


def symlinked_notebook(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "links_to_ada", b"")
    path.unlink()
    path.symlink_to(f"../../ada_right_loops/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")


def hard_link(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "shares_a_file", honest)
    os.link(path, submitted / "elsewhere")


def named_pipe(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_a_pipe", b"")
    path.unlink()
    os.mkfifo(path)


def far_too_large(submitted: Path, honest: bytes) -> None:
    with hand_in(submitted, "hands_in_a_gigabyte", b"").open("wb") as file:
        file.truncate(10**9)


def absurd_time(submitted: Path, honest: bytes) -> None:
    hand_in(submitted, "hands_in_in_the_year_9999", honest).with_name("timestamp.txt").write_text("9999-12-31 23:59:59 -23:59\0" * 50)


def linked_folder(submitted: Path, honest: bytes) -> None:
    (submitted / "hands_in_adas_folder").mkdir()
    (submitted / "hands_in_adas_folder" / ASSIGNMENT).symlink_to(f"../ada_right_loops/{ASSIGNMENT}")


def linked_student(submitted: Path, honest: bytes) -> None:
    (submitted / "is_ada").symlink_to("ada_right_loops")


def folder_for_a_notebook(submitted: Path, honest: bytes) -> None:
    (submitted / "hands_in_a_folder" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").mkdir(parents=True)


def many_cells(submitted: Path, honest: bytes) -> None:
    notebook = json.loads(honest)
    notebook["cells"] += [{"cell_type": "code"}] * 100_000
    hand_in(submitted, "hands_in_many_cells", json.dumps(notebook).encode())


UNREADABLE = {
    "hands_in_adas_folder": (linked_folder, "is a link"),
    "is_ada": (linked_student, "is a link"),
    "hands_in_a_folder": (folder_for_a_notebook, "no ordinary file"),
    "hands_in_many_cells": (many_cells, "at most 1000"),
    "links_to_ada": (symlinked_notebook, "not a link to it"),
    "shares_a_file": (hard_link, "no ordinary file"),
    "hands_in_a_pipe": (named_pipe, "no ordinary file"),
    "hands_in_a_gigabyte": (far_too_large, "at most 20 MB"),
}
NAMES = ["new\nline", "-rf", "=HYPERLINK('x')", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "\u202egnp.exe", "Ada_right_loops"]
"""Students' folders that hold an honest notebook."""


def run(submitted: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", "grade", ASSIGNMENT, "--submitted", submitted, "--out", out, "--json",
               out / "records.json", "--seed", "20261121", "--workers", "2", "--timeout", str(TIMEOUT)]
    return subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, "CANARY": CANARY}, capture_output=True, text=True,
                          timeout=400)


def records(out: Path, student: str) -> dict[str, dict]:
    return {r["problem"]: r for r in json.loads((out / "records.json").read_text()) if r["student"] == student}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("hostile")
    make.write_class(place / "submitted", HONEST)
    for attack in ATTACKS:
        hand_in(place / "submitted", attack.student, content(attack))
    honest = (place / "submitted" / HONEST[0] / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    for attack, _ in UNREADABLE.values():
        attack(place / "submitted", honest)
    absurd_time(place / "submitted", honest)
    for name in NAMES:
        hand_in(place / "submitted", name, honest)
    return place


@pytest.fixture(scope="module")
def graded(place):
    """The one run over all of them, with what lay beside its folder and what ran before."""
    before, processes = files_beside(place), sandboxed()
    done = run(place / "submitted", place / "out")
    done.before, done.processes = before, processes
    return done


def files_beside(place: Path) -> set[Path]:
    return {path for path in place.rglob("*") if place / "out" not in (path, *path.parents)}


def sandboxed() -> set[str]:
    found = set()
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if b"/grader/runner.py" in Path("/proc", process, "cmdline").read_bytes():
                found.add(process)
        except OSError:
            pass
    return found


def test_there_are_at_least_forty_attacks():
    assert len(ATTACKS) + len(UNREADABLE) + len(NAMES) >= 40


def test_the_run_ends_well(graded):
    assert graded.returncode == 0, graded.stderr


def test_no_submission_gets_more_time_than_it_has(graded, place):
    seconds = {path.stem: json.loads(path.read_text())["seconds"] for path in (place / "out" / "results" / ASSIGNMENT).glob("*.json")}
    assert max(seconds.values()) < TIMEOUT + 5, seconds


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.student)
def test_an_attack_gets_the_points_it_earned_and_a_message_that_says_why(graded, place, attack):
    found = records(place / "out", attack.student)
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    assert {name: record["score"] for name, record in found.items()} == expected, json.dumps(found, indent=1)
    if told(attack) != "nothing":
        messages = [check["message"] for record in found.values() for check in record["checks"]]
        assert told(attack) in "\n".join([*messages, graded.stderr])


@pytest.mark.parametrize("student", UNREADABLE)
def test_what_is_no_file_of_its_own_is_not_read(graded, place, student):
    assert sum(record["score"] for record in records(place / "out", student).values()) == 0
    assert re.search(f"^{student}: .*{UNREADABLE[student][1]}", graded.stderr, flags=re.MULTILINE)


@pytest.mark.parametrize("name", [*NAMES, "hands_in_in_the_year_9999"])
def test_whatever_a_student_is_called_the_grade_is_theirs(graded, place, name):
    found = records(place / "out", name)
    assert {problem: record["score"] for problem, record in found.items()} == MAX_SCORES
    with Recorder(f"sqlite:///{place}/out/gradebook.db") as recorder:
        notebook = json.loads((place / "out" / "autograded" / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())
        assert recorder.standings(ASSIGNMENT, {name: notebook})[name].score == sum(MAX_SCORES.values())


def test_the_honest_get_the_same_as_in_a_run_without_the_others(graded, place, tmp_path):
    make.write_class(tmp_path / "submitted", HONEST)
    assert run(tmp_path / "submitted", tmp_path / "out").returncode == 0
    for student in HONEST:
        assert records(place / "out", student) == records(tmp_path / "out", student) != {}


def test_nothing_is_left_running_and_nothing_is_written_elsewhere(graded, place):
    deadline = time.monotonic() + 5
    while sandboxed() - graded.processes and time.monotonic() < deadline:
        os.sched_yield()
    assert not sandboxed() - graded.processes
    assert files_beside(place) == graded.before
    assert not list(Path("/tmp").glob("owned_by_mallory"))


def test_a_folder_that_can_be_nobodys_is_named_and_the_others_are_graded(tmp_path):
    make.write_class(tmp_path / "submitted", HONEST[:1])
    for name in ("x" * 255, os.fsdecode(b"ren\xe9")):
        hand_in(tmp_path / "submitted", name, b"{}")
    done = run(tmp_path / "submitted", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr.count("NOT GRADED") == 2 and "not valid UTF-8" in done.stderr and "255 bytes" in done.stderr
    assert sum(record["score"] for record in records(tmp_path / "out", HONEST[0]).values()) == sum(MAX_SCORES.values())


def test_a_worker_that_dies_takes_no_submission_with_it():
    jobs = [Job(name, ASSIGNMENT, RELEASED, 1, RELEASED) for name in ("ada", "ben", "cleo", "dev")]
    judged = judge_all(jobs, 2)
    found = [next(judged).result.student]
    os.kill(active_children()[0].pid, signal.SIGKILL)
    found += [each.result.student for each in judged]
    assert sorted(found) == ["ada", "ben", "cleo", "dev"]


def test_two_runs_do_not_write_to_one_folder(tmp_path):
    with cohort.only_run(Folder(tmp_path)), pytest.raises(ValueError, match="another run"), cohort.only_run(Folder(tmp_path)):
        pass


def test_no_secret_is_in_anything_that_was_written(graded, place):
    written = [path.read_bytes() for path in (place / "out").rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in text for text in written)
    assert CANARY not in graded.stdout + graded.stderr


def test_pages_and_notebooks_hold_no_markup_of_the_students(graded, place):
    for page in (place / "out").rglob("*.html"):
        assert not re.search(r"<(img|svg|iframe)[^>]*(onerror|onload|javascript)|<script>alert", page.read_text()), page
    for path in (place / "out" / "autograded").rglob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "markdown":
                assert not re.search(r"<[A-Za-z/!?]|javascript\\?:|&#|\\(href|newcommand)|!\[", "".join(cell["source"])), path


def test_without_the_sandbox_the_stolen_answer_earns_full_points():
    attack = next(attack for attack in ATTACKS if attack.student == "imports_the_reference")
    result = judge(Job("mallory", ASSIGNMENT, RELEASED, 1, content(attack), unsafe=True)).result
    assert result.score == result.max_score


def test_without_the_sandbox_the_graders_environment_is_read(tmp_path):
    attack = next(attack for attack in ATTACKS if attack.student == "reads_the_graders_environment")
    (tmp_path / "notebook.ipynb").write_bytes(content(attack))
    script = f"""
from pathlib import Path
from autograder.judge import Job, judge
from tests.autograder.notebooks import ASSIGNMENT, RELEASED
job = Job("mallory", ASSIGNMENT, RELEASED, 1, Path({str(tmp_path / 'notebook.ipynb')!r}).read_bytes(), unsafe=True)
print(judge(job).result.problems[-1].checks[0].message)
"""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])), "CANARY": CANARY}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert CANARY in done.stdout, done.stderr
