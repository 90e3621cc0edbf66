"""Every submission that is collected is kept, and the newest counts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from autograder.platforms.platform import Worksheet
from autograder.platforms.store import Store

from .downloads import MOODLE, PS, collected, zipped


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "collected", tmp_path / "submitted", PS)


def hand_in(store: Store, folder: Path, content: bytes, hour: int, **reading) -> str:
    source = zipped(
        folder / f"{hour}.zip",
        ("Ada Lovelace_501_assignsubmission_file_/ps2 (1).ipynb", content),
        time=(2026, 10, 1, hour, 0, 0),
    )
    done, refused = collected(source, store, **reading)
    assert not refused
    return done["alove"]


def tree(*folders: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its content and the time of its last change."""
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def placed(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "submitted" / "alove" / PS).iterdir()}


def test_the_newest_is_placed_and_all_are_kept(store, tmp_path):
    assert hand_in(store, tmp_path, b"first", 10) == "new" and placed(tmp_path) == {"ps2 (1).ipynb": b"first"}
    assert hand_in(store, tmp_path, b"second", 12) == "newer" and placed(tmp_path) == {"ps2 (1).ipynb": b"second"}
    assert hand_in(store, tmp_path, b"late news of old", 11) == "older, kept" and placed(tmp_path) == {
        "ps2 (1).ipynb": b"second"
    }
    assert len(list((tmp_path / "collected" / PS / "alove").iterdir())) == 3


def test_collecting_again_changes_nothing(store, tmp_path):
    hand_in(store, tmp_path, b"first", 10)
    hand_in(store, tmp_path, b"second", 12)
    before = tree(tmp_path / "collected", tmp_path / "submitted")
    assert hand_in(store, tmp_path, b"second", 12) == "unchanged"
    assert hand_in(store, tmp_path, b"second", 13) == "unchanged", "downloaded again later"
    assert hand_in(store, tmp_path, b"first", 10) == "older, kept already"
    assert tree(tmp_path / "collected", tmp_path / "submitted") == before


def test_who_goes_back_to_an_older_version_has_handed_in_that(store, tmp_path):
    for hour, content in ((10, b"first"), (12, b"second"), (14, b"first")):
        hand_in(store, tmp_path, content, hour)
    assert placed(tmp_path) == {"ps2 (1).ipynb": b"first"}


def test_a_time_that_gets_known_later_is_written_down(store, tmp_path):
    hand_in(store, tmp_path, b"first", 10)
    assert (
        hand_in(
            store,
            tmp_path,
            b"first",
            10,
            worksheet=Worksheet(MOODLE, {"501": "alove"}, {"501": datetime(2026, 9, 30, 8)}),
        )
        == "time corrected"
    )
    assert placed(tmp_path)["timestamp.txt"] == b"2026-09-30 08:00:00 UTC\n"


def test_what_an_instructor_put_there_by_hand_is_kept_before_it_gives_way(store, tmp_path):
    hand_in(store, tmp_path, b"first", 10)
    (tmp_path / "submitted" / "alove" / PS / "ps2 (1).ipynb").write_bytes(b"mended")
    assert hand_in(store, tmp_path, b"first", 10) == "unchanged" and placed(tmp_path) == {"ps2 (1).ipynb": b"mended"}
    hand_in(store, tmp_path, b"second", 12)
    assert placed(tmp_path) == {"ps2 (1).ipynb": b"second"}
    assert b"mended" in [content for content, _ in tree(tmp_path / "collected").values()]


def test_a_link_in_the_way_is_not_followed(store, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "alove").symlink_to(tmp_path / "elsewhere")
    done, refused = collected(zipped(tmp_path / "m.zip", ("alove/ps2.ipynb", b"x")), store)
    assert not done and "is a link" in refused[0][1]
    assert not list((tmp_path / "elsewhere").iterdir())


def test_an_empty_submission_is_a_submission(store, tmp_path):
    done, _ = collected(zipped(tmp_path / "e.zip", (f"alove/{PS}/timestamp.txt", b"2026-10-01 21:14:07 UTC")), store)
    assert done == {"alove": "new"} and list(placed(tmp_path)) == ["timestamp.txt"]
