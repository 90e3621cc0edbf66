"""Kept fingerprints are used as long as nothing changes that they follow from."""

import json

import pytest

from autograder.checking.loading import Hidden
from autograder.judging import fingerprint
from autograder.records import fingerprints
from autograder.records.course import Folder

ASSIGNMENT = "ps1_losses"


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    fingerprint.of_functions(ASSIGNMENT)
    fingerprints.keep(folder, ASSIGNMENT, Hidden())
    return folder


def known(folder):
    return fingerprints.of_functions(folder, ASSIGNMENT, Hidden())


def test_what_was_kept_is_what_would_be_worked_out(folder, monkeypatch):
    right = fingerprint.of_functions.__wrapped__(ASSIGNMENT)
    monkeypatch.setattr(fingerprint, "of_functions", lambda *_: pytest.fail("worked out again"))
    assert known(folder) == right


def test_what_was_read_of_another_course_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(fingerprint, "READ", fingerprint.READ | {"hidden.ps1_of_another_course"})
    fingerprints.keep(folder, ASSIGNMENT, Hidden())
    kept = json.loads(folder.fingerprints(ASSIGNMENT).read_bytes())
    assert "autograder.judging.judge" in kept["modules"] and not any("hidden" in name for name in kept["modules"])


@pytest.mark.parametrize(
    "changed",
    [
        lambda monkeypatch: monkeypatch.setattr(fingerprint, "version", lambda name: "0.0"),
        lambda monkeypatch: monkeypatch.setattr(fingerprint, "JUDGE", fingerprint.JUDGE[:-1]),
        lambda monkeypatch: monkeypatch.setattr("pathlib.Path.read_bytes", changed_text(fingerprint.Path.read_bytes)),
    ],
    ids=["a version", "the modules of the judge", "a source text"],
)
def test_they_are_worked_out_anew_after_a_change_of(folder, monkeypatch, changed):
    monkeypatch.setattr(fingerprint, "of_functions", lambda *_: {"f": "new"})
    assert known(folder) != {"f": "new"}
    changed(monkeypatch)
    assert known(folder) == {"f": "new"}


def changed_text(read):
    return lambda path: read(path) + (b"\n" if path.name == "ps1_losses.py" else b"")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"modules": [5]}', b'{"modules": ["no.such.module"]}'])
def test_they_are_worked_out_where_the_file_is_damaged(folder, content):
    folder.fingerprints(ASSIGNMENT).write_bytes(content)
    assert known(folder) == fingerprint.of_functions(ASSIGNMENT)


def test_another_problem_set_has_others(folder):
    kept = json.loads(folder.fingerprints(ASSIGNMENT).read_bytes())
    folder.fingerprints("ps2_missing_sum").write_text(json.dumps(kept))
    assert fingerprints.of_functions(folder, "ps2_missing_sum", Hidden()) == fingerprint.of_functions("ps2_missing_sum")


def test_they_are_kept_in_a_process_that_has_worked_for_another_course(folder, monkeypatch):
    monkeypatch.setattr(fingerprint, "READ", fingerprint.READ | {"hidden.ps9_of_another_course"})
    fingerprints.keep(folder, ASSIGNMENT, Hidden())
    monkeypatch.setattr(fingerprint, "of_functions", lambda *_: pytest.fail("worked out again"))
    assert known(folder)
