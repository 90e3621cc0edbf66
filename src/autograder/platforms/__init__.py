"""Where submissions come from and grades go to: learning platforms, one class each, and the archives that they give."""

from __future__ import annotations

from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.platforms.platform import Platform

REGISTERED = {
    "moodle": "autograder.platforms.moodle:Moodle",
    "canvas": "autograder.platforms.canvas:Canvas",
    "gradescope": "autograder.platforms.gradescope:Gradescope",
}
"""Each platform by the name that commands know it by; files and tables are tried on them in this order."""
IMPORTING = ("canvas", "moodle")
"""Those into which grades are imported from a file."""


@cache
def platforms() -> tuple[Platform, ...]:
    """One of each platform."""
    return tuple(resolve_name(place)() for place in REGISTERED.values())
