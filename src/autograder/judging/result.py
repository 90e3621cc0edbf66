"""The outcome of judging one submission, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

from autograder.checking.protocol import Outcome
from autograder.judging.feedback import Piece, pieces
from missingsum.slips import SLIPS, UNEXPLAINED, Slip
from missingsum.where.place import Place


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One hidden check.

    ``message`` says to the student what was seen, "" if it passed; ``slips`` explain it, where they do.
    """

    name: str
    points: float
    outcome: Outcome = Outcome.PASSED
    message: str = ""
    slips: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class ProblemResult:
    """One graded function. ``fingerprint`` says what code judged it (see `fingerprint`), "" if that is not known.

    ``place`` is where a change makes it right, where one was found; ``unplaced`` says why none was sought. ``follows``
    are the wrong functions that it calls, if it is right beside them mended; () if it is wrong even so, None if that is
    not known.
    """

    problem: str
    checks: tuple[CheckResult, ...]
    fingerprint: str = field(default="", compare=False)
    place: Place | None = field(default=None, compare=False)
    unplaced: str = field(default="", compare=False)
    follows: tuple[str, ...] | None = field(default=None, compare=False)

    @property
    def score(self) -> float:
        return float(sum(check.points for check in self.checks if check.passed))

    @property
    def max_score(self) -> float:
        return float(sum(check.points for check in self.checks))

    @property
    def faulty(self) -> bool:
        return any(check.outcome is Outcome.FAULT for check in self.checks)

    @property
    def stopped(self) -> bool:
        return any(check.outcome is Outcome.STOPPED for check in self.checks)

    @property
    def slips(self) -> tuple[str, ...]:
        """The ids of the slips found, each once, in the order of the checks."""
        return tuple(dict.fromkeys(slip for check in self.checks for slip in check.slips))

    @property
    def unexplained(self) -> bool:
        """Whether answers are wrong and no slip leads to them that the course knows today."""
        known = any(slip in SLIPS for slip in self.slips)
        return not known and any(check.outcome is Outcome.WRONG for check in self.checks)

    @property
    def left_open(self) -> tuple[str, ...]:
        """The names of checks that nothing explains, though something is named for others."""
        if self.unexplained:
            return ()
        wrong = [check for check in self.checks if check.outcome is Outcome.WRONG]
        return tuple(check.name for check in wrong if not any(slip in SLIPS for slip in check.slips))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All that is told of the function, each with its kind, label, priority and version."""
        return pieces(self.slips, ("all",) if self.unexplained else self.left_open, self.place)

    def in_words(self, check: CheckResult) -> str:
        """What a check saw, with the explanation, or the admission that there is none."""
        why = [_in_words(SLIPS[slip]) for slip in check.slips if slip in SLIPS]
        if check.outcome is Outcome.WRONG and self.unexplained:
            why = [f"{UNEXPLAINED}."]
        elif check.name in self.left_open:
            why = ["This one is not explained by what is named beside it."]
        return " ".join([check.message, *why]).strip()


@dataclass(frozen=True)
class Result:
    """One submission of one problem set, judged.

    ``unreadable`` says why the submission could not be read at all ("" if it could); ``notices`` are remarks that cost
    nothing, such as a restored cell; ``seconds`` is the wall-clock time in the sandbox, which alone may differ between
    two runs. ``version`` is the version of the problem set that the notebook says it is of (see `version`), "" if
    nothing could be read. ``handed_in`` is a digest of the submission, ``answers`` of what the student wrote in it, and
    ``settings`` of how it was graded, and ``isolation`` names what kept it apart meanwhile (see `kinds`);
    "" where an older version of this program recorded none.
    """

    student: str
    assignment: str
    problems: tuple[ProblemResult, ...]
    unreadable: str = ""
    notices: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    version: str = ""
    answers: str = field(default="", compare=False)
    handed_in: str = field(default="", compare=False)
    settings: str = field(default="", compare=False)
    isolation: str = field(default="", compare=False)

    @property
    def faulty(self) -> bool:
        """Whether the grader itself failed somewhere, so that this is no final grade."""
        return any(problem.faulty for problem in self.problems)

    @property
    def score(self) -> float:
        return sum(problem.score for problem in self.problems)

    @property
    def max_score(self) -> float:
        return sum(problem.max_score for problem in self.problems)

    @property
    def slips(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(slip for problem in self.problems for slip in problem.slips))

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it; `from_dict` reads it back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Result:
        """Read what `to_dict` wrote, in this version or in an earlier one.

        ValueError, KeyError or TypeError if it is no such thing.

        Version 0.1 had one "stamp" of all that a submission was judged by, which says nothing today.
        """
        known = {name: value for name, value in data.items() if name != "stamp"}
        problems = tuple(map(_problem_from, data["problems"]))
        return cls(**{**known, "problems": problems, "notices": tuple(data["notices"])})

    def records(self) -> list[dict[str, Any]]:
        """One record a graded function, as ``autograder grade --json`` writes them."""
        return [
            {
                "student": self.student,
                "assignment": self.assignment,
                "problem": problem.problem,
                "score": problem.score,
                "max_score": problem.max_score,
                "checks": [
                    {"name": c.name, "passed": c.passed, "message": problem.in_words(c)} for c in problem.checks
                ],
                "slips": list(problem.slips),
                "place": problem.place.to_dict() if problem.place else None,
                "feedback": [asdict(piece) for piece in problem.pieces],
            }
            for problem in self.problems
        ]


def _problem_from(data: Mapping[str, Any]) -> ProblemResult:
    """A function's result; its fingerprint was called "stamp" in version 0.1."""
    found = tuple(
        CheckResult(**{**check, "outcome": Outcome(check["outcome"]), "slips": tuple(check["slips"])})
        for check in data["checks"]
    )
    place = Place.from_dict(data["place"]) if data.get("place") else None
    follows = data.get("follows")
    return ProblemResult(
        data["problem"],
        found,
        data.get("fingerprint", data.get("stamp", "")),
        place,
        data.get("unplaced", ""),
        None if follows is None else tuple(follows),
    )


def records(results: Iterable[Result]) -> list[dict[str, Any]]:
    """The records of a whole class, ordered by student."""
    return [record for result in sorted(results, key=lambda r: r.student) for record in result.records()]


def summary(results: Sequence[Result], left_out: Mapping[str, str]) -> dict[str, Any]:
    """A run as a whole, as ``autograder grade --summary`` writes it.

    ``left_out`` are the students who could not be graded, with the reason.
    """
    return {
        "assignment": results[0].assignment if results else "",
        "isolation": sorted({result.isolation for result in results if result.isolation}),
        "submissions": len(results) + len(left_out),
        "graded": sum(not result.faulty for result in results),
        "unreadable": {
            result.student: result.unreadable for result in results if result.unreadable and not result.faulty
        },
        "not_judged": {result.student: result.unreadable for result in results if result.faulty},
        "left_out": dict(left_out),
        "max_score": max((result.max_score for result in results), default=0.0),
        "mean_score": fmean(result.score for result in results) if results else 0.0,
    }


def _in_words(slip: Slip) -> str:
    return f"{slip.explanation} (Read: {slip.where}.)" if slip.where else slip.explanation
