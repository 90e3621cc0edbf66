"""A class's feedback in one archive: each page has the name by which the platform knows whose it is."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from autograder.platforms import platforms
from autograder.platforms.handing_back import sort_by_platform, write_archive
from autograder.platforms.store import Store

from .downloads import PS, collected, gathered, zipped

PAGE = f"{PS}.html"


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "collected", tmp_path / "submitted", PS)


@pytest.fixture
def pages(tmp_path) -> dict[str, Path]:
    made = {}
    for student in ("alove", "bhall", "eve"):
        made[student] = tmp_path / f"{student}.html"
        made[student].write_text(f"feedback for {student}")
    return made


def hand_in(store: Store, folder: Path, *names: str) -> None:
    _, refused = collected(zipped(folder / "download.zip", *((name, name.encode()) for name in names)), store)
    assert not refused


MOODLE_NAMES = (
    ("Ada Lovelace_501_assignsubmission_file_/ps2.ipynb", "Ben Hall_502_assignsubmission_file_/ps2.ipynb"),
    ("Ada Lovelace_501_assignsubmission_file/ps2.ipynb", "Ben Hall_502_assignsubmission_file/ps2.ipynb"),
    ("Ada Lovelace_501_assignsubmission_file_ps2.ipynb", "Ben Hall_502_assignsubmission_file_ps2.ipynb"),
)


@pytest.mark.parametrize("names", MOODLE_NAMES, ids=["a folder", "a folder of today", "one name"])
def test_moodle_finds_the_participant_in_the_name(store, pages, tmp_path, names):
    hand_in(store, tmp_path, *names)
    back = sort_by_platform(pages, store, PAGE)
    assert back.pages["Moodle"] == {
        f"Ada Lovelace_501_assignsubmission_file_{PAGE}": pages["alove"],
        f"Ben Hall_502_assignsubmission_file_{PAGE}": pages["bhall"],
    }
    assert list(back.nameless) == [], "eve handed in nothing on a platform"


def test_canvas_finds_student_and_attachment_in_the_name(store, pages, tmp_path):
    hand_in(store, tmp_path, "lovelaceada_LATE_4711_991_my_ps2-1.ipynb", "hallben_4712_992_ps2.ipynb")
    assert sort_by_platform(pages, store, PAGE).pages["Canvas"] == {
        f"lovelaceada_LATE_4711_991_{PAGE}": pages["alove"],
        f"hallben_4712_992_{PAGE}": pages["bhall"],
    }


@pytest.mark.parametrize(
    "path", ["lovelaceada_4711_text.html", "anon_ab12c_991_ps2.ipynb", "anon_ab12c_991_2026_ps2.ipynb", ""]
)
def test_canvas_takes_nothing_back_for_what_has_no_attachment_or_no_name(path):
    canvas = next(platform for platform in platforms() if platform.name == "Canvas")
    assert canvas.handed_back(path, PAGE) == ""


@pytest.mark.parametrize("names", [*MOODLE_NAMES, ("lovelaceada_4711_991_ps2.ipynb", "hallben_4712_992_ps2.ipynb")])
def test_the_archive_names_the_same_students_when_it_is_read_like_a_download(store, pages, tmp_path, names):
    hand_in(store, tmp_path, *names)
    ((platform, named),) = sort_by_platform(pages, store, PAGE).pages.items()
    write_archive(tmp_path / "back.zip", named)
    with zipfile.ZipFile(tmp_path / "back.zip") as archive:
        said = {name: archive.read(name).decode() for name in archive.namelist()}
    found, refused = gathered(tmp_path / "back.zip")
    assert refused == [] and set(found) == {"alove", "bhall"}
    for student, submission in found.items():
        (member,) = submission.files.values()
        assert said[member.name] == f"feedback for {student}" and submission.platform == platform


def test_of_several_files_the_notebook_is_answered(store, pages, tmp_path):
    hand_in(store, tmp_path, "lovelaceada_4711_990_notes.txt", "lovelaceada_4711_991_ps2.ipynb")
    assert list(sort_by_platform(pages, store, PAGE).pages["Canvas"]) == [f"lovelaceada_4711_991_{PAGE}"]


def test_what_is_handed_in_again_unchanged_is_answered_where_it_was_handed_in_last(store, pages, tmp_path):
    same = [("lovelaceada_4711_991_ps2.ipynb", b"the same"), ("lovelaceada_4711_995_ps2.ipynb", b"the same")]
    for entry in same:
        collected(zipped(tmp_path / "download.zip", entry), store)
    assert list(sort_by_platform(pages, store, PAGE).pages["Canvas"]) == [f"lovelaceada_4711_995_{PAGE}"]


def test_what_an_older_version_collected_is_named_until_it_is_collected_again(store, pages, tmp_path):
    names = MOODLE_NAMES[0]
    hand_in(store, tmp_path, *names)
    for listed in (tmp_path / "collected" / PS / ".order").iterdir():  # as version 0.1.0 wrote it
        entries = json.loads(listed.read_text())
        listed.write_text(json.dumps([{k: v for k, v in entry.items() if k != "path"} for entry in entries]))
    back = sort_by_platform(pages, store, PAGE)
    assert back.pages == {} and list(back.nameless) == ["alove", "bhall"]
    hand_in(store, tmp_path, *names)
    assert len(sort_by_platform(pages, store, PAGE).pages["Moodle"]) == 2


def test_the_same_pages_make_the_same_archive(pages, tmp_path):
    named = {f"Ada_501_assignsubmission_file_{PAGE}": pages["alove"]}
    for name in ("one.zip", "two.zip"):
        write_archive(tmp_path / name, named)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
