"""What stands behind an option, read strictly: each function takes the text, or raises argparse.ArgumentTypeError."""

from __future__ import annotations

import argparse
import re
from datetime import datetime

DATE = r"\d{4}-\d\d-\d\d[ T]\d?\d:\d\d(:\d\d)?( ?(UTC|Z|[+-]\d\d:?\d\d))?"


def positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def points(text: str) -> float:
    try:
        return 0.0 if re.fullmatch(r"0(\.0*)?", text) else positive(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of points: 0, which drops a question, or more"
        ) from None


def whole_number(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no whole number above 0")
    return int(text)


def seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 0 on")
    return int(text)


def scheduler(text: str) -> str:
    if not re.fullmatch(r"(tcp|tls)://[^/\s]+:\d+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address of a scheduler; write it like tcp://grader.example.edu:8786"
        )
    return text


def database(text: str) -> str:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(text)
    except ArgumentError:
        raise argparse.ArgumentTypeError(
            "that is no address of a gradebook; write it like sqlite:////home/ada/gradebook.db "
            "or postgresql://user@host/name"
        ) from None
    return text


class Moment(datetime):
    """A moment in UTC; ``says_zone`` if it was written with its zone."""

    says_zone = False


def moment(text: str) -> Moment:
    """A moment that can be read in one way only: 02.10. is October to some and February to others."""
    from nbgrader.utils import parse_utc

    try:
        if found := re.fullmatch(DATE, text):
            time = Moment(*parse_utc(re.sub(r" (?=[+-])", "", text)).timetuple()[:6])
            time.says_zone = bool(found[2])
            return time
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(
        f"{text!r} is no date with a time; write it like '2026-10-02 23:59', in UTC, or like '2026-10-02 23:59 +02:00'"
    )


def port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of a port, 0 to 65535")
    return int(text)
