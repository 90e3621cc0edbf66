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
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        header, *rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if any(map(str.strip, row))
        ] or [[]]
    except csv.Error as error:
        raise ValueError(f"{path} is no CSV file ({error})") from None
    return header, rows


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
