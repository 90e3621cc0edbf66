"""The attacks on bubblewrap, in the isolation for containers: each gets what it earned and leaves nothing behind.

Where another rule stops the same attack, the message is another.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.judging.judge import Job, judge
from autograder.judging.result import Result
from autograder.sandbox import container, servers
from autograder.sandbox.limits import Limits

from ..samples import sample
from ..submissions import make
from .hostile import ATTACKS, MAX_SCORES, TIMEOUT, content, is_told
from .notebooks import ASSIGNMENT, RELEASED

pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(os.geteuid() != 0, reason="this isolation needs root")]
IN_OTHER_WORDS = {
    "fills_the_disk": "16 MB into files",
    "replaces_the_runner": "Permission denied: '/grader/runner.py'",
    "starts_a_thousand_threads": "can't start new thread",
}
"""Attacks whose message is another here."""
ALWAYS = [
    attack
    for attack in ATTACKS
    if attack.student in ("fills_the_disk", "leaves_a_daemon", "kills_everything", "sabotages_the_next")
]
IN_MAKE_TEST = sample(ATTACKS, 2, always=ALWAYS)


def graded(raw: bytes) -> Result:
    return judge(
        Job("mallory", ASSIGNMENT, RELEASED, 1, raw, limits=Limits(total=TIMEOUT), isolation="container")
    ).result


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(attack, id=attack.student, marks=[] if attack in IN_MAKE_TEST else [pytest.mark.portable])
        for attack in ATTACKS
    ],
)
def test_an_attack_gets_the_points_it_earned_and_leaves_nothing(attack):
    result = graded(content(attack))
    assert result.isolation == "container" or result.unreadable
    found = {record["problem"]: record for record in result.records()}
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    assert {name: record["score"] for name, record in found.items()} == expected
    said = " ".join([result.unreadable, *(check["message"] for record in found.values() for check in record["checks"])])
    assert IN_OTHER_WORDS.get(attack.student, "no such words") in said or is_told(attack, found, result.unreadable), (
        said
    )
    for tmp in [Path(server.tmp) for server in servers.idle if server.tmp]:
        assert list(tmp.iterdir()) == [] and running(user_of(tmp)) == []


def test_an_honest_submission_gets_the_same_scores_as_in_bubblewrap(tmp_path):
    make.write_class(tmp_path, ["ben_diagonal_only"])
    (path,) = tmp_path.rglob("*.ipynb")
    raw = path.read_bytes()
    in_bubblewrap = judge(Job("mallory", ASSIGNMENT, RELEASED, 1, raw, isolation="bubblewrap")).result
    assert in_bubblewrap.isolation == "bubblewrap"
    assert graded(raw).records() == in_bubblewrap.records()


def user_of(tmp: Path) -> int:
    """The user of the place that this is the ``/tmp`` of."""
    return container.FIRST_USER + 2 * int(tmp.parent.name.partition("-")[0])


def running(user: int) -> list[str]:
    """The processes of that user."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            status = (process / "status").read_text()
        except OSError:
            continue
        if int(status.partition("Uid:\t")[2].split()[0]) == user:
            found.append(process.name)
    return found
