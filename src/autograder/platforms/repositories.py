"""Repositories of students: what is committed there is read without a work tree, and feedback goes back on a branch.

Git is asked for objects alone: nothing of a repository is written out as a file, so that no link, hook, filter or
submodule of it can do anything. Grading happens here, and never there: whatever lies in a student's repository, or
runs in it, the student can read.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from autograder.judging.result import Result
from autograder.judging.submission import MAX_BYTES, Unreadable
from autograder.platforms.archive import MAX_MEMBERS, Contents, Member, Refused
from autograder.platforms.choosing import the_notebook
from autograder.records.other_sets import OtherSets
from autograder.records.standing import Standing
from autograder.text import printable

SCHEMES = ("https", "ssh", "file")
ADDRESS = re.compile(r"(?:https|ssh|file)://\S+|[\w.-]+@[\w.-]+:\S+")
"""What git takes for an address of one of these schemes, the last in its short form."""
BRANCH = "feedback"
SECONDS = 120
"""For each talk with a server."""
MOST_BYTES = 500_000_000
"""Of one file that git writes: a repository's history arrives as one."""
ENTRY = re.compile(rb"(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\d+|-)\t(.+)", flags=re.DOTALL)
SETTINGS = {
    "core.hooksPath": os.devnull,
    "fetch.recurseSubmodules": "no",
    "gc.auto": "0",
    "user.name": "autograder",
    "user.email": "autograder@localhost",
}


@dataclass(frozen=True)
class Repository:
    """The repository of one student."""

    student: str
    address: str


def read_list(text: str) -> list[Repository]:
    """The repositories in a list with a line ``student address`` for each; empty lines and ``# …`` are passed over.

    ValueError, with the line, if one is no such line, or a student or an address stands there twice.
    """
    found: list[Repository] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(",", " ").split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or not ADDRESS.fullmatch(words[1]):
            raise ValueError(
                f"line {number} must be a student and an address, such as 'ada https://example.org/ada/ps2.git' "
                f"({', '.join(SCHEMES)}), and is {printable(line)!r}"
            )
        if words[0] in {each.student for each in found} or words[1] in {each.address for each in found}:
            raise ValueError(f"line {number} names a student or an address for the second time: {printable(line)!r}")
        found.append(Repository(*words))
    return found


@contextmanager
def cloned(repository: Repository, assignment: str, other_sets: OtherSets) -> Iterator[Contents]:
    """The one notebook of the problem set in the newest commit of the default branch, and texts beside it.

    Its time is that of the commit, which the student's own machine wrote. `Refused` if there is no such notebook, or
    the repository cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="repository-") as place:
        folder = Path(place, "clone.git")
        _git(
            "clone", "--quiet", "--bare", "--depth=1", "--single-branch", "--no-tags", "--", repository.address, folder
        )
        try:
            changed = datetime.fromtimestamp(int(_git("log", "-1", "--format=%ct", "HEAD", at=folder)), UTC)
            changed = min(changed, datetime.now(UTC)).replace(tzinfo=None)
        except (Refused, ValueError, OverflowError, OSError):
            raise Refused("nothing is committed there, or it has no readable date") from None
        contents = Contents(repository.address)
        for name, (kind, size, digest) in _files(folder).items():
            contents.add(name, partial(_member, kind, size, digest, folder, changed))
        found = {each.name: partial(_as_a_notebook, each) for each in contents.members if each.name.endswith(".ipynb")}
        try:
            name, _ = the_notebook(found, assignment, other_sets)
        except Unreadable as reason:
            links = "".join(f" {link}: {why}." for link, why in contents.refused if link.endswith(".ipynb"))
            raise Refused(f"{reason}{links}") from None
        beside = name.rpartition("/")[0]
        contents.members = [
            each
            for each in contents.members
            if each.name == name or (each.name.rpartition("/")[0] == beside and each.name.endswith(".txt"))
        ]
        contents.refused = []
        yield contents


def hand_back(repository: Repository, assignment: str, files: Mapping[str, bytes]) -> bool:
    """Commit the files into the folder of the problem set on the branch `BRANCH`, and push: whether anything was new.

    What else lies on that branch stays. `Refused` if the repository cannot be had, or takes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="repository-") as place:
        folder = Path(place, "feedback.git")
        _git("init", "--quiet", "--bare", folder)
        parent = _branch(repository, folder)
        index = {"GIT_INDEX_FILE": str(Path(place, "index"))}
        if parent:
            _git("read-tree", parent, at=folder, extra=index)
        for name, content in files.items():
            digest = _git("hash-object", "-w", "--stdin", at=folder, said=content)
            entry = f"100644,{digest},{assignment}/{name}"
            _git("update-index", "--add", "--replace", "--cacheinfo", entry, at=folder, extra=index)
        tree = _git("write-tree", at=folder, extra=index)
        if parent and tree == _git("rev-parse", f"{parent}^{{tree}}", at=folder):
            return False
        parents = ("-p", parent) if parent else ()
        commit = _git("commit-tree", tree, *parents, "-m", f"Feedback on {assignment}", at=folder)
        _git("push", "--quiet", "--", repository.address, f"{commit}:refs/heads/{BRANCH}", at=folder)
        return True


def result_json(result: Result, standing: Standing) -> bytes:
    """What a script can read of a grade.

    The names are those of ``result.json`` of Classroom 50 (github.com/foundation50/classroom50, wiki, *Advanced
    Autograding*), without what only a release on GitHub has.
    """
    tests: list[dict[str, Any]] = [
        {
            "test-name": problem.problem,
            "passed": problem.score == problem.max_score,
            "score": problem.score,
            "max-score": problem.max_score,
            "output": "\n".join(problem.in_words(check) for check in problem.checks if not check.passed),
        }
        for problem in result.problems
    ]
    said = {
        "assignment": result.assignment,
        "usernames": [result.student],
        "score": standing.score,
        "max-score": standing.max_score,
        "tests": tests,
        "final": not standing.needs_hand_grading and not result.faulty,
        "unreadable": result.unreadable,
    }
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _branch(repository: Repository, folder: Path) -> str:
    """The commit that the branch of feedback is at, fetched; "" if there is no such branch."""
    if not _git("ls-remote", "--heads", "--", repository.address, f"refs/heads/{BRANCH}", at=folder):
        return ""
    _git("fetch", "--quiet", "--depth=1", "--no-tags", "--", repository.address, f"refs/heads/{BRANCH}", at=folder)
    return _git("rev-parse", "FETCH_HEAD", at=folder)


def _files(folder: Path) -> dict[str, tuple[str, int, str]]:
    """Mode, size and object of each file of the newest commit that may be of use, by name."""
    listed = _run(("ls-tree", "-r", "-z", "--long", "HEAD"), at=folder).split(b"\0")
    if len(listed) > MAX_MEMBERS:
        raise Refused(f"it holds more than {MAX_MEMBERS} files")
    found = {}
    for entry in filter(None, listed):
        match = ENTRY.fullmatch(entry)
        if match and match[5].endswith((b".ipynb", b".txt")):
            size = int(match[4]) if match[4].isdigit() else 0
            found[match[5].decode("utf-8", "surrogateescape")] = match[1].decode(), size, match[3].decode()
    return found


def _member(mode: str, size: int, digest: str, folder: Path, changed: datetime, name: str) -> Member:
    if mode not in ("100644", "100755"):
        raise Refused("it is a link or no ordinary file")
    if size > MAX_BYTES:
        raise Refused(f"it has {size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB are read")
    return Member(name, changed, partial(_run, ("cat-file", "blob", digest), at=folder), size=size, packed=size)


def _as_a_notebook(member: Member) -> bytes:
    try:
        return member.read()
    except Refused as reason:
        raise Unreadable(str(reason)) from None


def _git(
    *arguments: str | Path, at: Path | None = None, extra: Mapping[str, str] | None = None, said: bytes = b""
) -> str:
    return _run(arguments, at=at, extra=extra, said=said).decode("utf-8", "replace").strip()


def _run(
    arguments: Iterable[str | Path],
    *,
    at: Path | None = None,
    extra: Mapping[str, str] | None = None,
    said: bytes = b"",
) -> bytes:
    """What git prints; `Refused` with the last line of what it complains of."""
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    where = ["--git-dir", str(at)] if at else []
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_DIR")}
    environment = {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes", **ours, "GIT_TERMINAL_PROMPT": "0"}
    environment |= {"GIT_ALLOW_PROTOCOL": ":".join(SCHEMES), "LC_ALL": "C", **(extra or {})}
    try:
        done = subprocess.run(
            ["git", *settings, *where, *map(str, arguments)],
            input=said,
            capture_output=True,
            env=environment,
            timeout=SECONDS,
            preexec_fn=_limit_files if os.name == "posix" else None,
        )
    except FileNotFoundError:
        raise ValueError("git is not installed (Debian, Ubuntu: package git)") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"git had no answer within {SECONDS} seconds") from None
    if done.returncode:
        complaints = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        told = next((line for line in complaints if line.startswith("fatal:")), complaints[-1] if complaints else "")
        raise Refused(f"git says: {printable(told.removeprefix('fatal: ')) or f'status {done.returncode}'}")
    return done.stdout


def _limit_files() -> None:
    import resource  # which not every system has

    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
