"""Where the book is, if that is known: what is said of a mistake then leads there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from missingsum.slips import Slip

NAME = "book.txt"


def page(slip: Slip) -> str:
    """The address of the section that explains the slip; "" if nobody knows where the book is."""
    address = book()
    return f"{address}{slip.page}" if address else ""


def to_read(slip: Slip) -> str:
    """The section that explains the slip, in words, with its address if that is known."""
    return f"{slip.where} ({address})" if (address := page(slip)) else slip.where


def book() -> str | None:
    """The address of the book, with a slash at its end; or None.

    It stands in ``book.txt`` beside the notebook or above, or else in the package, as the instructor made it.
    """
    for file in _files():
        try:
            address = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue
        return address.rstrip("/") + "/" if re.fullmatch(r"(https?|file)://\S+", address) else None
    return None


def _files() -> Iterator[Path]:
    for folder in (Path.cwd(), *Path.cwd().parents):
        yield folder / NAME
    yield Path(__file__).with_name(NAME)
