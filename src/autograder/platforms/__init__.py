"""Where submissions come from and grades go to: learning platforms, one class each, and the archives that they give."""

from __future__ import annotations

from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograder.platforms.platform import Platform


class Registered(NamedTuple):
    """The ``place`` of a platform's class, and whether it ``imports`` grades from a file; known before it is loaded."""

    place: str
    imports: bool = False


REGISTERED = {
    "moodle": Registered("autograder.platforms.moodle:Moodle", imports=True),
    "canvas": Registered("autograder.platforms.canvas:Canvas", imports=True),
    "gradescope": Registered("autograder.platforms.gradescope:Gradescope"),
}
"""Each platform by the name that commands know it by; files and tables are tried on them in this order."""
IMPORTING = tuple(sorted(name for name, platform in REGISTERED.items() if platform.imports))
"""Those into which grades are imported from a file."""


@cache
def platforms() -> tuple[Platform, ...]:
    """One of each platform."""
    return tuple(resolve_name(platform.place)() for platform in REGISTERED.values())
