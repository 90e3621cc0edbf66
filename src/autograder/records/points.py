"""What questions count, where an instructor changed it after the release: one is dropped, or counts more or less.

Every score keeps its share of the points, given by hand or not. The gradebook holds the points that count; the file
``points/<problem set>.json`` beside it holds them too, so that a new release takes nothing back, and the shares that
were given by hand, so that a question may be dropped and taken up again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from autograder.judging.result import ProblemResult, Result
from autograder.records.atomic import write
from autograder.records.gradebook import Recorder


@dataclass(frozen=True)
class Changed:
    """What a graded cell counts now, and the shares of it that were given by hand, by student."""

    points: float
    by_hand: Mapping[str, float] = field(default_factory=dict)


def read(path: Path) -> dict[str, Changed]:
    """The graded cells whose points were changed; ValueError if the file is damaged."""
    try:
        return {name: Changed(**entry) for name, entry in json.loads(path.read_bytes()).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        raise ValueError(f"{path} is damaged: put a copy of it back, or remove it and set the points again") from None


def assert_again(path: Path, recorder: Recorder, assignment: str) -> None:
    """See to it that the gradebook holds the changed points: a new release enters those of the problem set."""
    for name, changed in read(path).items():
        recorder.set_maximum(assignment, name, changed.points)


def change(
    path: Path, recorder: Recorder, assignment: str, cell: str, points: float, results: Sequence[Result]
) -> None:
    """Let a graded cell count ``points``, 0 to drop it; ``results`` say what the functions earned."""
    known = read(path)
    earned = {
        result.student: _share(problem) for result in results for problem in result.problems if cell_of(problem) == cell
    }
    before = known.get(cell, Changed(0)).by_hand
    by_hand = recorder.set_points(assignment, cell, points, earned, before)
    known[cell] = Changed(points, by_hand)
    write(path, json.dumps({name: asdict(changed) for name, changed in known.items()}, indent=1) + "\n")


def counting(result: Result, points: Mapping[str, float]) -> Result:
    """The result with its functions in the ``points`` that they count, by cell, without those that count nothing."""
    weighed = (_counting(problem, points.get(cell_of(problem), problem.max_score)) for problem in result.problems)
    return replace(result, problems=tuple(problem for problem in weighed if problem.max_score))


def cell_of(problem: ProblemResult) -> str:
    """The graded cell of a function."""
    return f"test_{problem.problem}"


def _share(problem: ProblemResult) -> float:
    return problem.score / problem.max_score if problem.max_score else 0.0


def _counting(problem: ProblemResult, points: float) -> ProblemResult:
    if points == problem.max_score:
        return problem
    factor = points / problem.max_score if problem.max_score else 0.0
    checks = tuple(replace(check, points=round(factor * check.points, 6)) for check in problem.checks)
    return replace(problem, checks=checks)
