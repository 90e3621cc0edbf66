"""A server forks one student after the other: nothing of one reaches the next, and whatever ends it costs nobody."""

import os
import subprocess
import sys
import time
from ast import literal_eval
from pathlib import Path

import pytest

from autograder.checking.protocol import Failed
from autograder.judging.probe import Probe
from autograder.sandbox import servers
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Process

from .students import TOOLS, fresh_servers


@pytest.fixture
def reusing():
    """A server that serves one student after the other, whom it puts into namespaces of their own.

    Skipped where the system does not let it.
    """
    with fresh_servers():
        servers.prepare()
        if not servers.idle[0].isolates:
            pytest.skip("this system allows no namespaces inside bubblewrap's, so that each student gets a server")
        yield servers.idle[0]


LEFT = """
import numpy, signal
open("/tmp/left", "w").write("by the one before")
open("/tmp/numpy.py", "w").write("exp = None")
sys.path.insert(0, "/tmp")
os.environ["LEFT"] = "by the one before"
numpy.exp = None
numpy.left = sys.left = "by the one before"
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.umask(0o777)
os.nice(5)
os.set_blocking(0, False)
threading.Thread(target=__import__("time").sleep, args=[60]).start()
"""
SEEN = """[
    os.listdir("/tmp"), os.environ.get("LEFT"), hasattr(sys, "left"), __import__("numpy").exp is None,
    "/tmp" in sys.path, hex(os.umask(0o22)), os.nice(0), __import__("signal").getsignal(15) == 1,
    threading.active_count(), os.get_blocking(0), os.getcwd(), os.getpid()
]"""


def test_what_one_student_leaves_the_next_does_not_find(reusing):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert _server_of(probe) is reusing
        untouched = probe("result", SEEN).answer
    with Probe([("tools", TOOLS + LEFT)], Limits()) as probe:
        assert _server_of(probe) is reusing
        seen = probe("result", SEEN).answer
        assert probe.cell_errors == {} and "by the one before" not in untouched
        assert not [
            what for what, was in zip(literal_eval(seen)[:-2], literal_eval(untouched)[:-2], strict=True) if what == was
        ]
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert _server_of(probe) is reusing
        assert probe("result", SEEN).answer == untouched


def test_without_namespaces_the_next_one_would_find_it_so_a_server_serves_one():
    with fresh_servers(capabilities=()):
        with Probe([("tools", TOOLS + LEFT)], Limits()) as probe:
            server = _server_of(probe)
            assert not server.isolates
            server.isolates = True
        with Probe([("tools", TOOLS)], Limits()) as probe:
            assert _server_of(probe) is server and "left" in probe("result", "os.listdir('/tmp')").answer
            server.isolates = False
        assert not servers.idle


def test_of_a_student_nothing_is_left_running_when_the_next_one_starts(reusing):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "threading.Thread(target=__import__('time').sleep, args=[60]).start()")
        assert _server_of(probe) is reusing
        with_student = _descendants(reusing.process.pid)
    assert servers.idle[0] is reusing
    *server, _outside, _first, _student = with_student
    assert _descendants(reusing.process.pid) == server


def test_nothing_is_left_running_after_a_submission():
    before = _sandboxed_processes()
    with fresh_servers(), Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "1")
        started = _sandboxed_processes() - before
    assert started
    deadline = time.monotonic() + 5
    while _sandboxed_processes() & started and time.monotonic() < deadline:
        os.sched_yield()
    assert not _sandboxed_processes() & started


def test_no_descriptor_is_left_open_after_a_submission():
    with Process(Limits()):  # which may start a server
        pass
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        with Process(Limits()):
            pass
    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(0, 9)",
        "os.killpg(0, 9)",
        "os.kill(-1, 9)",
        "[os.kill(pid, 9) for pid in range(2, 500)]",
        "os.kill(1, 9)",
        "os._exit(0)",
    ],
)
def test_a_student_cannot_end_the_server(reusing, code):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "1")
        try:
            probe("result", code)
        except Failed as failed:
            assert "its process ended" in str(failed)
    assert list(servers.idle) == [reusing] and reusing.process.poll() is None


def test_a_student_beside_the_server_cannot_hold_up_its_own_end():
    with fresh_servers(capabilities=()):
        with Probe([("tools", TOOLS)], Limits()) as probe:
            probe("result", "[os.kill(pid, 19) for pid in range(2, os.getpid())]")
            end = time.monotonic() + servers.START_SECONDS / 2
        assert time.monotonic() < end


def test_a_server_that_was_killed_is_replaced(reusing):
    reusing.process.kill()
    reusing.process.wait()
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert probe("result", "1").answer == "1"
        assert _server_of(probe) is not reusing


def test_a_forked_grader_leaves_its_parents_server_alone(reusing):
    if (child := os.fork()) == 0:
        with Process(Limits()) as own:
            different = own._student.process._server is not reusing
        reusing.close()  # as when it is forgotten
        os._exit(0 if different else 1)
    assert os.waitpid(child, 0)[1] == 0
    with Process(Limits()) as again:
        assert again._student.process._server is reusing


def test_what_keeps_a_process_from_starting_is_said(reusing):
    """A limit on namespaces that is reached after the server has started."""
    limit = "/proc/sys/user/max_mnt_namespaces"
    script = f"""
from autograder.sandbox.process import Limits, Process
with Process(Limits()):
    pass
open("{limit}", "w").write("0")
with Process(Limits()):
    pass
"""
    user = ["unshare", "--user", "--map-root-user"]
    if subprocess.run([*user, "sh", "-c", f"echo 9 > {limit}"], capture_output=True).returncode:
        pytest.skip("no user namespace to be had for a test")
    done = subprocess.run([*user, sys.executable, "-c", script], capture_output=True, text=True)
    assert "NotStarted: OSError: [Errno 28] No space left on device" in done.stderr


def _server_of(probe: Probe) -> servers.ForkServer:
    return probe._ready()._student.process._server


def _descendants(pid: int) -> list[int]:
    found = []
    while children := servers._children(pid):
        (pid,) = children
        found.append(pid)
    return found


def _sandboxed_processes() -> set[str]:
    found = set()
    for process in os.listdir("/proc"):
        try:
            command = Path("/proc", process, "cmdline").read_bytes()
        except OSError:
            continue
        if b"/grader/forkserver.py" in command:
            found.add(process)
    return found
