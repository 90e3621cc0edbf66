"""The classes of `tests/submissions` against the hidden checks: who is caught, and whose mistake is named.

    python -m tests.submissions.matrix [PROBLEM SET …]

For each problem set:

- one row a student and function that loses points: the score, and the mistakes that were named;
- slips × functions: how often each was named;
- mistakes × functions: how many of the submissions that make the mistake, by `mistakes`, were caught
  and were named rightly;
- the share of wrong answers that were told which mistake they are.

At the end stand the tables of `corpus`, for the problem sets that were asked for: what is told of right solutions with
an edit or two, and which kinds of edits the search lacks.

Submissions that do not start from the model answers are left out: they are no wrong answers. All
take some minutes.
"""

from __future__ import annotations

import string
import sys
from collections import Counter
from functools import cache

import checks
from autograder.checking.protocol import Outcome

from ..problem_sets import PROBLEM_SETS
from .in_process import Verdict, cells_of, verdicts
from .make import HERE, read_class, read_student
from .mistakes import MISTAKES

HOSTILE = {
    "boris_loops_for_ever",
    "cora_endless_cell",
    "gus_prints_200_megabytes",
    "hedda_leaves_the_process",
    "ugo_calls_for_ever",
    "vera_looks_behind_the_function",
    "otto_asks_the_package",
    "rosa_asks_scikit_learn",
}
"""Not to be run outside the sandbox: they never end, or find there what is not in it."""

ONE_EDIT, TWO_EDITS = 120, 40
"""How many of the corpus are tried at the end."""

LETTERS = string.ascii_uppercase
"""The columns of a table, one a function of the problem set."""


@cache
def judged(problem_set: str, seed: int = 1) -> dict[str, list[Verdict]]:
    """The verdicts on each student of the class."""
    return {
        student.student: verdicts(problem_set, cells_of(student), seed)
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
    """How many functions gave a wrong answer, and how many of these were told why; who raises or hangs gives none."""
    wrong = [failed for failed in losses(problem_set).values() if any(v.outcome is Outcome.WRONG for v in failed)]
    return len(wrong), sum(any(v.slips for v in failed) for failed in wrong)


def mistakes_by_function(problem_set: str) -> str:
    """Mistakes × functions: how many of the submissions that make the mistake were caught / named."""
    cells: dict[str, dict[str, Counter]] = {}
    for mistake, slip, student, functions in MISTAKES:
        if not student.startswith(f"{problem_set}/"):
            continue
        handed_in = cells_of(read_student(HERE / f"{student}.py"))
        for function in functions.split():
            failed = [v for v in verdicts(problem_set, handed_in, functions=[function]) if not v.passed]
            named = {name for verdict in failed for name in verdict.slips} == {slip}
            cells.setdefault(mistake, {}).setdefault(function, Counter()).update(
                tried=1, caught=int(bool(failed)), named=int(named)
            )
    total = sum((cell for row in cells.values() for cell in row.values()), Counter())
    shown = {
        mistake: {function: f"{cell['caught']}/{cell['named']}" for function, cell in row.items()}
        for mistake, row in cells.items()
    }
    return "\n".join(
        [
            "caught/named",
            *_table(problem_set, shown),
            f"{total['caught']} of {total['tried']} were caught, {total['named']} of {total['tried']} named",
        ]
    )


def slips_by_function(problem_set: str) -> str:
    """Slips × functions: how often each was named."""
    named: dict[str, dict[str, int]] = {}
    for (_, function), failed in losses(problem_set).items():
        for slip in {slip for verdict in failed for slip in verdict.slips} or ["(not recognised)"]:
            row = named.setdefault(slip, {})
            row[function] = row.get(function, 0) + 1
    return "\n".join(_table(problem_set, dict(sorted(named.items()))))


def _table(problem_set: str, rows: dict[str, dict[str, object]]) -> list[str]:
    """One line a row, under a letter for each function."""
    functions = [problem.name for problem in checks.load(problem_set).problems]
    width = max(map(len, rows))
    head = " " * width + "".join(f"{letter:>6}" for letter in LETTERS[: len(functions)])
    return [head] + [
        mistake.ljust(width) + "".join(f"{row.get(function, '.'):>6}" for function in functions)
        for mistake, row in rows.items()
    ]


def report(problem_set: str) -> str:
    top = {problem.name: problem.max_score for problem in checks.load(problem_set).problems}
    lines = [f"# {problem_set}: {len(judged(problem_set))} submissions", ""]
    for (student, function), failed in losses(problem_set).items():
        slips = list(dict.fromkeys(slip for verdict in failed for slip in verdict.slips))
        score = top[function] - sum(verdict.points for verdict in failed)
        lines.append(f"{student:38} {function:36} {score:g}/{top[function]:g}  {', '.join(slips) or '-'}")
    wrong, told = wrong_and_named(problem_set)
    return "\n".join(
        [
            *lines,
            "",
            *(f"{letter} {function}" for letter, function in zip(LETTERS, top)),
            "",
            "## Slips that were named, by function",
            "",
            slips_by_function(problem_set),
            "",
            "## Mistakes that were made, by function",
            "",
            mistakes_by_function(problem_set),
            "",
            f"{told} of {wrong} wrong answers were told which mistake they are ({told / wrong:.0%})",
        ]
    )


if __name__ == "__main__":
    from . import corpus

    wanted = sys.argv[1:] or PROBLEM_SETS
    print("\n\n".join(report(problem_set) for problem_set in wanted))
    print("\n# Right solutions with one edit or two\n")
    wrong = list(corpus.corpus(ONE_EDIT, TWO_EDITS, 1, wanted))
    print(corpus.table(list(map(corpus.judged, wrong))))
    print("\n## Kinds of edits that the search for a place can undo, and those that it lacks\n")
    print(corpus.ways_back(wrong))
