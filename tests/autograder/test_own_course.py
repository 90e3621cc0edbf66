"""A course of somebody's own: begun, released and graded, from a checkout and from the two wheels alone."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
from examples.hand_in import hand_in

from autograder.checking.loading import Hidden
from autograder.checking.protocol import Assignment
from autograder.checking.whole import require_whole
from autograder.cli import main
from autograder.judging import places
from autograder.judging.fingerprint import of_functions
from autograder.judging.judge import Job, judge
from autograder.records.course import Course
from autograder.release import bundle, template
from missingsum.where.place import Place, Spot

from .notebooks import ROOT

PS = "ps1_layernorm"
BACKWARD = {
    "ada_right": (9, set()),
    "bela_right_by_loops": (9, set()),
    "carl_variance_constant": (4, {"layernorm-variance-constant"}),
    "dora_mean_constant": (4, {"layernorm-mean-constant"}),
    "emil_both_constant": (4, {"layernorm-mean-constant", "layernorm-variance-constant"}),
    "fay_forgets_gamma": (4, set()),
    "gus_parameters_per_row": (2, {"any-rows-not-summed"}),
    "hana_mean_of_the_rows": (3, {"any-over-n"}),
    "ivo_changes_his_inputs": (8, {"any-mutates-input"}),
    "jana_measures": (6, set()),
    "kai_fills_arrays_like_x": (8, {"any-integer-array"}),
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
    yield
    forget_hidden()


def forget_hidden() -> None:
    """Forget what was imported from a course, as a new process would."""
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


@pytest.fixture
def with_time(monkeypatch) -> None:
    """A search that no busy machine ends too early."""
    monkeypatch.setattr(places, "BUDGET", replace(places.BUDGET, seconds=5.0))


def place(course: Path, assignment: str, student: str, function: str) -> Place | None:
    """Where the mistake of a student in this function is found to be."""
    hidden = Course(course).hidden
    content = (course / "handed_in" / student / f"{assignment}.ipynb").read_bytes()
    fingerprints = of_functions(assignment, hidden)
    job = Job(student, assignment, released(course), 7, content, fingerprints=fingerprints, hidden=hidden)
    seeking = places.job_for_places(job, judge(job).result)
    assert seeking is not None
    return next(problem.place for problem in places.work(seeking).result.problems if problem.problem == function)


def released(course: Path) -> bytes:
    (notebook,) = (course / "exercises").glob("*/*.ipynb")
    return notebook.read_bytes()


@pytest.mark.parametrize(
    ("student", "spot"),
    [("fay_forgets_gamma", Spot(4, "g", "d = g")), ("kai_fills_arrays_like_x", Spot(5, "x", "dx = np.zeros_like(x)"))],
)
def test_the_place_of_a_mistake_in_a_gradient_is_found_without_a_word_of_the_author(
    layernorm, with_time, student, spot
):
    found = place(layernorm, PS, student, "layernorm_backward")
    assert found and found.spots == (spot,)


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


def test_the_class_of_the_convolution_gets_its_points_and_its_mistakes_have_names(tmp_path, with_time):
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
    flipped = place(course, ps, "cleo_flips_dk", "conv2d_backward")
    assert flipped and flipped.spots[0].line == 7 and "dk[::-1, ::-1]" in flipped.spots[0].text


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


def test_a_new_folder_lets_its_owner_in_alone_and_an_old_one_keeps_its_modes(tmp_path):
    template.begin(tmp_path / "a" / "mycourse")
    assert stat.S_IMODE((tmp_path / "a" / "mycourse").stat().st_mode) == 0o700
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o750)
    template.begin(tmp_path / "shared")
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o750


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "kept").write_text("")
    with pytest.raises(FileExistsError, match="something already"):
        template.begin(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("titel = 'a'", "says titel, which is not known: did you mean title?"),
        ("colour = 'a'", "says colour, which is not known: known are title, text"),
        ("title = 3", "title must be a text in quotes"),
        ("text = ''", "text must be a text in quotes, which is not empty"),
        ("checks = ['hidden']", "checks must be a text in quotes"),
        ("checks = 'my-checks'", "'my-checks' cannot be its name"),
        ("sets = 'ps1'", "sets must be a list of texts"),
        ("sets = ['ps1', 'ps1']", "sets holds ps1 twice"),
        ("libraries = [1]", "libraries must be a list of texts"),
        ("limits = 3", "limits must be a table"),
        ("[limits]\nseconds = 3", "there is no limit seconds; there are: total, call"),
        ("[limits]\ntitle = 'a'", "title is no limit, so it must stand above the line"),
        ("[limits]\ncall = -1", "must be a number above 0, and is -1"),
        ("[limits]\ncall = true", "must be a number above 0, and is True"),
        ("[limits]\ncall = nan", "must be a number above 0, and is nan"),
        ("[limits]\nmemory = inf", "must be a number above 0, and is inf"),
        ("[limits]\nmemory = 0.5", "must be a number above 0, and is 0.5"),
        ("[limits]\ncall = '5'", "must be a number above 0, and is '5'"),
        ("title =", r"cannot be read: Invalid value \(at (line 1|end).*Mend that line"),
        (b"title = '\xff'", "not in UTF-8; save it so"),
    ],
)
def test_a_mistake_in_course_toml_is_named(tmp_path, text, why):
    (tmp_path / "course.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=f"^course.toml.*{why}"):
        print(Course(tmp_path).settings)


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("begun") / "mycourse"
    template.begin(folder)
    return folder


SLIP = 'SLIPS = (Slip("mine", "did it", "You did it."),)'
CHECKS, TEXT = "hidden/ps1_unit.py", "sets/ps1_unit.md"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("course.toml", '["ps1_unit"]', '["ps2_unit"]', "there is no sets/ps2_unit.md, the text of the set"),
        ("course.toml", '"sets"\n', '"texts"\n', "there is no texts/ps1_unit.md"),
        (
            "course.toml",
            '"hidden"',
            '"checks_of_mine"',
            "checks_of_mine/__init__.py: the folder of hidden checks needs",
        ),
        ("course.toml", '["numpy"]', '["nosuchthing"]', "nosuchthing, which is not installed here: pip install"),
        (CHECKS, "import Assignment", "import Asignment", f"{CHECKS}, line 5: ImportError: cannot import name"),
        (CHECKS, "def draw(", "def draw(:\n", f"{CHECKS}, line 13: SyntaxError"),
        (CHECKS, "(values_of(", "(value_of(", f"{CHECKS}, line 18: NameError: name 'value_of' is not defined"),
        (CHECKS, "import numpy", "import nosuchthing", f"{CHECKS}, line 3: ModuleNotFoundError: No module named"),
        (CHECKS, "ASSIGNMENT =", "ASIGNMENT =", f"{CHECKS} has no problem set: write ASSIGNMENT"),
        (CHECKS, '"ps1_unit"', '"ps1"', "ASSIGNMENT names 'ps1'; name it 'ps1_unit', as the file"),
        (CHECKS, "(values_of(unit, draw), gradient_of(unit, draw))", "values_of(unit, draw)", "must be a tuple of"),
        (CHECKS, "gradient_of(unit, draw)", "values_of(unit, draw)", "two problems named unit"),
        (CHECKS, "ASSIGNMENT =", f"{SLIP}\nASSIGNMENT =", "the slip 'mine' in SLIPS is handed to nobody.*slips=SLIPS"),
        (
            CHECKS,
            "ASSIGNMENT =",
            'WAYS = {"": [Variant(("sign",), lambda asked: asked.truth)]}\nASSIGNMENT =',
            r"a variant of \('sign',\) in WAYS is handed to nobody.*variants=WAYS",
        ),
        (
            CHECKS,
            "gradient_of(unit, draw)",
            'gradient_of(unit, draw, variants=[Variant(("mine",), lambda asked: -asked.truth)])',
            "a variant of unit_backward names the slip 'mine', which there is not: write Slip",
        ),
        (
            CHECKS,
            "gradient_of(unit, draw)",
            'gradient_of(unit, draw, variants=[Variant("sign", lambda asked: -asked.truth)])',
            r"must be Variant\(\('sign',\)",
        ),
        (CHECKS, "(rng.normal(size=(n, 3)),)", "rng.normal(size=(n, 3))", "line 18: ValueError: unit: draw.* tuple"),
        (TEXT, "points: 6", "points: 5", "test_unit_backward says points: 5, and the checks .* give 6 together: 3 "),
        (TEXT, "grade_id: unit_backward", "grade_id: backward", "no cell for the student's unit_backward"),
        (TEXT, "grade_id: test_unit,", "grade_id: test_units,", "no cell for the points of unit: grade_id: test_unit"),
        (TEXT, "grade_id: test_unit,", "grade_id: test_units,", "test_units carries points, and there is no problem"),
        (TEXT, "grade_id: test_unit,", "grade_id: test_unit", "sets/ps1_unit.md cannot be read as a notebook, mend it"),
    ],
)
def test_release_says_what_is_wrong_and_where_and_writes_nothing(begun, tmp_path, capsys, file, old, new, said):
    course = tmp_path / "mycourse"
    shutil.copytree(begun, course)
    text = (course / file).read_text().replace("import Assignment", "import Assignment, Slip, Variant")
    assert old in text
    (course / file).write_text(text.replace(old, new, 1))
    with contextlib.chdir(course):
        assert main(["release"]) == 1
    told = capsys.readouterr().err
    assert re.search(said, told, re.DOTALL) and "Traceback" not in told
    assert not (course / "exercises").exists() and not (course / "grading" / "gradebook.db").exists()


def test_collect_and_grade_say_the_same_of_checks_that_were_broken_later(begun, tmp_path, capsys):
    course = tmp_path / "mycourse"
    shutil.copytree(begun, course)
    autograder(course, "release")
    (course / CHECKS).write_text("import nosuchthing\n")
    forget_hidden()
    for command in (["collect", "ps1_unit", "exercises"], ["grade", "ps1_unit"]):
        with contextlib.chdir(course):
            assert main(command) == 1
        assert f"{CHECKS}, line 1: ModuleNotFoundError" in capsys.readouterr().err


def test_what_is_not_released_is_said_so(tmp_path, capsys):
    template.begin(tmp_path / "mycourse")
    with contextlib.chdir(tmp_path / "mycourse"):
        assert main(["collect", "ps1_unit", "sets"]) == 1
    assert "ps1_unit is not released yet: run 'autograder release' first" in capsys.readouterr().err


def test_a_set_of_which_everything_is_handed_on_is_taken(begun, tmp_path):
    course = tmp_path / "mycourse"
    shutil.copytree(begun, course)
    text = (course / CHECKS).read_text().replace("import Assignment", "import Assignment, Slip, Variant")
    own = f'{SLIP}\nWAYS = [Variant(("mine", "sign"), lambda asked: asked.x)]\n'
    text = text.replace("ASSIGNMENT =", f"{own}ASSIGNMENT =")
    (course / CHECKS).write_text(
        text.replace("gradient_of(unit, draw))", "gradient_of(unit, draw, variants=WAYS)), SLIPS")
    )
    assert "released" in autograder(course, "release")


def test_course_toml_sets_limits_and_libraries(tmp_path):
    (tmp_path / "course.toml").write_text('libraries = ["numpy"]\n[limits]\ncall = 2\nmemory = 1e9\n')
    course = Course(tmp_path)
    assert (course.limits.call, course.limits.memory, type(course.limits.memory)) == (2.0, 10**9, int)
    assert course.hidden == Hidden("hidden", str(tmp_path), ("numpy",))


def test_the_course_itself_has_a_course_toml_like_any_other():
    course = Course(ROOT)
    assert course.title == "The Missing Sum" and course.is_its_own and not Course(ROOT / "examples").is_its_own
    assert course.hidden == Hidden("checks", "", ("numpy", "matplotlib")) == Hidden()
    assert course.problem_sets == sorted(path.stem for path in (ROOT / "solutions").glob("*.md"))
    assert course.text("ps1_losses") == ROOT / "solutions" / "ps1_losses.md"


@pytest.mark.parametrize(("setting", "folder"), [("checks = 'checks'", ""), ("checks = 'a/checks'", "a"), ("", ".")])
def test_checks_lie_in_a_folder_or_in_a_package_that_is_installed(tmp_path, setting, folder):
    (tmp_path / "course.toml").write_text(setting)
    assert Course(tmp_path).hidden.folder == (str(tmp_path / folder) if folder else "")


def test_a_folder_of_checks_comes_before_a_package_of_the_same_name(tmp_path):
    (tmp_path / "course.toml").write_text("checks = 'checks'")
    (tmp_path / "checks").mkdir()
    assert Course(tmp_path).hidden.folder == str(tmp_path)


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


def test_what_python_itself_keeps_in_a_module_is_not_looked_through():
    module = ModuleType("one")
    module.ASSIGNMENT = Assignment("one", ())
    itself = {}
    itself["itself"] = itself
    vars(module)["__builtins__"] = itself
    require_whole(module, "checks/one.py", "one")
