"""Nobody fills memory or disk, the limits hold, and what is said is what was done."""

from __future__ import annotations

import os

from autograder.platforms import archive, limits
from autograder.platforms.store import Store

from .downloads import PS, collected, gathered, zipped


def placed(folder, student):
    files = {path.name for path in (folder / "submitted" / student / PS).iterdir()}
    return sorted(files - {"timestamp.txt"})


def put(tmp_path, *entries):
    store = Store(tmp_path / "collected", tmp_path / "submitted", PS)
    return collected(zipped(tmp_path / "in.zip", *entries), store)


def test_no_more_files_are_placed_than_may_be_and_the_notebook_is_among_them(tmp_path):
    done, refused = put(
        tmp_path,
        *((f"alove/{k:03}.txt", b"x") for k in range(300)),
        ("alove/ps2.ipynb", b"{}"),
        ("bhall/a.ipynb", b"b"),
    )
    assert done == {"alove": "new", "bhall": "new"}
    assert len(placed(tmp_path, "alove")) == limits.MAX_FILES and "ps2.ipynb" in placed(tmp_path, "alove")
    assert refused == [("alove", "101 of 301 files are left out: at most 200 files of one submission are taken")]


def test_a_submission_of_many_bytes_is_taken_within_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_SIZE", 5000)
    done, refused = put(tmp_path, *((f"alove/{k}.bin", os.urandom(2000)) for k in range(4)), ("bhall/a.ipynb", b"b"))
    assert done == {"alove": "new", "bhall": "new"} and placed(tmp_path, "alove") == ["0.bin", "1.bin"]
    assert refused == [("alove", "2 of 4 files are left out: at most 0.005 MB of one submission are taken")]


def test_many_small_files_that_are_packed_like_a_bomb_are_one(tmp_path):
    _, refused = put(tmp_path, *((f"alove/{k:03}.txt", b"0" * 900_000) for k in range(50)))
    assert placed(tmp_path, "alove") == ["000.txt"]
    assert len(refused) == 1 and "49 of 50 files" in refused[0][1] and "zip bomb" in refused[0][1]


def test_what_is_packed_as_text_is_packs_freely(tmp_path):
    text = b"".join(b"%d: a line of a notebook that differs\n" % k for k in range(40_000))
    _, refused = put(tmp_path, *((f"alove/{k}.ipynb", text) for k in range(10)))
    assert len(placed(tmp_path, "alove")) == 10 and not refused


def test_the_source_has_limits_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL", 5000)
    found, refused = gathered(zipped(tmp_path / "in.zip", *((f"{s}/ps2.ipynb", os.urandom(2000)) for s in "abc")))
    assert sorted(found) == ["a", "b"], "a submission of which nothing is left replaces no other"
    assert refused == [("c", "1 of 1 files are left out: at most 0.005 MB of one source are taken")]
