"""Time and secret of a submission go with what is made of it, and with nothing of an older one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from autograder.records.moments import TIMESTAMP
from autograder.records.receipt import LONGEST_SECRET, SECRET, Receipt

RECEIPT = Receipt(datetime(2026, 10, 1, 21, 14, 7, 123456), "0123abcd")


def test_what_is_written_is_read_again(tmp_path):
    RECEIPT.write(tmp_path)
    assert Receipt.of(tmp_path) == RECEIPT
    assert (tmp_path / TIMESTAMP).read_text() == "2026-10-01 21:14:07.123456 UTC\n"


@pytest.mark.parametrize("newer", [Receipt(), Receipt(RECEIPT.time), Receipt(None, "other")])
def test_nothing_of_an_older_submission_stays(tmp_path, newer):
    RECEIPT.write(tmp_path)
    newer.write(tmp_path)
    assert Receipt.of(tmp_path) == newer


def a_link(place: Path) -> None:
    other = place.parent / "of another student"
    other.write_text("secret of another student")
    place.symlink_to(other)


@pytest.mark.parametrize(
    "secret",
    [
        a_link,
        lambda place: place.symlink_to("/dev/zero"),
        lambda place: place.mkdir(),
        lambda place: place.write_bytes(b"\xff\xfe\x00"),
        lambda place: place.write_text("a" * (LONGEST_SECRET + 1)),
    ],
)
def test_a_secret_that_is_no_plain_short_text_is_none(tmp_path, secret):
    folder = tmp_path / "submission"
    folder.mkdir()
    secret(folder / SECRET)
    assert Receipt.of(folder) == Receipt()
