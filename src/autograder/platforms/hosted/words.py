"""What became of a function, as plain text: on a platform that shows no page of ours."""

from __future__ import annotations

from autograder.judging.following import Following
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.text import number, points, visible
from missingsum.slips import SLIPS, UNEXPLAINED, Slip
from missingsum.text import sentence

LONGEST = 20_000
"""Characters of what is said of one function."""


def in_words(problem: ProblemResult, book: str | None, follows: Following | None = None, longest: int = LONGEST) -> str:
    """Each check, what was seen, and then the explanation: what it is, where to read, and where in the code.

    ``follows`` says which wrong functions it calls, and what is known of that.
    """
    lines, last = [], ""
    for check in problem.checks:
        lines.append(_check(check))
        if not check.passed:
            lines.append(_indented("For the same reason." if check.message == last else sentence(check.message)))
            last = check.message
    text = "\n".join([*lines, *_why(problem, book, follows)])
    return text if len(text) <= longest else f"{text[:longest]}\n… (the rest is left out)"


def in_one_line(result: Result) -> str:
    """The sum of it."""
    right = sum(all(check.passed for check in problem.checks) for problem in result.problems)
    return (
        f"{right} of {len(result.problems)} functions {'is' if right == 1 else 'are'} right: "
        f"{number(result.score)} of {points(result.max_score)}."
    )


def _check(check: CheckResult) -> str:
    earned = check.points if check.passed else 0.0
    return visible(
        f"{'✓' if check.passed else '✗'} {sentence(check.name)} ({number(earned)} of {points(check.points)})"
    )


def _why(problem: ProblemResult, book: str | None, follows: Following | None) -> list[str]:
    if follows and follows.alone:
        return [f"→ {visible(str(follows))}"]
    said = [_explanation(SLIPS[slip], book) for slip in problem.slips if slip in SLIPS]
    if said and problem.left_open:
        said.append(f"This may not be all. Not explained yet: {'; '.join(problem.left_open)}.")
    if follows:
        said.append(str(follows))
    elif problem.unexplained:
        said.append(f"{UNEXPLAINED}: none of the mistakes known to the course leads to this answer.")
    if problem.place:
        said.append(f"{problem.place}.")
    return [f"→ {visible(each)}" for each in said]


def _explanation(slip: Slip, book: str | None) -> str:
    address = (book + slip.page if book else "") if slip.section else slip.link
    read = f" Read: {slip.where}{f', {address}' if address else ''}." if slip.where else ""
    return slip.explanation + read


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in visible(text).splitlines())
