"""Where things lie in a course: the text of the problem sets, what students get, and what grading writes."""

from __future__ import annotations

import re
import shlex
import stat
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

import yaml

from autograder.checking.loading import LIBRARIES, Hidden
from autograder.records import settings
from autograder.records.settings import SETTINGS
from autograder.sandbox.limits import Limits

OF_NBGRADER = {"text": "solutions", "checks": "checks"}
"""The settings of a folder of nbgrader's without the file: *The Missing Sum* is graded there, as it is installed."""


@dataclass(frozen=True)
class Course:
    """A course, by its root folder, which holds ``course.toml``.

    That may say: ``title``; ``text``, the folder with the text of the problem sets (default "sets"); ``sets``, their
    names (default: all there); ``checks``, the folder of hidden checks, a package (default "hidden"), or the name of a
    package that is installed; ``libraries`` that a submission may import; and in ``[limits]`` what a submission may
    use (see `Limits`).
    """

    root: Path

    @classmethod
    def here(cls) -> Course:
        """The course that the current folder is in; FileNotFoundError if it is in none."""
        current = Path.cwd()
        for folder in (current, *current.parents):
            if (folder / SETTINGS).is_file():
                return cls(folder)
        raise FileNotFoundError(
            f"{current} is in no course: neither it nor a folder above it holds {SETTINGS}. Change to the course's "
            "folder and try again, or begin a course of your own with 'autograder new FOLDER'."
        )

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What ``course.toml`` says (see `settings`)."""
        file = self.root / SETTINGS
        return settings.read(file) if file.is_file() else dict(OF_NBGRADER)

    @property
    def is_its_own(self) -> bool:
        """Whether this is *The Missing Sum* itself, in whose checkout the student package lies."""
        return (self.root / "src" / "missingsum").is_dir()

    @property
    def title(self) -> str:
        return self.settings.get("title", self.root.name)

    @property
    def hidden(self) -> Hidden:
        """Where the hidden checks are, and what a submission may import."""
        name, libraries = self.settings["checks"], tuple(self.settings.get("libraries", LIBRARIES))
        folder = self.root / name
        if not folder.is_dir() and name.isidentifier() and PathFinder.find_spec(name):
            return Hidden(name, "", libraries)
        return Hidden(folder.name, str(folder.parent), libraries)

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return settings.limits_of(self.settings.get("limits", {}))

    @property
    def book(self) -> str | None:
        """The published address of the book, ``html.baseurl`` in ``_config.yml``, with a slash at its end; or None."""
        try:
            configuration = yaml.safe_load((self.root / "_config.yml").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise ValueError(f"_config.yml cannot be read: {error}") from None
        site = configuration.get("html") if isinstance(configuration, dict) else None
        address = site.get("baseurl") if isinstance(site, dict) else None
        return web_address(str(address)) if address else None

    @property
    def problem_sets(self) -> list[str]:
        folder = self.root / self.settings["text"]
        return self.settings.get("sets") or sorted(path.stem for path in folder.glob("*.md"))

    def require(self, assignment: str) -> None:
        """ValueError, with the names there are, unless ``assignment`` is one of them."""
        known = self.problem_sets
        if assignment not in known:
            raise ValueError(f"there is no problem set {assignment!r}; there are: {', '.join(known)}")

    def text(self, assignment: str) -> Path:
        """The problem set with its answers, as text: the only source."""
        return self.root / self.settings["text"] / f"{assignment}.md"

    @property
    def exercises(self) -> Path:
        return self.root / "exercises"

    def released(self, assignment: str) -> Path:
        """The student version of the problem set."""
        return self.exercises / assignment / f"{assignment}.ipynb"

    @property
    def grading(self) -> Path:
        return self.root / "grading"

    @property
    def site(self) -> Path:
        return self.root / "_build" / "html"


@dataclass(frozen=True)
class Folder:
    """The folder of grading: submissions, gradebook, seed, results, autograded notebooks, feedback and reports."""

    root: Path

    def make(self) -> None:
        """Make the folder, if need be, so that its owner alone gets into it; one that is there keeps its modes."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def database(self) -> str:
        return f"sqlite:///{self.root.resolve() / 'gradebook.db'}"

    @property
    def seed(self) -> Path:
        return self.root / "seed"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def withdrawn(self) -> Path:
        """Who has left the course (see `withdrawn`)."""
        return self.root / "withdrawn.json"

    def result(self, assignment: str, student: str) -> Path:
        return self.root / "results" / assignment / f"{student}.json"

    def autograded(self, assignment: str, student: str) -> Path:
        return self.root / "autograded" / student / assignment / f"{assignment}.ipynb"

    def feedback(self, assignment: str, student: str) -> Path:
        return self.root / "feedback" / student / assignment / f"{assignment}.html"

    def handed_back(self, assignment: str, platform: str) -> Path:
        """The feedback pages of a class in one archive, as a platform takes it."""
        return self.root / "handed_back" / f"{assignment}_{platform.lower()}.zip"

    def points(self, assignment: str) -> Path:
        """What questions count, where that was changed (see `points`)."""
        return self.root / "points" / f"{assignment}.json"

    def history(self, assignment: str) -> Path:
        """When each version of the problem set was released (see `releases`)."""
        return self.root / "versions" / f"{assignment}.json"

    def fingerprints(self, assignment: str) -> Path:
        """What today's judge is known by (see `fingerprints`)."""
        return self.root / "versions" / f"{assignment}.judge.json"

    def told(self, assignment: str, student: str) -> Path:
        """What the student was told of each submission (see `told`)."""
        return self.root / "told" / assignment / f"{student}.jsonl"

    def early(self, assignment: str, student: str) -> Path:
        """The folder of a student's early verdicts: the last page, and how many there were (see `early`)."""
        return self.root / "early" / assignment / student

    @property
    def early_zone(self) -> Path:
        """The time zone in which the days of early verdicts begin."""
        return self.root / "early" / "zone"

    def report(self, assignment: str, suffix: str) -> Path:
        return self.root / "report" / f"{assignment}{suffix}"


def web_address(text: str) -> str:
    """The address of a book, with a slash at its end; ValueError if it is none."""
    if not re.fullmatch(r"https?://\S+", text):
        raise ValueError(f"{text!r} is no address of a book; it must begin with https:// or http://")
    return text.rstrip("/") + "/"


def open_to_others(*folders: Path) -> str:
    """What to tell where every user of the machine can read one of these folders, "" if they cannot."""
    for folder in folders:
        if _lets_others_in(folder):
            return (
                f"every user of this machine can read {folder}, and what lies in it: answers, grades, submissions. "
                f"Keep them out with 'chmod 700 {shlex.quote(str(folder))}'"
            )
    return ""


def _lets_others_in(folder: Path) -> bool:
    folder = folder.resolve()
    try:
        opened = [place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents)]
        return all(opened) and bool(folder.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
