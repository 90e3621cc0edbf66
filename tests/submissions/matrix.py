"""The classes of `tests/submissions` against the hidden checks: who is caught, and whose mistake is named.

    python -m tests.submissions.matrix [PROBLEM SET …]

One row a student and function that loses points: the score, and the mistakes that were named. Below stand mistakes × functions, how often
each was caught and named, and the share of wrong answers that were told which mistake they are. Submissions that do not start from the
model answers are left out: they are no wrong answers.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache

import checks
from checks.check import Outcome

from .in_process import Verdict, cells_of, verdicts
from .make import read_class

PROBLEM_SETS = ("ps1_losses", "ps2_missing_sum", "ps3_jacobian", "ps4_fused", "ps5_gradient_check", "ps6_network")
HOSTILE = {
    "boris_loops_for_ever", "cora_endless_cell", "gus_prints_200_megabytes", "hedda_leaves_the_process", "ugo_calls_for_ever",
    "vera_looks_behind_the_function", "otto_asks_the_package", "rosa_asks_scikit_learn",
}
"""Not to be run outside the sandbox: they never end, or find there what is not in it."""


@cache
def judged(problem_set: str) -> dict[str, list[Verdict]]:
    """The verdicts on each student of the class."""
    return {
        student.student: verdicts(problem_set, cells_of(student))
        for student in read_class(problem_set=problem_set)
        if student.header["start from"] == "answers" and student.student not in HOSTILE
    }


def losses(problem_set: str) -> dict[tuple[str, str], list[Verdict]]:
    """The checks that failed, for each student and function that lost points."""
    found: dict[tuple[str, str], list[Verdict]] = {}
    for student, results in judged(problem_set).items():
        for verdict in results:
            if not verdict.passed:
                found.setdefault((student, verdict.function), []).append(verdict)
    return found


def wrong_and_named(problem_set: str) -> tuple[int, int]:
    """How many functions gave a wrong answer, and how many of these were told why; raising and hanging are no answers."""
    wrong = [failed for failed in losses(problem_set).values() if any(v.outcome is Outcome.WRONG for v in failed)]
    return len(wrong), sum(any(v.slips for v in failed) for failed in wrong)


def report(problem_set: str) -> str:
    functions = [problem.name for problem in checks.load(problem_set).problems]
    top = {problem.name: problem.max_score for problem in checks.load(problem_set).problems}
    lines = [f"# {problem_set}: {len(judged(problem_set))} submissions"]
    named: Counter[tuple[str, str]] = Counter()
    for (student, function), failed in losses(problem_set).items():
        slips = list(dict.fromkeys(slip for verdict in failed for slip in verdict.slips))
        named.update((slip, function) for slip in slips or ["(not recognised)"])
        score = top[function] - sum(verdict.points for verdict in failed)
        lines.append(f"{student:38} {function:36} {score:g}/{top[function]:g}  {', '.join(slips) or '-'}")
    width = max(len(slip) for slip, _ in named)
    lines += ["", "mistake".ljust(width) + "  " + "  ".join(functions)]
    for slip in sorted({slip for slip, _ in named}):
        cells = (str(named[slip, function] or ".").rjust(len(function)) for function in functions)
        lines.append(slip.ljust(width) + "  " + "  ".join(cells))
    wrong, told = wrong_and_named(problem_set)
    lines.append(f"\n{told} of {wrong} wrong answers were told which mistake they are ({told / wrong:.0%})")
    return "\n".join(lines)


if __name__ == "__main__":
    print("\n\n".join(report(problem_set) for problem_set in sys.argv[1:] or PROBLEM_SETS))
