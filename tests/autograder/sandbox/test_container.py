"""What a student's process can see and do in a container's isolation, where there is no namespace."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.checking.protocol import Failed
from autograder.judging.probe import Probe
from autograder.sandbox import container, kinds, seccomp, servers
from autograder.sandbox.inside import forkserver
from autograder.sandbox.isolation import NoSandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import prepare_one, require_sandbox

from .students import TOOLS, fresh_servers
from .test_forkserver import LEFT, SEEN
from .test_sandbox import HIDDEN, OWNERS

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="this isolation needs root")
pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def contained() -> Iterator[None]:
    with fresh_servers(kind=kinds.CONTAINER):
        prepare_one()
        yield


@pytest.fixture(scope="module")
def inside(contained):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert probe.isolation == "container"
        yield lambda code: probe("result", code).answer


REFUSED = [
    *HIDDEN,
    *OWNERS[:2],
    "os.fork()",
    "subprocess.run(['/bin/sh'])",
    "os.execv('/lib64/ld-linux-x86-64.so.2', ['x'])",
    "socket.create_connection(('127.0.0.1', 22), 1)",
    "socket.socketpair()",
    "os.memfd_create('x')",
    "os.setuid(0)",
    "os.setresuid(-1, 61_001, -1)",
    "os.setgroups([0])",
    "os.chroot('/tmp')",
    "os.mknod('/tmp/kmem', 0o20600, 258)",
    "os.mkfifo('/tmp/pipe')",
    "os.kill(os.getppid(), 9)",
    "os.kill(1, 0)",
    "os.sched_setaffinity(os.getppid(), {0})",
    "open('/tmp/../../../../etc/passwd').read(9)",
    *(f"open({path!r}, 'w')" for path in ("/x", "/site/x", "/grader/runner.py", "/dev/x", "/dev/shm/x", os.__file__)),
]


@needs_root
@pytest.mark.parametrize("code", REFUSED)
def test_what_belongs_to_others_cannot_be_reached(inside, code):
    assert inside(code).startswith("refused")


@needs_root
def test_a_student_is_a_user_of_its_own_without_groups_and_privileges(inside):
    user = int(inside("os.getuid()"))
    assert user >= container.FIRST_USER
    assert inside("(os.getresuid(), os.getresgid(), os.getgroups())") == repr(((user,) * 3, (user,) * 3, []))
    held = (
        "(lambda header, data: (ctypes.CDLL(None).capget(header, data), *data))"
        "((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())"
    )
    assert inside(held) == "(0, 0, 0, 0, 0, 0, 0)"
    assert inside("ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)") == "1"  # PR_GET_NO_NEW_PRIVS
    assert inside("ctypes.CDLL(None, use_errno=True).prctl(1, 0, 0, 0, 0)") == "-1"  # PR_SET_PDEATHSIG
    is_open = "[fd for fd in range(3, 1000) if ctypes.CDLL(None).fcntl(fd, 1) >= 0] == sorted(map(int, sys.argv[1:3]))"
    assert inside(is_open) == "True"


@needs_root
def test_the_file_system_has_no_program_that_gives_privileges_and_nothing_that_all_may_write(contained):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        root = Path(probe._ready()._student.process.tmp).parent
    found = [path for path in root.rglob("*") if not path.is_symlink() and path.parent.name != "dev"]
    assert len(found) > 1000
    assert [path for path in found if path.lstat().st_mode & 0o6000 or path.lstat().st_uid] == []
    assert [path for path in found if path.lstat().st_mode & 0o022] == [root / "tmp"]


@needs_root
def test_all_system_calls_that_a_namespace_would_make_harmless_are_refused(inside):
    for name, number in seccomp.UNHIDDEN[os.uname().machine].items():
        assert (
            inside(f"ctypes.CDLL(None, use_errno=True).syscall({number}, 0, 4096, 0), ctypes.get_errno()") == "(-1, 1)"
        ), name


@needs_root
def test_the_allowed_libraries_work(inside):
    assert "3." in inside("__import__('matplotlib.pyplot') and sys.modules['matplotlib'].__version__")
    assert inside("__import__('numpy').linalg.inv([[2.0]]).tolist()") == "[[0.5]]"
    assert inside("len(os.urandom(8)), __import__('ssl').OPENSSL_VERSION_INFO[0] > 0") == "(8, True)"


@needs_root
def test_what_one_student_leaves_the_next_does_not_find(contained):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        untouched = probe("result", SEEN).answer
    folders = "for depth in range(1500):\n    os.mkdir('x')\n    os.chdir('x')\n"
    with Probe([("tools", TOOLS + LEFT + "os.umask(0)\n" + folders)], Limits(call=20, cell=20)) as probe:
        with contextlib.suppress(Failed):
            probe("result", SEEN)
        assert all("folders one in the other" in why for why in probe.cell_errors.values())
    with Probe([("tools", TOOLS)], Limits()) as probe:
        again = probe("result", SEEN).answer
        assert again[: again.rindex(",")] == untouched[: untouched.rindex(",")]


@needs_root
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("[open(f'/tmp/{k}', 'wb').write(bytes(4_000_000)) for k in range(10)], __import__('time').sleep(9)", "16 MB"),
        ("[open(f'/tmp/{k}', 'w').close() for k in range(3000)], __import__('time').sleep(9)", "2000 files"),
    ],
)
def test_what_the_kernel_does_not_count_the_judge_does(contained, code, told):
    with Probe([("tools", TOOLS)], Limits()) as probe, pytest.raises(Failed, match=told):
        probe("result", code)


@needs_root
def test_two_at_the_same_time_are_different_users_with_different_files(contained):
    with Probe([("tools", TOOLS)], Limits()) as one, Probe([("tools", TOOLS)], Limits()) as other:
        first, second = (int(probe("result", "os.getuid()").answer) for probe in (one, other))
        assert first != second and {first, second}.isdisjoint({first + 1, second + 1})
        one("result", "open('/tmp/x', 'w').close()")
        assert other("result", "os.listdir('/tmp')").answer == "[]"
        assert other("result", f"os.kill({one._ready()._number}, 9)").answer.startswith("refused")
        assert other("result", f"os.kill({one._ready()._number}, 0)").answer.startswith("refused")


@needs_root
@pytest.mark.parametrize("code", ["os.kill(-1, 9)", "os.kill(0, 9)", "[os.kill(p, 9) for p in range(2, 9)]"])
def test_a_student_cannot_end_what_serves_it(contained, code):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "1")
        server = probe._ready()._student.process._server
        try:
            probe("result", code)
        except Failed:
            pass
    assert server.process.poll() is None and server in servers.idle


@needs_root
def test_of_a_student_nothing_is_left_running_when_its_grader_is_killed():
    script = """
import os, signal
from autograder.sandbox import kinds
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Process
process = Process(Limits(), isolation=kinds.CONTAINER)
print(process._number, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    number = done.stdout.strip()
    assert number, done.stderr
    deadline = time.monotonic() + 5
    while Path("/proc", number).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path("/proc", number).exists()


@needs_root
def test_a_place_is_cleared_of_what_a_killed_server_left_before_it_is_used(contained, monkeypatch):
    """Here it is left by hand: a process of the user, and a file."""
    servers.forget(kinds.CONTAINER)
    place = container.take_place()
    monkeypatch.setattr(container, "take_place", lambda: place)
    (place.tmp / "left").write_text("by the one before")
    left = subprocess.Popen(["setpriv", f"--reuid={place.user}", "--clear-groups", "--regid=61000", "sleep", "60"])
    time.sleep(0.2)
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert probe("result", "os.getuid(), os.listdir('/tmp')").answer == f"({place.user}, [])"
    servers.forget(kinds.CONTAINER)
    assert left.wait(5) == -9


@needs_root
def test_it_needs_no_namespace():
    """Where every call that would make one is refused, bubblewrap does not work, and this does."""
    script = """
import ctypes, errno, os, struct
from autograder.sandbox import seccomp
denied = seccomp.DENIED[os.uname().machine]
numbers = [denied[name] for name in ("unshare", "setns", "mount", "umount2", "pivot_root")]
code = [(0x20, 0, 0, 0)]
for number in numbers:
    code += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050001)]
clone = seccomp.CLONE[os.uname().machine]
code += [(0x15, 0, 1, 435), (0x06, 0, 0, 0x00050026)]
code += [(0x15, 0, 3, clone), (0x20, 0, 0, 16), (0x45, 0, 1, 0x7E020000), (0x06, 0, 0, 0x00050001)]
code += [(0x06, 0, 0, 0x7FFF0000)]
program = b"".join(struct.pack("<HBBI", *line) for line in code)
kept = ctypes.create_string_buffer(program, len(program))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(22, 2, ctypes.byref(Program(len(code), ctypes.addressof(kept)))) == 0, ctypes.get_errno()
from autograder.sandbox.process import require_sandbox
print(require_sandbox().name)
try:
    require_sandbox("bubblewrap")
except Exception as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.startswith("container\n"), done.stderr
    assert "- bubblewrap: it does not work" in done.stdout


def test_without_root_it_is_refused_with_the_reason(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with fresh_servers(kind=kinds.CONTAINER), pytest.raises(NoSandbox, match=r"container: .* needs root"):
        require_sandbox()


def test_where_no_device_can_be_made_there_is_an_empty_file_to_read(monkeypatch, tmp_path):
    def refused(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "mknod", refused)
    container._make_devices(tmp_path)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("null", b"")]


@needs_root
def test_places_that_nobody_has_are_removed_when_asked_or_after_a_month_without_use(monkeypatch, tmp_path):
    tmp_path.chmod(0o755)
    monkeypatch.setattr(container, "FOLDER", tmp_path)
    for number in range(3):
        (tmp_path / f"{number}-digest" / "usr").mkdir(parents=True)
        (tmp_path / f"{number}.lock").touch(mode=0o600)
    month_ago = time.time() - 86_400 * (container.KEPT_DAYS + 1)
    os.utime(tmp_path / "1.lock", (month_ago, month_ago))
    held = container._locked(2)
    assert container._locked(2) is None
    assert container.remove_free(unused_days=container.KEPT_DAYS) == 1
    assert sorted(path.name for path in tmp_path.glob("*-digest")) == ["0-digest", "2-digest"]
    assert container.remove_free() == 1
    assert [path.name for path in tmp_path.glob("*-digest")] == ["2-digest"]
    os.close(held)


def test_a_folder_that_others_can_change_is_refused(monkeypatch, tmp_path):
    tmp_path.chmod(0o777)
    monkeypatch.setattr(container, "FOLDER", tmp_path)
    with pytest.raises(container.NoPlace, match="can be changed by others"):
        container.take_place()


def test_a_folder_is_emptied_however_deep_it_is(tmp_path):
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_text("x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    forkserver.empty(str(tmp_path))
    assert os.listdir(tmp_path) == []
