"""Platforms that start a container for each submission and let this machine grade in it.

What an instructor uploads is written by `packing`, and what runs in the container is `running`. There, NumPy and
MarkupSafe are all that is installed for the judge, so nothing that `running` uses imports more.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.platforms.hosted.host import Host

HOSTS = {
    "gradescope": "autograder.platforms.hosted.gradescope:Gradescope",
    "prairielearn": "autograder.platforms.hosted.prairielearn:PrairieLearn",
}
"""Each platform by the name of its command."""
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")
"""When students see a test on Gradescope; the first is its default."""
IMAGE = "missing-sum-grader"
"""What the image is called in which PrairieLearn grades."""


def host_called(name: str) -> Host:
    return resolve_name(HOSTS[name])()
