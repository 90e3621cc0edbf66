"""``autograder grade``: find the submissions, judge and record them, publish what people read."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import make_url

from autograder.commands import terminal
from autograder.commands.early import early
from autograder.commands.session import Session
from autograder.commands.zones import in_utc
from autograder.judging.pool import LocalWorkers, Workers
from autograder.judging.result import Result, records, summary
from autograder.records import cohort, fingerprints
from autograder.records.atomic import write
from autograder.records.cohort import Settings
from autograder.records.roster import unfit_id
from autograder.sandbox.kinds import candidates
from autograder.text import printable


def grade(options: Namespace) -> int:
    """Grade a folder of submissions; 1 if somebody in it has no final grade."""
    with Session.open(options) as session:
        students, left_out = _find(session)
        _require_protection(options)
        preview = options.rejudge and not options.write
        with _workers(session, options, len(students)) as workers:
            if not preview and not options.early:
                _begin_early(session, students, workers)
            left_out |= cohort.mistaken(students, session.recorder.roster())
            students = [student for student in students if student not in left_out]
            _require_the_right_set(session, students)
            if preview:
                return _preview(session, students, options, workers)
            for student, why in left_out.items():
                print(f"{printable(student)}: NOT GRADED, {why}. Mend that and grade again.", file=sys.stderr)
            for student in students:
                if why := cohort.unreadable_time(session.submitted / student / session.assignment):
                    print(f"{printable(student)}: {why}. Graded, and counted as in time.", file=sys.stderr)
            if not students:
                return 1
            session.write_alone()
            fingerprints.keep(session.folder, session.assignment, session.course.hidden)
            if options.due:
                session.recorder.set_due(session.assignment, in_utc(options.due, options.zone))
            if options.early:
                return early(session, students, _settings(session, options), options, workers) or bool(left_out)
            asked = {"again": options.again, "rejudge": options.rejudge, "where": options.where}
            work = session.grade(students, _settings(session, options), workers, **asked, tell=_tell_faults)
        standings = session.publish()
        people, counted = session.people, session.counted
    work.show()
    terminal.isolation(counted)
    if options.rejudge:
        terminal.changes([(work.before[r.student], r) for r in session.results if r.student in work.before])
    if options.json:
        write(options.json, json.dumps(records(counted), indent=1))
    if options.summary:
        write(options.summary, json.dumps(summary(counted, left_out), indent=1))
    terminal.table(counted, standings)
    terminal.missing(people.without(standings), len(session.results), people.told_apart())
    _show_places(session, options)
    return 1 if left_out or any(result.faulty for result in session.results) else 0


def _find(session: Session) -> tuple[list[str], dict[str, str]]:
    """The students who have handed in, and those who cannot be graded, with the reason.

    NotADirectoryError or FileNotFoundError if there is nothing to grade.
    """
    submitted, assignment = session.submitted, session.assignment
    moved = f" --out moved it; --submitted {session.course.grading / 'submitted'} names that of the course."
    advice = moved if session.is_elsewhere else ""
    if not submitted.is_dir():
        raise NotADirectoryError(
            f"{submitted} is no folder; submissions are expected in it as <student>/{assignment}/*.ipynb, "
            f"where 'autograder collect' places them.{advice}"
        )
    found = cohort.students_with(submitted, assignment)
    if gone := session.withdrawn.intersection(found):
        print(f"have left the course, and are not graded: {terminal.some(gone)}")
        found = [student for student in found if student not in gone]
    left_out = {student: why for student in found if (why := _unusable(submitted, student))}
    students = [student for student in found if student not in left_out]
    if not students:
        raise FileNotFoundError(
            f"{submitted} holds no <student>/{assignment} folder, so there is nothing to grade: "
            f"see 'autograder collect {assignment}', or name the folder with --submitted.{advice}"
        )
    return students, left_out


def _unusable(submitted: Path, student: str) -> str:
    if cohort.leads_nowhere(submitted / student):
        return "the folder is a link that leads nowhere"
    reason = unfit_id(student)
    return reason and f"the folder's name can be no id: {reason}"


def _require_the_right_set(session: Session, students: list[str]) -> None:
    """ValueError if more than a few of the class have handed in another problem set."""
    found = {student: session.other_sets.handed_in(session.submitted, student) for student in students}
    session.other_sets.require_few({student: other for student, other in found.items() if other}, students)


def _require_protection(options: Namespace) -> None:
    if options.unsafe:
        print("WARNING: no sandbox. The submissions can read and write whatever you can.", file=sys.stderr)
    elif not options.scheduler:
        candidates(options.isolation)  # NoSandbox if nothing can work; the workers find out what does


def _begin_early(session: Session, students: list[str], workers: Workers) -> None:
    """Let workers of this machine begin at once where something is new; `NoSandbox` before anything is written."""
    folder, assignment = session.folder, session.assignment
    if isinstance(workers, LocalWorkers) and not all(folder.result(assignment, who).exists() for who in students):
        workers.begin()
        _ = session.fingerprints  # which take a while, too
        workers.require()


def _workers(session: Session, options: Namespace, most: int) -> Workers:
    """Where to judge; no more than ``most`` processes of this machine."""
    if not options.scheduler:
        return LocalWorkers(min(options.workers, most), unsafe=options.unsafe, isolation=options.isolation)
    from autograder.judging.cluster import ClusterWorkers

    return ClusterWorkers(options.scheduler, options.assignment, session.course.hidden, unsafe=options.unsafe)


def _settings(session: Session, options: Namespace) -> Settings:
    seed = cohort.seed_of(session.folder) if options.seed is None else options.seed
    limits = session.course.limits
    if options.timeout:
        limits = replace(limits, total=options.timeout)
    if options.call_timeout:
        limits = replace(limits, call=options.call_timeout, cell=2 * options.call_timeout)
    hidden = session.course.hidden
    return Settings(
        session.assignment,
        session.released,
        seed,
        limits,
        options.unsafe,
        session.other_sets,
        hidden,
        options.isolation,
        session.fingerprints,
    )


def _preview(session: Session, students: list[str], options: Namespace, workers: Workers) -> int:
    """Who would gain or lose by today's judge. Nothing is written."""
    session.load()
    settings = _settings(session, options)
    stale, unjudged = session.stale(students, settings)
    stale = [student for student in stale if student in {result.student for result in session.results}]
    terminal.changes(list(session.judge_again(stale, settings, workers)))
    if unjudged:
        print(
            f"new or changed: {unjudged}. 'autograder grade {session.assignment}' without --rejudge "
            "judges what is new, and nothing else."
        )
    print("Nothing was written. --rejudge --write records it.")
    return 0


def _tell_faults(result: Result) -> None:
    name = printable(result.student)
    if result.faulty:
        print(
            f"{name}: NO FINAL GRADE, because the grader itself failed. {result.unreadable} Run the command again.",
            file=sys.stderr,
        )
    elif result.unreadable:
        print(f"{name}: {result.unreadable} Graded with 0.", file=sys.stderr)


def _show_places(session: Session, options: Namespace) -> None:
    folder, assignment = session.folder, session.assignment
    database = (
        make_url(options.db).render_as_string() if options.db else terminal.relative(folder.root / "gradebook.db")
    )
    places: Mapping[str, str] = {
        "class report": terminal.relative(folder.report(assignment, ".html")),
        "as a table": terminal.relative(folder.report(assignment, ".csv")),
        "feedback": terminal.relative(folder.root / "feedback"),
        "autograded": terminal.relative(folder.root / "autograded"),
        "gradebook": database,
    }
    terminal.paths(places)
