"""Times that others wrote, read so that nothing they hold does harm and none is taken for another."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

TIMESTAMP = "timestamp.txt"
"""The file beside a submission in which nbgrader says when it was handed in."""
STAMPED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})? UTC")
"""So nbgrader writes it there."""
LONGEST = 100
"""Characters of a time."""
YEARS = range(1970, 9999)
"""Between these a time can be moved into any zone."""
UNSAID = datetime(2000, 1, 1), datetime(2001, 2, 2)
"""Two dates without anything in common: a time that takes something from them does not say it."""
YEAR_FIRST = r"(?<!\d)\d{4}[-/.]?\d"
"""So begins a date in which the month comes before the day."""
WAY_OUT = "write it like 2026-10-02"


def read_moment(text: str, zone: tzinfo = UTC) -> datetime:
    """The time in UTC, without its zone; it is in ``zone`` if it names none.

    ValueError if it is no time, or not on one day for certain: 02/10/2026 is October to some and February to others.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError(f"it has more than {LONGEST} characters")
    time = _stamped(text) or _written(text)
    if time.year not in YEARS:
        raise ValueError(f"the year {time.year} is none of a course")
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC).replace(tzinfo=None)


def _stamped(text: str) -> datetime | None:
    """The time as nbgrader writes it; None if it is written in another way."""
    try:
        return datetime.fromisoformat(f"{text[:-4]}+00:00") if STAMPED.fullmatch(text) else None
    except ValueError:
        return None


def _written(text: str) -> datetime:
    """The time as people write it."""
    from autograder.records.dates import parsed

    time, other = (parsed(text, unsaid) for unsaid in UNSAID)
    if time != other:
        raise ValueError(f"it does not name day, month and year: {WAY_OUT}")
    if not re.search(YEAR_FIRST, text) and time != parsed(text, UNSAID[0], day_first=True):
        raise ValueError(f"it can be read in two ways: {WAY_OUT}")
    return time
