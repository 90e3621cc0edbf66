"""What the instructor sees in the terminal: progress, the table of the class, and where everything lies."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from checks.check import Outcome
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.result import ProblemResult, Result
from autograder.standing import Standing
from autograder.submission import printable

T = TypeVar("T")


def progress(items: Iterable[T], total: int, title: str) -> Iterator[T]:
    """The items, with a bar on stderr that shows how far they are; quiet where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=total)
        for item in items:
            bar.advance(task)
            yield item


def table(results: Sequence[Result], standings: Mapping[str, Standing]) -> None:
    """One row a student: the points of each function, the whole score, what is special."""
    if not results:
        return
    view = Table(title=f"{results[0].assignment}, {len(results)} submissions", caption="* written answers are still to be graded by hand")
    view.add_column("student", no_wrap=True)
    for problem in results[0].problems:
        view.add_column(f"{problem.problem} /{problem.max_score:g}", justify="right", overflow="fold")
    view.add_column("score", justify="right")
    view.add_column("what happened", overflow="fold")
    for result in results:
        standing = standings[result.student]
        marked = f"{standing.score:g}/{standing.max_score:g}{'*' if standing.needs_hand_grading else ''}"
        view.add_row(Text(printable(result.student)), *(_points(problem) for problem in result.problems), marked, Text(_remark(result, standing)))
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(view)


def paths(places: Mapping[str, str]) -> None:
    """Where to look, one line each, in a form that can be copied."""
    width = max(map(len, places))
    for name, place in places.items():
        print(f"{name:<{width}}  {place}")


def _points(problem: ProblemResult) -> Text:
    style = "green" if problem.score == problem.max_score else "red" if problem.score == 0 else "yellow"
    return Text(f"{problem.score:g}", style=style)


def _remark(result: Result, standing: Standing) -> str:
    if result.unreadable:
        return "unreadable"
    remarks = list(result.slips)
    if any(check.outcome is Outcome.STOPPED for problem in result.problems for check in problem.checks):
        remarks.append("stopped")
    if standing.seconds_late > 0:
        remarks.append("late")
    return ", ".join(remarks)
