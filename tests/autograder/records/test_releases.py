"""Which versions of a problem set were released, and on which day, is remembered."""

import json

import pytest

from autograder.judging.version import version_in
from autograder.records.releases import Releases

from ..notebooks import RELEASED

CURRENT = version_in(json.loads(RELEASED))


def test_releases_are_remembered_with_the_day_of_the_first(tmp_path):
    history, notebook = tmp_path / "versions" / "ps.json", tmp_path / "ps.ipynb"
    notebook.write_bytes(RELEASED)
    first = Releases.of(history, notebook)
    history.write_text(json.dumps({**first.first_released, CURRENT: "2026-10-01"}))
    notebook.write_text(json.dumps({"metadata": {"missingsum": {"version": "c" * 12}}}))
    second = Releases.of(history, notebook)
    assert (second.current, second.first_released[CURRENT]) == ("c" * 12, "2026-10-01")
    before = history.read_bytes()
    Releases.of(history, notebook)
    assert history.read_bytes() == before
    assert [second.remark(version) for version in ("c" * 12, "", CURRENT)] == ["", "", "the version of 2026-10-01"]


def test_a_damaged_history_is_named_and_stays(tmp_path):
    history, notebook = tmp_path / "ps.json", tmp_path / "ps.ipynb"
    notebook.write_bytes(RELEASED)
    history.write_text('{"')
    with pytest.raises(ValueError, match=r"ps\.json is damaged"):
        Releases.of(history, notebook)
    assert history.read_text() == '{"'
