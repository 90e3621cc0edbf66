"""The same grading path for ``nbgrader autograde`` and formgrader's button; `nbgrader_config.py` puts it in place.

nbgrader grades in two passes over each notebook: sanitise, then execute and score. Here the first pass judges the submission in the
sandbox and writes the autograded notebook, and the second only saves the scores that stand in it. The exporter is the earliest place that nbgrader
lets go through: it gets the file's name before anything has parsed the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.coursedir import CourseDirectory

from autograder import cohort
from autograder.autograded import autograded_notebook
from autograder.cohort import Settings
from autograder.course import Folder
from autograder.judge import judge
from autograder.sandbox import require_sandbox


class SandboxExporter(NotebookExporter):
    """``Autograde.exporter_class``: reads, judges and rewrites a submission in nbgrader's sanitising pass."""

    def from_filename(self, filename: str, resources: dict | None = None, **options: Any) -> tuple[str, dict]:
        if not self.parent._sanitizing:
            return super().from_filename(filename, resources=resources, **options)
        coursedir: CourseDirectory = self.parent.coursedir
        student, assignment = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        folder = Folder(_absolute(coursedir, coursedir.submitted_directory).parent)
        released = Path(coursedir.format_path(coursedir.release_directory, ".", assignment)) / f"{assignment}.ipynb"
        require_sandbox()
        settings = Settings(assignment, released.read_bytes(), cohort.seed_of(folder))
        judged = judge(cohort.job_for(_absolute(coursedir, coursedir.submitted_directory), student, settings))
        cohort.write(folder.result(assignment, student), json.dumps(judged.result.to_dict(), indent=1))
        if timestamp := cohort.submission_time(_absolute(coursedir, coursedir.submitted_directory) / student / assignment):
            copy = Path(self.parent._format_dest(assignment, student)) / "timestamp.txt"
            cohort.write(copy, f"{timestamp:%Y-%m-%d %H:%M:%S.%f} UTC\n")  # by which nbgrader knows a newer submission
        self.log.info("%s: %g of %g", student, judged.result.score, judged.result.max_score)
        resources["output_extension"] = self.file_extension
        return json.dumps(autograded_notebook(judged)), resources



def one_notebook(assignment: str, student: str, notebooks: list[str]) -> None:
    """``Autograde.pre_convert_hook``: whatever a student's notebook is called, nbgrader looks for the name it was released under.

    The list of the paths that nbgrader found is changed in place; `SandboxExporter` finds the file that was handed in.
    """
    folders = dict.fromkeys(Path(path).parent for path in notebooks)
    notebooks[:] = [str(folder / f"{folder.name}.ipynb") for folder in folders]

def _absolute(coursedir: CourseDirectory, folder: str) -> Path:
    return Path(coursedir.root) / folder
