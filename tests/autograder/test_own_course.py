"""A course of somebody's own: begun, released and graded, from a checkout and from the two wheels alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from examples.hand_in import hand_in

from autograder.checking.loading import Hidden
from autograder.cli import main
from autograder.records.course import Course
from autograder.release import bundle, template
from missingsum.slips import SLIPS

from .notebooks import ROOT

PS = "ps1_layernorm"
BACKWARD = {
    "ada_right": (9, set()),
    "bela_right_by_loops": (9, set()),
    "carl_variance_constant": (4, {"layernorm-variance-constant"}),
    "dora_mean_constant": (4, {"layernorm-mean-constant"}),
    "emil_both_constant": (4, {"layernorm-mean-constant", "layernorm-variance-constant"}),
    "fay_forgets_gamma": (4, set()),
    "gus_parameters_per_row": (2, {"rows-not-summed"}),
    "hana_mean_of_the_rows": (3, {"over-n"}),
    "ivo_changes_his_inputs": (8, {"mutates-input"}),
    "jana_measures": (8, set()),
    "kai_fills_arrays_like_x": (8, {"integer-array"}),
    "lea_wrong_axis": (0, set()),
}
"""Student → points of layernorm_backward, of 9, and what is named."""
CONVOLUTION = {
    "ada_right": ((3, set()), (7, set())),
    "bo_kernel_not_flipped": ((3, set()), (2, {"conv2d-dx-not-flipped"})),
    "cleo_flips_dk": ((3, set()), (2, {"conv2d-dk-flipped"})),
    "dan_forgets_the_batch": ((3, set()), (2, {"conv2d-dk-per-image"})),
    "eva_overwrites": ((3, set()), (2, set())),
    "finn_flips_forward": ((0, {"conv2d-flipped"}), (0, {"conv2d-dx-not-flipped", "conv2d-dk-flipped"})),
}
"""Student → points and what is named, of conv2d, of 3, and of conv2d_backward, of 7."""


@pytest.fixture(scope="module", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    before = dict(SLIPS)
    yield
    SLIPS.clear()
    SLIPS.update(before)
    for name in [name for name in sys.modules if name == "hidden" or name.startswith("hidden.")]:
        del sys.modules[name]


def autograder(course: Path, *arguments: object) -> str:
    said = StringIO()
    with contextlib.chdir(course), redirect_stdout(said), redirect_stderr(said):
        status = main([*map(str, arguments)])
    assert status == 0, said.getvalue()
    return said.getvalue()


@pytest.fixture(scope="module")
def layernorm(tmp_path_factory) -> Path:
    """The course of `examples/layernorm`, graded."""
    course = tmp_path_factory.mktemp("examples") / "layernorm"
    shutil.copytree(ROOT / "examples" / "layernorm", course)
    autograder(course, "release")
    assert set(hand_in(course, course / "handed_in")) == set(BACKWARD)
    autograder(course, "collect", PS, "handed_in")
    autograder(course, "grade", PS, "--no-where", "--seed", "7", "--json", "records.json")
    return course


def test_the_class_of_the_example_gets_its_points_and_its_mistakes_have_names(layernorm):
    records = json.loads((layernorm / "records.json").read_text())
    found = {each["student"]: each for each in records if each["problem"] == "layernorm_backward"}
    assert {who: (each["score"], set(each["slips"])) for who, each in found.items()} == BACKWARD


def test_its_own_slips_stand_in_pages_and_report(layernorm):
    page = (layernorm / "grading" / "feedback" / "carl_variance_constant" / PS / f"{PS}.html").read_text()
    assert "as if the variance were a constant" in page and "the second question of the problem set" in page
    assert "took the mean of the row for a constant" in (layernorm / "grading" / "report" / f"{PS}.html").read_text()


def test_gradescope_grades_it_with_its_own_checks_and_slips(layernorm, tmp_path):
    from autograder.platforms.hosted import running

    from .platforms.hosted.unpacked import unpack

    said = autograder(layernorm, "gradescope", PS, "--to", tmp_path / "a.zip")
    assert "It holds answers" in said
    unpack(tmp_path / "a.zip", tmp_path / "source")
    (handed_in,) = (layernorm / "grading" / "submitted" / "carl_variance_constant" / PS).glob("*.ipynb")
    shutil.copytree(handed_in.parent, tmp_path / "submission")
    assert running.main([str(tmp_path / "source"), str(tmp_path)]) == 0
    found = json.loads((tmp_path / "results" / "results.json").read_text())
    (backward,) = [test for test in found["tests"] if test["name"] == "layernorm_backward"]
    assert backward["score"] == 4 and "as if the variance were a constant" in backward["output"]
    names = {path.name for path in (tmp_path / "source" / "packages").iterdir()}
    assert names == {"autograder", "missingsum", "hidden"}
    assert "scikit" not in (tmp_path / "source" / "requirements.txt").read_text()


def test_its_bundle_holds_the_notebook_and_no_answer(layernorm):
    import zipfile

    archive = zipfile.ZipFile(layernorm / "_build" / "layernorm-student.zip")
    assert {Path(name).name for name in archive.namelist()} == {"README.txt", f"{PS}.ipynb"}
    assert not any(
        b"SOLUTION" in archive.read(name) or b"(d * x_hat)" in archive.read(name) for name in archive.namelist()
    )


def test_the_class_of_the_convolution_gets_its_points_and_its_mistakes_have_names(tmp_path):
    shutil.copytree(ROOT / "examples" / "conv2d", tmp_path / "conv2d")
    course, ps = tmp_path / "conv2d", "ps1_conv2d"
    autograder(course, "release")
    hand_in(course, course / "handed_in")
    autograder(course, "collect", ps, "handed_in")
    said = autograder(course, "grade", ps, "--no-where", "--seed", "7", "--json", "records.json")
    assert "6 submissions" in said and "by hand" not in said  # this set has no written answer
    found: dict[str, dict[str, tuple[float, set[str]]]] = {}
    for each in json.loads((course / "records.json").read_text()):
        found.setdefault(each["student"], {})[each["problem"]] = each["score"], set(each["slips"])
    assert {who: (of["conv2d"], of["conv2d_backward"]) for who, of in found.items()} == CONVOLUTION


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """An environment with the two wheels and, of what they need, the packages that are installed here."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv")
    python = folder / "venv" / "bin" / "python"
    wheels = [bundle.build_wheel(ROOT, folder / "student"), bundle.build_wheel(ROOT / "solutions", folder / "teacher")]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-compile", "--disable-pip-version-check", *wheels], check=True)
    (found,) = (folder / "venv").glob("lib/python3*/site-packages")
    (found / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "venv" / "bin" / "autograder"


def test_a_course_begins_in_an_empty_folder_with_the_wheels_alone(installed, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments: object, cwd: Path = tmp_path) -> str:
        done = subprocess.run([installed, *arguments], cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("new", "mycourse")
    course = tmp_path / "mycourse"
    run("release", cwd=course)
    for student, source in {"right": "grading/source", "untouched": "exercises"}.items():
        (course / "grading" / "submitted" / student / "ps1_unit").mkdir(parents=True)
        shutil.copy(
            course / source / "ps1_unit" / "ps1_unit.ipynb", course / "grading/submitted" / student / "ps1_unit"
        )
    run("grade", "ps1_unit", "--workers", "1", "--json", "records.json", cwd=course)
    records = json.loads((course / "records.json").read_text())
    scores = {
        student: sum(r["score"] for r in records if r["student"] == student) for student in ("right", "untouched")
    }
    assert scores == {"right": 9, "untouched": 0}
    assert str(ROOT) not in (course / "records.json").read_text()


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "kept").write_text("")
    with pytest.raises(FileExistsError, match="something already"):
        template.begin(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("titel = 'a'", "says titel"),
        ("sets = 'ps1'", "must be a list of texts"),
        ("[limits]\nseconds = 3", "there is no limit seconds"),
        ("[limits]\ncall = -1", "must be a number above 0"),
        ("title =", "cannot be read"),
    ],
)
def test_a_mistake_in_course_toml_is_named(tmp_path, text, why):
    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(ValueError, match=why):
        print(Course(tmp_path).settings, Course(tmp_path).limits)


def test_course_toml_sets_limits_and_libraries(tmp_path):
    (tmp_path / "course.toml").write_text('libraries = ["numpy"]\n[limits]\ncall = 2\nmemory = 1e9\n')
    course = Course(tmp_path)
    assert (course.limits.call, course.limits.memory, type(course.limits.memory)) == (2.0, 10**9, int)
    assert course.hidden == Hidden("hidden", str(tmp_path), ("numpy",))


def test_a_library_that_is_not_installed_is_refused():
    from autograder.sandbox import isolation

    with pytest.raises(ValueError, match="allows nosuchthing, which is not installed"):
        isolation.allow(["numpy", "nosuchthing"])


def test_hidden_checks_that_are_not_there_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"needs an __init__\.py"):
        Hidden("hidden", str(tmp_path)).load("ps1_unit")
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "__init__.py").write_text("")
    with pytest.raises(ValueError, match=r"there is no hidden/ps1_unit\.py"):
        Hidden("hidden", str(tmp_path)).load("ps1_unit")
