"""Hostile submissions, graded in one run beside two honest ones: each gets what it earned, and nobody else notices.

The attacks lie in `tests/submissions/hostile`, in the format of `tests.submissions.make`. The line ``Told: …`` of their docstring is part of a message
that the student gets; where chance decides between two, there are two such lines. Attacks by names, links and sizes, which no text file can hold,
are made here.
"""

from __future__ import annotations

import csv
import ctypes
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import checks
import nbformat
import pytest
from autograder import cohort
from autograder.course import Folder
from autograder.gradebook import Recorder
from autograder.judge import Job, judge

from ..submissions import hostile_notebooks, make
from .notebooks import ASSIGNMENT, RELEASED, ROOT

FOLDER = Path(make.__file__).parent / "hostile"
MAX_SCORES = {problem.name: problem.max_score for problem in checks.load(ASSIGNMENT).problems}
HONEST = ("ada_right_loops", "ben_diagonal_only")
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


def device(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_a_device", b"")
    path.unlink()
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:  # an ordinary user's attack is a link to it
        path.symlink_to("/dev/zero")


def socket_file(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_a_socket", b"")
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"/proc/self/fd/{folder}/{path.name}")  # the address of a socket must be short
    os.close(folder)


def many_files(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_many_files", honest)
    path.unlink()
    for number in range(5000):
        path.with_name(f"{number}\n\x1b[2J.ipynb").touch()


UNREADABLE = {
    "hands_in_adas_folder": (linked_folder, "is a link"),
    "is_ada": (linked_student, "is a link"),
    "hands_in_a_folder": (folder_for_a_notebook, "no ordinary file"),
    "hands_in_a_device": (device, "no ordinary file|cannot be opened"),
    "hands_in_a_socket": (socket_file, "no ordinary file|cannot be opened"),
    "hands_in_many_files": (many_files, "several notebooks"),
    "links_to_ada": (symlinked_notebook, "not a link to it"),
    "shares_a_file": (hard_link, "no ordinary file"),
    "hands_in_a_pipe": (named_pipe, "no ordinary file"),
    "hands_in_a_gigabyte": (far_too_large, "at most 20 MB"),
}
NAMES = ["new\nline", "-rf", "=HYPERLINK('x')", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "x\\..\\..\\etc", "x%2f..%2f..%2fetc", "[a]*", "\x1b[2J", "\u202egnp.exe", "Ada_right_loops"]
"""Students' folders that hold an honest notebook."""


@dataclass(frozen=True)
class User:
    """Who grades, and with what: ``before`` turns a command into one of theirs, and ``folder`` is a place of their own."""

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
    command = [*user.before, user.python, "-m", "autograder.cli", "grade", ASSIGNMENT, "--submitted", submitted, "--out", out, "--json",
               out / "records.json", "--seed", "20261121", "--workers", "2", "--timeout", str(TIMEOUT)]
    return subprocess.run([str(part) for part in command], cwd=user.course, env={**os.environ, "CANARY": CANARY, **user.environment, **environment},
                          capture_output=True, text=True, errors="backslashreplace", timeout=400)


@pytest.fixture(scope="module", params=["this user", "an ordinary user"])
def user(request, tmp_path_factory) -> Iterator[User]:
    """Root maps to nobody in another way than an ordinary user does, and some limits bind only one of them."""
    if request.param == "this user":
        yield User(tmp_path_factory.mktemp("hostile"))
    elif os.getuid() != 0:
        pytest.skip("this user is an ordinary one")
    else:
        folder = Path(tempfile.mkdtemp(prefix="hostile-"))  # where an ordinary user can go, unlike pytest's
        try:
            yield ordinary_user(folder)
        finally:
            shutil.rmtree(folder)


def ordinary_user(folder: Path) -> User:
    """One for whom there is a Python of this version; skipped if there is none."""
    course = folder / "course"
    for name in ("src", "solutions", "exercises"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("nbgrader_config.py", "_config.yml"):
        shutil.copy(ROOT / name, course)
    packages = [path for path in sys.path if path.endswith("site-packages")]
    environment = {"PYTHONPATH": os.pathsep.join([str(course / "src"), str(course / "solutions"), *packages]), "HOME": str(folder),
                   "TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    User(folder, before=ORDINARY).own()
    probe = "import nbgrader.apps, autograder.sandbox as s; s.require_sandbox()"
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        done = subprocess.run([*ORDINARY, python, "-c", probe], cwd=course, env={**os.environ, **environment}, capture_output=True, text=True)
        if done.returncode == 0:
            return User(folder, course, python, ORDINARY, environment)
    pytest.skip(f"user 65534 cannot grade here, so that this is seen by root only: {done.stderr.strip().splitlines()[-1:]}")


def records(out: Path, student: str) -> dict[str, dict]:
    return {r["problem"]: r for r in json.loads((out / "records.json").read_text()) if r["student"] == student}


@pytest.fixture(scope="module")
def place(user) -> Path:
    place = user.folder / "all"
    make.write_class(place / "submitted", HONEST)
    for attack in ATTACKS:
        hand_in(place / "submitted", attack.student, content(attack))
    honest = (place / "submitted" / HONEST[0] / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    for attack, _ in UNREADABLE.values():
        attack(place / "submitted", honest)
    for name, (edit, _) in {**hostile_notebooks.EARNS_ALL, **hostile_notebooks.UNREADABLE}.items():
        hand_in(place / "submitted", name, edit(honest))
    absurd_time(place / "submitted", honest)
    for name in NAMES:
        hand_in(place / "submitted", name, honest)
    for folder in ("home", "tmp"):
        (place / folder).mkdir()
    (place / "home" / "kept.txt").write_text("the instructor's")
    user.own()
    return place


@pytest.fixture(scope="module")
def graded(user, place):
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
            found[path] = (status.st_mode, status.st_size, status.st_nlink, hashlib.sha256(Path(path).read_bytes()).digest() if ordinary else None)
    return found


def adopt_orphans() -> None:
    """Whatever outlives its parent becomes a child of this process, whatever it is called and in whatever namespace it runs."""
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
    assert len(ATTACKS) + len(UNREADABLE) + len(hostile_notebooks.EARNS_ALL) + len(hostile_notebooks.UNREADABLE) + len(NAMES) >= 100


def test_the_run_ends_well(graded, place, user):
    assert graded.returncode == 0, graded.stderr
    assert (place / "out" / "gradebook.db").stat().st_uid == (65534 if user.before else os.getuid())


def test_no_submission_gets_more_time_than_it_has(graded, place):
    seconds = {path.stem: json.loads(path.read_text())["seconds"] for path in (place / "out" / "results" / ASSIGNMENT).glob("*.json")}
    assert max(seconds.values()) < TIMEOUT + 5, seconds


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.student)
def test_an_attack_gets_the_points_it_earned_and_a_message_that_says_why(graded, place, attack):
    found = records(place / "out", attack.student)
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    assert {name: record["score"] for name, record in found.items()} == expected, json.dumps(found, indent=1)
    assert is_told(attack, found, graded.stderr), (json.dumps(found, indent=1), graded.stderr)


@pytest.mark.parametrize(("student", "told"), [(name, told) for name, (_, told) in {**UNREADABLE, **hostile_notebooks.UNREADABLE}.items()])
def test_what_is_no_notebook_of_its_own_is_not_read(graded, place, student, told):
    assert sum(record["score"] for record in records(place / "out", student).values()) == 0
    assert re.search(f"^{student}: .*({told})", graded.stderr, flags=re.MULTILINE)


@pytest.mark.parametrize("student", hostile_notebooks.EARNS_ALL)
def test_a_notebook_that_plays_tricks_earns_what_its_answers_are_worth(graded, place, student):
    assert {problem: record["score"] for problem, record in records(place / "out", student).items()} == MAX_SCORES
    result = json.loads((place / "out" / "results" / ASSIGNMENT / f"{student}.json").read_text())
    assert hostile_notebooks.EARNS_ALL[student][1] in "\n".join(result["notices"])
    assert scores_in_gradebook(place, student) == sum(MAX_SCORES.values())


@pytest.mark.parametrize("name", [*NAMES, "hands_in_in_the_year_9999"])
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
        path, = (alone / kind / student / ASSIGNMENT).glob("*.[ih]*")
        assert path.read_bytes() == (place / path.relative_to(alone.parent)).read_bytes()
    assert scores_in_gradebook(place, student) == scores_in_gradebook(alone.parent, student)


@pytest.fixture(scope="module")
def alone(user) -> Path:
    """A run over the honest ones only."""
    place = user.folder / "alone"
    make.write_class(place / "submitted", HONEST)
    user.own()
    assert run(place / "submitted", place / "out", user).returncode == 0
    return place / "out"


def test_nothing_is_left_running(graded):
    deadline = time.monotonic() + 5
    while children() - graded.processes and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not children() - graded.processes


def test_a_process_that_is_left_would_be_seen():
    adopt_orphans()
    before = children()
    left = subprocess.run(["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 & echo $!"], capture_output=True, text=True).stdout.strip()
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
    assert all(reason in done.stderr for reason in ("not valid UTF-8", "255 bytes", "starts with a dot"))
    assert sum(record["score"] for record in records(tmp_path / "out", HONEST[0]).values()) == sum(MAX_SCORES.values())


def test_two_runs_do_not_write_to_one_folder(tmp_path):
    with cohort.only_run(Folder(tmp_path)), pytest.raises(ValueError, match="another run"), cohort.only_run(Folder(tmp_path)):
        pass


def test_no_secret_is_in_anything_that_was_written(graded, place):
    written = [path.read_bytes() for path in (place / "out").rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in text for text in written)
    assert CANARY not in graded.stdout + graded.stderr


def test_nothing_printed_or_exported_is_a_command(graded, place):
    """No control character reaches the terminal, and no field of a table is a formula."""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", graded.stdout + graded.stderr)
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
