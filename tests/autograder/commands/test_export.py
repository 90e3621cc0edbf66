"""Grades go out into the tables that a platform gave."""

from __future__ import annotations

import csv

from ..notebooks import ASSIGNMENT as PS
from .day import refused, run


def test_the_worksheet_goes_back_filled_in(folder):
    rows = list(csv.reader((folder / "out" / "sheet.csv").open(newline="")))
    assert rows[0][3] == "Grade" and [row[3] for row in rows[1:] if row[1] == "Ada Lovelace"] == ["20"]


def test_the_mark_that_a_spreadsheet_put_in_front_goes_back(folder):
    sheet, back = folder / "marked.csv", folder / "out" / "marked.csv"
    sheet.write_bytes(b"\xef\xbb\xbf" + (folder / "sheet.csv").read_bytes())
    assert run(folder, "export", PS, "--template", sheet, "--to", back) == 0
    assert back.read_bytes() == b"\xef\xbb\xbf" + (folder / "out" / "sheet.csv").read_bytes()


def test_before_anything_is_graded_nothing_goes_out(tmp_path, capsys):
    assert "first" in refused(tmp_path, capsys, "export", PS)
