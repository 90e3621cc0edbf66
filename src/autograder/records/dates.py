"""Times as people write them, in a language of theirs, read by a library that takes a while to be imported."""

from __future__ import annotations

import time as clock
from datetime import datetime, tzinfo
from typing import ClassVar

from babel.dates import get_day_names, get_month_names
from dateutil import parser, tz

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


def parsed(text: str, unsaid: datetime, *, day_first: bool = False) -> datetime:
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
