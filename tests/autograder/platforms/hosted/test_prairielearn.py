"""The question for PrairieLearn's external grader, run as PrairieLearn runs it, in a root without namespaces."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from autograder.checking.protocol import Outcome
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.platforms.hosted.host import Grader
from autograder.platforms.hosted.prairielearn import PrairieLearn
from autograder.sandbox import container

from ....samples import sample
from ....submissions import make
from ...hostile import ATTACKS, MAX_SCORES, TIMEOUT, content
from ...notebooks import ASSIGNMENT, RELEASED
from . import containers
from .formats import PRAIRIELEARN, PRAIRIELEARN_BYTES, PRAIRIELEARN_INFO
from .unpacked import Unpacked, autograder, environment

NOTEBOOK = f"{ASSIGNMENT}.ipynb"


@pytest.fixture(scope="module")
def question(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("packed")
    autograder("prairielearn", ASSIGNMENT, "--out", out, "--image", "registry.example.edu/grader")
    return out / "prairielearn" / ASSIGNMENT / "questions" / ASSIGNMENT


@pytest.fixture(scope="module")
def prairielearn(question, tmp_path_factory) -> Unpacked:
    folder = tmp_path_factory.mktemp("grade")
    shutil.copytree(question / "tests", folder / "tests")
    (folder / "data").mkdir()
    (folder / "data" / "data.json").write_text("{}")
    environment(folder / "environment")
    return Unpacked("/grade", folder, "/grade/tests/run.sh", "student", "tests")


def test_the_question_is_in_the_published_format_and_hands_out_the_released_notebook(question):
    info = json.loads((question / "info.json").read_text())
    jsonschema.validate(info, PRAIRIELEARN_INFO)
    options = info["externalGradingOptions"]
    assert options["image"] == "registry.example.edu/grader" and not options["enableNetworking"]
    assert (question / "clientFilesQuestion" / NOTEBOOK).read_bytes() == RELEASED
    names = re.findall(r'file-names?="([^"]+)"', (question / "question.html").read_text())
    assert names == [NOTEBOOK, NOTEBOOK]


def test_what_students_or_the_image_get_holds_no_answer(question):
    secret = {"checks", "reference", "grader.json"}
    tests = {path.name for path in (question / "tests").rglob("*")}
    image = question.parents[1] / "image"
    elsewhere = {path.name for path in [*question.glob("*"), *(question / "clientFilesQuestion").rglob("*")]}
    assert secret <= tests and not secret & (elsewhere | {path.name for path in image.rglob("*")})
    assert "BEGIN SOLUTION" not in (question / "clientFilesQuestion" / NOTEBOOK).read_text()
    assert "--prepare numpy matplotlib" in (image / "Dockerfile").read_text()


def test_packing_again_leaves_nothing_old_and_nothing_that_is_not_ours_is_touched(question):
    (old := question / "tests" / "packages" / "checks" / "ps0_gone.py").write_text("")
    (theirs := question / "server.py").write_text("")
    info = (question / "info.json").read_bytes()
    autograder("prairielearn", ASSIGNMENT, "--out", question.parents[3], "--image", "registry.example.edu/grader")
    assert not old.exists() and theirs.exists() and (question / "info.json").read_bytes() == info
    theirs.unlink()


def in_its_container(prairielearn: Unpacked, notebook: bytes) -> dict:
    return prairielearn.grade({NOTEBOOK: notebook}, path=f"{prairielearn.place}/environment/bin")


def here(prairielearn: Unpacked, notebook: bytes) -> dict:
    return prairielearn.grade_here({NOTEBOOK: notebook})


@containers.works
@pytest.mark.portable
def test_what_the_image_was_prepared_with_is_what_the_question_uses(prairielearn, question, tmp_path):
    """As its Dockerfile does it, from what lies beside that."""
    image, copies = question.parents[1] / "image", tmp_path / "copies"
    copies.mkdir()
    (last,) = re.findall(r"RUN (PYTHONPATH=.+)", (image / "Dockerfile").read_text())
    folders = {"/tmp/packages": image / "packages", "/grade": prairielearn.folder, str(container.FOLDER): copies}
    done = containers.run(["sh", "-c", last], folders, path="/grade/environment/bin")
    (made,) = copies.glob("0-*")
    assert done.returncode == 0, done.stderr
    (student,) = make.read_class(["ben_diagonal_only"])
    prairielearn.hand_in({NOTEBOOK: content(student)})
    done = containers.run([prairielearn.command], folders, path="/grade/environment/bin")
    assert json.loads(prairielearn.results.read_text())["score"] == 14 / 20, done.stdout
    assert list(copies.glob("0-*")) == [made]


@pytest.mark.parametrize(
    "graded", [here, pytest.param(in_its_container, marks=[containers.works, pytest.mark.portable])]
)
def test_a_submission_gets_its_share_of_the_points_and_what_is_wrong(prairielearn, graded):
    (student,) = make.read_class(["ben_diagonal_only"])
    found = graded(prairielearn, content(student))
    jsonschema.validate(found, PRAIRIELEARN)
    assert found["gradable"] and found["score"] == 14 / 20
    tests = {test["name"]: (test["points"], test["max_points"]) for test in found["tests"]}
    assert tests == {name: (0 if name == "softmax_backward" else most, most) for name, most in MAX_SCORES.items()}
    assert "You kept only the diagonal of the Jacobian" in found["tests"][-1]["output"]


def test_what_cannot_be_read_is_not_gradable_and_costs_no_attempt(prairielearn):
    found = prairielearn.grade_here({NOTEBOOK: b"no notebook"})
    jsonschema.validate(found, PRAIRIELEARN)
    assert found["gradable"] is False and "score" not in found and found["format_errors"]


def test_what_a_student_writes_does_not_make_the_results_too_long():
    checks = tuple(CheckResult(f"values {k}", 1, Outcome.WRONG, f"{k} " + "\U0001f600" * 100_000) for k in range(9))
    problems = tuple(ProblemResult(f"f{k}", checks) for k in range(30))
    found = PrairieLearn().report(Result("student", ASSIGNMENT, problems), Grader("prairielearn", ASSIGNMENT, 1), {})
    jsonschema.validate(found, PRAIRIELEARN)
    assert len(json.dumps(found, ensure_ascii=False).encode()) < PRAIRIELEARN_BYTES and found["score"] == 0


@pytest.mark.parametrize(
    "wrong",
    [{}, {"gradable": True}, {"score": 14}, {"score": 1, "tests": [{"name": "a", "score": 1}]}, {"gradable": 0}],
)
def test_what_is_not_in_the_published_format_is_found(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, PRAIRIELEARN)


@containers.works
@pytest.mark.portable
@pytest.mark.parametrize("attack", sample(ATTACKS, 20), ids=lambda attack: attack.student)
def test_an_attack_on_prairielearns_container_gets_the_points_it_earned(prairielearn, attack):
    prairielearn.limit(TIMEOUT)
    found = in_its_container(prairielearn, content(attack))
    jsonschema.validate(found, PRAIRIELEARN)
    expected = {name: score for name, (score, _) in attack.expected(MAX_SCORES).items()}
    earned = {test["name"]: test["points"] for test in found.get("tests", [])}
    assert earned == expected or (not found["gradable"] and set(expected.values()) == {0}), found
    assert "tell your instructor" not in str(found)
