"""The attacks of `tests/submissions/hostile`, and those who grade them.

The attacks are in the format of `tests.submissions.make`. The line ``Told: …`` of their docstring is part of a message
that the student gets; where chance decides between two, there are two such lines.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat

import checks
from autograder.sandbox.process import require_sandbox

from ..submissions import make
from .notebooks import ASSIGNMENT, ROOT

FOLDER = Path(make.__file__).parent / "hostile"
MAX_SCORES = {problem.name: problem.max_score for problem in checks.load(ASSIGNMENT).problems}
CANARY = "the-canary-9d1f"
ORDINARY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
"""What turns a command of root's into one of an ordinary user's."""
TIMEOUT = 15
"""Seconds for a whole submission."""
ATTACKS = [
    replace(attack, problem_set=ASSIGNMENT, header={**attack.header, "file": f"{ASSIGNMENT}.ipynb"})
    for attack in map(make.read_student, sorted(FOLDER.glob("*.py")))
]


def is_told(attack, found: dict[str, dict], said: str) -> bool:
    """Whether the student, or for what cannot be read the instructor, is told what the attack says."""
    messages = "\n".join([*(check["message"] for record in found.values() for check in record["checks"]), said])
    expected = re.findall(r"^Told: (.+)$", attack.description, flags=re.MULTILINE)
    assert expected, attack.student
    return expected == ["nothing"] or any(words in messages for words in expected)


def content(attack) -> bytes:
    raw = dict(attack.cells).get("raw")
    return nbformat.writes(make.notebook(attack)).encode() if raw is None else raw.encode()


@dataclass(frozen=True, eq=False)
class User:
    """Who grades, and with what.

    ``before`` turns a command into one of theirs, and ``folder`` is a place of their own.
    """

    folder: Path
    course: Path = ROOT
    python: str = sys.executable
    before: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def own(self) -> None:
        """Give all that lies there to this user."""
        if self.before:
            subprocess.run(["chown", "-Rh", "65534:65534", self.folder], check=True)


def run(submitted: Path, out: Path, user: User, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [
        *user.before,
        user.python,
        "-m",
        "autograder.cli",
        "grade",
        ASSIGNMENT,
        "--submitted",
        submitted,
        "--out",
        out,
        "--json",
        out / "records.json",
        "--seed",
        "20261121",
        "--workers",
        "2",
        "--timeout",
        str(TIMEOUT),
        "--book",
        "https://example.org/book",  # which is built or not, as other tests would have it
    ]
    return subprocess.run(
        [str(part) for part in command],
        cwd=user.course,
        env={**os.environ, "CANARY": CANARY, **user.environment, **environment},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        timeout=400,
    )


def ordinary_user(folder: Path) -> User | str:
    """One for whom there is a Python of this version; or why there is none."""
    course = folder / "course"
    for name in ("src", "solutions", "exercises"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course.toml", "nbgrader_config.py", "_config.yml"):
        shutil.copy(ROOT / name, course)
    packages = [path for path in sys.path if path.endswith("site-packages")]
    environment = {
        "PYTHONPATH": os.pathsep.join([str(course / "src"), str(course / "solutions"), *packages]),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    User(folder, before=ORDINARY).own()
    probe = f"import nbgrader.apps, {require_sandbox.__module__} as sandboxed; sandboxed.{require_sandbox.__name__}()"
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        done = subprocess.run(
            [*ORDINARY, python, "-c", probe],
            cwd=course,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            return User(folder, course, python, ORDINARY, environment)
    return f"user 65534 cannot grade here, so that this is seen by root only: {done.stderr.strip().splitlines()[-1:]}"
