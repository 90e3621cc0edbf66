"""Feedback by nbgrader's exchange: the page that a student fetches is ours, and that of the submission it was made for.

nbgrader makes a page from what was graded, releases it under a name made of the submission's secret, and the student
finds it by that name. Each step has its secret beside it, so that a page never gets under a newer or older submission.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash
from traitlets import Unicode, default

from autograder.pages.feedback import code_in, feedback_page
from autograder.records import results
from autograder.records.course import Course, Folder
from autograder.records.gradebook import Recorder
from autograder.records.receipt import Receipt
from autograder.text import printable


class FeedbackPage(Exporter):
    """``GenerateFeedback.exporter_class``: our page of a graded submission, with the scores given by hand so far."""

    book = Unicode(help="The book's address, for links of the page (default: its published one, if it has one).").tag(
        config=True
    )
    file_extension = ".html"

    @default("book")
    def _published(self) -> str:
        return Course(Path(self.parent.coursedir.root)).book or ""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._coursedir = self.parent.coursedir
        self._folder = Folder(Path(self._coursedir.root, self._coursedir.autograded_directory).parent)
        self._remove_outdated()
        with self._recorder() as recorder:
            recorder.work_out_lateness(self._coursedir.assignment_id)
            self._people = recorder.roster()

    def from_filename(self, filename: str, resources: dict | None = None, **options: Any) -> tuple[str, dict]:
        resources = resources or {}
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        result = results.result_of(self._folder, assignment, student)
        if result is None:
            raise NbGraderException(f"nothing is recorded of {printable(student)}: grade {assignment} first")
        notebook = results.notebook_of(self._folder, assignment, student)
        with self._recorder() as recorder:
            standing = recorder.standings(assignment, {student: notebook})[student]
        resources["output_extension"] = self.file_extension
        book = f"{self.book.rstrip('/')}/" if self.book else None
        return feedback_page(result, standing, code_in(notebook), book, self._people[student]), resources

    def _recorder(self) -> Recorder:
        return Recorder(self._coursedir.db_url, self.config)

    def _remove_outdated(self) -> None:
        """Remove pages of another submission than the graded one, which nbgrader would keep if it looks no newer."""
        for graded in self.parent.assignments:
            student, assignment = Path(graded).parts[-2:]
            page = Path(self.parent._format_dest(assignment, student))
            if page.exists() and Receipt.of(page) != Receipt.of(Path(graded)):
                self.log.info("Removing the feedback of another submission: %s", page)
                shutil.rmtree(page)


class ReleaseFeedback(ExchangeReleaseFeedback):
    """``c.ExchangeFactory.release_feedback``: to each submission its own page; who handed in by other ways has none.

    An early verdict goes the same way, until there is the feedback of a grade.
    """

    def copy_files(self) -> None:
        excluded = set(self.coursedir.student_id_exclude.split(","))
        pages = Path(self.coursedir.root, self.coursedir.feedback_directory)
        wanted = f"{self.coursedir.student_id or '*'}/{self.coursedir.assignment_id}"
        for folder in sorted(pages.glob(wanted)):
            student, page = folder.parent.name, folder / f"{self.coursedir.assignment_id}.html"
            if student in excluded or not page.is_file():
                continue
            if not (secret := Receipt.of(folder).secret):
                self.log.warning("%s handed in by another way than the exchange: no feedback there", printable(student))
                continue
            self._release_as(page, student, secret)
            self.log.info("Feedback of %s is released for %s", self.coursedir.assignment_id, printable(student))
        self._release_early(excluded)

    def _release_early(self, excluded: Collection[str]) -> None:
        """The pages of early verdicts (``autograder grade PS --early``), where the submission is not graded yet."""
        assignment, graded = self.coursedir.assignment_id, Path(self.coursedir.root, self.coursedir.feedback_directory)
        records = Folder(Path(self.coursedir.root, self.coursedir.submitted_directory).parent)
        for folder in sorted(records.early(assignment, "").glob(self.coursedir.student_id or "*")):
            student, page, secret = folder.name, folder / f"{assignment}.html", Receipt.of(folder).secret
            if student in excluded or not page.is_file() or not secret:
                continue
            if Receipt.of(graded / student / assignment).secret != secret:
                self._release_as(page, student, secret)
                self.log.info("The early verdict on %s is released for %s", assignment, printable(student))

    def _release_as(self, page: Path, student: str, secret: str) -> None:
        for name in self._names(student, secret):
            self._release(page, notebook_hash(None, None, secret, name))

    def _names(self, student: str, secret: str) -> set[str]:
        """The notebooks by whose names the student looks for feedback: those handed in, whatever they are called."""
        assignment = self.coursedir.assignment_id
        submitted = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment))
        handed_in = submitted.glob("*.ipynb") if Receipt.of(submitted).secret == secret else ()
        return {assignment, *(path.stem for path in handed_in)}

    def _release(self, page: Path, name: str) -> None:
        """Put the page there whole, for everybody who knows its name."""
        target = Path(self.dest_path, f"{name}.html")
        part = target.with_suffix(".part")
        shutil.copyfile(page, part)
        part.chmod(0o644)
        os.replace(part, target)
