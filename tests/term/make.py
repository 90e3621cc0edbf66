"""Make the folder of a running term with the code of its day, and pack it: ``term.tar.xz``, which all later code opens.

    python tests/term/make.py

It needs git, bubblewrap and a minute. The code is that of the pinned commit, in a worktree in a temporary folder, and
all is done with the commands of an instructor. The same commit gives the same archive, byte for byte: what is left to
chance or to the clock (nbgrader's ids, the seconds in the sandbox, the day of the release) is replaced by fixed values.
The gradebook is in it as SQL text.

The class of six in ps2_missing_sum, due at the end of the first of October (ada and wim handed in ps1_losses, too):

    otto    on time; right for small logits
    milo    right, nine hours late
    elif    two days more, of which she needed one; leaves out the dot product
    tara    graded for the missing sum, by hand too; handed in again, changing her inputs, and was graded again
    ada     right; her written answer has a score and a comment by hand
    wim     graded, and then removed with nbgrader's own command: his files stay, and the gradebook has forgotten him
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from nbgrader.api import Gradebook

ROOT = Path(__file__).parents[2]
ARCHIVE = Path(__file__).with_name("term.tar.xz")
COMMIT = "dd11567de8ee3173569c5716f6b8acdbe1ac3b4b"
PS1, PS = "ps1_losses", "ps2_missing_sum"
WRITTEN = "where_the_sum_comes_from"
SEED = 20260914
ROSTER = """\
id,last_name,first_name,email,lms_user_id
otto,Okafor,Otto,otto@example.edu,101
milo,Marini,Milo,milo@example.edu,102
elif,Erdem,Elif,elif@example.edu,103
tara,Tamm,Tara,tara@example.edu,104
ada,Adler,Ada,ada@example.edu,105
wim,Willems,Wim,wim@example.edu,106
"""
FIRST_SET = {
    "ada": ("bela_right_masks", "2026-09-16 17:05:20 UTC"),
    "wim": ("wanda_overflows", "2026-09-17 14:22:08 UTC"),
}
"""Student → whose submission of `tests/submissions` it is, and when it was handed in."""
EARLY = {"tara": ("carla_diagonal_throughout", "2026-09-28 18:40:02 UTC")}
REST = {
    "otto": ("otto_overflows", "2026-10-01 20:15:30 UTC"),
    "milo": ("milo_right_but_late", "2026-10-02 08:59:51 UTC"),
    "elif": ("elif_missing_dot", "2026-10-02 21:03:11 UTC"),
    "tara": ("tara_changes_the_inputs", "2026-10-01 09:12:45 UTC"),
    "ada": ("ada_right_loops", "2026-10-01 22:47:09 UTC"),
    "wim": ("wim_returns_lists", "2026-09-30 11:31:26 UTC"),
}
FIXED = ((rb'"seconds": [0-9.e+-]+', b'"seconds": 0.25'), (rb'": "20\d\d-\d\d-\d\d"', b'": "2026-09-14"'))
"""In results, and in the days of release: what the clock said → what it says in the archive."""


class Course:
    """A checkout of the course, and the commands of its instructor."""

    def __init__(self, root: Path):
        self.root, self.grading = root, root / "grading"
        self._environment = {
            **os.environ,
            "PYTHONPATH": f"{root / 'src'}:{root / 'solutions'}",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def python(self, *arguments: object) -> None:
        subprocess.run([sys.executable, *map(str, arguments)], cwd=self.root, env=self._environment, check=True)

    def autograder(self, *arguments: object) -> None:
        self.python("-m", "autograder.cli", *arguments)

    def hand_in(self, assignment: str, students: Mapping[str, tuple[str, str]], scratch: Path) -> None:
        """Collect a folder with a folder a student."""
        written = Path(tempfile.mkdtemp(dir=scratch))
        sources = [source for source, _ in students.values()]
        self.python("tests/submissions/make.py", written / "of", *sources, "--problem-set", assignment)
        for student, (source, time) in students.items():
            folder = (written / "of" / source).rename(written / student) / assignment
            (folder / "timestamp.txt").write_text(f"{time}\n")
        (written / "of").rmdir()
        self.autograder("collect", assignment, written)

    def score_by_hand(self, student: str, score: float, comment: str) -> None:
        """As formgrader does it."""
        with Gradebook(f"sqlite:///{self.grading}/gradebook.db") as gradebook:
            grade = gradebook.find_grade(WRITTEN, PS, PS, student)
            grade.manual_score, grade.needs_manual_grade = score, False
            gradebook.find_comment(WRITTEN, PS, PS, student).manual_comment = comment
            gradebook.db.commit()


def live(course: Course, scratch: Path) -> None:
    """The term so far."""
    course.grading.mkdir()
    (course.grading / "seed").write_text(f"{SEED}\n")
    roster = scratch / "roster.csv"
    roster.write_text(ROSTER)
    course.autograder("roster", roster)
    course.autograder("due", PS1, "2026-09-17 23:59")
    course.hand_in(PS1, FIRST_SET, scratch)
    course.autograder("grade", PS1, "--workers", 1)
    course.autograder("due", PS, "2026-10-01 23:59")
    course.hand_in(PS, EARLY, scratch)
    course.autograder("grade", PS, "--workers", 1)
    course.score_by_hand("tara", 1.0, "Which logits does an output depend on?")
    course.autograder("extend", PS, "elif", "--days", 2)
    course.hand_in(PS, REST, scratch)
    course.autograder("grade", PS, "--workers", 1)
    course.score_by_hand("ada", 3.5, "Well said. Where does the minus come from?")
    course.autograder("feedback", PS)
    course.python("-m", "nbgrader", "db", "student", "remove", "wim", "--force")


def pack(grading: Path, archive: Path) -> None:
    """All files by name, with nothing in them or about them that differs from run to run."""
    files = {path.relative_to(grading).as_posix(): path for path in grading.rglob("*") if path.is_file()}
    contents = {name: path.read_bytes() for name, path in files.items() if not path.name.startswith(".")}
    del contents["gradebook.db"]
    for name, content in contents.items():
        if name.startswith(("results/", "versions/")):
            for found, fixed in FIXED:
                content = re.sub(found, fixed, content)
            contents[name] = content
    contents["gradebook.sql"] = as_sql(grading / "gradebook.db").encode()
    with tarfile.open(archive, "w:xz", preset=9) as packed:
        for name, content in sorted(contents.items()):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))


def as_sql(database: Path) -> str:
    """The gradebook as SQL text; nbgrader's random ids are numbered in their order."""
    with closing(sqlite3.connect(database)) as gradebook:
        text = "\n".join(gradebook.iterdump())
        tables = [name for (name,) in gradebook.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {table: [row[1] for row in gradebook.execute(f"PRAGMA table_info({table})")] for table in tables}
        ids = {
            found
            for table in tables
            if "id" in columns[table]
            for (found,) in gradebook.execute(f"SELECT id FROM {table}")
            if re.fullmatch("[0-9a-f]{32}", found)
        }
    numbers = {found: f"{number:032x}" for number, found in enumerate(sorted(ids, key=text.index), 1)}
    return re.sub(r"\b[0-9a-f]{32}\b", lambda match: numbers.get(match[0], match[0]), text) + "\n"


@contextmanager
def checkout(commit: str, folder: Path) -> Iterator[Path]:
    """A worktree of the commit at ``folder``, which is gone afterwards."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the archive of a running term with the code of its day.")
    parser.add_argument("--commit", default=COMMIT, help="whose code (default: %(default)s)")
    parser.add_argument("--to", type=Path, default=ARCHIVE, metavar="FILE", help="(default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, checkout(options.commit, Path(scratch) / "course") as root:
        course = Course(root)
        live(course, Path(scratch))
        pack(course.grading, options.to)
    print(f"{options.to}: {options.to.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
