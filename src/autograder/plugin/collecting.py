"""``nbgrader collect`` and formgrader's button: take in the inbox of nbgrader's exchange, and trust none of it.

Every student can write into the inbox, under any name. nbgrader's own way follows links with the instructor's rights,
warns where a folder is not its student's, and keeps modes that let others write. Here a folder must belong to the
student whose name it bears, only regular files of that student are read, opened without following a link, and what is
kept is the instructor's alone.
"""

from __future__ import annotations

import fnmatch
import os
import pwd
import re
import shutil
import stat
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from autograder.judging.submission import MAX_BYTES
from autograder.platforms.questions import same_notebooks
from autograder.records import cohort
from autograder.records.asking import Asking, NoQuestion, may_be_question
from autograder.records.course import Folder
from autograder.records.gradebook import Recorder
from autograder.records.moments import TIMESTAMP
from autograder.records.roster import unfit_id
from autograder.text import counted, printable

MAX_FILES = 200
MAX_TOTAL = 5 * MAX_BYTES
"""Bytes of one submission."""
TIME = r"[^+]+(?:\+\d\d(?::?\d\d)?)?"
"""A time, which may end in a zone such as +02."""


class Refused(Exception):
    """Something in the inbox is not taken in; the message says why."""


@dataclass(frozen=True)
class Submission:
    """A folder of the inbox, by what its name says."""

    path: Path
    student: str
    time: datetime


class Collect(ExchangeCollect):
    """``c.ExchangeFactory.collect``; the options are those of nbgrader's own."""

    def init_src(self) -> None:
        if not self.coursedir.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self._inbox = Path(self.root, self.coursedir.course_id, "inbound")
        if not self._inbox.is_dir():
            self.fail(f"Course not found: {self._inbox}")
        if not os.access(self._inbox, os.R_OK | os.X_OK):
            self.fail(f"You don't have read permissions for the directory: {self._inbox}")

    def copy_files(self) -> None:
        """Place the submission that counts of each student; `ExchangeError` at the end if something was refused."""
        self._refused = 0
        submissions = self._submissions()
        self.log.info("Submissions of %s: %s", self.coursedir.assignment_id, counted(len(submissions), "student"))
        folder = self._folder = Folder(Path(self.coursedir.root, self.coursedir.submitted_directory).parent)
        folder.make()
        try:
            with cohort.only_run(folder):
                for found in submissions.values():
                    self._take_one(found)
        except ValueError as reason:
            self.fail(str(reason))
        if self._refused:
            self.fail(f"refused: {self._refused}, named above; everything else is collected")

    def _submissions(self) -> dict[str, list[Submission]]:
        """What lies in the inbox by student, what counts first."""
        found: dict[str, list[Submission]] = defaultdict(list)
        for name in sorted(os.listdir(self._inbox)):
            try:
                submission = self._read_name(name)
            except Refused as reason:
                self._refuse(name, reason)
                continue
            if submission and fnmatch.fnmatchcase(submission.student, self.coursedir.student_id or "*"):
                found[submission.student].append(submission)
        due = self._due() if self.before_duedate else None
        for several in found.values():
            several.sort(key=lambda one: (due is None or one.time <= due, one.time), reverse=True)
        return found

    def _read_name(self, name: str) -> Submission | None:
        """``<student>+<assignment>+<time>``, with more behind a last ``+``; None if it is another assignment's."""
        parts = re.fullmatch(rf"(.+)\+{re.escape(self.coursedir.assignment_id)}\+({TIME})(?:\+[^+]*)?", name, re.DOTALL)
        if not parts:
            return None
        student, time = parts.groups()
        if reason := unfit_id(student):
            raise Refused(f"it names no student: {reason}")
        try:
            return Submission(self._inbox / name, student, parse_utc(time[:100]))
        except (ValueError, ArithmeticError):
            raise Refused("the time in its name cannot be read") from None

    def _due(self) -> datetime | None:
        with Recorder(self.coursedir.db_url, self.config) as recorder:
            known = recorder.knows(self.coursedir.assignment_id)
            return recorder.due(self.coursedir.assignment_id) if known else None

    def _take_one(self, submissions: list[Submission]) -> None:
        """Place the first of one student's submissions that is not refused, unless what is there stands.

        One with questions about grades, and no notebook or the one that is there, is no submission; questions are taken
        from all.
        """
        done = False
        for submission in submissions:
            if done and not self._holds_texts(submission):
                continue
            try:
                files = self._contents(submission)
            except Refused as reason:
                if not done:
                    self._refuse(submission.path.name, reason)
                continue
            asked = self._take_questions(submission, files)
            if not done and not (asked and self._stands(submission, files)):
                self._place(submission, files)
                done = True

    def _holds_texts(self, submission: Submission) -> bool:
        try:
            with opened(submission.path, os.O_DIRECTORY) as folder:
                return any(name.lower().endswith(".txt") and name != TIMESTAMP for name in os.listdir(folder))
        except OSError:
            return False

    def _take_questions(self, submission: Submission, files: dict[str, bytes]) -> bool:
        """Take the questions about grades out of the files, and keep them: whether there were any."""
        found = [name for name in files if name.lower().endswith(".txt") and may_be_question(files[name])]
        asking = Asking(self._folder, self.coursedir.assignment_id)
        for name in found:
            try:
                if asking.take(files.pop(name), submission.student):
                    self.log.info("Question about a grade: %s", submission.student)
            except NoQuestion as reason:
                self.log.warning("%s: %s: %s", printable(submission.path.name), printable(name), reason)
        return bool(found)

    def _stands(self, submission: Submission, files: dict[str, bytes]) -> bool:
        """Whether what is placed stands: here is no notebook, or the same ones again."""
        assignment = self.coursedir.assignment_id
        target = Path(self.coursedir.format_path(self.coursedir.submitted_directory, submission.student, assignment))
        return same_notebooks([content for name, content in files.items() if name.endswith(".ipynb")], target)

    def _refuse(self, name: str, reason: Refused) -> None:
        self._refused += 1
        self.log.error("NOT COLLECTED %s: %s", printable(name), reason)

    def _contents(self, submission: Submission) -> dict[str, bytes]:
        """The regular files of a folder that is its student's; `Refused` if it is not, or if a notebook is not."""
        try:
            with opened(submission.path, os.O_DIRECTORY) as folder:
                owner = os.fstat(folder).st_uid
                if self.check_owner and _user(owner) != submission.student:
                    raise Refused(
                        f"it belongs to {_user(owner)}, and bears the name of {printable(submission.student)}"
                    )
                return self._files(folder, owner, submission)
        except OSError as error:
            raise Refused(f"it cannot be read ({error.strerror}); a link is not followed") from None

    def _files(self, folder: int, owner: int, submission: Submission) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        room = MAX_TOTAL
        names = os.listdir(folder)
        if len(names) > MAX_FILES:
            raise Refused(f"it holds more than {MAX_FILES} files")
        for name in sorted(names):
            if any(fnmatch.fnmatch(name, pattern) for pattern in self.coursedir.ignore):
                continue
            try:
                files[name] = _read(folder, name, owner, min(room, MAX_BYTES))
                room -= len(files[name])
            except Refused as reason:
                if name.endswith(".ipynb"):
                    raise Refused(f"{printable(name)} {reason}") from None
                self.log.warning("%s: %s %s, and is left out", printable(submission.path.name), printable(name), reason)
        files[TIMESTAMP] = f"{submission.time:%Y-%m-%d %H:%M:%S.%f} UTC\n".encode()  # that by which it was chosen
        return files

    def _place(self, submission: Submission, files: dict[str, bytes]) -> None:
        student, assignment = submission.student, self.coursedir.assignment_id
        target = Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, assignment))
        if os.path.lexists(target):
            kept = cohort.submission_time(target)
            newer = self.update and (kept is None or submission.time > kept)
            if not newer and not (self.before_duedate and submission.time != kept):
                how = "No newer submission to collect" if self.update else "Submission already exists, use --update"
                self.log.info("%s: %s %s", how, student, assignment)
                return
        self.log.info("Collecting submission: %s %s", student, assignment)
        self._make(target.parent)
        new, old = (target.with_name(f".{assignment}.{suffix}") for suffix in ("new", "old"))
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        self._make(new)
        for name, content in files.items():
            path = new / name
            path.write_bytes(content)
            path.chmod(0o660 if self.coursedir.groupshared else 0o600)
        if os.path.lexists(target):
            target.rename(old)
        new.rename(target)
        shutil.rmtree(old, ignore_errors=True)

    def _make(self, folder: Path) -> None:
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o2770 if self.coursedir.groupshared else 0o700)


@contextmanager
def opened(path: str | Path, kind: int = 0, folder: int | None = None) -> Iterator[int]:
    """A descriptor of what lies at ``path``, in ``folder`` if given; OSError if it is a link, or not of this kind."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | kind, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read(folder: int, name: str, owner: int, most: int) -> bytes:
    """A file's bytes; `Refused` unless it is a regular file of this owner, with one name and not too large."""
    try:
        if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):  # opening a device may already do something
            raise Refused("is no regular file")
        with opened(name, folder=folder) as descriptor, open(descriptor, "rb", closefd=False) as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
                raise Refused("is no regular file of its own")
            if status.st_uid != owner:
                raise Refused(f"belongs to {_user(status.st_uid)}")
            content = file.read(most + 1)
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})") from None
    if len(content) > most:
        raise Refused(f"is too large: {MAX_BYTES / 1e6:.0f} MB are read of a file, {MAX_TOTAL / 1e6:.0f} MB in all")
    return content


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
