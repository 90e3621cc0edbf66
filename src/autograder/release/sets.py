"""Make the student version of a problem set, from its text with answers, with nbgrader.

The text becomes nbgrader's source notebook; nbgrader's own preprocessors make the release and enter its cells into the
gradebook. So every notebook that students get is an ordinary nbgrader assignment.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets.config import Config

from autograder import CannotProceed
from autograder.judging.version import KEY, digest
from autograder.records.course import Course
from autograder.records.gradebook import open_gradebook
from autograder.release.agreement import require_agreement
from autograder.release.links import LinkToBook
from autograder.release.source import source_notebook
from autograder.sandbox.servers import allow

GIVEN = "#| "
"""Lines of a solution that begin with this are what students are given in its place."""


class ReleaseFailed(CannotProceed):
    """nbgrader refused to make the release; the message says why."""


class ClearSolutionsNamed(ClearSolutions):
    """Replaces a solution by the code given with it, or else by a stub that names the function."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, cell_index: int) -> tuple[NotebookNode, dict]:
        given = [line.strip()[len(GIVEN) :] for line in cell.source.split("\n") if line.strip().startswith(GIVEN)]
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        stub = "\n".join(given) or f'raise NotImplementedError("{name} is not written yet")'
        self.code_stub = {"python": stub}
        return super().preprocess_cell(cell, resources, cell_index)


class StampVersion(NbGraderPreprocessor):
    """Writes the version into the metadata of the release (see `version`)."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        nb.metadata[KEY] = {"version": digest(nb)}
        return nb, resources


PREPROCESSORS = [
    *(
        ClearSolutionsNamed if step is ClearSolutions else step
        for step in GenerateAssignment.preprocessors.default_args[0]
    ),
    StampVersion,
    LinkToBook,
]
"""nbgrader's steps from source to release, with our stubs, the version, and links to the book."""


def require_whole(course: Course, assignment: str) -> None:
    """ValueError, with what to do, unless text and hidden checks can be read, ask for the same, and can be run here."""
    course.require(assignment)
    allow(course.hidden.libraries)
    text = course.text(assignment)
    file = str(text.relative_to(course.root))
    if not text.is_file():
        raise ValueError(f"there is no {file}, the text of the set: see to its name, and to what course.toml says")
    try:
        source = source_notebook(text)
    except Exception as error:  # jupytext and its parsers have many
        raise ValueError(f"{file} cannot be read as a notebook, mend it: {error}") from error
    require_agreement(course.hidden.load(assignment), source, file)


def release(course: Course, assignment: str, database: str, *, source: Path, destination: Path) -> Path:
    """Write the student version to ``destination``/<assignment>/<assignment>.ipynb and enter it into the gradebook.

    ``source`` is nbgrader's source folder, where the notebook with answers goes. Raises `ReleaseFailed` if submissions
    are there already and the graded cells have changed since.
    """
    course.require(assignment)
    with tempfile.TemporaryDirectory() as temporary:
        made = _generate(course, assignment, database, Path(temporary))
        for content, folder, name in ((made["source"], source, assignment), (made["release"], destination, assignment)):
            target = folder / name / f"{name}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return destination / assignment / f"{assignment}.ipynb"


def _generate(course: Course, assignment: str, database: str, work: Path) -> dict[str, bytes]:
    """The bytes of nbgrader's source and release notebook."""
    source = work / "source" / assignment / f"{assignment}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(source_notebook(course.text(assignment)), source)
    open_gradebook(database).dispose()
    config = Config()
    config.CourseDirectory.root = str(work)
    config.CourseDirectory.course_id = "default_course"  # that of every gradebook; PostgreSQL insists that it is there
    config.CourseDirectory.assignment_id = assignment
    config.CourseDirectory.db_url = database
    config.GenerateAssignment.preprocessors = PREPROCESSORS
    config.LinkToBook.book = course.book or ""
    problems = _Problems()
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.log = problems.logger
    try:
        converter.start()
    except (Exception, SystemExit) as error:
        raise ReleaseFailed(f"{assignment} was not released: {problems.last or error}") from error
    released = work / "release" / assignment / source.name
    if not released.exists():
        raise ReleaseFailed(f"{assignment} was not released: {problems.last or 'nbgrader wrote nothing'}")
    return {"source": source.read_bytes(), "release": _tidy(released)}


def _tidy(path: Path) -> bytes:
    """The release with its keys and line ends in one fixed form."""
    return (json.dumps(json.loads(path.read_bytes()), indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


class _Problems(logging.Handler):
    """Keeps what nbgrader logs as an error, instead of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""
        self.logger = logging.Logger("release")
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage().strip()
        if message and not re.match(r"There was an error processing|Please see the the above", message):
            self.last = message.splitlines()[-1]
