"""Whatever is killed, full, locked, damaged or closed in the middle of a run: the next one goes on where it was, to the same grades."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path

import pytest
from autograder import cohort, gradebook, sandbox, stamp
from autograder.cli import main
from autograder.course import Course, Folder
from autograder.files import write
from autograder.gradebook import GradebookFailed, Recorder
from autograder.judge import given_up, judge
from autograder.release import release
from autograder.result import Result
from autograder.sandbox import Limits
from checks.check import Outcome
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

from ..submissions.make import model_answers
from .conftest import SEED
from .notebooks import ASSIGNMENT, RELEASED, ROOT, judged, notebook_bytes

ANSWERS = model_answers()
WRITTEN = {"where_the_sum_comes_from": "From softmax, whose outputs all depend on each logit."}
SLOW = {"softmax_forward": "import time\ntime.sleep(2)\n" + ANSWERS["softmax_forward"]}
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


@pytest.fixture(scope="module")
def submitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("submitted")
    write_class(folder, CLASS)
    return folder


def write_class(folder, students):
    for student in students:
        hand_in(folder, student, CLASS[student])


def hand_in(folder, student, sources):
    place = folder / student / ASSIGNMENT
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{ASSIGNMENT}.ipynb").write_bytes(notebook_bytes(sources))
    (place / "timestamp.txt").write_text(f"2026-10-0{2 if student == LATE else 1} 21:14:07 UTC\n")


@pytest.fixture(scope="module")
def undisturbed(submitted, tmp_path_factory):
    """The folder of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("undisturbed")
    assert main(["grade", *map(str, arguments(submitted, out))]) == 0
    return out


@pytest.fixture
def graded(undisturbed, tmp_path):
    """A copy of that folder, to be spoilt."""
    return Path(shutil.copytree(undisturbed, tmp_path / "graded"))


@pytest.fixture
def run(capsys, submitted):
    """``autograder grade`` in this process."""

    def grade(out, *options, folder=submitted):
        status = main(["grade", *map(str, arguments(folder, out)), *map(str, options)])
        return Run(status, *capsys.readouterr())

    return grade


def arguments(submitted, out):
    return [ASSIGNMENT, "--submitted", submitted, "--out", out, "--seed", SEED, "--due", "2026-10-02 00:00", "--workers", 2]


def start(submitted, out, *, course=ROOT):
    """``autograder grade`` as a process with a process group of its own."""
    command = [sys.executable, "-m", "autograder.cli", "grade", *map(str, arguments(submitted, out))]
    return subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
                            env={**os.environ, "PYTHONPATH": f"{course / 'src'}:{course / 'solutions'}"})


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (seen := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
    return seen


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
    return {path.stem: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (out / "results" / ASSIGNMENT).glob("*.json")}


def grades(out):
    """All that a run is to bring about: results, autograded notebooks, and what the gradebook says of every student."""
    state = {}
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            part, student = submission.notebooks[0], submission.student.id
            state[student] = (
                {grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade) for grade in part.grades},
                {comment.name: (comment.auto_comment, comment.manual_comment) for comment in part.comments},
                part.late_submission_penalty, submission.timestamp, submission.total_seconds_late,
                json.loads((out / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()),
                {**json.loads((out / "results" / ASSIGNMENT / f"{student}.json").read_bytes()), "seconds": None},
            )
    return state


# --- killed and interrupted --------------------------------------------------------------------------------------------------


def test_a_grader_that_is_stopped_and_then_killed_goes_on_where_it_was(run, submitted, undisturbed, tmp_path):
    before = {}
    for how in (signal.SIGINT, signal.SIGKILL):
        grader = start(submitted, tmp_path)
        wait_until(lambda: len(recorded(tmp_path)) > len(before))
        started = descendants(grader.pid)
        if how == signal.SIGINT:
            os.killpg(grader.pid, how)  # as the terminal does on Ctrl-C
        else:
            os.kill(grader.pid, how)
        out, err = grader.communicate()
        wait_until(lambda: not any(map(is_running, started)), 10)
        assert len(started) >= 3 and before.items() <= recorded(tmp_path).items()
        assert f"kept      {len(before)} submission" in out or not before
        before = recorded(tmp_path)
        assert 0 < len(before) < len(CLASS)
        if how == signal.SIGINT:
            assert grader.returncode == 130 and "run the command again for the rest" in err and "Traceback" not in err
    finished = run(tmp_path)
    assert finished.status == 0
    assert f"kept      {len(before)} submission" in finished.out and f"grading   {len(CLASS) - len(before)} submission" in finished.out
    assert before.items() <= recorded(tmp_path).items()
    assert grades(tmp_path) == grades(undisturbed)


def test_a_killed_worker_changes_nothing_and_a_second_grader_is_refused_meanwhile(run, submitted, undisturbed, tmp_path):
    grader = start(submitted, tmp_path)
    wait_until(lambda: recorded(tmp_path))
    os.kill(next(pid for pid, command in descendants(grader.pid).items() if "spawn_main" in command), signal.SIGKILL)
    refused = run(tmp_path)
    assert refused.status == 1 and f"another run is writing to {tmp_path}" in refused.err
    out, err = grader.communicate()
    assert grader.returncode == 0, err
    assert grades(tmp_path) == grades(undisturbed)


@pytest.mark.parametrize("level", [0, 1, 2], ids=["bubblewrap", "its child", "the student's Python"])
def test_a_killed_sandbox_costs_the_student_nothing(level):
    killed = []

    def kill():
        sandboxed = wait_until(lambda: sorted(pid for pid, command in descendants(os.getpid()).items() if "runner.py" in command)[level:])
        time.sleep(0.5)
        os.kill(sandboxed[0], signal.SIGKILL)
        killed.append(sandboxed[0])

    killer = threading.Thread(target=kill)
    killer.start()
    disturbed = judged(CLASS["ben"])
    killer.join()
    assert killed and disturbed.result == judged(ANSWERS).result


def test_code_that_kills_itself_each_time_is_stopped_like_any_other():
    result = judged(ANSWERS | {"softmax_backward": "import os\n\ndef softmax_backward(s, g):\n    os.kill(os.getpid(), 9)"}).result
    assert [(p.problem, {c.outcome for c in p.checks}) for p in result.problems if p.score < p.max_score] == [("softmax_backward", {Outcome.STOPPED})]


# --- a fault between any two steps ---------------------------------------------------------------------------------------------


class Fault(BaseException):
    """As sudden as a kill."""


@pytest.fixture(scope="module")
def empty_gradebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    release(Course(ROOT), ASSIGNMENT, f"sqlite:///{folder}/gradebook.db", source=folder / "source", destination=folder / "release")
    return (folder / "gradebook.db").read_bytes()


def test_after_a_fault_between_any_two_steps_of_recording_the_next_run_makes_up_for_it(empty_gradebook, tmp_path, monkeypatch):
    """Two submissions, of which one was recorded before in an older form and then graded by hand."""
    students, settings = ["cleo", "emil"], cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    write_class(tmp_path / "submitted", students)
    verdicts = {job.student: judge(job) for job in cohort.jobs(tmp_path / "submitted", students, settings, Folder(tmp_path), again=True)}
    older = given_up(cohort.job_for(tmp_path / "submitted", "cleo", settings), "an older form")

    def record_all(out, steps):
        """All that a run records, or as much of it as ``steps`` commits and renamings bring about; whether that was all."""
        left = iter(range(steps))

        def counted(function):
            def step(*arguments):
                if next(left, None) is None:
                    raise Fault
                return function(*arguments)
            return step

        with monkeypatch.context() as patched, Recorder(f"sqlite:///{out}/gradebook.db") as recorder:
            patched.setattr(recorder._gradebook.db, "commit", counted(recorder._gradebook.db.commit), raising=False)
            patched.setattr(os, "replace", counted(os.replace))
            try:
                for job in cohort.jobs(tmp_path / "submitted", students, settings, Folder(out), again=False):
                    cohort.record(verdicts[job.student] if job.functions else judge(job), Folder(out), recorder, None)
                return True
            except Fault:
                return False

    outcomes, finished = [], False
    while not finished:
        out = tmp_path / f"after {len(outcomes)} steps"
        out.mkdir()
        (out / "gradebook.db").write_bytes(empty_gradebook)
        with Recorder(f"sqlite:///{out}/gradebook.db") as recorder:
            cohort.record(older, Folder(out), recorder, None)
        by_hand(out, "cleo", 3.5, "Look at the batch.")
        finished = record_all(out, len(outcomes))
        assert finished or record_all(out, 100)
        outcomes.append(grades(out))
    assert len(outcomes) == 1 + 2 * 3  # a commit, a notebook and a result for each
    assert all(outcome == outcomes[-1] for outcome in outcomes)
    assert outcomes[-1]["cleo"][0]["where_the_sum_comes_from"][1:] == (3.5, True)


def test_what_the_grader_itself_could_not_judge_is_no_final_grade(run, submitted, tmp_path, monkeypatch):
    settings = cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    job = cohort.job_for(submitted, "ada", settings)

    def refuse(*_, **__):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(sandbox.subprocess, "Popen", refuse)
        faulty = judge(job)
    assert faulty.result.faulty and faulty.result.score == 0 and not judge(job).result.faulty
    for verdict in (faulty, given_up(job, "The worker died twice.")):
        path = Folder(tmp_path).result(ASSIGNMENT, "ada")
        write(path, json.dumps(verdict.result.to_dict()))
        assert cohort.what_remains(job, Folder(tmp_path)).functions == job.functions
    write_class(tmp_path / "submitted", ["ada"])
    monkeypatch.setattr("autograder.commands.judge_all", lambda jobs, *_: [given_up(job, "The worker died twice.") for job in jobs])
    done = run(tmp_path / "out", folder=tmp_path / "submitted")
    assert done.status == 1 and "ada: NO FINAL GRADE" in done.err and "The worker died twice." in done.err


# --- disk and gradebook ----------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder, size):
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, text=True)
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
        assert done.status == 1 and str(disk) in done.err and "See to the permissions there, or name another folder" in done.err


@contextmanager
def locked(database):
    """Another process that holds the gradebook for itself."""
    holder = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", holder, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
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
    """Locked for a moment, it is waited for; locked for longer, the submission is recorded as a whole by the next run."""
    monkeypatch.setattr(gradebook, "LOCK_SECONDS", 2)
    (tmp_path / "gradebook.db").write_bytes(empty_gradebook)
    verdict = judged({})
    with Recorder(f"sqlite:///{tmp_path}/gradebook.db") as recorder:
        with locked(tmp_path / "gradebook.db") as other:
            threading.Timer(0.5, other.stdin.close).start()
            cohort.record(verdict, Folder(tmp_path), recorder, None)
    assert len(grades(tmp_path)) == 1
    with locked(tmp_path / "gradebook.db"), pytest.raises(GradebookFailed, match="locked"):
        with Recorder(f"sqlite:///{tmp_path}/gradebook.db") as recorder:
            cohort.record(verdict, Folder(tmp_path), recorder, None)


@pytest.mark.parametrize("damage", [
    lambda book: book.write_bytes(b"not a gradebook" * 1000),
    lambda book: book.write_bytes(book.read_bytes()[:40_960]),
    lambda book: book.write_bytes(book.read_bytes()[:40_960] + bytes(range(256)) * 32 + book.read_bytes()[49_152:]),
], ids=["overwritten", "cut off", "a hole in it"])
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


def test_damaged_results_and_notebooks_are_named_by_the_report_and_mended_by_the_next_run(run, capsys, graded, undisturbed):
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


# --- the clock -------------------------------------------------------------------------------------------------------------------


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


# --- what changes ------------------------------------------------------------------------------------------------------------------


def by_hand(out, student, score, comment):
    """As formgrader writes them."""
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        grade = book.find_grade("where_the_sum_comes_from", ASSIGNMENT, ASSIGNMENT, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("where_the_sum_comes_from", ASSIGNMENT, ASSIGNMENT, student).manual_comment = comment
        book.db.commit()


def test_a_changed_check_is_judged_again_and_nothing_else(graded, submitted, tmp_path):
    course = copy_of_the_course(tmp_path / "course")
    by_hand(graded, "ada", 3.5, "Well said.")
    edit(course / "solutions/checks/ps2_missing_sum.py", "# --- softmax_partial", "# A remark.\n# --- softmax_partial")
    edit(course / "solutions/checks/ps2_missing_sum.py", 'Check("logits of any size", 1', 'Check("logits of any size", 0.5')
    before = grades(graded)
    grader = start(submitted, graded, course=course)
    out, err = grader.communicate()
    assert grader.returncode == 0, err
    assert f"regrading {len(CLASS)} submissions in softmax_forward alone, where the checks have changed" in out
    for student, (scores, comments, *_, result) in grades(graded).items():
        old_scores, old_comments, *_, old_result = before[student]
        assert comments == old_comments
        assert {k: v for k, v in scores.items() if k != "test_softmax_forward"} == {k: v for k, v in old_scores.items() if k != "test_softmax_forward"}
        assert result["problems"][1:] == old_result["problems"][1:]
        assert result["problems"][0]["stamp"] != old_result["problems"][0]["stamp"]
        assert scores["test_softmax_forward"][0] == (0 if student == "emil" else 3.5)
    assert grades(graded)["ada"][0]["where_the_sum_comes_from"] == (None, 3.5, False)


def copy_of_the_course(destination):
    for name in ("src", "solutions", "exercises"):
        shutil.copytree(ROOT / name, destination / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, destination)
    return destination


def edit(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1, f"{path} has changed: choose another text"
    path.write_text(text.replace(old, new))


@pytest.fixture
def stamps(tmp_path, monkeypatch):
    """Of a copy of the course: (problem set, function) → stamp."""
    course = copy_of_the_course(tmp_path / "course")

    def spec_in_copy(name):
        spec = copy(find_spec(name))
        if spec and spec.origin.startswith(str(ROOT)):
            spec.origin = str(course / Path(spec.origin).relative_to(ROOT))
        return spec

    monkeypatch.setattr(stamp, "find_spec", spec_in_copy)

    def read():
        stamp._module.cache_clear()
        return {(name, function): value for name in (ASSIGNMENT, "ps3_jacobian") for function, value in stamp.of_functions.__wrapped__(name).items()}

    yield course, read
    stamp._module.cache_clear()


def test_a_stamp_changes_with_the_code_that_its_function_is_judged_by(stamps):
    course, read = stamps
    before = read()
    assert len(set(before.values())) == len(before)
    ps2 = {key for key in before if key[0] == ASSIGNMENT}
    for path, old, new, concerned in (
        ("solutions/checks/ps2_missing_sum.py", "def any_targets", "# A remark.\ndef any_targets", set()),
        ("solutions/checks/ps2_missing_sum.py", "uniform(0.2, 1.5", "uniform(0.2, 1.6", {(ASSIGNMENT, "dL_dz_entry"), (ASSIGNMENT, "missing_part")}),
        ("solutions/checks/ps3_jacobian.py", "SHAPES = ((5, 7)", "SHAPES = ((5, 6)", set(before) - ps2),
        ("solutions/reference/softmax.py", "return g - softmax_forward(z)", "return g - 1 * softmax_forward(z)", {("ps3_jacobian", "log_softmax_backward")}),
        ("src/autograder/sandbox.py", "call: float = 5.0", "call: float = 6.0", set(before)),
        ("src/autograder/report.py", "SLOW = 10.0", "SLOW = 11.0", set()),
    ):
        text = (course / path).read_text()
        edit(course / path, old, new)
        after = read()
        assert {key for key in before if after[key] != before[key]} == concerned, path
        (course / path).write_text(text)


def test_stamps_cover_every_module_of_the_judge():
    """`result` and `stamp` hold and compare results, `version` is only shown; all else that the judge imports may decide."""
    found, waiting = set(), ["judge", "runner"]
    while waiting:
        found.add(name := waiting.pop())
        for origin, imported in stamp._module(f"autograder.{name}").imports.values():
            package, _, module = origin.partition(".")
            ours = {module or imported} if package == "autograder" else {origin} if name == "runner" else set()
            waiting += [n for n in ours - found - {"result", "stamp", "version"} if find_spec(f"autograder.{n}")]
    assert found == set(stamp.JUDGE)


def test_a_new_submission_is_graded_and_the_others_stay(run, submitted, graded, tmp_path):
    folder = Path(shutil.copytree(submitted, tmp_path / "submitted", ignore=shutil.ignore_patterns("ben")))
    by_hand(graded, "cleo", 2.0, "Almost.")
    by_hand(graded, "emil", 1.0, "Nothing there?")
    before = recorded(graded)
    hand_in(folder, "cleo", CLASS["cleo"] | WRITTEN)
    done = run(graded, folder=folder)
    assert "kept      4 submissions" in done.out and "grading   1 submission, new or changed since" in done.out
    assert {student for student in CLASS if recorded(graded)[student] != before[student]} == {"cleo"}
    assert "kept      5 submissions" in run(graded, folder=folder).out
    after = grades(graded)
    assert after["cleo"][0]["where_the_sum_comes_from"] == (None, 2.0, True), "marked for another look until somebody takes it"
    assert after["emil"][0]["where_the_sum_comes_from"][1:] == (1.0, False)
    assert after["cleo"][1]["where_the_sum_comes_from"][1] == "Almost."
    assert "grading   5 submissions" in run(graded, "--again", folder=folder).out
    assert grades(graded) == after


def test_another_due_date_or_time_limit_is_seen(run, graded):
    moved = run(graded, "--due", "2026-10-05 00:00")
    assert f"kept      {len(CLASS)} submissions" in moved.out
    assert grades(graded)[LATE][4] == 0
    assert cohort.what_remains(cohort.job_for(graded, "nobody", cohort.Settings(ASSIGNMENT, RELEASED, SEED, Limits(total=9))), Folder(graded)).functions


def test_what_was_stopped_is_judged_again_with_all_that_shared_its_time(submitted, tmp_path):
    job = cohort.job_for(submitted, "cleo", cohort.Settings(ASSIGNMENT, RELEASED, SEED))
    result = judge(job).result
    path = Folder(tmp_path).result(ASSIGNMENT, "cleo")

    def remaining(*problems):
        write(path, json.dumps(replace(result, problems=problems).to_dict()))
        return cohort.what_remains(job, Folder(tmp_path)).functions

    first, second, *rest = result.problems
    stopped = replace(second, checks=tuple(replace(check, outcome=Outcome.STOPPED) for check in second.checks))
    assert remaining(first, second, *rest) == []
    assert remaining(first, stopped, *rest) == []
    assert remaining(replace(first, stamp="old"), second, *rest) == [first.problem]
    assert remaining(replace(first, stamp="old"), stopped, *rest) == job.functions
    assert Result.from_dict(json.loads(path.read_text())).problems[1].stopped


# --- nbgrader's own way --------------------------------------------------------------------------------------------------------------


def nbgrader(course, *arguments):
    return subprocess.Popen([sys.executable, "-m", "nbgrader", *arguments], cwd=course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"})


def test_nbgrader_autograde_goes_on_where_it_was_killed_and_records_the_same(undisturbed, empty_gradebook, tmp_path, monkeypatch):
    grading, students = tmp_path / "grading", ["ada", "cleo"]
    write_class(grading / "submitted", students)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "exercises" / ASSIGNMENT, tmp_path / "exercises" / ASSIGNMENT)
    (grading / "source" / ASSIGNMENT).mkdir(parents=True)
    (grading / "gradebook.db").write_bytes(empty_gradebook)
    (grading / "seed").write_text(f"{SEED}\n")
    with Recorder(f"sqlite:///{grading}/gradebook.db") as recorder:
        recorder.set_due(ASSIGNMENT, cohort.parse_utc("2026-10-02 00:00"))

    killed = nbgrader(tmp_path, "autograde", ASSIGNMENT)
    wait_until(lambda: recorded(grading))
    started = descendants(killed.pid)
    killed.kill()
    said, _ = killed.communicate()
    before = recorded(grading)
    assert set(before) == {"ada"}, said
    wait_until(lambda: not any(map(is_running, started)), 10)
    half = grading / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    half.unlink(missing_ok=True)
    half.write_text('{"cells": [')  # as if it had been killed while it wrote
    done = nbgrader(tmp_path, "autograde", ASSIGNMENT)
    said, _ = done.communicate()
    assert done.returncode == 0 and "Removing what an interrupted run left" in said, said
    assert before.items() <= recorded(grading).items()
    expected = comparable({student: state for student, state in grades(undisturbed).items() if student in students})
    assert comparable(grades(grading)) == expected

    by_hand(grading, "ada", 3.5, "Well said.")
    monkeypatch.chdir(tmp_path)
    button = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()).autograde(ASSIGNMENT, "ada")
    assert button["success"] and recorded(grading)["ada"] != before["ada"], button
    assert grades(grading)["ada"][0]["where_the_sum_comes_from"] == (None, 3.5, False)
    with cohort.only_run(Folder(grading)):
        refused = NbGraderAPI(config=PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()).autograde(ASSIGNMENT, "ada")
    assert not refused["success"] and "another run is writing" in refused["log"] and half.exists()


def comparable(state):
    """Without what differs in form alone: nbgrader writes a notebook's lines one by one."""
    def joined(notebook):
        return [("".join(cell["source"]), ["".join(o.get("text", "")) for o in cell.get("outputs", [])]) for cell in notebook["cells"]]

    return {student: (*rest, joined(notebook), result) for student, (*rest, notebook, result) in state.items()}
