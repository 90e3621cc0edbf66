"""Tables as CSV: read in whatever way others wrote them, and written so that no field is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.text import visible

MAX_BYTES = 20_000_000


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV file with commas, semicolons or tabs.

    It is in UTF-8, UTF-16 or, failing that, in the code of Western Windows.
    """
    text = _text(path)
    try:
        header, *rows = [
            row
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
            if any(map(str.strip, row))
        ] or [[]]
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV file ({error})") from None
    return header, rows


def written_like(path: Path, rows: Iterable[Sequence[str]]) -> str:
    """The rows with the separator and the line ends of the table at ``path``, which hold the fields as they are."""
    text = _text(path)
    ends = "\r\n" if "\r\n" in text else "\n"
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=_separator(text), lineterminator=ends).writerows(rows)
    return written.getvalue()


def mark_of(path: Path) -> str:
    """The byte order mark with which the table begins, "" if it has none: some spreadsheets need it."""
    return "\ufeff" if path.read_bytes().startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) else ""


def encoding_of(path: Path) -> str:
    """The encoding to write a table in that is like the one at ``path``, whose mark stands before it."""
    return {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(path.read_bytes()[:2], "utf-8")


def _separator(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if len(raw) > MAX_BYTES:
        raise ValueError(f"{path} has {len(raw) / 1e6:.0f} MB; that is no list of students")
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ValueError(f"{path} is no text")
    if "\0" in text:
        raise ValueError(f"{path} is no CSV file; save or export the table as CSV")
    return text


def written(rows: Iterable[Sequence[str | float]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(csv_field, row) for row in rows)
    return text.getvalue()


def csv_field(value: str | float) -> str:
    """One field: text that a spreadsheet could take for a formula gets an apostrophe in front."""
    if not isinstance(value, str):
        return f"{round(value, 4):.12g}"
    text = visible(value)
    return "'" + text if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", value) and value != "-" else text
