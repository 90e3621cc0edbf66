"""Gradescope's export is taken in by its list of who handed in what, and when; what that does not name is nobody's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from .downloads import gathered, zipped

LIST = """\
---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '4711x'
    :email: ada@x.edu
  :created_at: 2026-10-01 21:14:07.551264000 Z
  :score: 3.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    output: "not yaml: [{"
submission_12:
  :submitters:
  - :name: Ben Hall
    :sid:
    :email:
  :created_at: 2026-10-01 23:15:00 +02:00
submission_13:
  :submitters:
  - :name: Zoe Stranger
    :sid: 007
    :email: zoe@x.edu
  :created_at: soon
"""
TOGETHER = """\
submission_14:
  :submitters:
  - :name: Ada Lovelace
    :email: ada@x.edu
  - :name: Ben Hall
    :email: ben@x.edu
"""


SEVERAL_PARTS = """\
---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '4711x'
    :email: ada@x.edu
  :created_at: 2026-10-01 21:14:07.551264000 Z
  :score: 0.0
  :status: processed
  :results:
    tests:
    - name: Right assignment
      output: 'Don''t worry, it only sees that you handed in the
        right one.

'
    - name: All
      output: |+
        IndexError

    extra_data:
  :history:
  - :submitters: []
    :created_at: 2026-09-30 07:30:05.262325000 Z
    :id: 10
...
submission_12:
  :submitters:
  - :name: Ben Hall
    :sid:
    :email: ben@x.edu
  :created_at: 2026-10-01 21:15:00.000000000 Z
  :history: []
"""
"""As real exports are: an end of a text at the beginning of a line, earlier submissions, and a second part."""


def export(folder: Path, text: str = LIST, numbers=(11, 12, 13), *more: str) -> Path:
    entries = [(f"submission_{number}/ps2.ipynb", b"%d" % number) for number in numbers]
    around = "assignment_17_export/"
    listed = (f"{around}submission_metadata.yml", text.encode())
    others = ((f"{around}{name}", b"x") for name in more)
    return zipped(folder / "export.zip", *((around + name, content) for name, content in entries), listed, *others)


def test_the_list_says_whose_each_is_and_when_it_was_handed_in(tmp_path):
    found, refused = gathered(export(tmp_path))
    assert not refused and {student: handed_in.time for student, handed_in in found.items()} == {
        "alove": datetime(2026, 10, 1, 21, 14, 7, 551264),
        "bhall": datetime(2026, 10, 1, 21, 15),
        "007": None,
    }
    assert all(list(handed_in.files) == ["ps2.ipynb"] for handed_in in found.values())


def test_a_folder_that_the_list_does_not_name_is_nobodys(tmp_path):
    found, refused = gathered(export(tmp_path, LIST, (11, 99)))
    assert list(found) == ["alove"] and "submission_99" in refused[0][0] and "--student" in refused[0][1]


def test_what_several_handed_in_together_is_for_the_instructor_to_give_out(tmp_path):
    found, refused = gathered(export(tmp_path, LIST + TOGETHER, (11, 14)))
    assert list(found) == ["alove"] and "several who handed it in together" in refused[0][1]


def test_a_list_in_several_parts_is_read_whole_and_earlier_submissions_do_not_count(tmp_path):
    found, refused = gathered(export(tmp_path, SEVERAL_PARTS, (11, 12), "__MACOSX/._submission_metadata.yml"))
    assert not refused and {student: handed_in.time for student, handed_in in found.items()} == {
        "alove": datetime(2026, 10, 1, 21, 14, 7, 551264),
        "bhall": datetime(2026, 10, 1, 21, 15),
    }


@pytest.mark.parametrize("more", ["submission_11:\n  :submitters: []\n", "- a\n"])
def test_a_second_part_that_says_otherwise_is_refused_with_the_whole_list(tmp_path, more):
    found, refused = gathered(export(tmp_path, f"{LIST}...\n{more}", (11, 12)))
    assert not found and refused


def test_a_student_cannot_hand_in_a_list(tmp_path):
    found, refused = gathered(export(tmp_path, LIST, (11, 12), "submission_12/submission_metadata.yml"))
    assert sorted(found) == ["alove", "bhall"] and not refused
    assert "submission_metadata.yml" in found["bhall"].files


@pytest.mark.parametrize(
    "text", ["- a\n", "just words", "a: [1, 2", "submission_11: 5\n", "submission_11:\n  :submitters: 7\n", "\x01"]
)
def test_a_list_that_cannot_be_read_gives_nobodys_work_to_anybody(tmp_path, text):
    found, refused = gathered(export(tmp_path, text, (11,)))
    assert not found and refused
