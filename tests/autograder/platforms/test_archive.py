"""Nothing in an archive or a folder does harm, and what is wrong with a file costs the others nothing."""

from __future__ import annotations

import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.platforms import archive
from autograder.platforms.archive import clean_name, opened
from autograder.platforms.store import Store
from autograder.records.roster import Roster

from .downloads import EVE, PS, collected, gathered, zipped


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


def _changed_in_the_directory(path: Path, offset: int, value: bytes, name: str = "alove/ps2.ipynb") -> Path:
    """An archive whose directory says something else of its one file, from this byte of the entry on."""
    raw = bytearray(zipped(path, (name, b"{}")).read_bytes())
    place = raw.index(b"PK\x01\x02") + offset
    raw[place : place + len(value)] = value
    path.write_bytes(raw)
    return path


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
    "no name": (lambda p: zipped(p, ("", b"x")), "empty or too long"),
    "false version": (lambda p: _changed_in_the_directory(p, 6, b"\xff"), "packed in an unusual way"),
    "four gigabytes": (lambda p: _changed_in_the_directory(p, 24, b"\xfe\xff\xff\xff"), "4295 MB unpacked"),
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


def test_a_file_from_beyond_the_year_9999_is_named_and_the_others_are_read(tmp_path, monkeypatch):
    for student in ("alove", "bhall"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "ps2.ipynb").write_text("{}")
    real = Path.lstat

    def lstat(path):  # not every file system can hold such a time
        status = real(path)
        return os.stat_result((*status[:8], 2**40, status[9])) if path.parent.name == "alove" else status

    monkeypatch.setattr(Path, "lstat", lstat)
    found, refused = gathered(tmp_path)
    assert list(found) == ["bhall"]
    assert refused == [("alove/ps2.ipynb", "the time of its last change lies after the year 9999: 'touch' the file")]


def test_an_archive_without_its_end_is_no_notebook(tmp_path):
    whole = zipped(tmp_path / "whole.zip", ("alove/ps2.ipynb", os.urandom(5000)))
    for name in ("truncated.zip", "truncated"):
        (tmp_path / name).write_bytes(whole.read_bytes()[:2000])
        with pytest.raises(ValueError, match="without its end: download it again"), opened(tmp_path / name):
            pass


def test_names_come_in_one_spelling():
    assert clean_name("a//b/./c\\d.ipynb") == "a/b/c/d.ipynb"
    assert clean_name("Pen\u0303a") == "Peña"
