"""What students were told of each submission, line below line: a later submission takes nothing of it away.

The file ``told/<problem set>/<student>.jsonl`` beside the gradebook only grows. A result is replaced when somebody
hands in again; here it stays of which mistakes an earlier submission was told, so that one sees whether they come back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograder.checking.protocol import Outcome
from autograder.judging.feedback import Piece
from autograder.judging.result import ProblemResult, Result
from autograder.records.course import Folder

ANSWERED = {Outcome.PASSED, Outcome.WRONG}


@dataclass(frozen=True)
class Told:
    """What one submission was told: which functions are right, and the labels of the mistakes of those that are wrong.

    ``handed_in`` is a digest of the submission, ``time`` says when it was handed in (UTC, "" if nobody knows),
    ``version`` of which version of the problem set it is. Functions that gave no answer, or were not written, are in
    neither list. ``early`` if it was an early verdict. ``pieces`` are all pieces of feedback on each function that is
    wrong; older versions of this program noted none.
    """

    handed_in: str
    time: str = ""
    version: str = ""
    early: bool = False
    right: tuple[str, ...] = ()
    wrong: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pieces: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, result: Result, time: datetime | None = None, *, early: bool = False) -> Told:
        answered = [problem for problem in result.problems if _answers(problem)]
        return cls(
            result.handed_in,
            f"{time:%Y-%m-%d %H:%M:%S}" if time else "",
            result.version,
            early,
            tuple(problem.problem for problem in answered if not _is_wrong(problem)),
            {problem.problem: problem.slips for problem in answered if _is_wrong(problem)},
            {problem.problem: problem.pieces for problem in answered if _is_wrong(problem)},
        )

    @property
    def mistakes(self) -> frozenset[str]:
        return frozenset(slip for slips in self.wrong.values() for slip in slips)

    @property
    def answered(self) -> frozenset[str]:
        """The functions that gave an answer, right or wrong."""
        return frozenset({*self.right, *self.wrong})


def _answers(problem: ProblemResult) -> bool:
    return {check.outcome for check in problem.checks} <= ANSWERED


def _is_wrong(problem: ProblemResult) -> bool:
    return any(not check.passed for check in problem.checks)


def note(folder: Folder, result: Result, told: Told) -> None:
    """Add what is told now, unless it says the same as the last line of this submission."""
    if result.faulty:
        return
    before = _read(folder, result.assignment, result.student)
    if before and before[-1] == told:
        return
    path = folder.told(result.assignment, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**asdict(told), "noted": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"}) + "\n"
    with path.open("ab") as file:
        torn = file.tell() and not path.read_bytes().endswith(b"\n")
        file.write(b"\n" * bool(torn) + line.encode())
        file.flush()
        os.fsync(file.fileno())


def note_if_new(folder: Folder, result: Result, told: Told) -> None:
    """Add what a submission was told by an older version of this program, which noted nothing."""
    lines = _read(folder, result.assignment, result.student)
    if result.handed_in and not any(line.handed_in == result.handed_in for line in lines):
        note(folder, result, told)


def history(folder: Folder, result: Result, time: datetime | None = None) -> list[Told]:
    """What the student was told of each submission of the problem set, one after the other.

    The last is the ``result`` that is recorded, which an older version of this program noted nowhere else. Of one
    submission that was judged again, the newest judgement counts.
    """
    lines = _read(folder, result.assignment, result.student)
    if not any(line.handed_in == result.handed_in for line in lines) and not result.faulty:
        lines.append(Told.of(result, time))
    submissions: list[Told] = []
    for line in lines:
        if submissions and submissions[-1].handed_in == line.handed_in:
            submissions.pop()
        submissions.append(line)
    return submissions


def _read(folder: Folder, assignment: str, student: str) -> list[Told]:
    """The lines that can be read; one that a full disk or a power cut has torn counts for nothing."""
    try:
        lines = folder.told(assignment, student).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    read = []
    for line in lines:
        try:
            read.append(_told(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return read


def _told(data: Mapping[str, Any]) -> Told:
    return Told(
        str(data["handed_in"]),
        str(data["time"]),
        str(data["version"]),
        bool(data["early"]),
        tuple(map(str, data["right"])),
        {str(name): tuple(map(str, slips)) for name, slips in data["wrong"].items()},
        {str(name): tuple(Piece(**piece) for piece in pieces) for name, pieces in data.get("pieces", {}).items()},
    )
