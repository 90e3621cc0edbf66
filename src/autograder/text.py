"""Text for people: other people's text made harmless, and names, numbers and times in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from missingsum.slips import CHAPTERS
from missingsum.text import CONTROLS

LONGEST = 20_000
"""Characters of one text of a student that a page shows."""


def visible(value: Any) -> Any:
    """Text with control characters, overrides of the writing direction and half characters spelled out.

    Its length is capped. What is no text, or is markup of our own, stays as it is.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = value.replace("\r\n", "\n")
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n… and {len(text) - LONGEST:,} more characters, not shown here."
    return CONTROLS.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def printable(text: str, most: int = 300) -> str:
    """``text`` on one line without control characters, cut after ``most`` characters."""
    line = "".join(ch if ch.isprintable() else " " for ch in text[: 4 * most])
    line = " ".join(line.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def first_of(names: Iterable[str], most: int = 5) -> str:
    """Names on one line, sorted, the first few of many: ``a, b and 298 more``."""
    names = sorted(names)
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(map(printable, names[:most]))}{rest}"


def one_line(text: str, longest: int = 60) -> str:
    """A name on one line: line breaks shown as ⏎, the rest of an overlong name left out."""
    line = re.sub(r"[\r\n]+", "⏎", text)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def title(assignment: str) -> str:
    """``ps2_missing_sum`` as its notebook is headed: ``Problem set 2: The missing sum``, called after its chapter."""
    found = re.fullmatch(r"ps(\d+)_(\w+)", assignment)
    if not found:
        return assignment
    chapters = {name.partition("_")[2]: chapter for name, chapter in CHAPTERS.items()}
    return f"Problem set {found[1]}: {chapters.get(found[2], words(found[2]))}"


def words(name: str) -> str:
    return name.replace("_", " ")


def number(value: float) -> str:
    """At most two decimals, and none that are not needed: 3, 2.5, 0.33."""
    return f"{value + 0.0:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def points(value: float) -> str:
    return f"{number(value)} point" if value == 1 else f"{number(value)} points"


def percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def duration(seconds: float) -> str:
    """The two largest units: ``1 day 2 hours``, ``3 minutes``, ``12 seconds``."""
    rest, parts = max(int(seconds), 1), []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}" + ("s" if count > 1 else ""))
    return " ".join(parts[:2])


def moment(time: datetime) -> str:
    """A time in UTC: ``4 October 2026, 23:59 UTC``."""
    return f"{time.day} {time:%B %Y, %H:%M} UTC"


def counted(number: int, what: str) -> str:
    """``1 student``, ``2 students``."""
    return f"{number} {what}{'' if number == 1 else 's'}"
