"""Each attack does what it says where nothing stops it.

The line ``Unprotected: …`` of an attack's docstring says what comes of it under a naive grader, on a machine of its own
that bubblewrap makes: with another gradebook, other submissions, another ``/etc/passwd``. Attacks without such a line
are made of bytes on our own pipe, or are not safe even there (a fork bomb); that they arrive, and what they are told,
is seen in `tests.autograder.test_hostile`.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path

import pytest

from autograder.sandbox import isolation

from ...samples import sampled
from ...submissions import make
from ..hostile import ATTACKS, CANARY
from ..notebooks import ROOT

NAIVE = Path(__file__).parent / "naive"
HANGS = 4
"""Seconds after which it is believed that something never ends."""
REAL = {
    attack.student: found[1]
    for attack in ATTACKS
    if (found := re.search(r"^Unprotected: (.+)$", attack.description, flags=re.MULTILINE))
}


@pytest.fixture
def machine(tmp_path) -> Path:
    """What lies on the stand-in machine under ``/course``, ``/etc`` and ``/grader``."""
    for folder in ("course/autograded", "course/submitted/ben/ps2_missing_sum", "etc", "grader"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "course" / "seed").write_text("12345\n")
    (tmp_path / "course" / "submitted" / "ben" / "ps2_missing_sum" / "ps2_missing_sum.ipynb").write_text(
        "of another student"
    )
    (tmp_path / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (tmp_path / "grader" / "runner.py").write_text("")
    with sqlite3.connect(tmp_path / "course" / "gradebook.db") as gradebook:
        gradebook.execute("CREATE TABLE grade (auto_score REAL)")
        gradebook.execute("INSERT INTO grade VALUES (0)")
    return tmp_path


def graded(machine: Path, attack) -> tuple[str, bool]:
    """What the naive grader printed, and whether it came to its end."""
    sources = [(name.rpartition(" ")[2], source) for name, source in attack.cells]
    if not any("def softmax_backward" in source or "softmax_backward" in source for _, source in sources):
        sources.append(("softmax_backward", make.model_answers()["softmax_backward"]))
    options = [
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--unshare-uts",
        "--die-with-parent",
        "--new-session",
        "--hostname",
        "stand-in",
    ]
    for source, target in isolation.mounts():
        if not target.startswith("/grader"):
            options += ["--ro-bind", source, target]
    for folder in ("src", "solutions"):
        options += ["--ro-bind", str(ROOT / folder), f"/{folder}"]
    for link in ("/lib", "/lib64"):
        if os.path.islink(link):
            options += ["--symlink", os.readlink(link), link]
    for folder in ("course", "etc", "grader"):
        options += ["--bind", str(machine / folder), f"/{folder}"]
    options += [
        "--ro-bind",
        str(NAIVE),
        "/naive",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "--size",
        "100000000",
        "--tmpfs",
        "/tmp",
        "--chdir",
        "/tmp",
    ]
    environment = {"PYTHONPATH": "/site:/solutions:/src", "CANARY": CANARY, "OPENBLAS_NUM_THREADS": "1"}
    command = [isolation.bubblewrap(), *options, isolation.python(), "-S", "-B", "-u", "/naive/grade.py"]
    ended = True
    with open(machine / "said", "wb+") as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, env=environment)
        try:
            process.communicate(
                json.dumps(sources).encode(), timeout=HANGS if REAL[attack.student] in ("hangs", "floods") else 30
            )
        except subprocess.TimeoutExpired:
            ended = False
        except BrokenPipeError:
            pass
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        return said.read(10_000_000).decode(errors="replace"), ended


@pytest.mark.parametrize(
    "attack",
    sampled([attack for attack in ATTACKS if attack.student in REAL], 18),
    ids=lambda attack: attack.student,
)
def test_the_attack_is_real(machine, attack):
    printed, ended = graded(machine, attack)
    verb, _, what = REAL[attack.student].partition(" ")
    match verb:
        case "full":
            assert "points 6" in printed, printed[-2000:]
        case "dies":
            assert ended and not re.search("^points|Error", printed, flags=re.MULTILINE), printed[-2000:]
        case "hangs":
            assert not ended
        case "floods":
            assert len(printed) >= 5_000_000
        case "prints":
            assert what in printed.replace("\x1b", "ESC"), printed[-2000:]
        case "counts":
            number, kind = what.split()
            assert max(map(float, re.findall(rf"([\d.]+) {kind}", printed))) >= float(number), printed[-2000:]
        case "writes":
            written = machine / what
            assert written.read_bytes() if written.name != "gradebook.db" else scores(written) == [6]
        case _:
            raise AssertionError(f"what is {verb!r}?")


def scores(gradebook: Path) -> list[float]:
    with sqlite3.connect(gradebook) as database:
        return [score for (score,) in database.execute("SELECT auto_score FROM grade")]


def test_a_right_answer_gets_its_points_and_a_wrong_one_none(machine, monkeypatch):
    """The naive grader does grade."""
    honest = {
        source: "points 6" if "dot" in source or "keepdims" in source else "points 0"
        for source in (
            "def softmax_backward(s, g):\n    return s * (g - (s * g).sum(axis=1, keepdims=True))",
            "def softmax_backward(s, g):\n    return g * s * (1 - s)",
        )
    }
    for source, expected in honest.items():
        submission = make.Submission("honest", "ps2_missing_sum", "", {}, (("softmax_backward", source),))
        monkeypatch.setitem(REAL, "honest", "")
        assert expected in graded(machine, submission)[0]


def test_most_attacks_are_tried():
    assert len(REAL) >= 45
