"""Which chapters and problem sets there are: what tests go through, and what every table of theirs is compared with."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from autograder.records.course import Course
from missingsum.slips import CHAPTERS as TITLES

COURSE = Course(Path(__file__).parents[1])
PROBLEM_SETS = tuple(COURSE.problem_sets)
"""Names such as ``ps2_missing_sum``, one a text in ``solutions/``."""


def numbered(contents: dict) -> tuple[str, ...]:
    """The chapters of a table of contents that have a number, in its order: names such as ``03_missing_sum``."""
    pages = [Path(entry.get("file", "")).name for part in contents["parts"] for entry in part["chapters"]]
    return tuple(page for page in pages if page[:1].isdigit())


CONTENTS = numbered(yaml.safe_load((COURSE.root / "_toc.yml").read_text("utf-8")))
CHAPTERS = tuple(TITLES)
"""The one table of chapters, in reading order: names such as ``03_missing_sum``."""


def named(words: str) -> str:
    """The chapter whose name, without its number, is this: tests go on when chapters get other numbers."""
    [name] = [name for name in CHAPTERS if name.partition("_")[2] == words]
    return name


def chapter(name: str) -> str:
    """The text of a chapter."""
    return (COURSE.root / "chapters" / f"{name}.md").read_text("utf-8")


def problem_set(name: str) -> str:
    """The text of a problem set, with its answers."""
    return COURSE.text(name).read_text("utf-8")


def title(text: str) -> str:
    """The first heading."""
    return re.search(r"^# (.+)$", text, re.MULTILINE)[1]


def prepared_by(text: str) -> int:
    """The number of the last chapter that a problem set asks to read; ValueError if it names none."""
    chapters = {title(chapter(name)): int(name[:2]) for name in CHAPTERS}
    [named] = re.findall(r"^\*\*Read in the book:\*\*(.+(?:\n.+)*)", text, re.MULTILINE) or [""]
    titles = re.findall(r"\*([^*]+)\*", named)
    if not titles or not set(titles) <= chapters.keys():
        raise ValueError(
            f"{title(text)}: after **Read in the book:** stand the chapters {titles}. At least one must stand there, "
            f"by the titles that chapters have: {', '.join(chapters)}."
        )
    return max(chapters[title] for title in titles)
