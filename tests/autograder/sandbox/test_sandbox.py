"""What a student's process can see and do, found out from inside it.

The same code unprotected shows that the tests can see.
"""

import os
import resource
import subprocess
from pathlib import Path

import pytest

from autograder.checking.protocol import Failed
from autograder.judging.probe import Probe
from autograder.sandbox import isolation, seccomp, servers
from autograder.sandbox.isolation import NoSandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import require_sandbox

from .students import TOOLS, fresh_servers

ROOT = Path(__file__).parents[3]


@pytest.fixture(
    scope="module", params=[isolation.CAPABILITIES, ()], ids=["in namespaces of its own", "alone in bubblewrap's"]
)
def inside(request):
    with fresh_servers(request.param), Probe([("tools", TOOLS)], Limits()) as probe:
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


OWNERS = [
    "os.chmod('/dev/null', 0o666)",
    "os.fchmod(0, 0o666)",
    "os.utime('/dev/null')",
    "os.chown('/dev/null', -1, -1)",
    "fcntl.fcntl(open(os.__file__), fcntl.F_SETLEASE, fcntl.F_RDLCK)",
]


@pytest.mark.parametrize(
    "code",
    [
        *OWNERS,
        "os.setxattr('/tmp', 'user.x', b'')",
        "fcntl.flock(0, fcntl.LOCK_EX)",
        "fcntl.lockf(1, fcntl.LOCK_EX)",
        "os.mkfifo('/tmp/pipe')",
        "os.open('/dev/ptmx', os.O_RDWR)",
        "os.pidfd_open(1)",
    ],
)
def test_nothing_can_be_done_to_what_others_use_too(inside, code):
    """Where root grades, the process is the owner of root's devices and libraries, read-only or not."""
    assert inside(code).startswith("refused")


@pytest.mark.skipif(os.getuid() != 0, reason="root is the owner of these")
@pytest.mark.parametrize("code", OWNERS)
def test_the_same_code_does_it_without_the_sandbox(outside, code):
    assert not outside(code).startswith("refused")


def test_system_calls_that_need_no_library_function_are_refused_too(inside):
    for name, number in seccomp.DENIED[os.uname().machine].items():
        assert (
            inside(f"ctypes.CDLL(None, use_errno=True).syscall({number}, 0, 4096, 0), ctypes.get_errno()") == "(-1, 1)"
        ), name
    for number in (seccomp.LATER, 425, 435, 438, 444, 452, 1000, 0x40000000):
        assert (
            inside(f"ctypes.CDLL(None, use_errno=True).syscall({number}, 0, 4096, 0), ctypes.get_errno()") == "(-1, 38)"
        ), number


def test_a_grader_that_may_run_before_all_others_does_not_pass_it_on():
    before = resource.getrlimit(resource.RLIMIT_RTPRIO)
    try:
        resource.setrlimit(resource.RLIMIT_RTPRIO, (50, 50))
    except ValueError:
        pytest.skip("this user may not")
    try:
        with fresh_servers(), Probe([("tools", TOOLS)], Limits()) as probe:
            assert probe("result", "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))").answer.startswith(
                "refused"
            )
    finally:
        resource.setrlimit(resource.RLIMIT_RTPRIO, before)


def test_threads_work_because_libraries_use_them(inside):
    assert inside("[t := threading.Thread(target=list), t.start(), t.join()][1:]") == "[None, None]"


def test_matplotlib_can_be_imported(inside):
    assert "3." in inside("__import__('matplotlib.pyplot') and sys.modules['matplotlib'].__version__")


def test_memory_is_limited(inside):
    """NumPy's zeros are pages that nobody writes, so that a slow machine has no gigabytes to fill in time."""
    assert inside("kept(__import__('numpy').zeros, 500_000_000 // 8, 20)") in {"0", "1", "2", "3", "4"}


def test_a_system_call_in_the_way_of_32_bits_ends_the_process():
    """The numbers of the filter mean other calls there."""
    if os.uname().machine != "x86_64":
        pytest.skip("a way of x86_64")
    code = (
        TOOLS
        + """
import mmap
def getpid():
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20; int 0x80; ret
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    )
    with Probe([("tools", code)], Limits()) as probe, pytest.raises(Failed, match="its process ended"):
        probe("getpid")


def test_what_cannot_be_watched_is_not_run(monkeypatch):
    monkeypatch.setattr("autograder.sandbox.servers._last_descendant", lambda pid: None)
    with pytest.raises(NoSandbox, match="cannot be counted"):
        require_sandbox()


def test_the_filter_refuses_a_machine_it_does_not_know():
    with pytest.raises(ValueError, match="riscv64"):
        seccomp.program("riscv64")


def test_a_student_has_no_privilege_and_no_descriptor_but_its_pipes(inside):
    held = (
        "(lambda header, data: (ctypes.CDLL(None).capget(header, data), *data))"
        "((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())"
    )
    assert inside(held) == "(0, 0, 0, 0, 0, 0, 0)"
    is_open = "[fd for fd in range(3, 1000) if ctypes.CDLL(None).fcntl(fd, 1) >= 0] == sorted(map(int, sys.argv[1:3]))"
    assert inside(is_open) == "True"
    assert inside("ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)") == "1"  # PR_GET_NO_NEW_PRIVS


def test_a_process_cannot_hide_from_the_grader():
    """Its user namespace belongs to who grades, root or not."""
    code = """
def hide():
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
    for number in range(3000):
        open(f"/tmp/{number}", "w").close()
    __import__("time").sleep(60)
"""
    with Probe([("tools", TOOLS + code)], Limits()) as probe, pytest.raises(Failed, match="more than 2000 files"):
        probe("hide")


def test_a_process_that_is_hidden_all_the_same_is_stopped(monkeypatch):
    def refuse(path):
        raise PermissionError

    with Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "1")
        monkeypatch.setattr("autograder.sandbox.process.os.statvfs", refuse)
        with pytest.raises(Failed, match="invisible"):
            probe("result", "__import__('time').sleep(60)")


def test_without_bubblewrap_grading_is_refused_with_the_command_to_type(monkeypatch):
    monkeypatch.setattr(isolation.shutil, "which", lambda name: None)
    with fresh_servers(), pytest.raises(NoSandbox, match="apt-get install bubblewrap"):
        require_sandbox()


def test_a_bubblewrap_that_does_not_work_is_found_out_by_running_it(monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(isolation.shutil, "which", lambda name: str(broken))
    with fresh_servers(), pytest.raises(NoSandbox, match="Permission denied"):
        require_sandbox()


def test_asking_for_the_sandbox_leaves_what_is_ready_for_a_student():
    with fresh_servers():
        require_sandbox()
        assert not servers.idle
        servers.prepare()
        ready = servers.idle[0]
        if not ready.isolates:
            pytest.skip("this system allows no namespaces inside bubblewrap's, so that each student gets a server")
        require_sandbox()
        assert list(servers.idle) == [ready] and ready.process.poll() is None


def test_a_server_that_ended_while_it_was_ready_is_replaced_by_one_that_is_tried():
    with fresh_servers():
        servers.prepare()
        ready = servers.idle[0]
        ready.close()
        require_sandbox()
        assert ready not in servers.idle


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to become an ordinary user")
def test_it_works_for_an_ordinary_user_too():
    """Such a user cannot pass root's folders, so bubblewrap and the filter are tried with the system's own Python."""
    script = "import os; os.fork()"
    command = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "bwrap",
        "--unshare-all",
        "--ro-bind",
        "/usr",
        "/usr",
        "--symlink",
        "usr/lib",
        "/lib",
        "--symlink",
        "usr/lib64",
        "/lib64",
        "--seccomp",
        "0",
        "/usr/bin/python3",
        "-S",
        "-c",
        script,
    ]
    done = subprocess.run(command, input=seccomp.program(), capture_output=True)
    assert b"PermissionError" in done.stderr
