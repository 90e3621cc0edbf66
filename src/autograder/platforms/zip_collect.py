"""nbgrader's own ``zip_collect``, made safe, and taught whose each file is, as ``autograder collect`` finds it.

`nbgrader_config.py` puts it in place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from autograder.platforms import archive
from autograder.platforms.archive import Refused
from autograder.platforms.collect import HandedIn, Reading, find_submissions
from autograder.platforms.questions import Questions, same_notebooks
from autograder.records.asking import Asking
from autograder.records.course import Course, Folder
from autograder.records.gradebook import Recorder
from autograder.text import printable


class PlatformCollector(FileNameCollectorPlugin):
    """``c.ZipCollectApp.collector_plugin``: says whose a file is by the layout of the archive that it comes from."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        if self.named_regexp:
            return super().collect(submitted_file)
        found = self._found.get(submitted_file)  # first of all, so that questions are taken if there is nothing else
        return found if Path(submitted_file).suffix in self.valid_ext else None

    @cached_property
    def _found(self) -> dict[str, dict[str, str]]:
        course = self.parent.coursedir
        with Recorder(course.db_url) as recorder:
            roster = recorder.roster()
        assignment, submitted = course.assignment_id, Path(course.root, course.submitted_directory)
        reading = Reading(assignment, Course(Path(course.root)).problem_sets, roster)
        questions = Questions(Asking(Folder(submitted.parent), assignment), self._tell_question)

        def stands(submission: HandedIn) -> bool:
            notebooks = [m.read() for name, m in submission.files.items() if name.endswith(".ipynb")]
            return same_notebooks(notebooks, Path(course.format_path(submitted, submission.student, assignment)))

        extracted = Path(self.parent._format_collect_path(self.parent.extracted_directory))
        found, refused = collected(extracted, reading, questions, stands)
        for place, why in refused:
            self.log.warning("%s is not collected: %s", place, why)
        return found

    def _tell_question(self, student: str, name: str) -> None:
        self.log.info("Question about a grade: %s, %s", printable(student), printable(name))


def collected(
    extracted: Path,
    reading: Reading,
    questions: Questions,
    stands: Callable[[HandedIn], bool] = lambda submission: False,
) -> tuple[dict[str, dict[str, str]], list[tuple[str, str]]]:
    """What nbgrader is to know of each file under ``extracted``, by its path, and what is not collected, with reasons.

    Each archive has a folder of its own there. ``questions`` about grades are taken out; who asks, and has handed in
    nothing new, so that what is there ``stands``, has handed in nothing.
    """
    found: dict[str, dict[str, str]] = {}
    refused: list[tuple[str, str]] = []
    for source in sorted(extracted.iterdir()):
        with archive.opened(source) as contents:
            questions.take_loose(contents)
            for submission in find_submissions(contents, reading):
                if questions.take_from(submission.student, submission.files) and stands(submission):
                    continue
                time = {"timestamp": f"{submission.time} UTC"} if submission.certain else {}
                for name, member in submission.files.items():
                    path = source / member.spelled if source.is_dir() else source
                    found[str(path)] = {"student_id": submission.student, "file_id": name, **time}
            refused += [(f"{source.name}: {name}", why) for name, why in (*contents.refused, *questions.refused)]
            questions.refused.clear()
    return found, refused


class SafeExtractor(ExtractorPlugin):
    """``c.ZipCollectApp.extractor_plugin``: takes nothing that leads elsewhere, blows up or cannot be read."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        for source in sorted(Path(archive_path).iterdir()):
            with archive.opened(source) as contents:
                taken = 0
                packed = source.is_dir() or source.suffix in self.zip_ext
                for member in contents.members:
                    try:
                        taken += member.size
                        if taken > archive.MAX_TOTAL:
                            raise Refused(f"with it, more than {archive.MAX_TOTAL / 1e9:g} GB would be taken")
                        content = member.read()
                    except Refused as reason:
                        contents.refused.append((member.name, str(reason)))
                        continue
                    target = Path(extracted_path, source.stem if packed else "", member.name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
            for name, why in contents.refused:
                self.log.warning("%s: %s is not extracted: %s", source, name, why)
