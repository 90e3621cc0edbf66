"""What the instructor sees in the terminal: progress, the table of the class, and where everything lies."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.judging.judge import Job
from autograder.judging.result import ProblemResult, Result
from autograder.records.cohort import is_older
from autograder.records.course import open_to_others
from autograder.records.roster import Person
from autograder.records.standing import Standing
from autograder.sandbox.kinds import BUBBLEWRAP, KINDS
from autograder.text import counted, first_of, printable

NAMED = 10
"""How many of those who are missing stand in the terminal; the report names all."""


class Work:
    """How many submissions were judged, wholly or in part, and how many were kept as they were."""

    def __init__(self) -> None:
        self.kept, self.older, self.whole = 0, 0, 0
        self.parts: Counter[tuple[str, ...]] = Counter()
        self.before: dict[str, Result] = {}
        """The recorded results of what was judged again, by student."""

    def count(self, job: Job, recorded: Result | None) -> None:
        """Count a submission, of which this is to be judged and that was recorded before."""
        if job.functions and recorded:
            self.before[job.student] = recorded
        if not job.functions:
            self.kept += 1
            self.older += recorded is not None and is_older(job, recorded)
        elif job.earlier is None:
            self.whole += 1
        else:
            self.parts[tuple(job.functions)] += 1

    def show(self) -> None:
        """A line for each kind of work."""
        if self.kept:
            print(f"kept      {counted(self.kept, 'submission')}, graded before and unchanged; --again grades all anew")
        if self.older:
            print(
                f"          {counted(self.older, 'submission')} {'was' if self.older == 1 else 'were'} graded by an "
                "older version of the checks, or with other settings; "
                "--rejudge lists who would gain or lose"
            )
        for functions, number in self.parts.items():
            print(
                f"regrading {counted(number, 'submission')} in {', '.join(functions)} alone, where the checks have "
                "changed or the grader had failed"
            )
        if self.whole:
            new = ", new or changed since" if self.kept or self.parts else ""
            print(f"grading   {counted(self.whole, 'submission')}{new}")


def readers(*folders: Path) -> None:
    """Say so where every user of the machine can read one of the course's folders."""
    if told := open_to_others(*folders):
        print(f"WARNING: {told}", file=sys.stderr)


def progress(results: Iterable[Result], total: int, title: str) -> Iterator[Result]:
    """The submissions as they come, with a line of progress on stderr.

    It says how many, how many a second, the time left, and what failed so far.

    It stays quiet where there is nothing to do, or stderr is no terminal. What is printed meanwhile appears above the
    line.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.1f} a second"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}", markup=False),
    )
    failed: Counter[str] = Counter()
    with Progress(*columns, console=Console(stderr=True), disable=not total or not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=total, rate=0.0, failed="")
        started = time.monotonic()
        for done, result in enumerate(results, 1):
            if failure := _failure(result):
                failed[failure] += 1
            shown = ", ".join(f"{number} {failure}" for failure, number in sorted(failed.items()))
            bar.update(task, advance=1, rate=done / max(time.monotonic() - started, 1e-3), failed=shown)
            yield result


def table(results: Sequence[Result], standings: Mapping[str, Standing]) -> None:
    """One row a student: the points of each function, the whole score, what is special."""
    if not results:
        return
    by_hand = any(standings[result.student].needs_hand_grading for result in results)
    view = Table(
        title=f"{results[0].assignment}, {counted(len(results), 'submission')}",
        caption="* written answers are still to be graded by hand" if by_hand else None,
    )
    view.add_column("student", no_wrap=True)
    for problem in results[0].problems:
        view.add_column(
            f"{problem.problem} /{problem.max_score:g}".replace("_", "_\n"), justify="right", overflow="fold"
        )
    view.add_column("score", justify="right")
    view.add_column("what happened", overflow="fold")
    for result in results:
        standing = standings[result.student]
        marked = f"{standing.score:g}/{standing.max_score:g}{'*' if standing.needs_hand_grading else ''}"
        view.add_row(
            Text(printable(result.student)),
            *(_points(problem) for problem in result.problems),
            marked,
            Text(_remark(result, standing)),
        )
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(view)


def isolation(results: Sequence[Result]) -> None:
    """Say what kept the submissions apart, where it is not the first choice."""
    names = {result.isolation for result in results} - {"", BUBBLEWRAP.name}
    for name in sorted(names & KINDS.keys()):
        print(f"isolation: {name}. It gives {KINDS[name].guarantees}.")


def missing(people: Sequence[Person], handed_in: int, called: Mapping[str, str] = MappingProxyType({})) -> None:
    """Who is in the gradebook and has handed in nothing: how many, and the first of them as they are ``called``."""
    if people:
        names = [printable(called.get(person.id, person.name)) for person in people[:NAMED]]
        rest = [f"{len(people) - NAMED} more"] if len(people) > NAMED else []
        print(f"nothing handed in by {len(people)} of {handed_in + len(people)}: {', '.join(names + rest)}\n")


def paths(places: Mapping[str, str]) -> None:
    """Where to look, one line each, in a form that can be copied."""
    width = max(map(len, places))
    for name, place in places.items():
        print(f"{name:<{width}}  {place}")


def changes(results: Sequence[tuple[Result, Result]]) -> None:
    """Who gains and who loses between two results of the same submission, and in which functions."""
    differences = [after.score - before.score for before, after in results]
    for (before, after), difference in zip(results, differences):
        if difference:
            earlier = {problem.problem: problem.score for problem in before.problems}
            functions = ", ".join(
                f"{problem.problem} {earlier.get(problem.problem, 0):g} → {problem.score:g}"
                for problem in after.problems
                if problem.score != earlier.get(problem.problem)
            )
            print(f"{printable(after.student)}  {difference:+g}  {before.score:g} → {after.score:g}  ({functions})")
    gains, losses = (sum(sign * difference > 0 for difference in differences) for sign in (1, -1))
    print(
        f"judged again: {counted(len(results), 'submission')}; {gains} gain, {losses} lose, "
        f"{len(results) - gains - losses} keep the automatic score"
    )


def some(names: Iterable[str], most: int = 12) -> str:
    """The names on a line, counted."""
    names = list(names)
    return f"{len(names)}: {first_of(names, most)}"


def relative(path: Path) -> str:
    """The path as seen from here, if it is below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _points(problem: ProblemResult) -> Text:
    style = "green" if problem.score == problem.max_score else "red" if problem.score == 0 else "yellow"
    return Text(f"{problem.score:g}", style=style)


def _failure(result: Result) -> str:
    """What kept a submission from being judged as a whole, in a word; "" if nothing did."""
    if result.faulty:
        return "not judged"
    if result.unreadable:
        return "unreadable"
    return "stopped" if any(problem.stopped for problem in result.problems) else ""


def _remark(result: Result, standing: Standing) -> str:
    remarks = [*result.slips]
    if failure := _failure(result):
        remarks.append(failure)
    if standing.seconds_late > 0:
        remarks.append("late")
    return ", ".join(remarks)
