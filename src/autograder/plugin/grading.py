"""The same grading path for ``nbgrader autograde`` and formgrader's button.

nbgrader grades in two passes over each notebook: sanitise, then execute and score. Here the first pass judges the
submission in the sandbox and records it, as ``autograder grade`` does, and the second has nothing left to do. The
exporter is the earliest place that nbgrader lets go through: it gets the file's name before anything has parsed the
file.
"""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory

from autograder.judging.judge import Job, judge
from autograder.judging.places import job_for_places, located
from autograder.judging.result import Result
from autograder.records import cohort, results
from autograder.records.cohort import Settings
from autograder.records.course import Course, Folder, open_to_others
from autograder.records.gradebook import Recorder
from autograder.records.other_sets import OtherSets
from autograder.records.receipt import Receipt
from autograder.sandbox.process import require_sandbox
from autograder.text import printable


class SandboxExporter(NotebookExporter):
    """``Autograde.exporter_class``: reads, judges and records a submission in nbgrader's sanitising pass."""

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._leave_other_files()
        if told := open_to_others(Path(self.parent.coursedir.root), self._folder.root):
            self.log.warning(told)
        try:
            with cohort.only_run(self._folder):
                self._remove_unfinished()
        except ValueError as reason:
            self.log.error(str(reason))
            raise NbGraderException(str(reason)) from None

    @property
    def _submitted(self) -> Path:
        coursedir: CourseDirectory = self.parent.coursedir
        return Path(coursedir.root) / coursedir.submitted_directory

    @property
    def _folder(self) -> Folder:
        return Folder(self._submitted.parent)

    def from_filename(self, filename: str, resources: dict | None = None, **options: Any) -> tuple[str, dict]:
        if not self.parent._sanitizing or resources is None:
            return super().from_filename(filename, resources=resources, **options)
        coursedir: CourseDirectory = self.parent.coursedir
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        submitted, folder = self._submitted, self._folder
        released = Path(coursedir.format_path(coursedir.release_directory, ".", assignment)) / f"{assignment}.ipynb"
        require_sandbox()
        with cohort.only_run(folder), Recorder(coursedir.db_url, self.config) as recorder:
            others = OtherSets.of(_beside(released), assignment)
            course = Course(Path(coursedir.root))
            settings = Settings(
                assignment,
                released.read_bytes(),
                cohort.seed_of(folder),
                course.limits,
                other_sets=others,
                hidden=course.hidden,
            )
            job = cohort.job_for(submitted, student, settings)
            recorded = results.result_of(folder, assignment, student)
            result = self._graded(cohort.remaining(job, recorded), folder, recorder)
        if why := cohort.unreadable_time(submitted / student / assignment):
            self.log.warning("%s: %s. Graded, and counted as in time.", printable(student), why)
        self.log.info("%s: %g of %g", printable(student), result.score, result.max_score)
        resources["output_extension"] = self.file_extension
        return folder.autograded(assignment, student).read_text(), resources

    def _graded(self, job: Job, folder: Folder, recorder: Recorder) -> Result:
        """The result, recorded: judged only if something is new or changed, though nbgrader's button asks for more."""
        receipt = Receipt.of(self._submitted / job.student / job.assignment)
        if job.functions:
            judged = judge(job)
            results.record(judged, folder, recorder, receipt)
            self._seek_places(job, judged.result, folder)
            return judged.result
        result = results.keep(job, folder, recorder, receipt)
        if cohort.is_older(job, result):
            self.log.warning(
                "%s keeps the score that an older version of the checks gave; "
                "'autograder grade %s --rejudge' lists who would gain or lose",
                printable(job.student),
                job.assignment,
            )
        return result

    def _seek_places(self, job: Job, result: Result, folder: Folder) -> None:
        """Add the places of the mistakes to what is recorded; nothing that fails here stops the grading."""
        try:
            if seeking := job_for_places(job, result):
                results.add_places(located(seeking).result, folder)
        except Exception as error:
            self.log.warning("no places of mistakes were sought (%s)", type(error).__name__)

    def _leave_other_files(self) -> None:
        """Keep nbgrader from copying what else was handed in: it follows links, with the instructor's rights.

        What is ignored here must not be ignored by others who share nbgrader's `CourseDirectory`, such as the next
        button of formgrader.
        """
        coursedir = copy.copy(self.parent.coursedir)
        coursedir.ignore = ["*"]
        self.parent.coursedir = coursedir

    def _remove_unfinished(self) -> None:
        """Remove autograded folders in which a killed run left no whole notebook: nbgrader would take them for done."""
        for submission in self.parent.assignments:
            student, assignment = Path(submission).parts[-2:]
            folder = Path(self.parent._format_dest(assignment, student))
            if folder.exists() and not results.is_notebook(folder / f"{assignment}.ipynb"):
                self.log.warning("Removing what an interrupted run left: %s", folder)
                shutil.rmtree(folder)


def _beside(released: Path) -> dict[str, Path]:
    """The notebooks released beside this one, this one with them, by the problem set."""
    folders = released.parent.parent.iterdir()
    return {folder.name: folder / f"{folder.name}.ipynb" for folder in folders}


def one_notebook(assignment: str, student: str, notebooks: list[str]) -> None:
    """``Autograde.pre_convert_hook``: one notebook, whatever the student called it.

    nbgrader looks for the name that it was released under. The list of the paths that nbgrader found
    is changed in place; `SandboxExporter` finds the file that was handed in.
    """
    folders = dict.fromkeys(Path(path).parent for path in notebooks)
    notebooks[:] = [str(folder / f"{folder.name}.ipynb") for folder in folders]
