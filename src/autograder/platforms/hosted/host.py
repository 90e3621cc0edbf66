"""What a platform that grades in its own containers is to this course: where it puts things, and what it reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.checking.loading import Hidden
from autograder.judging.following import Following
from autograder.judging.result import Result
from autograder.records.other_sets import OtherSets
from autograder.sandbox.limits import Limits

SETTINGS, RELEASED, PACKAGES, REQUIREMENTS = "grader.json", "released.ipynb", "packages", "requirements.txt"
"""The names in what is packed: settings, released notebook, our packages, and what else is to be installed."""
FAULT = "The grader itself failed. That is not your fault, and this is no grade: tell your instructor."


@dataclass(frozen=True)
class Grader:
    """How to grade one problem set in a container, as ``grader.json`` holds it.

    ``own_checks`` says whether the hidden checks are a folder of the course's own among the packages; ``options`` are
    the platform's.
    """

    host: str
    assignment: str
    seed: int
    limits: Limits = Limits()
    package: str = "checks"
    own_checks: bool = False
    libraries: tuple[str, ...] = ()
    other_sets: OtherSets = field(default_factory=OtherSets)
    book: str | None = None
    title: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def hidden(self, payload: Path) -> Hidden:
        """Where the hidden checks are, what is packed lying in ``payload``."""
        return Hidden(self.package, str(payload / PACKAGES) if self.own_checks else "", self.libraries)

    def to_dict(self) -> dict[str, Any]:
        sets = self.other_sets
        cells = {name: _sorted(found) for name, found in {sets.assignment: sets.own, **sets.others}.items()}
        return {**asdict(self), "other_sets": cells}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Grader:
        """Read what `to_dict` wrote."""
        cells = {name: frozenset(cell.encode() for cell in found) for name, found in data["other_sets"].items()}
        sets = OtherSets(data["assignment"], cells.pop(data["assignment"], frozenset()), cells)
        read = {"limits": Limits(**data["limits"]), "libraries": tuple(data["libraries"]), "other_sets": sets}
        return cls(**{**data, **read})


class Host(ABC):
    """A platform; each is a subclass, registered in `autograder.platforms.hosted`.

    ``root`` is the folder in which it puts everything; ``payload``, ``submission`` and ``results`` lie in it: what was
    packed, the folder of what a student handed in, and the file that the platform reads.
    """

    name: str
    root: Path
    payload: str
    submission: str
    results: str

    def student(self, root: Path) -> str:
        """Who handed in, as far as the platform says it; the hidden inputs follow from it, and nothing else does."""
        return "student"

    @abstractmethod
    def report(self, result: Result, grader: Grader, follows: Mapping[str, Following]) -> dict[str, Any]:
        """What the platform reads of a result; ``follows`` says which failures follow from others, or may."""

    @abstractmethod
    def failed(self) -> dict[str, Any]:
        """What the platform reads where the grader itself failed."""

    @abstractmethod
    def files(self, grader: Grader, released: bytes) -> dict[str, bytes]:
        """What an instructor gives to the platform besides the payload, by path beside `place`."""

    @abstractmethod
    def place(self, grader: Grader) -> str:
        """Where the payload lies in what an instructor gives to the platform; "" for its top."""


def script(name: str, grader: Grader) -> bytes:
    """A script that is given to a platform."""
    text = (Path(__file__).parent / "files" / name).read_text()
    return text.replace("LIBRARIES", " ".join(grader.libraries)).encode()


def _sorted(cells: frozenset[bytes]) -> list[str]:
    return sorted(cell.decode("utf-8", "replace") for cell in cells)
