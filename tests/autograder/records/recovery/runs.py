"""A small class and runs over it: started, watched, and what they brought about."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from ....submissions.make import model_answers
from ...conftest import SEED
from ...notebooks import ASSIGNMENT, ROOT, notebook_bytes

ANSWERS = model_answers()
WRITTEN = {"where_the_sum_comes_from": "From softmax, whose outputs all depend on each logit."}
SLOW = {"softmax_forward": "import time\ntime.sleep(1)\n" + ANSWERS["softmax_forward"]}
CLASS = {
    "ada": ANSWERS | WRITTEN,
    "ben": ANSWERS | SLOW,
    "cleo": ANSWERS | {"softmax_backward": "def softmax_backward(s, g):\n    return g * s * (1 - s)"},
    "dina": ANSWERS | {"missing_part": "def missing_part(s, y):\n    raise ValueError(y)"},
    "emil": {},
    "finn": ANSWERS,
}
LATE = "finn"


@dataclass(frozen=True)
class Run:
    status: int
    out: str
    err: str


def write_class(folder, students):
    for student in students:
        hand_in(folder, student, CLASS[student])


def hand_in(folder, student, sources):
    place = folder / student / ASSIGNMENT
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_bytes(sources))
    (place / "timestamp.txt").write_text(f"2026-10-0{2 if student == LATE else 1} 21:14:07 UTC\n")


def arguments(submitted, out):
    return [
        ASSIGNMENT,
        "--submitted",
        submitted,
        "--out",
        out,
        "--seed",
        SEED,
        "--due",
        "2026-10-02 00:00",
        "--workers",
        2,
    ]


def start(submitted, out, *options, course=ROOT):
    """``autograder grade`` as a process with a process group of its own."""
    command = [sys.executable, "-m", "autograder.cli", "grade", *map(str, arguments(submitted, out)), *options]
    return subprocess.Popen(
        command,
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": f"{course / 'src'}:{course / 'solutions'}"},
    )


def descendants(pid):
    """Process id → name of all that ``pid`` started, and what they started."""
    found = {}
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found |= {child: Path(f"/proc/{child}/cmdline").read_bytes().decode()} | descendants(child)
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def recorded(out):
    """Student → identity of the result file, which changes whenever it is written."""
    return {
        path.stem: (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in (out / "results" / ASSIGNMENT).glob("*.json")
    }


def grades(out):
    """All that a run is to bring about: results, autograded notebooks, and what the gradebook says of every student."""
    state = {}
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            part, student = submission.notebooks[0], submission.student.id
            state[student] = (
                {grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in part.grades},
                {comment.name: (comment.auto_comment, comment.manual_comment) for comment in part.comments},
                part.late_submission_penalty,
                submission.timestamp,
                submission.total_seconds_late,
                json.loads((out / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()),
                {**json.loads((out / "results" / ASSIGNMENT / f"{student}.json").read_bytes()), "seconds": None},
            )
    return state


def by_hand(out, student, score, comment):
    """As formgrader writes them."""
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        grade = book.find_grade("where_the_sum_comes_from", ASSIGNMENT, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("where_the_sum_comes_from", ASSIGNMENT, ASSIGNMENT, student).manual_comment = comment
        book.db.commit()
