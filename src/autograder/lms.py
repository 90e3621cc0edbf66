"""What learning platforms call a student's files in the archives that one downloads from them.

Moodle writes ``<full name>_<participant>_assignsubmission_file/<file>``, or all of it with ``_`` in between; the participant's number is
another one in each assignment. Canvas writes ``<last name><first name>[_LATE]_<user>_<attachment>_<file>``. Neither archive holds the times of
submission: the files in it carry that of the download. (Read from mod/assign/classes/downloader.php and lib/content_zipper.rb.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from dateutil import parser
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import parse_utc

from autograder import archive
from autograder.archive import Refused
from autograder.roster import Roster, read_table

_ANYWHERE = r"(?:[^/]*/)*?"
_CANVAS_NAME = r"(?P<name>[^/]+?)(?P<late>_LATE)?_(?P<number>\d+)_"
PATTERNS = {
    "Moodle": [
        _ANYWHERE + r"(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_/|/|_)(?P<file_id>.+)"
    ],
    "Canvas": [
        _ANYWHERE + r"(?P<late>LATE_)?(?P<name>anon_[^/_]+)_\d+_(?P<file_id>[^/]+)",
        _ANYWHERE + _CANVAS_NAME + r"(?P<file_id>(?:text|link)\.html)",
        _ANYWHERE + _CANVAS_NAME + r"\d+_(?P<file_id>[^/]+)",
    ],
}
"""Each matches as early in a name as it can: what comes later was named by a student, and must not be taken for another student's."""
NOBODY = ("", "Participant")
"""What Moodle calls students while marking is anonymous."""


@dataclass(frozen=True)
class Label:
    """What the name of a file says: the platform ("" for a plain folder), the student's name or id there, and the file's own name."""

    name: str
    file: str
    platform: str = ""
    number: str = ""
    late: bool = False
    time: datetime | None = None

    @property
    def id(self) -> str:
        """An id for somebody who is on no roster: Canvas's number stays the same, Moodle's counts only where there is no name."""
        name = re.sub(r"[^\w.@+-]+", "_", self.name).strip("_.")
        return f"{name}_{self.number}".strip("_") if self.platform == "Canvas" or name in NOBODY else name


def label(name: str, named_regexp: str = "") -> Label | None:
    """What ``name`` says by nbgrader's ``named_regexp`` or, without one, by the custom of a platform; None if it follows neither.

    `Refused` if the time in it cannot be read.
    """
    if named_regexp:
        found = re.match(named_regexp, name)
        return _configured(found.groupdict("")) if found else None
    for platform, patterns in PATTERNS.items():
        for pattern in patterns:
            if found := re.match(pattern, name):
                said = found.groupdict("")
                return Label(said["name"], said["file_id"], platform, said.get("number", ""), bool(said.get("late")))
    return None


def _configured(said: Mapping[str, str]) -> Label:
    try:
        time = parse_utc(said["timestamp"]) if said.get("timestamp") else None
    except (ValueError, OverflowError):
        raise Refused(f"{said['timestamp']!r}, which named_regexp finds in its name, is no time") from None
    return Label(said["student_id"], said["file_id"], time=time)


class LmsCollector(FileNameCollectorPlugin):
    """``c.ZipCollectApp.collector_plugin``: nbgrader's own zip_collect with the names that Moodle and Canvas give."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        if Path(submitted_file).suffix not in self.valid_ext:
            return None
        if self.named_regexp:
            return super().collect(submitted_file)
        found = label(submitted_file)
        return {"student_id": found.id, "file_id": Path(found.file).name} if found else None


class SafeExtractor(ExtractorPlugin):
    """``c.ZipCollectApp.extractor_plugin``: nbgrader's own zip_collect without what leads elsewhere, blows up or cannot be read."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        for source in sorted(Path(archive_path).iterdir()):
            with archive.opened(source) as contents:
                packed = source.is_dir() or source.suffix in self.zip_ext
                for member in contents.members:
                    try:
                        content = member.read()
                    except Refused as reason:
                        contents.refused.append((member.name, str(reason)))
                        continue
                    target = Path(extracted_path, source.stem if packed else "", member.name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
            for name, reason in contents.refused:
                self.log.warning("%s: %s is not extracted: %s", source, name, reason)


@dataclass(frozen=True)
class Worksheet:
    """Moodle's grading worksheet, which knows what its archive does not: by participant, who it is and when it was handed in."""

    people: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path, roster: Roster, zone: tzinfo) -> Worksheet:
        """The worksheet, whose times are those of ``zone``; ValueError if it is none, or one of its times cannot be read."""
        header, rows = read_table(path)
        names = [column.strip().casefold() for column in header]
        if "identifier" not in names:
            raise ValueError(
                f"{path} is no grading worksheet of Moodle: it has no column Identifier, but {', '.join(header)}"
            )
        people, times = {}, {}
        for line, row in enumerate(rows, 2):
            cells = dict(zip(names, map(str.strip, row)))
            number = cells["identifier"].rpartition(" ")[2]
            keys = [
                cells[column] for column in ("username", "id number", "email address", "full name") if cells.get(column)
            ]
            found = next(filter(None, map(roster.find, keys)), None)
            if found or keys:
                people[number] = found.id if found else keys[0]
            if (said := cells.get("last modified (submission)", "-")) not in ("", "-"):
                times[number] = _local_time(said, zone, f"{path}, row {line}")
        return cls(people, times)


def _local_time(text: str, zone: tzinfo, where: str) -> datetime:
    try:
        return parse_utc(parser.parse(text).replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise ValueError(
            f"{where}: {text!r} is no time that can be read. Set your Moodle to English and download the worksheet again"
        ) from None
