"""The archive for Gradescope, unpacked and run as Gradescope does it, in a root without namespaces."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import jsonschema
import pytest

from autograder.judging import submission
from autograder.platforms.hosted import VISIBILITIES
from autograder.platforms.hosted.gradescope import Gradescope
from autograder.platforms.hosted.packing import grader_for
from autograder.records.course import Course

from ....submissions import hostile_notebooks, make
from ...hostile import ATTACKS, MAX_SCORES, TIMEOUT, content
from ...notebooks import ASSIGNMENT, ROOT, notebook_bytes
from . import containers
from .formats import GRADESCOPE
from .unpacked import Unpacked, autograder, environment, unpack

NOTEBOOK = f"{ASSIGNMENT}.ipynb"
LOOKS_AROUND = '''
import os

def missing_part(*arguments):
    """Says what it can reach of what the platform put there."""
    reached = []
    for path in ("/autograder/source/grader.json", "/autograder/source/packages/checks/__init__.py",
                 "/autograder/submission_metadata.json", "/autograder/results/results.json",
                 "/proc/1/environ", "/proc/self/root/autograder/source/grader.json", "/etc/passwd",
                 "/../autograder/source/grader.json"):
        for mode in ("r", "a"):
            try:
                open(path, mode).close()
                reached.append(path + mode)
            except OSError:
                pass
    for folder in ("/autograder", "/autograder/source", "/autograder/results", "/var"):
        try:
            os.listdir(folder)
            reached.append(folder)
        except OSError:
            pass
    raise RuntimeError(f"reached: {reached}, as {os.getuid() == 0}")
'''


def honest(name: str) -> bytes:
    (student,) = make.read_class([name])
    return content(student)


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("packed")
    autograder("gradescope", ASSIGNMENT, "--out", out, "--book", "https://example.org/book")
    return out / "gradescope" / ASSIGNMENT / "autograder.zip"


@pytest.fixture(scope="module")
def gradescope(archive, tmp_path_factory) -> Unpacked:
    folder = tmp_path_factory.mktemp("autograder")
    unpack(archive, folder / "source")
    environment(folder / "environment")
    (folder / "submission_metadata.json").write_text(json.dumps({"users": [{"id": 12, "name": "Ben", "email": "b@x"}]}))
    return Unpacked("/autograder", folder, "/autograder/source/run_autograder", "submission", "source")


@pytest.fixture(scope="module")
def graded(gradescope) -> dict:
    """A notebook with a mistake that has a name, one that has a place, and one function that looks around."""
    (hugo,) = make.read_class(["hugo_sign"])
    changed = {"missing_part": LOOKS_AROUND, "softmax_partial": dict(hugo.cells)["softmax_partial"]}
    notebook = json.loads(honest("ben_diagonal_only"))
    for cell in notebook["cells"]:
        cell["source"] = changed.get(submission.grade_id_of(cell), cell["source"])
    return gradescope.grade({NOTEBOOK: json.dumps(notebook).encode()})


def test_the_archive_has_at_its_top_what_gradescope_asks_for_and_is_for_its_owner_alone(archive):
    with zipfile.ZipFile(archive) as opened:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in opened.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert "packages/checks/ps2_missing_sum.py" in modes and "requirements.txt" in modes
    assert not any("__pycache__" in name or name.endswith(".pyc") for name in modes)
    assert archive.stat().st_mode & 0o077 == 0


def test_all_that_is_installed_is_pinned_with_hashes(archive):
    with zipfile.ZipFile(archive) as opened:
        text = opened.read("requirements.txt").decode()
    entries = [entry for entry in text.replace("\\\n", "").splitlines() if entry]
    assert {entry.partition("==")[0] for entry in entries} >= {"numpy", "matplotlib", "markupsafe", "pillow"}
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "nbgrader" not in text


def test_packing_again_gives_the_same_bytes(archive, tmp_path):
    autograder("gradescope", ASSIGNMENT, "--out", archive.parents[2], "--to", tmp_path / "a.zip",
               "--book", "https://example.org/book")  # fmt: skip
    assert (tmp_path / "a.zip").read_bytes() == archive.read_bytes()


def test_the_seed_follows_from_the_classs_and_is_not_it():
    course = Course(ROOT)
    seeds = {grader_for(course, ASSIGNMENT, host, 7, {}).seed for host in ("gradescope", "gradescope", "prairielearn")}
    assert len(seeds) == 2 and 7 not in seeds and all(seed > 2**64 for seed in seeds)


@pytest.mark.parametrize(
    ("metadata", "student"),
    [
        ('{"users": [{"id": 12}]}', "12"),
        ('{"users": [{"id": 31}, {"id": 12}]}', "12 31"),
        ('{"users": []}', "student"),
        ('{"users": [1]}', "student"),
        ("not json", "student"),
        (None, "student"),
    ],
)
def test_the_inputs_follow_from_who_handed_in_alone_or_together(tmp_path, metadata, student):
    if metadata is not None:
        (tmp_path / "submission_metadata.json").write_text(metadata)
    assert Gradescope().student(tmp_path) == student


@containers.works
def test_a_submission_gets_a_test_a_function_with_its_points_and_what_is_wrong(graded):
    jsonschema.validate(graded, GRADESCOPE)
    tests = {test["name"]: test for test in graded["tests"]}
    assert {name: test["score"] for name, test in tests.items()} == {
        **MAX_SCORES,
        "softmax_partial": 0,
        "dL_dz_entry": 0,
        "softmax_backward": 0,
        "missing_part": 0,
    }
    assert {name: test["max_score"] for name, test in tests.items()} == MAX_SCORES
    said = tests["softmax_backward"]["output"]
    assert "✗ Values of a batch, random upstream (0 of 4 points)" in said and "it should be" in said
    assert "→ You kept only the diagonal of the Jacobian" in said
    assert "https://example.org/book/chapters/03_missing_sum.html#" in said
    assert "→ Look at line 2: s[j] - (i == j)." in tests["softmax_partial"]["output"]
    assert graded["extra_data"]["isolation"] == "container" and "1 of 5 functions is right" in graded["output"]


@containers.works
def test_a_submission_reaches_nothing_that_the_platform_put_there(gradescope, graded):
    (said,) = [test["output"] for test in graded["tests"] if test["name"] == "missing_part"]
    assert "reached: [], as False" in said
    assert (gradescope.folder / "source").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "There is no notebook in what you handed in. Hand in ps2_missing_sum.ipynb."),
        ({"notes.txt": b"", ".ipynb_checkpoints/x.ipynb": b"{}"}, "There is no notebook"),
        ({"a.ipynb": b"{}", "b.ipynb": b"{}"}, "and none of them are of this problem set (a.ipynb, b.ipynb)"),
        ({NOTEBOOK: b"not json"}, "could not be graded"),
    ],
)
def test_who_hands_in_no_notebook_of_the_set_or_several_is_told_and_gets_nothing(gradescope, files, told):
    found = gradescope.grade_here(files)
    jsonschema.validate(found, GRADESCOPE)
    assert told in found["output"] and {test["score"] for test in found["tests"]} == {0}


def test_two_notebooks_of_the_set_are_refused_and_one_beside_others_is_taken(gradescope):
    released = notebook_bytes({})
    found = gradescope.grade_here({"one.ipynb": released, "two/again.ipynb": released})
    assert "2 of them are of this problem set (one.ipynb, two/again.ipynb)" in found["output"]
    other = (ROOT / "exercises" / "ps1_losses" / "ps1_losses.ipynb").read_bytes()
    found = gradescope.grade_here({"deep/er/mine.ipynb": released, "ps1_losses.ipynb": other})
    assert "0 of 5 functions are right" in found["output"] and "as it was handed out" in found["tests"][0]["output"]
    found = gradescope.grade_here({"ps1_losses.ipynb": other})
    assert "This is ps1_losses, another problem set." in found["output"]


def test_a_link_to_what_is_the_platforms_is_not_read(gradescope):
    gradescope.hand_in({"x.txt": b""})
    (gradescope.folder / "submission" / NOTEBOOK).symlink_to("../source/released.ipynb")
    found = gradescope.grade_here_as_it_lies()
    assert "could not be graded" in found["output"] and "link" in found["output"]


def test_where_the_grader_fails_the_student_is_told_that_it_is_no_grade(gradescope, monkeypatch):
    monkeypatch.setattr("autograder.platforms.hosted.running.judge", lambda job: 1 / 0)
    found = gradescope.grade_here({NOTEBOOK: notebook_bytes({})})
    jsonschema.validate(found, GRADESCOPE)
    assert found["score"] == 0 and "not your fault" in found["output"] and "ZeroDivisionError" not in str(found)


@containers.works
def test_where_the_grader_does_not_even_start_there_is_a_result_that_says_so(gradescope):
    done = containers.run(
        ["/autograder/source/run_autograder"],
        {"/autograder/source": gradescope.folder / "source", "/autograder/results": gradescope.folder / "results"},
    )
    found = json.loads(gradescope.results.read_text())
    jsonschema.validate(found, GRADESCOPE)
    assert done.returncode == 0 and "was stopped" in found["output"]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"tests": []},
        {"tests": [{"name": "a"}]},
        {"score": "3"},
        {"score": 1, "visibility": "shown"},
        {"score": 1, "output_format": "markdown"},
        {"tests": [{"score": 1, "points": 2}]},
    ],
)
def test_what_is_not_in_the_published_format_is_found(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, GRADESCOPE)


def test_every_visibility_of_the_command_is_one_of_gradescopes():
    assert sorted(VISIBILITIES) == sorted(GRADESCOPE["properties"]["visibility"]["enum"])


@containers.works
@pytest.mark.portable
@pytest.mark.parametrize("assignment", Course(ROOT).problem_sets)
def test_the_answers_of_every_set_get_all_points_there(assignment, tmp_path):
    autograder("gradescope", assignment, "--out", tmp_path / "out", "--to", tmp_path / "a.zip")
    unpack(tmp_path / "a.zip", tmp_path / "autograder" / "source")
    environment(tmp_path / "autograder" / "environment")
    place = Unpacked(
        "/autograder", tmp_path / "autograder", "/autograder/source/run_autograder", "submission", "source"
    )
    answers = content(make.Submission("ada", assignment, "", make.HEADER, ()))
    found = place.grade({f"{assignment}.ipynb": answers})
    jsonschema.validate(found, GRADESCOPE)
    assert [test["name"] for test in found["tests"] if test["score"] != test["max_score"]] == [], found
    assert found["tests"] and found["extra_data"]["isolation"] == "container"


@pytest.mark.portable
def test_a_class_gets_the_scores_that_it_gets_everywhere(gradescope):
    for student in make.read_class():
        files = {} if student.header["start from"] == "nothing" else {NOTEBOOK: content(student)}
        found = gradescope.grade_here(files)
        jsonschema.validate(found, GRADESCOPE)
        expected = {name: score for name, (score, _) in student.expected(MAX_SCORES).items()}
        assert {test["name"]: test["score"] for test in found["tests"]} == expected, student.student


@containers.works
@pytest.mark.portable
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.student)
def test_an_attack_on_gradescopes_container_gets_the_points_it_earned(gradescope, attack):
    gradescope.limit(TIMEOUT)
    before = kept(gradescope.folder)
    found = gradescope.grade({NOTEBOOK: content(attack)})
    jsonschema.validate(found, GRADESCOPE)
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    assert {test["name"]: test["score"] for test in found["tests"]} == expected, found
    assert "not your fault" not in found["output"] and kept(gradescope.folder) == before


@containers.works
@pytest.mark.portable
@pytest.mark.parametrize("trick", [*hostile_notebooks.EARNS_ALL, *hostile_notebooks.UNREADABLE])
def test_an_edited_notebook_gets_what_it_earned(gradescope, trick):
    edit, _ = {**hostile_notebooks.EARNS_ALL, **hostile_notebooks.UNREADABLE}[trick]
    found = gradescope.grade({NOTEBOOK: edit(honest("ada_right_loops"))})
    jsonschema.validate(found, GRADESCOPE)
    earned = {test["score"] == test["max_score"] for test in found["tests"]}
    assert earned == {trick in hostile_notebooks.EARNS_ALL}
    assert trick in hostile_notebooks.EARNS_ALL or "could not be graded" in found["output"]


def kept(folder: Path) -> dict[str, tuple[int, int]]:
    """What lies in the platform's folder besides submission and results: size and time."""
    found = {path: path.lstat() for path in folder.rglob("*")}
    return {
        str(path): (status.st_size, status.st_mtime_ns)
        for path, status in found.items()
        if path.is_file() and not {"submission", "results"}.intersection(path.relative_to(folder).parts)
    }
