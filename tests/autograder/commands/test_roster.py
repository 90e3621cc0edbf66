"""What is no list of students is refused in a line."""

from __future__ import annotations

import sys

import pytest

from .day import refused


@pytest.mark.parametrize(("file", "message"), [("README.md", "no column"), (sys.executable, "is no CSV file")])
def test_what_is_no_list_of_students_is_refused(tmp_path, capsys, file, message):
    assert message in refused(tmp_path, capsys, "roster", file)
