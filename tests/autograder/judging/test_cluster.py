"""A class judged on a Dask cluster, with real processes: the same results as here, whatever dies on the way."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from autograder.checking.loading import Hidden
from autograder.cli import main
from autograder.judging.judge import Job, judge
from autograder.judging.pool import LocalWorkers, judge_all
from autograder.records import cohort
from autograder.release import bundle

from ...submissions.make import write_class
from ...submissions.varied import may_return_unwritten_memory, ordinary, write_varied
from ...waiting import wait_until
from ..conftest import SEED, autograder
from ..notebooks import ASSIGNMENT, RELEASED, ROOT, notebook_bytes

distributed = pytest.importorskip(
    "distributed", reason="the extra 'cluster' is not installed: pip install -r requirements.txt"
)
dask_config = pytest.importorskip("dask.config")
cluster = import_module("autograder.judging.cluster")

STUDENTS = [
    "ada_right_loops",
    "ben_diagonal_only",
    "cora_endless_cell",
    "eddy_syntax_error",
    "hedda_leaves_the_process",
    "igor_broken_json",
    "marek_own_invention",
    "otto_overflows",
    "rick_right_renamed_file",
    "yuri_odd_types",
]
DEADLY = b"# this one kills its worker"
KILLS = f"""
import os
from autograder.judging import submission
def deadly(content, *arguments, parse=submission.parse):
    if {DEADLY!r} in content:
        os.kill(os.getpid(), 9)
    return parse(content, *arguments)
submission.parse = deadly
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """What a worker needs of ours, as the wheels hold it."""
    folder = tmp_path_factory.mktemp("installed")
    for project in (ROOT, ROOT / "solutions"):
        zipfile.ZipFile(bundle.build_wheel(project, folder / project.name)).extractall(folder / "site")
    return folder / "site"


@contextmanager
def dask(what: str, folder: Path, *options: object, site: Path | None = None) -> Iterator[subprocess.Popen]:
    """``dask scheduler`` or ``dask worker`` in a process of its own; killed at the end, with all that it started."""
    command = [sys.executable, "-m", "distributed.cli.dask_" + what, *map(str, options)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(site or ""), "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}
    with open(folder / f"{what}.log", "ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def scheduler(folder: Path, *options: object) -> Iterator[str]:
    """A scheduler on this machine, by its address."""
    file = folder / "scheduler.json"
    with dask(
        "scheduler", folder, "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--scheduler-file", file, *options
    ) as process:
        wait_until(lambda: process.poll() is not None or (file.exists() and file.read_text()))
        assert process.poll() is None, (folder / "scheduler.log").read_text()
        yield json.loads(file.read_text())["address"]


@contextmanager
def worker(address: str, folder: Path, site: Path, *options: object) -> Iterator[subprocess.Popen]:
    arguments = (address, "--nthreads", 1, "--no-dashboard", "--local-directory", folder / "scratch", *options)
    with dask("worker", folder, *arguments, site=site) as process:
        yield process


def wait_for(address: str, workers: int) -> list[str]:
    # A client that could not connect, finalised while the next one starts, waits for a lock that the start holds.
    gc.collect()
    with distributed.Client(address, timeout=30, set_as_default=False) as client:
        wait_until(lambda: len(client.scheduler_info()["workers"]) == workers)  # those of the test before have gone
        return list(client.scheduler_info()["workers"])


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """That of a scheduler without workers, or with those of the test that runs."""
    with scheduler(tmp_path_factory.mktemp("scheduler")) as address:
        yield address


def results_in(out: Path) -> dict[str, dict]:
    return {
        path.stem: json.loads(path.read_text()) | {"seconds": 0}
        for path in (out / "results" / ASSIGNMENT).glob("*.json")
    }


def job(student: str, more: bytes = b"") -> Job:
    source = f"def missing_part(s, y):\n    return s * (y.sum() - y)\n{more.decode()}"
    return Job(student, ASSIGNMENT, RELEASED, SEED, notebook_bytes({"missing_part": source}))


class TestTwoWorkers:
    """Tests in this order on the same two, one of which does not survive the second."""

    @pytest.fixture(scope="class")
    @classmethod
    def two(cls, address, tmp_path_factory, installed) -> Iterator[list[subprocess.Popen]]:
        folder = tmp_path_factory.mktemp("two")
        with (
            worker(address, folder, installed, "--no-nanny") as first,
            worker(address, folder, installed, "--no-nanny") as second,
        ):
            wait_for(address, 2)
            yield [first, second]

    def test_a_class_gets_the_same_results_on_a_cluster_as_here(self, address, two, tmp_path):
        write_class(tmp_path / "submitted", STUDENTS)
        here, there = tmp_path / "here", tmp_path / "there"
        common = ("grade", ASSIGNMENT, "--submitted", tmp_path / "submitted", "--seed", SEED, "--call-timeout", 1)
        local = autograder(*common, "--out", here, "--json", tmp_path / "here.json")
        remote = autograder(*common, "--out", there, "--json", tmp_path / "there.json", "--scheduler", address)
        assert (remote.returncode, local.returncode) == (0, 0), remote.stderr + local.stderr
        assert sorted(remote.stderr.splitlines()) == sorted(local.stderr.splitlines())
        assert results_in(there) == results_in(here) and len(results_in(here)) == len(STUDENTS)
        assert (tmp_path / "there.json").read_bytes() == (tmp_path / "here.json").read_bytes()
        for path in (here / "autograded").rglob("*.ipynb"):
            assert (there / path.relative_to(here)).read_bytes() == path.read_bytes()

    def test_a_worker_killed_in_the_middle_takes_no_submission_with_it(self, address, two):
        jobs = [job(f"student_{number}") for number in range(8)]
        with cluster.ClusterWorkers(address, ASSIGNMENT) as workers:
            judged = judge_all(jobs, workers)
            found = [next(judged)]
            two[0].kill()
            found += judged
        assert {each.result.student: each.result for each in found} == {
            each.student: judge(each).result for each in jobs
        }


def scores_of(results):
    return {result.student: {problem.problem: problem.score for problem in result.problems} for result in results}


@pytest.mark.soak
def test_a_large_class_gets_the_same_scores_on_a_cluster_of_which_a_worker_is_killed(address, tmp_path, installed):
    size = int(os.environ.get("SOAK_SUBMISSIONS", "1000")) // 5
    names = write_varied(tmp_path / "submitted", ordinary(), size)
    settings = cohort.Settings(ASSIGNMENT, RELEASED, SEED)
    jobs = [cohort.job_for(tmp_path / "submitted", name, settings) for name in names]
    with ExitStack() as stack:
        started = [stack.enter_context(worker(address, tmp_path, installed, "--no-nanny")) for _ in range(3)]
        wait_for(address, 3)
        there = []
        with cluster.ClusterWorkers(address, ASSIGNMENT) as workers:
            for judged in judge_all(jobs, workers):
                there.append(judged.result)
                if len(there) == size // 3:
                    started[0].kill()
    with LocalWorkers(2) as workers:
        here = [judged.result for judged in judge_all(jobs, workers)]
    assert len(there) == len(here) == size
    assert scores_of(there) == scores_of(here)
    exact = {each.student for each in jobs if not may_return_unwritten_memory(each.content)}
    assert {r.student: r for r in there if r.student in exact} == {r.student: r for r in here if r.student in exact}


def test_a_submission_that_kills_its_worker_ends_as_a_zero_and_the_others_are_graded(address, tmp_path, installed):
    (tmp_path / "kills.py").write_text(KILLS)
    with worker(address, tmp_path, installed, "--nworkers", 2, "--preload", tmp_path / "kills.py"):
        wait_for(address, 2)
        jobs = [job("ada"), job("ben", DEADLY), job("cleo"), job("dev")]
        with cluster.ClusterWorkers(address, ASSIGNMENT) as workers:
            found = {each.result.student: each.result for each in judge_all(jobs, workers)}
    assert found["ben"].score == 0 and "made the grader itself fail, twice" in found["ben"].unreadable
    assert [found[name].score for name in ("ada", "cleo", "dev")] == [3, 3, 3]


def test_a_worker_with_other_packages_is_refused_before_anything_is_graded(address, tmp_path, installed):
    other = tmp_path / "other"
    subprocess.run(["cp", "-R", installed, other], check=True)
    with open(other / "autograder" / "judging" / "judge.py", "a") as file:
        file.write("MARKS = 'of last year'\n")
    with worker(address, tmp_path, other, "--no-nanny"):
        wait_for(address, 1)
        with pytest.raises(cluster.ClusterFailed, match="its course packages are not those of this checkout"):
            cluster.ClusterWorkers(address, ASSIGNMENT)


@pytest.mark.parametrize(
    ("there", "message"),
    [
        ({"numpy": "1.0"}, "it has numpy 1.0, and this machine has"),
        ({"Python": "3.8"}, "it has Python 3.8"),
        ({"fingerprints": {}}, "its course packages"),
        ({"problem": "bubblewrap is not installed"}, "bubblewrap is not installed"),
        ({}, ""),
    ],
)
def test_what_makes_a_worker_unfit_is_named(there, message):
    here = cluster.facts(ASSIGNMENT, Hidden(), unsafe=True)
    why = cluster.misfit(here, here | there)
    assert message in why and bool(why) == bool(message)


def test_a_worker_without_the_course_is_told_what_to_install():
    why = cluster.misfit(
        cluster.facts(ASSIGNMENT, Hidden(), unsafe=True), ModuleNotFoundError("No module named 'autograder'")
    )
    assert "No module named 'autograder'" in why and "Install the instructor's package" in why


def test_without_workers_the_command_says_how_to_start_some(address, tmp_path, capsys):
    write_class(tmp_path / "submitted", STUDENTS[:1])
    arguments = [
        "grade",
        ASSIGNMENT,
        "--submitted",
        tmp_path / "submitted",
        "--out",
        tmp_path / "out",
        "--scheduler",
        address,
    ]
    assert main([str(argument) for argument in arguments]) == 1
    assert f"dask worker {address}" in capsys.readouterr().err


def test_a_scheduler_that_is_not_there_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
    write_class(tmp_path / "submitted", STUDENTS[:1])
    arguments = [
        "grade",
        ASSIGNMENT,
        "--submitted",
        tmp_path / "submitted",
        "--out",
        tmp_path / "out",
        "--scheduler",
        "tcp://127.0.0.1:9",
    ]
    assert main([str(argument) for argument in arguments]) == 1
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err


def test_a_cluster_whose_last_worker_has_gone_ends_the_run_with_a_message(address, tmp_path, installed, monkeypatch):
    monkeypatch.setattr(cluster, "RETURN_SECONDS", 1)
    with worker(address, tmp_path, installed, "--no-nanny") as only:
        wait_for(address, 1)
        with cluster.ClusterWorkers(address, ASSIGNMENT) as workers:
            judged = judge_all([job("ada"), job("ben")], workers)
            assert next(judged).result.student == "ada"
            only.kill()
            with pytest.raises(cluster.ClusterFailed, match="has had no worker"):
                list(judged)


def test_a_scheduler_that_goes_ends_the_run_with_a_message(tmp_path, installed):
    with scheduler(tmp_path) as address:
        running = worker(address, tmp_path, installed, "--no-nanny")
        running.__enter__()
        wait_for(address, 1)
        workers = cluster.ClusterWorkers(address, ASSIGNMENT)
        judged = judge_all([job(name) for name in ("ada", "ben", "cleo")], workers)
        assert next(judged).result.student == "ada"
    with pytest.raises(cluster.ClusterFailed, match="has gone"):
        list(judged)
    workers.__exit__(None)
    running.__exit__(None, None, None)


def test_an_encrypted_cluster_is_used_with_its_certificates(tmp_path, installed, monkeypatch):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=grader",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    files = ("--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key)
    with (
        scheduler(tmp_path, "--protocol", "tls", *files) as address,
        worker(address, tmp_path, installed, "--no-nanny", *files),
    ):
        assert address.startswith("tls://")
        with pytest.raises(cluster.ClusterFailed, match="certificates"):
            cluster.ClusterWorkers(address, ASSIGNMENT)
        settings = {
            f"distributed.comm.tls.{name}": str(file)
            for name, file in (("ca-file", certificate), ("client.cert", certificate), ("client.key", key))
        }
        with dask_config.set(settings):
            wait_for(address, 1)
            with cluster.ClusterWorkers(address, ASSIGNMENT) as workers:
                assert [each.result.score for each in judge_all([job("ada")], workers)] == [3]
