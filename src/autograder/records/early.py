"""Early verdicts: how many each student had on which day, and of which submission the last page tells.

They are kept beside the gradebook, and no result or grade is made of them. The day is that of the instructor's clock
when the verdict is given, in the course's time zone: no time that a student writes counts.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from autograder.records.atomic import write
from autograder.records.course import Folder

VERDICTS = "verdicts.json"


@dataclass(frozen=True)
class Given:
    """The verdicts that one student was given of one problem set: when (UTC), and of what, a digest of each.

    ``shown`` is the digest of the submission that the page is about, "" if there is no page yet.
    """

    times: tuple[str, ...] = ()
    handed_in: tuple[str, ...] = ()
    shown: str = ""

    @classmethod
    def read(cls, folder: Path) -> Given:
        """What is counted in this folder; ValueError if it cannot be read, as more verdicts could be had then."""
        path = folder / VERDICTS
        try:
            found = json.loads(path.read_bytes())
            given = cls(tuple(found["times"]), tuple(found["handed_in"]), found["shown"])
            list(map(_time, given.times))
        except FileNotFoundError:
            return cls()
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"{path} is damaged: put a copy of it back, or remove it, and the count begins anew"
            ) from None
        return given

    def write(self, folder: Path) -> None:
        write(folder / VERDICTS, json.dumps(asdict(self), indent=1) + "\n")

    def on(self, day: date, zone: tzinfo) -> int:
        """How many were given on this day."""
        return sum(_time(time).astimezone(zone).date() == day for time in self.times)

    def counting(self, handed_in: str, now: datetime) -> Given:
        """With a verdict of this submission; one that had its verdict before has the same again, at no cost."""
        if handed_in in self.handed_in:
            return self
        return replace(
            self, times=(*self.times, now.astimezone(UTC).isoformat()), handed_in=(*self.handed_in, handed_in)
        )


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time


def zone_name(folder: Folder, asked: str | None) -> str:
    """The zone in which days begin: the one asked for, which is kept, or the one that was; UTC if there was none."""
    if asked:
        write(folder.early_zone, asked + "\n")
    try:
        return folder.early_zone.read_text().strip()
    except FileNotFoundError:
        return "UTC"
