"""Whose a file is, by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from autograder.platforms import platforms
from autograder.platforms.archive import Refused
from autograder.platforms.platform import Label
from autograder.records.moments import read_moment


def label(name: str, named_regexp: str = "") -> Label | None:
    """What ``name`` says by nbgrader's ``named_regexp`` or, without one, by the custom of a platform.

    None if it says nothing by either. `Refused` if the time in it cannot be read. Folders around it do not matter, so
    that this is for a name that stands alone; in a source they do (see `layout`).
    """
    if named_regexp:
        return configured(name, named_regexp)
    folders = name.split("/")
    inside = ("/".join(folders[depth:]) for depth in range(len(folders)))
    return next(filter(None, (platform.label(part) for part in inside for platform in platforms())), None)


def configured(name: str, named_regexp: str) -> Label | None:
    """What ``name`` says by nbgrader's ``named_regexp``; None if that does not find it."""
    found = re.match(named_regexp, name)
    return _label(found.groupdict("")) if found else None


def _label(said: Mapping[str, str]) -> Label:
    try:
        time = read_moment(said["timestamp"]) if said.get("timestamp") else None
    except ValueError:
        raise Refused(f"{said['timestamp']!r}, which named_regexp finds in its name, is no time") from None
    return Label(said["student_id"], said["file_id"], time=time)
