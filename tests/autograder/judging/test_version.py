"""A problem set carries its version, and what a submission says of it is shown and never believed."""

import json
from pathlib import Path

import pytest

from autograder.judging.judge import Job, judge
from autograder.judging.version import NONE, digest, version_in
from autograder.records.autograded import autograded_notebook

from ..notebooks import ASSIGNMENT, RELEASED, ROOT

CURRENT = version_in(json.loads(RELEASED))


def handed_in(metadata) -> bytes:
    """The released notebook with another metadata."""
    return json.dumps({**json.loads(RELEASED), "metadata": metadata}).encode()


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").glob("*/*.ipynb")), ids=lambda path: path.stem)
def test_every_exercise_carries_the_digest_of_itself(path: Path):
    notebook = json.loads(path.read_bytes())
    assert version_in(notebook) == digest(notebook) != NONE


def test_any_change_of_what_students_get_is_another_version():
    notebook = json.loads(RELEASED)
    notebook["cells"][0]["source"] = ["Read this."]
    assert digest(notebook) != CURRENT


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        None,
        [],
        "x",
        {"missingsum": None},
        {"missingsum": {}},
        {"missingsum": {"version": 7}},
        {"missingsum": {"version": ["a" * 12]}},
        {"missingsum": {"version": "<script>1</script>"}},
        {"missingsum": {"version": "a" * 13}},
        {"missingsum": {"version": "a" * 12 + "\n"}},
    ],
)
def test_whatever_stands_in_its_place_is_no_version(metadata):
    assert version_in({"metadata": metadata}) == NONE
    assert judge(Job("ada", ASSIGNMENT, RELEASED, 1, handed_in(metadata))).result.version == NONE


def test_an_older_version_is_graded_with_the_cells_of_the_current_one():
    old = json.loads(RELEASED)
    old["metadata"]["missingsum"]["version"] = "b" * 12
    old["cells"] = [
        cell for cell in old["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") != "test_softmax_backward"
    ]
    judged = judge(Job("ada", ASSIGNMENT, RELEASED, 1, json.dumps(old).encode()))
    assert judged.result.version == "b" * 12
    notebook = autograded_notebook(judged)
    assert version_in(notebook) == CURRENT
    assert "test_softmax_backward" in [
        cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]
    ]


def test_what_cannot_be_read_has_no_version():
    assert judge(Job("ada", ASSIGNMENT, RELEASED, 1, b"{")).result.version == ""
