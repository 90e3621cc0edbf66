"""Results, standings and people made up for the tests of reports and tables."""

from __future__ import annotations

import csv
import io

from autograder.checking.protocol import Outcome
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.records.grades import Grades
from autograder.records.roster import Person, Roster
from autograder.records.standing import Standing

ASSIGNMENT = "ps2_missing_sum"
ADA, CARL, NOETHER = (
    Person("ada", "Lovelace", "Ada", "ada@x.edu", "11"),
    Person("carl", "Gauß", "Carl", "Carl.G@x.edu", "12"),
    Person("noether", "Noether", "Emmy", "emmy@x.edu", "13"),
)


def problem(
    name: str, *slips: str, outcome: Outcome = Outcome.WRONG, message: str = "entry [0] is 1; it should be 2."
) -> ProblemResult:
    said = "" if outcome is Outcome.PASSED else message
    return ProblemResult(
        name,
        (CheckResult("values", 4, outcome, said, slips), CheckResult("the input stays as it is", 1, outcome, said)),
    )


def student(name: str, *wrong: ProblemResult, **more) -> Result:
    found = {p.problem: p for p in wrong}
    names = ("softmax_forward", "softmax_partial", "softmax_backward")
    return Result(name, ASSIGNMENT, tuple(found.get(n) or problem(n, outcome=Outcome.PASSED) for n in names), **more)


CLASS = [
    student("grace"),
    student("ada", problem("softmax_backward", "missing-sum")),
    student("carl", problem("softmax_backward", "missing-sum"), problem("softmax_partial", "missing-sum")),
    student("emmy", problem("softmax_backward", "sign")),
    student("kurt", problem("softmax_backward")),
    student(
        "dana",
        problem("softmax_forward", outcome=Outcome.STOPPED, message="it did not end within 5 s and was stopped."),
        seconds=31.26,
    ),
    student("hedy", problem("softmax_forward", outcome=Outcome.MISSING, message="Write softmax_forward first.")),
    Result("olga", ASSIGNMENT, (), unreadable="the file is not JSON"),
]


def standing(result: Result, **more) -> Standing:
    return Standing(result.student, result.assignment, **{"score": result.score, "max_score": 15, **more})


def grades(results=CLASS, standings=None, people=(), **more) -> Grades:
    return Grades(ASSIGNMENT, results, standings or {}, Roster(people), **more)


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))
