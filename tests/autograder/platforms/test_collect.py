"""Submissions are collected from what platforms let one download.

Nothing is lost, nothing is mixed up, and nothing in an archive does harm.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.platforms import archive, platforms
from autograder.platforms.archive import Refused, clean_name, opened
from autograder.platforms.collect import HandedIn, Reading, find_submissions
from autograder.platforms.naming import label
from autograder.platforms.platform import Worksheet
from autograder.platforms.store import Store
from autograder.platforms.tables import read_worksheet
from autograder.platforms.zip_collect import PlatformCollector, SafeExtractor
from autograder.records.roster import Person, Roster

from ..notebooks import ROOT

PS = "ps2_missing_sum"
SETS = ("ps1_losses", PS)
ADA, BEN, EVE = (
    Person("alove", "Lovelace", "Ada", "ada@x.edu", "4711"),
    Person("bhall", "Hall", "Ben", "ben@x.edu", "4712"),
    Person("eve", "Sanz Peña", "Eva María", "eve@x.edu", "4713"),
)
MOODLE = next(platform for platform in platforms() if platform.name == "Moodle")
ROSTER = Roster([ADA, BEN, EVE])


def zipped(path: Path, *entries: tuple[str, bytes], time=(2026, 10, 1, 12, 0, 0), change=lambda info: None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries:
            info = zipfile.ZipInfo(name, time)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            file.writestr(info, content)
    return path


def gathered(source: Path, **reading) -> tuple[dict[str, HandedIn], list[tuple[str, str]]]:
    """The submissions in a source by student, and what was refused."""
    reading = Reading(**{"assignment": PS, "problem_sets": SETS, "roster": ROSTER, **reading})
    with opened(source) as contents:
        found = find_submissions(contents, reading)
        return {submission.student: submission for submission in found}, contents.refused


def collected(source: Path, store: Store, **reading) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What was done with each student's submission, and what was refused."""
    done = {}
    with opened(source) as contents:
        for submission in find_submissions(
            contents, Reading(**{"assignment": PS, "problem_sets": SETS, "roster": ROSTER, **reading})
        ):
            try:
                done[submission.student], unread = store.keep(submission)
                contents.refused += unread
            except Refused as reason:
                contents.refused.append((submission.student, str(reason)))
        return done, contents.refused


# --- what platforms call files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "who", "number", "file"),
    [
        ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", "Ada Lovelace", "501", "ps2.ipynb"),
        ("Ada Lovelace_501_assignsubmission_file/ps2.ipynb", "Ada Lovelace", "501", "ps2.ipynb"),
        ("Ada Lovelace_501_assignsubmission_file_ps2 (1).ipynb", "Ada Lovelace", "501", "ps2 (1).ipynb"),
        ("COMP-ps2-99/Ada Lovelace_501_assignsubmission_file/part/ps2.ipynb", "Ada Lovelace", "501", "part/ps2.ipynb"),
        ("Participant_501_assignsubmission_file_/ps2.ipynb", "Participant", "501", "ps2.ipynb"),
        ("lovelaceada_4711_90210_ps2 (1).ipynb", "lovelaceada", "4711", "ps2 (1).ipynb"),
        ("lovelaceada_LATE_4711_90210_ps2-1.ipynb", "lovelaceada", "4711", "ps2-1.ipynb"),
        ("submissions/lovelaceada_4711_90210_ps2.ipynb", "lovelaceada", "4711", "ps2.ipynb"),
        ("lovelaceada_4711_text.html", "lovelaceada", "4711", "text.html"),
        ("LATE_anon_aB3xZ_90210_ps2.ipynb", "anon_aB3xZ", "", "ps2.ipynb"),
    ],
)
def test_the_names_that_moodle_and_canvas_give_are_understood(name, who, number, file):
    found = label(name)
    assert (found.name, found.number, found.file) == (who, number, file)
    assert found.late == ("LATE" in name)


@pytest.mark.parametrize(
    "name",
    [
        "Eve Hill_7_assignsubmission_file_/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb",
        "Eve Hill_7_assignsubmission_file_Ada Lovelace_501_assignsubmission_file_ps2.ipynb",
        "hilleve_7_8_lovelaceada_4711_90210_ps2.ipynb",
    ],
)
def test_a_student_cannot_name_a_file_into_the_place_of_another(name):
    assert label(name).number == "7"


def test_a_course_may_name_files_by_its_own_pattern():
    pattern = r"ps\d_(?P<student_id>\w+?)_attempt_(?P<timestamp>[0-9T:-]+)_(?P<file_id>.+)"
    found = label("ps2_alove_attempt_2026-10-01T21:14:07_ps2.ipynb", pattern)
    assert (found.name, found.file, found.time) == ("alove", "ps2.ipynb", datetime(2026, 10, 1, 21, 14, 7))
    assert label("other.ipynb", pattern) is None
    with pytest.raises(Refused, match="is no time"):
        label("ps2_alove_attempt_99-99_ps2.ipynb", pattern)


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_students_are_found_on_the_roster_by_name_or_number(tmp_path):
    found, refused = gathered(
        zipped(
            tmp_path / "m.zip",
            ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", b"a"),
            ("Eva María Sanz Peña_502_assignsubmission_file_/ps2.ipynb", b"e"),
        )
    )
    assert sorted(found) == ["alove", "eve"] and not refused
    found, refused = gathered(
        zipped(
            tmp_path / "c.zip",
            ("lovelaceada_4711_1_ps2.ipynb", b"a"),
            ("sanzpeñaevamaría_4713_3_ps2.ipynb", b"e"),
            ("renamed_4712_2_ps2.ipynb", b"b"),
        )
    )
    assert sorted(found) == ["alove", "bhall", "eve"] and not refused


def test_who_is_on_no_roster_is_collected_under_the_name_that_the_platform_gives(tmp_path):
    moodle = zipped(tmp_path / "m.zip", ("Nobody Known_501_assignsubmission_file_/ps2.ipynb", b"a"))
    canvas = zipped(tmp_path / "c.zip", ("knownnobody_99_1_ps2.ipynb", b"a"))
    assert list(gathered(moodle)[0]) == ["Nobody_Known"] and list(gathered(canvas, roster=Roster(()))[0]) == [
        "knownnobody_99"
    ]
    blind = zipped(
        tmp_path / "b.zip",
        ("Participant_501_assignsubmission_file_/ps2.ipynb", b"a"),
        ("Participant_502_assignsubmission_file_/ps2.ipynb", b"b"),
    )
    assert sorted(gathered(blind)[0]) == ["Participant_501", "Participant_502"]


def test_a_number_and_a_name_that_contradict_each_other_are_nobodys(tmp_path):
    found, refused = gathered(
        zipped(tmp_path / "c.zip", ("lovelaceada_4712_1_ps2.ipynb", b"a"), ("hallben_4712_2_ps2.ipynb", b"b"))
    )
    assert (
        list(found) == ["bhall"]
        and "its number is that of Ben Hall, and its name is that of Ada Lovelace" in refused[0][1]
    )


def test_two_of_one_name_are_told_apart_by_the_worksheet_alone(tmp_path):
    twins = Roster([Person("a1", "Lee", "Kim", "kim1@x.edu"), Person("a2", "Lee", "Kim", "kim2@x.edu")])
    source = zipped(tmp_path / "m.zip", *((f"Kim Lee_{k}_assignsubmission_file_/ps2.ipynb", b"%d" % k) for k in (1, 2)))
    found, refused = gathered(source, roster=twins)
    assert not found and "it could be Kim Lee (a1) or Kim Lee (a2)" in refused[0][1]
    found, refused = gathered(source, roster=Roster(()))
    assert not found and "give Moodle's grading worksheet" in refused[0][1]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address\nParticipant 1,Kim Lee,kim1@x.edu\nParticipant 2,Kim Lee,kim2@x.edu\n"
    )
    found, refused = gathered(source, roster=twins, worksheet=read_worksheet(sheet, twins, UTC))
    assert sorted(found) == ["a1", "a2"] and not refused


def test_plain_folders_are_taken_for_students(tmp_path):
    for name in (
        "alove/ps2.ipynb",
        f"zoe/{PS}/ps2.ipynb",
        f"zoe/{PS}/timestamp.txt",
        "zoe/ps1_losses/ps1.ipynb",
        "ben hall/ps2.ipynb",
    ):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("2026-10-01 21:14:07 UTC" if path.suffix == ".txt" else "{}")
    found, refused = gathered(tmp_path / "in")
    assert sorted(found) == ["alove", "bhall", "zoe"] and not refused
    assert list(found["zoe"].files) == ["ps2.ipynb"] and found["zoe"].time == datetime(2026, 10, 1, 21, 14, 7)


def test_a_folder_around_the_students_is_seen_through(tmp_path):
    wrapped = zipped(tmp_path / "w.zip", ("submissions/alove/ps2.ipynb", b"a"), ("submissions/zoe/ps2.ipynb", b"z"))
    assert sorted(gathered(wrapped)[0]) == ["alove", "zoe"]
    single = zipped(tmp_path / "s.zip", (f"alove/{PS}/ps2.ipynb", b"a"))
    assert sorted(gathered(single)[0]) == ["alove"]


def test_loose_files_need_a_name_or_to_be_told_whose_they_are(tmp_path):
    for name in ("alove.ipynb", f"zoe_{PS}.ipynb", "ps2 (1).ipynb", "more.zip"):
        (tmp_path / name).write_text("{}")
    found, refused = gathered(tmp_path)
    assert sorted(found) == ["alove", "zoe"]
    assert (
        dict(refused)["ps2 (1).ipynb"].startswith("nothing says whose it is")
        and "an archive in an archive" in dict(refused)["more.zip"]
    )
    assert list(gathered(tmp_path / "ps2 (1).ipynb", student="ben")[0]) == ["ben"]


# --- when it was handed in -------------------------------------------------------------------------------------------


def test_moodles_times_come_from_its_worksheet_in_its_zone(tmp_path):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Last modified (submission)\n"
        'Participant 501,Ada Lovelace,ada@x.edu,"Thursday, 1 October 2026, 9:14 PM"\n'
        "Participant 502,Ben Hall,ben@x.edu,-\n",
        encoding="utf-8-sig",
    )
    source = zipped(
        tmp_path / "m.zip",
        ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", b"a"),
        ("Ben Hall_502_assignsubmission_file_/ps2.ipynb", b"b"),
    )
    from dateutil import tz

    found, _ = gathered(source, worksheet=read_worksheet(sheet, ROSTER, tz.gettz("Europe/Berlin")))
    assert found["alove"].time == datetime(2026, 10, 1, 19, 14) and found["bhall"].time is None
    assert gathered(source)[0]["alove"].time is None


def test_a_student_cannot_choose_the_time_by_handing_in_a_timestamp(tmp_path):
    """Where the platform is asked for several files, one of them may be called so."""
    time = datetime(2026, 10, 3, 9, 0)
    folder = "Ada Lovelace_123_assignsubmission_file_/"
    source = zipped(
        tmp_path / "moodle.zip", (f"{folder}{PS}.ipynb", b"{}"), (f"{folder}timestamp.txt", b"2026-09-01 00:00:00 UTC")
    )
    assert gathered(source)[0]["alove"].time is None
    assert gathered(source, worksheet=Worksheet(MOODLE, times={"123": time}))[0]["alove"].time == time


def test_canvas_says_only_that_a_submission_is_late(tmp_path):
    source = zipped(tmp_path / "c.zip", ("lovelaceada_LATE_4711_1_ps2.ipynb", b"a"), ("hallben_4712_2_ps2.ipynb", b"b"))
    found, _ = gathered(source, due=datetime(2026, 10, 2))
    assert found["alove"].late and found["alove"].time == datetime(2026, 10, 2, 0, 0, 1) and found["bhall"].time is None
    assert gathered(source)[0]["alove"].time is None


def test_a_plain_file_was_handed_in_when_it_was_last_changed(tmp_path):
    (tmp_path / "alove").mkdir()
    (tmp_path / "alove" / "ps2.ipynb").write_text("{}")
    os.utime(tmp_path / "alove" / "ps2.ipynb", (1_790_000_000,) * 2)
    found = gathered(tmp_path)[0]["alove"]
    assert (found.time, found.certain) == (
        datetime.fromtimestamp(1_790_000_000, UTC).replace(tzinfo=None),
        False,
    )


# --- every submission is kept, the newest counts ---------------------------------------------------------------------


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


# --- hostile archives ------------------------------------------------------------------------------------------------


def _with_mode(mode: int):
    def change(info: zipfile.ZipInfo) -> None:
        info.create_system, info.external_attr = 3, mode << 16

    return change


def _encrypted(path: Path) -> Path:
    raw = bytearray(zipped(path, ("alove/ps2.ipynb", b"{}")).read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    raw[6] |= 1
    path.write_bytes(raw)
    return path


def _damaged(path: Path) -> Path:
    raw = bytearray(zipped(path, ("alove/ps2.ipynb", os.urandom(500))).read_bytes())
    raw[200] ^= 0xFF
    path.write_bytes(raw)
    return path


def _lies_about_its_size(path: Path) -> Path:
    raw = bytearray(zipped(path, ("alove/ps2.ipynb", b"\0" * 30_000_000)).read_bytes())
    place = raw.index(b"PK\x01\x02")
    raw[place + 24 : place + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(raw)
    return path


def _twice(path: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zipped(path, ("alove/ps2.ipynb", b"one"), ("alove/ps2.ipynb", b"two"))


HOSTILE = {
    "parent": (lambda p: zipped(p, ("../../alove/ps2.ipynb", b"x")), "leads out of the archive"),
    "parent in the middle": (lambda p: zipped(p, ("alove/../../ps2.ipynb", b"x")), "leads out of the archive"),
    "parent with backslashes": (lambda p: zipped(p, ("..\\..\\ps2.ipynb", b"x")), "leads out of the archive"),
    "absolute": (lambda p: zipped(p, ("/etc/cron.d/ps2.ipynb", b"x")), "is absolute"),
    "drive": (lambda p: zipped(p, ("C:\\alove\\ps2.ipynb", b"x")), "is absolute"),
    "newline": (lambda p: zipped(p, ("alove/ps2\n.ipynb", b"x")), "control characters"),
    "escape sequence": (lambda p: zipped(p, ("alove/\x1b[2Jps2.ipynb", b"x")), "control characters"),
    "right to left": (lambda p: zipped(p, ("alove/ps2\u202ebnpyi.exe", b"x")), "control characters"),
    "long name": (lambda p: zipped(p, (f"alove/{'a' * 300}.ipynb", b"x")), "too long"),
    "link": (
        lambda p: zipped(p, ("alove/ps2.ipynb", b"/etc/passwd"), change=_with_mode(stat.S_IFLNK | 0o777)),
        "a link",
    ),
    "device": (
        lambda p: zipped(p, ("alove/ps2.ipynb", b""), change=_with_mode(stat.S_IFCHR | 0o666)),
        "a link or no ordinary",
    ),
    "large": (lambda p: zipped(p, ("alove/ps2.ipynb", os.urandom(1) * 30_000_000)), "30 MB unpacked"),
    "bomb": (lambda p: zipped(p, ("alove/ps2.ipynb", b"\0" * 19_000_000)), "zip bomb"),
    "lies about its size": (_lies_about_its_size, "damaged"),
    "encrypted": (_encrypted, "encrypted"),
    "damaged": (_damaged, "damaged"),
    "twice": (_twice, "another file of this name"),
    "long student": (lambda p: zipped(p, (f"{'a' * 150}/ps2.ipynb", b"x")), "more than 128 bytes"),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_bad_file_is_named_with_the_reason_and_the_others_are_collected(attack, tmp_path):
    make, reason = HOSTILE[attack]
    bad = make(tmp_path / "bad.zip")
    with zipfile.ZipFile(bad, "a") as file:
        file.writestr("bhall/ps2.ipynb", b"good")
    (tmp_path / "work").mkdir()
    done, refused = collected(bad, Store(tmp_path / "work" / "collected", tmp_path / "work" / "submitted", PS))
    assert done["bhall"] == "new"
    assert any(reason in why for _, why in refused), refused
    assert all(name.isprintable() for name, _ in refused)
    assert (tmp_path / "work" / "submitted" / "bhall" / PS / "ps2.ipynb").read_bytes() == b"good"
    assert {path.name for path in tmp_path.iterdir()} == {"bad.zip", "work"}
    assert not [
        path
        for path in tmp_path.rglob("*")
        if path.is_symlink() or (path.is_file() and path.stat().st_size > 10_000_000 and path != bad)
    ]


def test_names_without_a_sign_of_utf_8_are_read_as_macs_write_them(tmp_path):
    source = zipped(
        tmp_path / "mac.zip",
        ("Eva Mar## Sanz Pe##a/ps2.ipynb", b"e"),
        ("__MACOSX/Eva/._ps2.ipynb", b"x"),
        ("Eva/.DS_Store", b"x"),
    )
    source.write_bytes(source.read_bytes().replace(b"Mar##", "Marí".encode()).replace(b"Pe##a", "Peña".encode()))
    raw = zipfile.ZipFile(source).namelist()[0]
    found, refused = gathered(source, roster=Roster([replace(EVE, first_name="Eva Marí")]))
    assert "Peña" not in raw and sorted(found) == ["eve"] and not refused


def test_an_archive_of_too_many_files_is_refused_as_a_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 10)
    with (
        pytest.raises(ValueError, match="more than 10 files"),
        opened(zipped(tmp_path / "m.zip", *((f"s{k}/ps2.ipynb", b"x") for k in range(11)))),
    ):
        pass


def test_a_folder_with_links_pipes_and_odd_names_is_read_without_them(tmp_path):
    folder = tmp_path / "in" / "alove"
    folder.mkdir(parents=True)
    (folder / "ps2.ipynb").write_text("{}")
    (folder / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.ipynb")
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.ipynb"))).write_text("{}")
    found, refused = gathered(tmp_path / "in")
    assert list(found) == ["alove"] and list(found["alove"].files) == ["ps2.ipynb"]
    assert len(refused) == 4


def test_names_come_in_one_spelling():
    assert clean_name("a//b/./c\\d.ipynb") == "a/b/c/d.ipynb"
    assert clean_name("Pen\u0303a") == "Peña"


# --- nbgrader's own zip_collect --------------------------------------------------------------------------------------


def test_nbgraders_extractor_takes_nothing_that_leads_elsewhere(tmp_path):
    (tmp_path / "archive").mkdir()
    zipped(
        tmp_path / "archive" / "moodle.zip",
        ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", b"a"),
        ("../../../evil.ipynb", b"x"),
    )
    (tmp_path / "archive" / "lovelaceada_4711_1_ps2.ipynb").write_bytes(b"c")
    SafeExtractor().extract(str(tmp_path / "archive"), str(tmp_path / "a" / "b" / "extracted"))
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert files == [
        "a/b/extracted/lovelaceada_4711_1_ps2.ipynb",
        "a/b/extracted/moodle/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb",
        "archive/lovelaceada_4711_1_ps2.ipynb",
        "archive/moodle.zip",
    ]


def test_nbgraders_collector_knows_the_platforms():
    assert PlatformCollector().collect("/x/extracted/moodle/Ada Lovelace_501_assignsubmission_file_/ps2.ipynb") == {
        "student_id": "Ada_Lovelace",
        "file_id": "ps2.ipynb",
    }
    assert PlatformCollector().collect("/x/extracted/lovelaceada_4711_1_ps2 (1).ipynb") == {
        "student_id": "lovelaceada_4711",
        "file_id": "ps2 (1).ipynb",
    }
    assert (
        PlatformCollector().collect("/x/extracted/lovelaceada_4711_1_notes.pdf") is None
        and PlatformCollector().collect("/x/other.ipynb") is None
    )


def test_nbgraders_own_command_collects_through_them(tmp_path):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    folder = tmp_path / "downloaded" / PS / "archive"
    folder.mkdir(parents=True)
    zipped(
        folder / "moodle.zip",
        (f"Ada Lovelace_501_assignsubmission_file_/{PS}.ipynb", b"{}"),
        ("../../../../evil.ipynb", b"x"),
    )
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "zip_collect", PS], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "evil.ipynb is not extracted: its name leads out of the archive" in done.stderr
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.ipynb") if "downloaded" not in path.parts] == [
        Path("grading", "submitted", "Ada_Lovelace", PS, f"{PS}.ipynb")
    ]
