"""What students get is made from solutions/, is in step with it, and holds no answer."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbgrader import utils

import checks
from autograder.records.course import Course
from autograder.records.gradebook import Recorder, open_gradebook
from autograder.release.sets import ReleaseFailed, release
from autograder.release.source import source_notebook

from ..notebooks import ROOT, judged

COURSE = Course(ROOT)
SETS = COURSE.problem_sets


def release_into(folder, course, assignment):
    return release(
        course, assignment, f"sqlite:///{folder}/gradebook.db", source=folder / "source", destination=folder / "release"
    )


@pytest.fixture(scope="module", params=SETS)
def made(request, tmp_path_factory):
    """One problem set, released afresh."""
    folder = tmp_path_factory.mktemp("release")
    return request.param, release_into(folder, COURSE, request.param), folder


def cells(path):
    return nbformat.read(path, as_version=4).cells


def graded_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def test_the_committed_exercise_is_what_release_makes(made):
    assignment, path, _ = made
    assert COURSE.released(assignment).read_bytes() == path.read_bytes(), "run 'make release' and commit exercises/"


def test_every_committed_exercise_has_a_source():
    assert sorted(path.name for path in COURSE.exercises.iterdir()) == SETS
    assert all(
        [file.name for file in folder.iterdir()] == [f"{folder.name}.ipynb"] for folder in COURSE.exercises.iterdir()
    )


def test_no_answer_is_left_in_the_release(made):
    assignment, path, _ = made
    released = path.read_text()
    assert "SOLUTION" not in released and "#| " not in released
    source = {graded_id(cell): cell.source for cell in source_notebook(COURSE.text(assignment)).cells}
    for cell in cells(path):
        if graded_id(cell) and utils.is_solution(cell):
            answer = source[graded_id(cell)]
            if cell.cell_type == "code":
                region = re.search(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", answer, re.DOTALL)[1]
                lines = [line.strip() for line in region.splitlines() if not line.strip().startswith("#| ")]
                assert not any(len(line) > 12 and line in cell.source for line in lines)
            else:
                assert cell.source == "YOUR ANSWER HERE"


def test_a_stub_names_its_function(made):
    _, path, _ = made
    for cell in cells(path):
        if cell.cell_type == "code" and utils.is_solution(cell) and "NotImplementedError" in cell.source:
            assert f'raise NotImplementedError("{graded_id(cell)} is not written yet")' in cell.source


def test_functions_tests_and_points_follow_the_contract(made):
    assignment, path, _ = made
    by_id = {graded_id(cell): cell for cell in cells(path) if graded_id(cell)}
    for problem in checks.load(assignment).problems:
        assert re.search(rf"^def {problem.name}\(", by_id[problem.name].source, re.MULTILINE)
        test = by_id[f"test_{problem.name}"]
        assert utils.is_grade(test) and utils.is_locked(test)
        assert test.metadata.nbgrader.points == problem.max_score
        assert test.source.strip() == f"check.{assignment.split('_')[0]}.{problem.name}({problem.name})"
    assert sum(name.startswith("test_") for name in by_id) == len(checks.load(assignment).problems)
    assert any(cell.cell_type == "markdown" and utils.is_grade(cell) for cell in by_id.values()), (
        "one written answer, graded by hand"
    )


def test_the_wrong_version_to_repair_is_given():
    backward = next(cell for cell in cells(COURSE.released("ps2_missing_sum")) if graded_id(cell) == "softmax_backward")
    assert "return g * s * (1 - s)" in backward.source


def test_a_changed_problem_set_is_not_released_over_submissions(tmp_path):
    course = Course(tmp_path / "course")
    (course.root / "solutions").mkdir(parents=True)
    shutil.copy(COURSE.text("ps2_missing_sum"), course.root / "solutions")
    release_into(tmp_path, course, "ps2_missing_sum")
    with Recorder(f"sqlite:///{tmp_path}/gradebook.db") as recorder:
        recorder.record("ada", "ps2_missing_sum", judged({}).submission.notebook, submitted=None, changed=False)
    text = course.text("ps2_missing_sum")
    text.write_text(text.read_text().replace("grade_id: test_missing_part", "grade_id: test_missing_share"))
    before = (tmp_path / "release" / "ps2_missing_sum" / "ps2_missing_sum.ipynb").read_bytes()
    with pytest.raises(ReleaseFailed, match="there are submissions"):
        release_into(tmp_path, course, "ps2_missing_sum")
    assert (tmp_path / "release" / "ps2_missing_sum" / "ps2_missing_sum.ipynb").read_bytes() == before


def test_an_unknown_problem_set_is_refused_with_the_names_there_are(tmp_path):
    with pytest.raises(ValueError, match="ps2_missing_sum"):
        release_into(tmp_path, COURSE, "ps9_nothing")


def test_a_gradebook_can_be_made_without_the_environment_on_the_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    open_gradebook(f"sqlite:///{tmp_path}/new.db").dispose()
    assert Path(tmp_path, "new.db").exists()
