"""What the instructor sees in the terminal: progress, the table of the class, and where everything lies."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.judge import Job, Judged
from autograder.result import ProblemResult, Result
from autograder.roster import Person
from autograder.standing import Standing
from autograder.submission import printable

NAMED = 10
"""How many of those who are missing stand in the terminal; the report names all."""


class Work:
    """What there is to do for a class, and what was done before."""

    def __init__(self) -> None:
        self.kept, self.whole = 0, 0
        self.parts: Counter[tuple[str, ...]] = Counter()

    def count(self, job: Job) -> None:
        if not job.functions:
            self.kept += 1
        elif job.earlier is None:
            self.whole += 1
        else:
            self.parts[tuple(job.functions)] += 1

    def show(self) -> None:
        """A line for each kind of work."""
        if self.kept:
            print(
                f"kept      {counted(self.kept, 'submission')}, graded before, and nothing of concern has changed; --again grades all anew"
            )
        for functions, number in self.parts.items():
            print(
                f"regrading {counted(number, 'submission')} in {', '.join(functions)} alone, where the checks have changed or the grader had failed"
            )
        if self.whole:
            print(
                f"grading   {counted(self.whole, 'submission')}"
                + (", new or changed since" if self.kept or self.parts else "")
            )


def progress(judged: Iterable[Judged], total: int, title: str) -> Iterator[Judged]:
    """The submissions as they come, with a line on stderr: how many, how many a second, the time left, and what failed so far.

    It stays quiet where there is nothing to do, or stderr is no terminal. What is printed meanwhile appears above the line.
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
        for done, each in enumerate(judged, 1):
            if failure := _failure(each.result):
                failed[failure] += 1
            shown = ", ".join(f"{number} {failure}" for failure, number in sorted(failed.items()))
            bar.update(task, advance=1, rate=done / max(time.monotonic() - started, 1e-3), failed=shown)
            yield each


def table(results: Sequence[Result], standings: Mapping[str, Standing]) -> None:
    """One row a student: the points of each function, the whole score, what is special."""
    if not results:
        return
    view = Table(
        title=f"{results[0].assignment}, {counted(len(results), 'submission')}",
        caption="* written answers are still to be graded by hand",
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


def missing(people: Sequence[Person], handed_in: int) -> None:
    """Who is in the gradebook and has handed in nothing: how many, and the first of them by name."""
    if people:
        names = [printable(person.name) for person in people[:NAMED]]
        rest = [f"{len(people) - NAMED} more"] if len(people) > NAMED else []
        print(f"nothing handed in by {len(people)} of {handed_in + len(people)}: {', '.join(names + rest)}\n")


def paths(places: Mapping[str, str]) -> None:
    """Where to look, one line each, in a form that can be copied."""
    width = max(map(len, places))
    for name, place in places.items():
        print(f"{name:<{width}}  {place}")


def counted(number: int, what: str) -> str:
    """``1 student``, ``2 students``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


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
