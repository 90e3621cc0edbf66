"""Dates in the time zone that an instructor names, and in UTC, in which the gradebook has them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from dateutil import tz

from autograder.commands.values import Moment


def zone_of(name: str | None, default: tzinfo = UTC) -> tzinfo:
    """The zone of this name; ValueError if there is none."""
    zone = tz.gettz(name) if name else default
    if zone is None:
        raise ValueError(f"there is no time zone {name!r}; write it like Europe/Berlin")
    return zone


def in_utc(moment: Moment, zone: str | None) -> datetime:
    """The moment in UTC; it is in ``zone`` unless it says its own.

    ValueError if there is no such time in the zone, or if it comes twice: in the nights when clocks change.
    """
    plain = datetime(*moment.timetuple()[:6])
    if moment.says_zone or not zone:
        return plain
    local = plain.replace(tzinfo=zone_of(zone))
    if not tz.datetime_exists(local):
        raise ValueError(f"{plain:%Y-%m-%d %H:%M} does not exist in {zone}: clocks are put forward then")
    if tz.datetime_ambiguous(local):
        raise ValueError(f"{plain:%Y-%m-%d %H:%M} comes twice in {zone}: add the offset, such as {local:%z}")
    return local.astimezone(UTC).replace(tzinfo=None)


def shown(time: datetime, zone: str | None) -> str:
    """``2026-10-02 21:59 UTC``, or ``2026-10-02 23:59 in Europe/Berlin (2026-10-02 21:59 UTC)``."""
    said = f"{time:%Y-%m-%d %H:%M} UTC"
    if not zone:
        return said
    local = time.replace(tzinfo=UTC).astimezone(zone_of(zone))
    return f"{local:%Y-%m-%d %H:%M} in {zone} ({said})"
