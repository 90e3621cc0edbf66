"""The attacks on bubblewrap, and classes, in WebAssembly: each gets what it earned.

Where another rule stops the same attack, the message is another.
"""

from __future__ import annotations

import shutil

import pytest

from autograder.judging.judge import Job, judge
from autograder.judging.result import Result
from autograder.sandbox.kinds import WASM
from autograder.sandbox.limits import Limits

from ..samples import sample
from ..submissions import make
from .hostile import ATTACKS, MAX_SCORES, TIMEOUT, content, is_told
from .notebooks import ASSIGNMENT, RELEASED, ROOT
from .wasm import needs_wasm

pytestmark = [pytest.mark.sandbox, needs_wasm]
needs_bubblewrap = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed here")
SETS = sorted(path.name for path in (ROOT / "exercises").glob("ps*"))
NO_PIPES, NO_THREADS = "IndexError: list index out of range", "can't start new thread"
NO_FILES, NO_CALLS = "No such file or directory", "ctypes is unavailable"
IN_OTHER_WORDS = {
    **dict.fromkeys(
        (
            "announces_four_gigabytes",  # whoever looks for the numbers of the pipes to the judge finds none
            "answers_twice",
            "calls_what_it_was_not_given",
            "cuts_its_reply_short",
            "drips_its_reply",
            "forges_a_verdict",
            "nests_its_reply",
            "nests_the_name_of_its_error",
            "sends_a_megabyte_of_parts",
            "sends_a_negative_shape",
            "sends_a_pickle",
            "sends_an_expression_as_dtype",
            "sends_an_impossible_shape",
            "sends_rubbish",
        ),
        NO_PIPES,
    ),
    **dict.fromkeys(("answers_in_advance", "starts_a_thousand_threads", "waits_for_the_end"), NO_THREADS),
    **dict.fromkeys(
        (
            "array_on_a_file",
            "fills_the_disk",
            "makes_files_without_end",
            "maps_a_file_that_is_gone",
            "replaces_the_runner",
            "sabotages_the_next",
        ),
        NO_FILES,
    ),
    **dict.fromkeys(("crashes", "eats_memory_in_c", "reads_memory_by_system_call"), NO_CALLS),
    **dict.fromkeys(("fills_the_pipes", "locks_the_shared_libraries"), "No module named 'fcntl'"),
    "forks": "no attribute 'fork'",
    "kills_everything": "no attribute 'kill'",
    "knows_the_grader": "no attribute 'getuid'",
    "reads_the_graders_environment": "no attribute 'getppid'",
    "reads_the_graders_memory": "no attribute 'getppid'",
    "reads_behind_its_array": "too large to convert",  # an address has 32 bits
    "array_without_end": "array is too big",
    "eats_memory_in_numpy": "Maximum allowed dimension exceeded",
    "closes_the_machines_devices": "3 changed",  # there is no device, and to change a mode does nothing
}
"""Attacks whose message is another here. What sends to the judge by itself is tried in ``sandbox/test_wasm.py``."""
IN_MAKE_TEST = sample(ATTACKS, 4)
HURRIED = Limits(total=TIMEOUT, call=5, cell=10).slowed(1 / WASM.slowness)


def graded(raw: bytes) -> Result:
    return judge(Job("mallory", ASSIGNMENT, RELEASED, 1, raw, limits=HURRIED, isolation="wasm")).result


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(attack, id=attack.student, marks=[] if attack in IN_MAKE_TEST else [pytest.mark.portable])
        for attack in ATTACKS
    ],
)
def test_an_attack_gets_the_points_it_earned(attack):
    result = graded(content(attack))
    assert result.isolation == "wasm" or result.unreadable
    found = {record["problem"]: record for record in result.records()}
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    assert {name: record["score"] for name, record in found.items()} == expected
    said = " ".join([result.unreadable, *(check["message"] for record in found.values() for check in record["checks"])])
    assert IN_OTHER_WORDS.get(attack.student, "no such words") in said or is_told(attack, found, result.unreadable), (
        said
    )


@needs_bubblewrap
@pytest.mark.parametrize("assignment", [pytest.param(name, marks=pytest.mark.portable) for name in SETS])
def test_a_class_gets_the_same_scores_as_in_bubblewrap(assignment, tmp_path):
    released = (ROOT / "exercises" / assignment / f"{assignment}.ipynb").read_bytes()
    make.write_class(tmp_path, problem_set=assignment)
    differ = {}
    for path in sorted(tmp_path.rglob("*.ipynb")):
        job = Job(path.relative_to(tmp_path).parts[0], assignment, released, 1, path.read_bytes())
        ours, theirs = (scores(job, name) for name in ("wasm", "bubblewrap"))
        if ours != theirs:
            differ[job.student] = ours, theirs
    assert differ == {}


def scores(job: Job, isolation: str) -> dict[str, float]:
    result = judge(Job(job.student, job.assignment, job.released, job.seed, job.content, isolation=isolation)).result
    assert result.isolation == isolation or result.unreadable
    return {problem.problem: problem.score for problem in result.problems}


@needs_bubblewrap
def test_an_honest_submission_gets_the_same_result_as_in_bubblewrap(tmp_path):
    make.write_class(tmp_path, ["ben_diagonal_only"])
    (path,) = tmp_path.rglob("*.ipynb")
    ours, theirs = (
        judge(Job("ben", ASSIGNMENT, RELEASED, 1, path.read_bytes(), isolation=name)).result
        for name in ("wasm", "bubblewrap")
    )
    assert (ours.isolation, theirs.isolation) == ("wasm", "bubblewrap")
    assert ours.records() == theirs.records()
