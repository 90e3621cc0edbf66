"""What the commands on a problem set share: its course, its folder, its gradebook, and the way through grading."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.commands import terminal
from autograder.commands.terminal import Work, progress, some
from autograder.judging.following import following
from autograder.judging.judge import Job
from autograder.judging.places import job_for_places
from autograder.judging.pool import Workers, judge_all
from autograder.judging.result import Result
from autograder.judging.submission import grade_id_of, is_graded, load_notebook
from autograder.pages.feedback import code_in, feedback_page
from autograder.pages.report import class_report
from autograder.records import cohort, fingerprints, points, results
from autograder.records.asking import Asking
from autograder.records.atomic import write
from autograder.records.cohort import Settings
from autograder.records.course import Course, Folder
from autograder.records.entries import AT_ONCE
from autograder.records.gradebook import Recorder
from autograder.records.grades import Grades, as_csv
from autograder.records.other_sets import OtherSets
from autograder.records.receipt import Receipt
from autograder.records.releases import Releases
from autograder.records.roster import Roster
from autograder.records.standing import Standing
from autograder.records.withdrawn import withdrawn


class Session:
    """One command at work on the problem set ``options.assignment``; `open` makes one.

    ``options`` are those of the command line: ``out`` and ``db`` say where the records are, ``book`` what pages link
    to, and ``submitted`` where submissions lie. ``results`` are those that the command is about.
    """

    def __init__(self, options: Namespace, resources: ExitStack):
        self._options, self._resources = options, resources
        self.assignment: str = options.assignment
        self.course = Course.here()
        self.course.require(self.assignment)
        if not self.course.is_its_own:
            self.course.hidden.load(self.assignment)  # so that its slips are known
        self.folder = Folder(options.out or self.course.grading)
        self.results: Sequence[Result] = ()

    @classmethod
    @contextmanager
    def open(cls, options: Namespace, *, warn: bool = True) -> Iterator[Session]:
        """A session; what it opened is closed with it. ValueError if the course has no such problem set.

        It may ``warn`` of folders that others can read.
        """
        with ExitStack() as resources:
            session = cls(options, resources)
            if warn:
                terminal.readers(session.course.root, session.folder.root)
            yield session

    @property
    def submitted(self) -> Path:
        """The folder of submissions: beside the gradebook, unless another one is named."""
        return self._options.submitted or self.folder.submitted

    @property
    def is_elsewhere(self) -> bool:
        """Whether the submissions are looked for where --out is, and not in the course's own folder."""
        return bool(self._options.out and not self._options.submitted)

    @property
    def released(self) -> bytes:
        """The notebook that students get; ValueError before it is released."""
        notebook = self.course.released(self.assignment)
        if not notebook.is_file():
            raise ValueError(f"{self.assignment} is not released yet: run 'autograder release' first")
        return notebook.read_bytes()

    def write_alone(self) -> None:
        """From here on no other command writes into the folder, which is made if need be.

        ValueError if one does already.
        """
        self.folder.make()
        self._resources.enter_context(cohort.only_run(self.folder))

    @cached_property
    def recorder(self) -> Recorder:
        """The gradebook, with the problem set in it."""
        self.folder.make()
        database = self._options.db or self.folder.database
        released = load_notebook(self.released)
        recorder = Recorder(database, self.nbgrader_config)
        graded = [grade_id_of(cell) for cell in released["cells"] if is_graded(cell)]
        if not recorder.knows(self.assignment):
            self._write_for_nbgrader()
            recorder.enter(self.assignment, released)
        elif not recorder.knows(self.assignment, graded):
            recorder.close()
            self._release_again(database)
            recorder = Recorder(database, self.nbgrader_config)
        points.assert_again(self.folder.points(self.assignment), recorder, self.assignment)
        return self._resources.enter_context(recorder)

    def _write_for_nbgrader(self) -> None:
        """Put source and release where nbgrader looks for them."""
        import nbformat

        from autograder.release.source import source_notebook

        name = Path(self.assignment, f"{self.assignment}.ipynb")
        source = nbformat.writes(source_notebook(self.course.text(self.assignment)))
        write(self.folder.root / "source" / name, source + "\n")
        write(self.folder.root / "release" / name, self.released.decode())

    def _release_again(self, database: str) -> None:
        """Let nbgrader change what the gradebook knows of the problem set."""
        from autograder.release import sets

        root = self.folder.root
        sets.release(self.course, self.assignment, database, source=root / "source", destination=root / "release")

    @cached_property
    def nbgrader_config(self) -> Config:
        """The course's nbgrader settings, for the late policy and the names of files."""
        if not (self.course.root / "nbgrader_config.py").is_file():
            return Config()
        return PyFileConfigLoader("nbgrader_config.py", path=str(self.course.root)).load_config()

    @property
    def releases(self) -> Releases:
        return Releases.of(self.folder.history(self.assignment), self.course.released(self.assignment))

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """What today's judge is known by, for each function."""
        return fingerprints.of_functions(self.folder, self.assignment, self.course.hidden)

    @property
    def people(self) -> Roster:
        """Everybody in the gradebook who has not left the course."""
        return self.recorder.roster().leaving_out(self.withdrawn)

    @cached_property
    def other_sets(self) -> OtherSets:
        """What the other problem sets are known by."""
        released = {each: self.course.released(each) for each in self.course.problem_sets}
        return OtherSets.of(released, self.assignment)

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Who has left the course."""
        return withdrawn(self.folder)

    def recorded(self) -> Sequence[Result]:
        """The results recorded so far, of those who have not left and whom the gradebook knows."""
        found = [r for r in results.results_of(self.folder, self.assignment) if r.student not in self.withdrawn]
        known = self.recorder.submitters(self.assignment) if found else set()
        if gone := [result.student for result in found if result.student not in known]:
            print(
                f"left out, because the gradebook has no submission of theirs: {some(gone)}. If it should, "
                f"'autograder grade {self.assignment}' enters what is recorded.",
                file=sys.stderr,
            )
        return [result for result in found if result.student in known]

    @property
    def asking(self) -> Asking:
        """The questions of students about their grades."""
        return Asking(self.folder, self.assignment)

    @property
    def counted(self) -> Sequence[Result]:
        """The results in the points that the questions count."""
        count = self.recorder.points(self.assignment)
        return [points.counting(result, count) for result in self.results]

    def load(self) -> None:
        """Take the results recorded so far; FileNotFoundError if there are none."""
        self.results = self.recorded()
        if not self.results:
            raise FileNotFoundError(
                f"nothing is graded in {self.folder.root} yet: run 'autograder grade {self.assignment}' first"
            )

    def jobs(
        self, students: Iterable[str], settings: Settings, *, again: bool = False, rejudge: bool = False
    ) -> Iterator[tuple[Job, Result | None]]:
        """What is to be judged of each submission, with its recorded result.

        That is all of it if everything is to be judged ``again``; else what is new, changed or not judged for a fault
        of the grader; and, to ``rejudge``, what another judge than today's graded.
        """
        for student in students:
            job = cohort.job_for(self.submitted, student, settings)
            recorded = results.result_of(self.folder, self.assignment, student)
            yield (job if again else cohort.remaining(job, recorded, rejudge=rejudge)), recorded

    def grade(
        self,
        students: Sequence[str],
        settings: Settings,
        workers: Workers,
        *,
        again: bool = False,
        rejudge: bool = False,
        where: bool = True,
        tell: Callable[[Result], None] = lambda result: None,
    ) -> Work:
        """Judge the submissions that need it, and record all: how much there was to do.

        The result of each is passed to ``tell`` when it is recorded. When all are, the places of the mistakes in what
        was judged now are sought and added, unless ``where`` is false.
        """
        work, kept, found = Work(), deque[Result](), []
        judged_now: list[Result] = []

        def waiting() -> Iterator[Job]:
            for job, recorded in self.jobs(students, settings, again=again, rejudge=rejudge):
                work.count(job, recorded)
                if job.functions:
                    yield job
                else:
                    kept.append(results.keep(job, self.folder, self.recorder, self.receipt(job.student)))

        def done() -> Iterator[Result]:
            for judged in judge_all(waiting(), workers):
                results.record(judged, self.folder, self.recorder, self.receipt(judged.result.student))
                judged_now.append(judged.result)
                yield judged.result
                while kept:
                    yield kept.popleft()
            yield from kept

        for result in progress(done(), len(students), f"grading {self.assignment}"):
            found.append(result)
            tell(result)
        placed = self._with_places(judged_now, settings, workers) if where else {}
        self.results = sorted(
            (placed.get(result.student, result) for result in found), key=lambda result: result.student
        )
        return work

    def _with_places(self, judged: Sequence[Result], settings: Settings, workers: Workers) -> dict[str, Result]:
        """By student, the results to which places were added. Nothing that fails here stops anything."""

        def waiting() -> Iterator[Job]:
            for result in judged:
                job = job_for_places(cohort.job_for(self.submitted, result.student, settings), result)
                if job is not None:
                    yield job

        before = {result.student: result for result in judged}
        placed = {}
        try:
            for each in judge_all(waiting(), workers):
                if each.result == before[each.result.student]:
                    results.add_places(each.result, self.folder)
                    placed[each.result.student] = each.result
        except Exception as error:
            print(f"The places of mistakes were not all sought ({type(error).__name__}).", file=sys.stderr)
        return placed

    def stale(self, students: Sequence[str], settings: Settings) -> tuple[list[str], int]:
        """Who was graded by another judge than today's, and how many submissions are new or changed besides."""
        stale, unjudged = [], 0
        for job, recorded in self.jobs(students, settings):
            unjudged += bool(job.functions)
            if recorded and not job.functions and cohort.is_older(job, recorded):
                stale.append(job.student)
        return stale, unjudged

    def judge_again(
        self, students: Sequence[str], settings: Settings, workers: Workers
    ) -> Iterator[tuple[Result, Result]]:
        """The recorded result and that of today's judge, of these students' submissions. Nothing is written."""
        before = {result.student: result for result in self.results}
        jobs = (job for job, _ in self.jobs(students, settings, rejudge=True))
        judged = (each.result for each in judge_all(jobs, workers))
        for after in progress(judged, len(students), f"judging {self.assignment} again"):
            yield before[after.student], after

    def publish(self) -> Mapping[str, Standing]:
        """Write the feedback pages, the class report and its table; the standings that they show."""
        self.recorder.work_out_lateness(self.assignment)
        people = self.people
        for student in self.withdrawn:
            self.folder.feedback(self.assignment, student).unlink(missing_ok=True)
        report = self.folder.report(self.assignment, ".html")
        standings, links, follows = {}, {}, {}
        counted = self.counted
        for result, standing, notebook in self._with_standings(counted):
            page = self.folder.feedback(self.assignment, result.student)
            person = people[result.student]
            code = code_in(notebook)
            write(page, feedback_page(result, standing, code, self.book(page), person, self.asking))
            follows[result.student] = following(result, code)
            standings[result.student] = standing
            links[result.student] = os.path.relpath(page, report.parent)
        shown = class_report(
            counted,
            standings,
            feedback=links,
            book=self.book(report),
            people=people,
            releases=self.releases,
            following=follows,
        )
        write(report, shown)
        grades = Grades(self.assignment, counted, standings, people)
        write(self.folder.report(self.assignment, ".csv"), as_csv(grades))
        return standings

    def standings(self) -> dict[str, Standing]:
        """What the gradebook says of each result, by student."""
        return {result.student: standing for result, standing, _ in self._with_standings(self.results)}

    def _with_standings(self, found: Sequence[Result]) -> Iterator[tuple[Result, Standing, Mapping[str, Any]]]:
        """Each result with what the gradebook says of it, and the autograded notebook."""
        for start in range(0, len(found), AT_ONCE):
            batch = found[start : start + AT_ONCE]
            students = [result.student for result in batch]
            notebooks = {who: results.notebook_of(self.folder, self.assignment, who) for who in students}
            standings = self.recorder.standings(self.assignment, notebooks)
            for result in batch:
                yield result, standings[result.student], notebooks[result.student]

    def receipt(self, student: str) -> Receipt:
        return Receipt.of(self.submitted / student / self.assignment)

    def book(self, page: Path) -> str | None:
        """The book's address as a link on ``page``: given, published, or the way to the built site; or None."""
        if address := self._options.book or self._published:
            return address.rstrip("/") + "/"
        if not (self.course.site / "index.html").exists():
            return None
        return quote(os.path.relpath(self.course.site, page.resolve().parent)) + "/"

    @cached_property
    def _published(self) -> str | None:
        return self.course.book
