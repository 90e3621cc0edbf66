"""Times that others wrote, read so that nothing they hold does harm and none is taken for another."""

from __future__ import annotations

import re
import time as clock
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from babel.dates import get_day_names, get_month_names
from dateutil import parser, tz

TIMESTAMP = "timestamp.txt"
"""The file beside a submission in which nbgrader says when it was handed in."""
LONGEST = 100
"""Characters of a time."""
YEARS = range(1970, 9999)
"""Between these a time can be moved into any zone."""
UNSAID = datetime(2000, 1, 1), datetime(2001, 2, 2)
"""Two dates without anything in common: a time that takes something from them does not say it."""
YEAR_FIRST = r"(?<!\d)\d{4}[-/.]?\d"
"""So begins a date in which the month comes before the day."""
WAY_OUT = "write it like 2026-10-02"
LANGUAGES = ("en", "de", "fr", "es")
"""Months and days of the week are understood in these."""


class _Words(parser.parserinfo):
    MONTHS: ClassVar = [
        (*known, *(get_month_names("wide", locale=language)[month].lower() for language in LANGUAGES))
        for month, known in enumerate(parser.parserinfo.MONTHS, 1)
    ]
    WEEKDAYS: ClassVar = [
        (*known, *(get_day_names("wide", locale=language)[day].lower() for language in LANGUAGES))
        for day, known in enumerate(parser.parserinfo.WEEKDAYS)
    ]
    JUMP: ClassVar = [*parser.parserinfo.JUMP, "de", "er", "um", "uhr", "à"]


_WORDS = _Words()


def read_moment(text: str, zone: tzinfo = UTC) -> datetime:
    """The time in UTC, without its zone; it is in ``zone`` if it names none.

    ValueError if it is no time, or not on one day for certain: 02/10/2026 is October to some and February to others.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError(f"it has more than {LONGEST} characters")
    time, other = (_parsed(text, unsaid) for unsaid in UNSAID)
    if time != other:
        raise ValueError(f"it does not name day, month and year: {WAY_OUT}")
    if not re.search(YEAR_FIRST, text) and time != _parsed(text, UNSAID[0], day_first=True):
        raise ValueError(f"it can be read in two ways: {WAY_OUT}")
    if time.year not in YEARS:
        raise ValueError(f"the year {time.year} is none of a course")
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC).replace(tzinfo=None)


def _parsed(text: str, unsaid: datetime, *, day_first: bool = False) -> datetime:
    """The time, with what it does not say taken from ``unsaid``."""
    try:
        return parser.parse(text, _WORDS, default=unsaid, dayfirst=day_first, tzinfos=_zone)
    except _UnknownZone:
        raise
    except (ValueError, ArithmeticError, TypeError, AttributeError):
        raise ValueError("it is no time, such as 2026-10-01 21:14:07 UTC") from None


def _zone(name: str | None, seconds: int | None) -> tzinfo | None:
    """The zone of this name and offset, None if there is neither; a name alone may mean several, such as IST."""
    if seconds is not None:
        return tz.tzoffset(name, seconds)
    if name is None:
        return None
    if name in clock.tzname:
        return tz.tzlocal()
    raise _UnknownZone(f"it names a time zone, {name}, that is not known here: write it like +02:00")


class _UnknownZone(ValueError):
    """The time is in a zone that its name does not tell for certain."""
