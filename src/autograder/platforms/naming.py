"""Whose a file is, by a pattern that the course itself has for names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograder.platforms.archive import Refused
from autograder.platforms.platform import Label
from autograder.records.moments import read_moment


def configured(name: str, named_regexp: str) -> Label | None:
    """What ``name`` says by nbgrader's ``named_regexp``; None if that does not find it.

    `Refused` if the time in it cannot be read.
    """
    found = re.match(named_regexp, name)
    return _label(found.groupdict("")) if found else None


def _label(said: Mapping[str, str]) -> Label:
    try:
        time = read_moment(said["timestamp"]) if said.get("timestamp") else None
    except ValueError:
        raise Refused(f"{said['timestamp']!r}, which named_regexp finds in its name, is no time") from None
    return Label(said["student_id"], said["file_id"], time=time)
