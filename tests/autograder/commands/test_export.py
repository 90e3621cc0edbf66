"""Grades go out into the tables that a platform gave."""

from __future__ import annotations

import csv

import pytest

from ..notebooks import ASSIGNMENT as PS
from .day import refused, run


def test_the_worksheet_goes_back_filled_in(folder):
    rows = list(csv.reader((folder / "out" / "sheet.csv").open(newline="")))
    assert rows[0][3] == "Grade" and [row[3] for row in rows[1:] if row[1] == "Ada Lovelace"] == ["20"]


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_a_spreadsheets_mark_and_encoding_go_back(folder, mark, encoding):
    def marked(text: str) -> bytes:
        return mark + text.encode(encoding)

    sheet, back = folder / "marked.csv", folder / "out" / "marked.csv"
    sheet.write_bytes(marked((folder / "sheet.csv").read_bytes().decode()))
    assert run(folder, "export", PS, "--template", sheet, "--to", back) == 0
    assert back.read_bytes() == marked((folder / "out" / "sheet.csv").read_bytes().decode())


def test_before_anything_is_graded_nothing_goes_out(tmp_path, capsys):
    assert "first" in refused(tmp_path, capsys, "export", PS)
