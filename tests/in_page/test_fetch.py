"""The engine of the pages is what its pin names, or it is not there at all."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys

import pytest

from in_page import fetch, payloads


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("IN_PAGE_CACHE", str(tmp_path))
    return tmp_path


def test_what_has_another_hash_is_refused():
    fetch._hold(b"bytes", "sha256", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9", "a file")
    with pytest.raises(fetch.NotHad, match="a file has another sha256"):
        fetch._hold(
            b"other bytes", "sha256", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9", "a file"
        )


def test_every_part_of_the_pin_has_a_hash_and_no_address():
    pin = fetch.pinned()
    assert pin["runtime"]["integrity"].startswith("sha512-")
    assert len(pin["numpy"]["sha256"]) == len(pin["numpy"]["carrier"]["sha256"]) == 64
    assert "://" not in fetch.PIN.read_text("utf-8")


def test_a_failed_fetch_says_why_and_leaves_nothing(empty_cache, monkeypatch, capsys):
    monkeypatch.delenv("REQUIRE_ENGINE", raising=False)
    monkeypatch.setattr(fetch, "npm", lambda: [sys.executable, "-c", "import sys; sys.exit('no such registry')"])
    fetch.main()
    assert capsys.readouterr().err == (
        f"Python for the pages could not be had: {sys.executable.rpartition('/')[2]}: no such registry. "
        "Pages will have no button that runs code.\n"
    )
    assert fetch.engine() is None and [*(empty_cache / "engines").iterdir()] == []


def test_a_failed_fetch_fails_where_the_engine_is_required(empty_cache, monkeypatch):
    monkeypatch.setattr(fetch, "npm", lambda: None)
    monkeypatch.setenv("REQUIRE_ENGINE", "1")
    with pytest.raises(SystemExit) as ended:
        fetch.main()
    assert ended.value.code == 1


def test_the_fetch_needs_nothing_that_is_not_in_python(empty_cache):
    """It runs beside the set-up, before any package is there."""
    program = (
        f"import sys; sys.argv = ['fetch']; sys.path.insert(0, {str(fetch.PIN.parents[1])!r}); import in_page.fetch"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def test_only_the_newest_payloads_are_kept(tmp_path):
    for number in range(payloads.KEPT + 3):
        (tmp_path / str(number)).mkdir()
        os.utime(tmp_path / str(number), (number, number))
    payloads._tidy(tmp_path)
    assert sorted(int(each.name) for each in tmp_path.iterdir()) == list(range(3, payloads.KEPT + 3))


def test_what_payloads_hold_can_be_listed(tmp_path):
    for name in payloads.NAMES:
        data = payloads._zip({"a.pyc": b"1", "b.pyc": b"2"}) if name in ("standard", "site") else b"3"
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(data))
    found = payloads.unpacked(tmp_path)
    assert found["script"] == b"3" and found["site/b.pyc"] == b"2" and len(found) == 6
    assert json.dumps(sorted(found)) and payloads.weight(tmp_path) > 0
