"""What a student's process can see and do, found out from inside it; and the same code unprotected, to show that the tests can see."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from autograder import sandbox, seccomp
from autograder.probe import Probe
from autograder.process import Process
from autograder.sandbox import Limits, NoSandbox
from checks.check import Failed

ROOT = Path(__file__).parents[2]

TOOLS = '''
import ctypes, os, socket, subprocess, sys, threading

def result(code):
    try:
        return repr(eval(code))[:2000]
    except BaseException as error:
        return "refused: " + repr(error)[:200]

def kept(call, size, most):
    got = []
    try:
        while len(got) < most:
            got.append(call(size))
    except MemoryError:
        pass
    return len(got)
'''


@pytest.fixture(scope="module")
def inside():
    with Probe([("tools", TOOLS)], Limits()) as probe:
        yield lambda code: probe("result", code).answer


@pytest.fixture(scope="module")
def outside():
    with Probe([("tools", TOOLS)], Limits(), unsafe=True) as probe:
        yield lambda code: probe("result", code).answer


HIDDEN = [
    f"open({str(ROOT / 'solutions' / 'ps2_missing_sum.md')!r}).read(9)",
    f"os.listdir({str(ROOT)!r})",
    "os.listdir('/etc')",
    "os.listdir('/proc')",
    "open('/proc/self/maps').read(9)",
    "open('/proc/1/environ').read(9)",
    "os.listdir('/home')",
    "os.listdir('/var')",
    "__import__('reference')",
    "__import__('checks')",
    "__import__('nbgrader')",
]


@pytest.mark.parametrize("code", HIDDEN)
def test_the_hosts_files_and_the_instructors_packages_are_not_there(inside, code):
    assert inside(code).startswith("refused")


@pytest.mark.parametrize("code", HIDDEN[:5])
def test_the_same_code_reads_them_without_the_sandbox(outside, code):
    assert not outside(code).startswith("refused")


def test_no_variable_of_the_graders_environment_is_passed_on(inside, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    assert "hunter2" not in inside("dict(os.environ)")
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert "hunter2" not in probe("result", "dict(os.environ)").answer


@pytest.mark.parametrize(
    "path", ["/x", "/site/x", "/grader/runner.py", "/dev/x", "/dev/shm/x", "/usr/lib/x", os.path.join(os.__file__)]
)
def test_nothing_can_be_written_but_in_a_small_tmp(inside, path):
    assert inside(f"open({path!r}, 'w')").startswith("refused")


def test_tmp_is_small(inside):
    written = inside("[open(f'/tmp/{k}', 'wb').write(bytes(4_000_000)) for k in range(10)]")
    assert "No space left" in written


@pytest.mark.parametrize(
    "code",
    [
        "os.fork()",
        "os.posix_spawn(sys.executable, [sys.executable], {})",
        "subprocess.run([sys.executable, '-c', '1'])",
        "socket.create_connection(('127.0.0.1', 22), 1)",
        "socket.create_connection(('192.0.2.1', 80), 1)",
        "os.memfd_create('x')",
        "os.pipe()",
        "socket.socketpair()",
        "__import__('fcntl').fcntl(2, 1031, 2**20)",
        "__import__('multiprocessing').Process(target=print).start()",
    ],
)
def test_no_process_and_no_connection_can_be_made(inside, code):
    assert inside(code).startswith("refused")


def test_system_calls_that_need_no_library_function_are_refused_too(inside):
    for name in ("fork", "vfork", "ptrace", "unshare", "shmget", "keyctl", "bpf", "io_uring_setup", "inotify_init1", "fanotify_init", "timer_create", "io_setup"):
        number = seccomp.DENIED[os.uname().machine].get(name)
        if number is not None:
            assert inside(f"ctypes.CDLL(None).syscall({number}, 0, 4096, 0)") == "-1", name


def test_threads_work_because_libraries_use_them(inside):
    assert inside("[t := threading.Thread(target=list), t.start(), t.join()][1:]") == "[None, None]"


def test_matplotlib_can_be_imported(inside):
    assert "3." in inside("__import__('matplotlib.pyplot') and sys.modules['matplotlib'].__version__")


def test_memory_is_limited(inside):
    assert inside("kept(bytearray, 500_000_000, 20)") in {"0", "1", "2", "3", "4"}


def test_a_system_call_in_the_way_of_32_bits_ends_the_process():
    """The numbers of the filter mean other calls there."""
    if os.uname().machine != "x86_64":
        pytest.skip("a way of x86_64")
    code = TOOLS + """
import mmap
def getpid():
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20; int 0x80; ret
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    with Probe([("tools", code)], Limits()) as probe, pytest.raises(Failed, match="its process ended"):
        probe("getpid")


def test_what_cannot_be_watched_is_not_run(monkeypatch):
    monkeypatch.setattr("autograder.process._only_child", lambda pid: None)
    with pytest.raises(NoSandbox, match="cannot be counted"):
        sandbox.require_sandbox()


def test_the_filter_refuses_a_machine_it_does_not_know():
    with pytest.raises(ValueError, match="riscv64"):
        seccomp.program("riscv64")


def test_nothing_is_left_running_after_a_submission():
    before = _sandboxed_processes()
    with Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "1")
        started = _sandboxed_processes() - before
    assert started
    deadline = time.monotonic() + 5
    while _sandboxed_processes() & started and time.monotonic() < deadline:
        os.sched_yield()
    assert not _sandboxed_processes() & started


def test_no_descriptor_is_left_open_after_a_submission():
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        with Process(Limits()):
            pass
    assert os.listdir("/proc/self/fd") == before


def test_without_bubblewrap_grading_is_refused_with_the_command_to_type(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(NoSandbox, match="apt-get install bubblewrap"):
        sandbox.require_sandbox()


def test_a_bubblewrap_that_does_not_work_is_found_out_by_running_it(monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: str(broken))
    with pytest.raises(NoSandbox, match="Permission denied"):
        sandbox.require_sandbox()


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become an ordinary user")
def test_it_works_for_an_ordinary_user_too():
    """An ordinary user cannot pass root's folders, so that bubblewrap and the filter are tried with the system's own Python."""
    script = "import os; os.fork()"
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr",
               "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--seccomp", "0", "/usr/bin/python3", "-S", "-c", script]
    done = subprocess.run(command, input=seccomp.program(), capture_output=True)
    assert b"PermissionError" in done.stderr


def _sandboxed_processes() -> set[str]:
    found = set()
    for process in os.listdir("/proc"):
        try:
            command = Path("/proc", process, "cmdline").read_bytes()
        except OSError:
            continue
        if b"/grader/runner.py" in command:
            found.add(process)
    return found
