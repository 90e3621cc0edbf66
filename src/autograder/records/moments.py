"""Times that others wrote, read so that nothing they hold does harm and none is taken for another."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from babel.dates import get_day_names, get_month_names
from dateutil import parser

TIMESTAMP = "timestamp.txt"
"""The file beside a submission in which nbgrader says when it was handed in."""
LONGEST = 100
"""Characters of a time."""
YEARS = range(1970, 9999)
"""Between these a time can be moved into any zone."""
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

    ValueError if it is no time, or one that can be read in two ways: 02/10/2026 is October to some and February to
    others.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise ValueError(f"it has more than {LONGEST} characters")
    if two := re.search(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2\d{2,4}(?!\d)", text):
        first, second = int(two[1]), int(two[3])
        if first != second and max(first, second) <= 12:
            raise ValueError(f"{two[0]} can be read in two ways: write it like 2026-10-02")
    try:
        time = parser.parse(text, _WORDS)
        time = (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, ArithmeticError, TypeError, AttributeError):
        raise ValueError("it is no time, such as 2026-10-01 21:14:07 UTC") from None
    if time.year not in YEARS:
        raise ValueError(f"the year {time.year} is none of a course")
    return time.replace(tzinfo=None)
