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


def canvas(store: Store, folder: Path, content: bytes, hour: int, late: str = "", **reading) -> str:
    source = zipped(folder / "c.zip", (f"lovelaceada{late}_4711_1_ps2.ipynb", content), time=(2026, 10, 5, hour, 0, 0))
    done, refused = collected(source, store, due=datetime(2026, 10, 2), **reading)
    assert not refused
    return done["alove"]


def test_a_late_mark_does_not_make_an_older_submission_win(store, tmp_path):
    """A late one counts as of the due date, which is before the download of the one on time."""
    assert canvas(store, tmp_path, b"on time", 10) == "new"
    assert canvas(store, tmp_path, b"late", 12, "_LATE") == "newer" and placed(tmp_path)["ps2.ipynb"] == b"late"
    assert canvas(store, tmp_path, b"later", 13, "_LATE") == "newer" and placed(tmp_path)["ps2.ipynb"] == b"later"
    assert canvas(store, tmp_path, b"on time", 10) == "older, kept already"
    assert not store.undecided, "the downloads say which is newer"


def test_a_worksheet_does_not_make_an_older_submission_win(store, tmp_path):
    """It says when the newer was handed in, which is before the older was downloaded."""
    hand_in(store, tmp_path, b"first", 10)
    sheet = Worksheet(MOODLE, {"501": "alove"}, {"501": datetime(2026, 9, 30, 8)})
    assert hand_in(store, tmp_path, b"second", 12, worksheet=sheet) == "newer"
    assert placed(tmp_path)["ps2 (1).ipynb"] == b"second" and store.undecided == {"alove"}
    later = Worksheet(MOODLE, {"501": "alove"}, {"501": datetime(2026, 9, 30, 9)})
    assert hand_in(store, tmp_path, b"third", 9, worksheet=later) == "newer"
    assert hand_in(store, tmp_path, b"fourth", 13, worksheet=sheet) == "older, kept", "both times are known"
    assert placed(tmp_path)["ps2 (1).ipynb"] == b"third"


def test_the_times_of_plain_files_do_not_make_an_older_submission_win(store, tmp_path):
    def put(content: bytes, hour: int) -> str:
        source = zipped(tmp_path / "p.zip", ("alove/ps2.ipynb", content), time=(2026, 10, 5, hour, 0, 0))
        return collected(source, store)[0]["alove"]

    assert [put(b"first", 12), put(b"second", 10)] == ["new", "newer"] and store.undecided == {"alove"}
    assert put(b"first", 13) == "older, kept already", "copied once more"
    assert placed(tmp_path)["ps2.ipynb"] == b"second"


def test_copies_from_before_the_order_was_noted_give_way(store, tmp_path):
    hand_in(store, tmp_path, b"first", 10)
    hand_in(store, tmp_path, b"second", 12)
    (tmp_path / "collected" / PS / ".order" / "alove.json").unlink()
    assert hand_in(store, tmp_path, b"second", 12) == "unchanged"
    assert hand_in(store, tmp_path, b"third", 11) == "newer" and placed(tmp_path) == {"ps2 (1).ipynb": b"third"}


def test_what_cannot_be_kept_does_not_give_way(store, tmp_path):
    hand_in(store, tmp_path, b"first", 10)
    (tmp_path / "submitted" / "alove" / PS / "notes.md").symlink_to("/etc/passwd")
    source = zipped(tmp_path / "n.zip", ("alove/ps2.ipynb", b"second"))
    done, refused = collected(source, store)
    assert not done and "holds notes.md, which cannot be kept" in refused[0][1]
    assert placed(tmp_path)["ps2 (1).ipynb"] == b"first"


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
