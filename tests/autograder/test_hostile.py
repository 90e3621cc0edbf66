"""Hostile submissions, graded in one run beside two honest ones: each gets what it earned, and nobody else notices."""

from __future__ import annotations

import csv
import ctypes
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from autograder.judging.judge import Job, judge
from autograder.records import cohort
from autograder.records.course import Folder
from autograder.records.gradebook import Recorder

from ..samples import sample
from ..submissions import hostile_notebooks, make
from ..submissions.hostile_folders import NAMES, UNREADABLE, absurd_time, hand_in
from .hostile import (
    ATTACKS,
    CANARY,
    MAX_SCORES,
    TIMEOUT,
    User,
    content,
    is_told,
    ordinary_user,
    run,
)
from .notebooks import ASSIGNMENT, RELEASED, ROOT

HONEST = ("ada_right_loops", "ben_diagonal_only")
LATEST = "hands_in_in_the_year_9999"
ALL = {
    "attacks": ATTACKS,
    "not notebooks": [*UNREADABLE, *hostile_notebooks.UNREADABLE],
    "tricks": list(hostile_notebooks.EARNS_ALL),
    "names": [*NAMES, LATEST],
}
RIGHTS = re.compile(
    "threads|files|MemoryError|OSError|PermissionError|FileNotFoundError|process ended|/proc|kill|mount"
)
"""In attacks on what depends on who grades: rights and limits of this machine."""
OF_AN_ORDINARY_USER = {
    "attacks": sample(ATTACKS, 8, always=[attack for attack in ATTACKS if RIGHTS.search(str(attack))]),
    "not notebooks": sample(ALL["not notebooks"], 3, always=UNREADABLE),
    "tricks": sample(ALL["tricks"], 2),
    "names": sample(ALL["names"], 2, always=[LATEST]),
}
SOAKED = "an ordinary user, all of it"
HANDED_IN = {"this user": ALL, "an ordinary user": OF_AN_ORDINARY_USER, SOAKED: ALL}
"""Who grades → what: all of it by one user, and by the other what depends on the user, with a sample of the rest."""


def each(name: str, kind: str) -> pytest.MarkDecorator:
    """A test of each of this kind that each user grades; ``name`` is that of the test's argument."""
    cases = [
        pytest.param(who, case, marks=_marks(who), id=f"{who} {getattr(case, 'student', case)}")
        for who, handed_in in HANDED_IN.items()
        for case in handed_in[kind]
    ]
    return pytest.mark.parametrize(("who", name), cases, indirect=["who"])


def _marks(who: str) -> Sequence[pytest.MarkDecorator]:
    return [pytest.mark.soak] if who == SOAKED else []


@pytest.fixture(params=[pytest.param(who, marks=_marks(who)) for who in HANDED_IN])
def who(request) -> str:
    """Root maps to nobody in another way than an ordinary user does, and some limits bind only one of them."""
    return request.param


@pytest.fixture(scope="module")
def user_called(tmp_path_factory) -> Iterator[Callable[[str], User | str]]:
    """The user of that name, made when first asked for; or why there is none."""
    with ExitStack() as stack:

        @cache
        def user_called(who: str) -> User | str:
            if who == "this user":
                return User(tmp_path_factory.mktemp("hostile"))
            if os.getuid() != 0:
                return "this user is an ordinary one"
            folder = Path(tempfile.mkdtemp(prefix="hostile-"))  # where an ordinary user can go, unlike pytest's
            stack.callback(shutil.rmtree, folder)
            return ordinary_user(folder)

        yield user_called


@pytest.fixture
def user(who, user_called) -> User:
    user = user_called(who)
    return user if isinstance(user, User) else pytest.skip(user)


def records(out: Path, student: str) -> dict[str, dict]:
    return {r["problem"]: r for r in json.loads((out / "records.json").read_text()) if r["student"] == student}


@pytest.fixture
def place(user, who) -> Path:
    return all_handed_in(user, who)


@cache
def all_handed_in(user: User, who: str) -> Path:
    place, handed_in = user.folder / "all", HANDED_IN[who]
    make.write_class(place / "submitted", HONEST)
    for attack in handed_in["attacks"]:
        hand_in(place / "submitted", attack.student, content(attack))
    honest = (place / "submitted" / HONEST[0] / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    for name in [*handed_in["not notebooks"], *handed_in["tricks"]]:
        if name in UNREADABLE:
            UNREADABLE[name][0](place / "submitted", honest)
        else:
            edit, _ = (hostile_notebooks.EARNS_ALL | hostile_notebooks.UNREADABLE)[name]
            hand_in(place / "submitted", name, edit(honest))
    for name in set(handed_in["names"]) - {LATEST}:
        hand_in(place / "submitted", name, honest)
    absurd_time(place / "submitted", honest)
    for folder in ("home", "tmp"):
        (place / folder).mkdir()
    (place / "home" / "kept.txt").write_text("the instructor's")
    user.own()
    return place


@pytest.fixture
def graded(user, place):
    return all_graded(user, place)


@cache
def all_graded(user: User, place: Path) -> subprocess.CompletedProcess[str]:
    """The one run over all of them, with what lay beside its folder and what ran before."""
    adopt_orphans()
    before, processes = files_beside(place), children()
    done = run(place / "submitted", place / "out", user, HOME=str(place / "home"), TMPDIR=str(place / "tmp"))
    done.before, done.processes = before, processes
    return done


def files_beside(place: Path) -> dict[str, tuple]:
    """All that is in ``place`` but the output, as it is now."""
    found = {}
    for folder, folders, files in os.walk(place):
        folders[:] = [name for name in folders if os.path.join(folder, name) != str(place / "out")]
        for name in folders + files:
            status = os.lstat(path := os.path.join(folder, name))
            ordinary = stat.S_ISREG(status.st_mode) and status.st_size < 10**8
            found[path] = (
                status.st_mode,
                status.st_size,
                status.st_nlink,
                hashlib.sha256(Path(path).read_bytes()).digest() if ordinary else None,
            )
    return found


def adopt_orphans() -> None:
    """Whatever outlives its parent becomes a child of this process, under any name and in any namespace."""
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def children() -> set[str]:
    """The processes that this one has, but for those that have ended and only wait to be asked how."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {child for child in (task / "children").read_text().split() if not has_ended(child)}
    return found


def has_ended(process: str) -> bool:
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def test_there_are_at_least_forty_attacks():
    assert (
        len(ATTACKS)
        + len(UNREADABLE)
        + len(hostile_notebooks.EARNS_ALL)
        + len(hostile_notebooks.UNREADABLE)
        + len(NAMES)
        >= 100
    )


def test_the_run_ends_well(graded, place, user):
    assert graded.returncode == 0, graded.stderr
    assert (place / "out" / "gradebook.db").stat().st_uid == (65534 if user.before else os.getuid())


def test_no_submission_gets_more_time_than_it_has(graded, place):
    seconds = {
        path.stem: json.loads(path.read_text())["seconds"]
        for path in (place / "out" / "results" / ASSIGNMENT).glob("*.json")
    }
    assert max(seconds.values()) < 2 * TIMEOUT, seconds


@each("attack", "attacks")
def test_an_attack_gets_the_points_it_earned_and_a_message_that_says_why(graded, place, attack):
    found = records(place / "out", attack.student)
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    assert {name: record["score"] for name, record in found.items()} == expected, json.dumps(found, indent=1)
    assert is_told(attack, found, graded.stderr), (json.dumps(found, indent=1), graded.stderr)


@each("student", "not notebooks")
def test_what_is_no_notebook_of_its_own_is_not_read(graded, place, student):
    _, told = (UNREADABLE | hostile_notebooks.UNREADABLE)[student]
    assert sum(record["score"] for record in records(place / "out", student).values()) == 0
    assert re.search(f"^{student}: .*({told})", graded.stderr, flags=re.MULTILINE)


@each("student", "tricks")
def test_a_notebook_that_plays_tricks_earns_what_its_answers_are_worth(graded, place, student):
    assert {problem: record["score"] for problem, record in records(place / "out", student).items()} == MAX_SCORES
    result = json.loads((place / "out" / "results" / ASSIGNMENT / f"{student}.json").read_text())
    assert hostile_notebooks.EARNS_ALL[student][1] in "\n".join(result["notices"])
    assert scores_in_gradebook(place, student) == sum(MAX_SCORES.values())


@each("name", "names")
def test_whatever_a_student_is_called_the_grade_is_theirs(graded, place, name):
    found = records(place / "out", name)
    assert {problem: record["score"] for problem, record in found.items()} == MAX_SCORES
    assert scores_in_gradebook(place, name) == sum(MAX_SCORES.values())


def scores_in_gradebook(place: Path, student: str) -> float:
    with Recorder(f"sqlite:///{place}/out/gradebook.db") as recorder:
        notebook = json.loads((place / "out" / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text())
        return recorder.standings(ASSIGNMENT, {student: notebook})[student].score


@pytest.mark.parametrize("student", HONEST)
def test_the_honest_get_the_same_as_in_a_run_without_the_others(graded, place, alone, student):
    assert records(place / "out", student) == records(alone, student) != {}
    for kind in ("autograded", "feedback"):
        (path,) = (alone / kind / student / ASSIGNMENT).glob("*.[ih]*")
        assert unsigned(path) == unsigned(place / path.relative_to(alone.parent))
    assert scores_in_gradebook(place, student) == scores_in_gradebook(alone.parent, student)


def unsigned(page: Path) -> bytes:
    """Without the tokens of questions, which come from a key of each folder of grading."""
    return re.sub(rb"^token: [0-9a-f]+", b"token: ", page.read_bytes(), flags=re.MULTILINE)


@pytest.fixture
def alone(user) -> Path:
    return honest_graded(user)


@cache
def honest_graded(user: User) -> Path:
    """A run over the honest ones only."""
    place = user.folder / "alone"
    make.write_class(place / "submitted", HONEST)
    user.own()
    assert run(place / "submitted", place / "out", user).returncode == 0
    return place / "out"


def test_nothing_is_left_running(graded):
    deadline = time.monotonic() + 30
    while children() - graded.processes and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not children() - graded.processes


def test_a_process_that_is_left_would_be_seen():
    adopt_orphans()
    before = children()
    left = subprocess.run(
        ["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $!"], capture_output=True, text=True
    ).stdout.strip()
    assert children() - before == {left}
    os.kill(int(left), signal.SIGKILL)
    os.waitpid(int(left), 0)


def test_nothing_is_written_elsewhere(graded, place):
    assert files_beside(place) == graded.before
    assert not [path for folder in (Path("/tmp"), ROOT, Path.home()) for path in folder.glob("owned_by_mallory*")]


def test_what_is_written_elsewhere_would_be_seen(tmp_path):
    (tmp_path / "kept.txt").write_text("x")
    before = files_beside(tmp_path)
    (tmp_path / "kept.txt").write_text("y")
    assert files_beside(tmp_path) != before


def test_a_folder_that_can_be_nobodys_is_named_and_the_others_are_graded(tmp_path):
    make.write_class(tmp_path / "submitted", HONEST[:1])
    for name in ("x" * 255, os.fsdecode(b"ren\xe9"), ".hidden"):
        hand_in(tmp_path / "submitted", name, b"{}")
    done = run(tmp_path / "submitted", tmp_path / "out", User(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("NOT GRADED") == 3
    assert all(reason in done.stderr for reason in ("not valid UTF-8", "255 bytes", "begins with a dot"))
    assert sum(record["score"] for record in records(tmp_path / "out", HONEST[0]).values()) == sum(MAX_SCORES.values())


def test_two_runs_do_not_write_to_one_folder(tmp_path):
    with (
        cohort.only_run(Folder(tmp_path)),
        pytest.raises(ValueError, match="another run"),
        cohort.only_run(Folder(tmp_path)),
    ):
        pass


def test_no_secret_is_in_anything_that_was_written(graded, place):
    written = [path.read_bytes() for path in (place / "out").rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in text for text in written)
    assert CANARY not in graded.stdout + graded.stderr


def test_nothing_printed_or_exported_is_a_command(graded, place):
    """No control character reaches the terminal, and no field of a table is a formula."""
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
        graded.stdout + graded.stderr,
    )
    tables = list((place / "out").rglob("*.csv"))
    assert tables
    for table in tables:
        for row in csv.reader(table.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
            assert not [field for field in row if re.match(r"[=+@\t\r]|-(?![\d.]+$)", field)], table


def test_pages_and_notebooks_hold_no_markup_of_the_students(graded, place):
    for page in (place / "out").rglob("*.html"):
        assert not re.search(r"<(img|svg|iframe)[^>]*(onerror|onload|javascript)|<script>alert", page.read_text()), page
    for path in (place / "out" / "autograded").rglob("*.ipynb"):
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "markdown":
                assert not re.search(
                    r"<[A-Za-z/!?]|javascript\\?:|&#|\\(href|newcommand)|!\[", "".join(cell["source"])
                ), path


def test_without_the_sandbox_the_stolen_answer_earns_full_points():
    attack = next(attack for attack in ATTACKS if attack.student == "imports_the_reference")
    result = judge(Job("mallory", ASSIGNMENT, RELEASED, 1, content(attack), unsafe=True)).result
    assert result.score == result.max_score


def test_without_the_sandbox_the_graders_environment_is_read(tmp_path):
    attack = next(attack for attack in ATTACKS if attack.student == "reads_the_graders_environment")
    (tmp_path / "notebook.ipynb").write_bytes(content(attack))
    script = f"""
from pathlib import Path
from autograder.judging.judge import Job, judge
from tests.autograder.notebooks import ASSIGNMENT, RELEASED
job = Job("mallory", ASSIGNMENT, RELEASED, 1, Path({str(tmp_path / "notebook.ipynb")!r}).read_bytes(), unsafe=True)
print(judge(job).result.problems[-1].checks[0].message)
"""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "CANARY": CANARY,
    }
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert CANARY in done.stdout, done.stderr
