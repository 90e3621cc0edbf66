"""Questions about grades among what is handed in: taken out before anything else is made of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from autograder.platforms import platforms
from autograder.platforms.archive import Contents, Member, Refused
from autograder.records.asking import Asking, NoQuestion, may_be_question
from autograder.text import printable


@dataclass
class Questions:
    """Takes questions and keeps them; ``tell`` hears the student and the file of each new one.

    ``refused`` holds those that are not as they must be: (student or file, reason).
    """

    asking: Asking
    tell: Callable[[str, str], None]
    refused: list[tuple[str, str]] = field(default_factory=list)

    def take_loose(self, contents: Contents) -> None:
        """Take those that lie in no folder and that no platform named: their tokens say whose they are."""
        for member in list(contents.members):
            content = None if "/" in member.name or _is_named(member.name) else _question(member)
            if content is None:
                continue
            contents.members.remove(member)
            try:
                self._take(content, self.asking.asker(content), member.name)
            except NoQuestion as reason:
                self.refused.append((member.name, str(reason)))

    def take_from(self, student: str, files: dict[str, Member]) -> bool:
        """Take those among the files that this student handed in out of them: whether there were any."""
        found = {name: content for name, member in files.items() if (content := _question(member)) is not None}
        for name, content in found.items():
            del files[name]
            try:
                self._take(content, student, name)
            except NoQuestion as reason:
                self.refused.append((student, f"{printable(name)}: {reason}"))
        return bool(found)

    def _take(self, content: bytes, student: str, name: str) -> None:
        if self.asking.take(content, student):
            self.tell(student, name)


def same_notebooks(notebooks: Collection[bytes], place: Path) -> bool:
    """Whether what lies in a folder stands beside these: there are none, or the same ones again."""
    return not notebooks or sorted(notebooks) == sorted(p.read_bytes() for p in place.glob("*.ipynb") if p.is_file())


def _question(member: Member) -> bytes | None:
    if not member.name.lower().endswith(".txt"):
        return None
    try:
        content = member.read()
    except Refused:
        return None  # whoever keeps the submission says why
    return content if may_be_question(content) else None


def _is_named(name: str) -> bool:
    return not name.startswith("question_") and any(platform.label(name) for platform in platforms())
