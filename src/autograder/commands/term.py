"""``autograder report`` without a problem set: the report of the term."""

from __future__ import annotations

from argparse import Namespace
from collections import defaultdict
from pathlib import Path

from autograder.commands import terminal
from autograder.commands.session import Session
from autograder.pages.term import Term, counts_for_research, counts_of_feedback, term_report
from autograder.records import cohort, told
from autograder.records.atomic import write
from autograder.records.course import Course, Folder
from autograder.records.learning import Occasion
from autograder.records.receipt import Receipt
from autograder.text import counted


def term(options: Namespace) -> int:
    """Write the term report, and its counts for research, from what is recorded."""
    course = Course.here()
    folder = Folder(options.out or course.grading)
    sets = [name for name in course.problem_sets if any((folder.root / "results" / name).glob("*.json"))]
    if not sets:
        raise FileNotFoundError(f"nothing is graded in {folder.root} yet: run 'autograder grade PS' first")
    page = folder.report("term", ".html")
    with cohort.only_run(folder):
        report = _term(sets, options, page)
        write(page, term_report(report))
        write(folder.report("term_counts", ".csv"), counts_for_research(report))
        write(folder.report("term_feedback", ".csv"), counts_of_feedback(report))
    print(f"report of {counted(len(report.students), 'student')} over {counted(len(sets), 'problem set')}: ", end="")
    print(terminal.relative(page))
    print(f"counts for research, without names: {terminal.relative(folder.report('term_counts', '.csv'))}")
    print(f"the same of each piece of feedback: {terminal.relative(folder.report('term_feedback', '.csv'))}")
    return 0


def _term(sets: list[str], options: Namespace, page: Path) -> Term:
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    histories: dict[str, list[Occasion]] = defaultdict(list)
    people, book, graded = None, None, []
    for name in sets:
        its = Namespace(**{**vars(options), "assignment": name, "submitted": None})
        with Session.open(its, warn=name == sets[0]) as session:
            session.results = session.recorded()
            if not session.results:
                continue
            graded.append(name)
            people, book = session.people, session.book(page)
            standings, results = session.standings(), session.counted
            waiting = any(standing.needs_hand_grading for standing in standings.values())
            for result in results:
                graded_as = result if waiting else standings[result.student]
                shares[result.student][name] = graded_as.score / graded_as.max_score if graded_as.max_score else 0.0
            for result in session.results:
                submission = session.folder.autograded(name, result.student).parent
                lines = told.history(session.folder, result, Receipt.of(submission).time)
                histories[result.student] += [Occasion(name, line) for line in lines]
    if people is None:
        raise FileNotFoundError("the gradebook knows nobody of those who are graded: run 'autograder grade PS' again")
    return Term(graded, shares, histories, people, book)
