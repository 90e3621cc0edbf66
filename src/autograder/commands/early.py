"""``autograder grade PS --early``: verdicts before the deadline, without points, so many a student and day."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from autograder.commands import terminal
from autograder.commands.handing_back import write_archives
from autograder.commands.session import Session
from autograder.commands.zones import shown, zone_of
from autograder.judging.judge import Job
from autograder.judging.places import job_for_places
from autograder.judging.pool import Workers, judge_all
from autograder.judging.result import Result
from autograder.judging.submission import Submission
from autograder.pages.feedback import code_in, early_page
from autograder.records import cohort, told
from autograder.records.atomic import write
from autograder.records.cohort import Settings
from autograder.records.early import Given, zone_name
from autograder.records.told import Told
from autograder.text import counted, printable


@dataclass
class _Asked:
    """Who asked for a verdict, and what became of it."""

    jobs: dict[str, Job] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    used_up: list[str] = field(default_factory=list)
    past: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)
    uncounted: dict[str, str] = field(default_factory=dict)
    """of whom nobody knows how many they had, with the reason"""


def early(session: Session, students: list[str], settings: Settings, options: Namespace, workers: Workers) -> int:
    """Give each of these students a verdict on what is new; 1 if somebody gets none for a fault of ours."""
    if options.json or options.summary:
        raise ValueError("an early verdict has no results to write: leave out --json and --summary")
    now = datetime.now(UTC)
    zone_of(options.zone)  # before it is kept
    name = zone_name(session.folder, options.zone)
    zone = zone_of(name)
    asked = _asked(session, students, settings, options.per_day, now, zone)
    for result, notebook in _judged(asked.jobs, workers, where=options.where):
        if result.faulty:
            asked.faulty.append(result.student)
            continue
        folder, receipt = session.folder.early(session.assignment, result.student), session.receipt(result.student)
        given = Given.read(folder)
        if not result.unreadable:  # which tells nothing of the answers
            given = given.counting(result.handed_in, now)
        given.write(folder)  # first: what is shown has been counted
        told.note(session.folder, result, Told.of(result, receipt.time, early=True))
        page = folder / f"{session.assignment}.html"
        person = session.people[result.student]
        left = max(0, options.per_day - given.on(now.astimezone(zone).date(), zone))
        write(page, early_page(result, code_in(notebook.notebook), session.book(page), person, left))
        receipt.write(folder)
        replace(given, shown=result.handed_in).write(folder)
    _tell(session, asked, options.per_day, f"{now.astimezone(zone):%Y-%m-%d}, {name}")
    return 1 if asked.faulty or asked.uncounted else 0


def _asked(
    session: Session, students: list[str], settings: Settings, per_day: int, now: datetime, zone: tzinfo
) -> _Asked:
    """What is to be judged: what has no verdict yet, of those who have one left today and are before their deadline."""
    asked, due = _Asked(), session.recorder.due(session.assignment)
    extensions = session.recorder.extensions(session.assignment)
    for student in students:
        folder = session.folder.early(session.assignment, student)
        try:
            given = Given.read(folder)
        except ValueError as reason:
            asked.uncounted[student] = str(reason)
            continue
        until = extensions.get(student, due)
        job = replace(cohort.job_for(session.submitted, student, settings), early=True)
        known = job.handed_in in given.handed_in
        if given.shown == job.handed_in and (folder / f"{session.assignment}.html").exists():
            asked.same.append(student)
        elif until and now.replace(tzinfo=None) >= until:
            asked.past.append(student)
        elif not known and given.on(now.astimezone(zone).date(), zone) >= per_day:
            asked.used_up.append(student)
        else:
            asked.jobs[student] = job
    return asked


def _judged(jobs: Mapping[str, Job], workers: Workers, *, where: bool) -> Iterator[tuple[Result, Submission]]:
    """The results, with the places of the mistakes if they are asked for."""
    judged = {each.result.student: each for each in judge_all(iter(jobs.values()), workers)}
    if where:
        seeking = (job_for_places(jobs[student], each.result) for student, each in judged.items())
        try:
            for each in judge_all((job for job in seeking if job), workers):
                if each.result == judged[each.result.student].result:
                    judged[each.result.student] = each
        except Exception as error:
            print(f"The places of mistakes were not all sought ({type(error).__name__}).", file=sys.stderr)
    for student in sorted(judged):
        yield judged[student].result, judged[student].submission


def _tell(session: Session, asked: _Asked, per_day: int, day: str) -> None:
    for student in asked.faulty:
        print(
            f"{printable(student)}: NO VERDICT, because the grader itself failed. Run the command again.",
            file=sys.stderr,
        )
    for student, why in asked.uncounted.items():
        print(f"{printable(student)}: NO VERDICT, {why}.", file=sys.stderr)
    given = len(asked.jobs) - len(asked.faulty)
    print(f"early verdicts given: {given}, without points; nothing is graded")
    if asked.same:
        print(f"nothing new since the last one: {terminal.some(asked.same)}")
    if asked.used_up:
        print(f"had {counted(per_day, 'verdict')} today ({day}): {terminal.some(asked.used_up)}")
    if asked.past:
        due = session.recorder.due(session.assignment)
        said = f", {shown(due, None)}" if due else ""
        print(f"past the deadline{said}, so the grade comes next: {terminal.some(asked.past)}")
    if given:
        print(f"pages: {terminal.relative(session.folder.root / 'early' / session.assignment)}")
        print(f"'nbgrader release_feedback {session.assignment}' hands them to those who used the exchange.")
        pages = {
            student: session.folder.early(session.assignment, student) / f"{session.assignment}.html"
            for student in asked.jobs
            if student not in asked.faulty
        }
        write_archives(session, pages, f"{session.assignment}_early")
