"""What leaves the instructor's hands holds no solution, no hidden check and no reference.

What instructors install is whole.
"""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.records.course import Course
from autograder.release import bundle, links, sets
from missingsum import __version__

from ..notebooks import ROOT

SECRET = re.compile(r"BEGIN SOLUTION|END SOLUTION|import reference|from reference|from checks|import checks")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return bundle.build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(bundle.make(Course(ROOT)))


def secrets(files: dict[str, bytes]) -> list[str]:
    """The files that hold, or are, something for instructors only."""
    return [
        name
        for name, content in files.items()
        if re.search(r"(^|/)(solutions|checks|reference|autograder|tests)/", name)
        or SECRET.search(content.decode("utf-8", "replace"))
    ]


def contents(archive: zipfile.ZipFile) -> dict[str, bytes]:
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_student_package_holds_missingsum_alone(wheel):
    files = contents(zipfile.ZipFile(wheel))
    assert {name.split("/")[0] for name in files} == {"missingsum", f"missingsum-{__version__}.dist-info"}
    assert "missingsum/py.typed" in files
    assert not secrets(files)


def test_the_bundle_holds_notebooks_package_and_guide_and_no_secret(archive):
    files = contents(archive)
    names = {name.removeprefix("missing-sum-student/") for name in files}
    exercises = {f"exercises/{path.parent.name}/{path.name}" for path in (ROOT / "exercises").glob("*/*.ipynb")}
    assert names == {"README.txt", f"missingsum-{__version__}-py3-none-any.whl"} | exercises
    assert not secrets(files)
    inner = next(content for name, content in files.items() if name.endswith(".whl"))
    assert not secrets(contents(zipfile.ZipFile(io.BytesIO(inner))))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("checks/ps2_missing_sum.py", b""),
        ("a/reference/softmax.py", b""),
        ("x.ipynb", b"### BEGIN SOLUTION"),
        ("x.py", b"import reference\n"),
    ],
)
def test_the_search_for_secrets_finds_them(name, content):
    assert secrets({name: content, "missingsum/check/ps2.py": b"import numpy"}) == [name]


def test_the_bundle_is_the_same_at_every_run(archive):
    before = Path(archive.filename).read_bytes()
    assert bundle.make(Course(ROOT)).read_bytes() == before


@pytest.fixture
def course(tmp_path) -> Course:
    """A course whose book is published."""
    for name in ("course.toml", "pyproject.toml", "README.md", "LICENSE", "src", "exercises", "solutions"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "_config.yml").write_text("html:\n  baseurl: https://published.example/sum\n")
    return Course(tmp_path)


@pytest.mark.parametrize(
    ("given", "address"),
    [("https://course.example/book", "https://course.example/book/"), (None, "https://published.example/sum/")],
)
def test_notebooks_package_and_guide_of_the_bundle_lead_to_the_book(course, given, address):
    files = contents(zipfile.ZipFile(bundle.make(course, given)))
    assert files["missing-sum-student/book.txt"].decode() == f"{address}\n"
    assert f"The book is at {address}" in files["missing-sum-student/README.txt"].decode()
    notebook = files["missing-sum-student/exercises/ps2_missing_sum/ps2_missing_sum.ipynb"].decode()
    assert f"the chapters [*The missing sum*]({address}chapters/03_missing_sum.html) and [*From one" in notebook
    assert all(line.count("](") == line.count("[*") for line in notebook.splitlines() if "Read in the book" in line)
    inner = zipfile.ZipFile(io.BytesIO(next(content for name, content in files.items() if name.endswith(".whl"))))
    assert inner.read("missingsum/book.txt").decode() == f"{address}\n"
    recorded = next(content for name, content in contents(inner).items() if name.endswith("RECORD")).decode()
    assert {line.split(",")[0] for line in recorded.splitlines()} == set(inner.namelist())


def test_a_release_of_a_published_book_leads_to_it_and_has_the_same_version(course, tmp_path):
    address = "https://published.example/sum/"
    folders = {"source": tmp_path / "made", "destination": tmp_path / "release"}
    path = sets.release(course, "ps6_network", f"sqlite:///{tmp_path}/gradebook.db", **folders)
    released, committed = (json.loads(each.read_bytes()) for each in (path, course.released("ps6_network")))
    assert f"the chapter [*A whole network*]({address}chapters/13_network.html)." in path.read_text()
    assert released["metadata"]["missingsum"] == committed["metadata"]["missingsum"]
    assert links.linked_bytes(course.released("ps6_network").read_bytes(), address) == path.read_bytes()
    assert b"](https://other.example/chapters/" in links.linked_bytes(path.read_bytes(), "https://other.example/")


def test_without_an_address_chapters_are_named(archive):
    files = contents(archive)
    notebook = files["missing-sum-student/exercises/ps2_missing_sum/ps2_missing_sum.ipynb"]
    assert notebook == Course(ROOT).released("ps2_missing_sum").read_bytes()
    assert b"the chapters *The missing sum* and *From one" in notebook and "missing-sum-student/book.txt" not in files


def test_every_chapter_that_a_problem_set_says_to_read_has_a_page():
    for path in (ROOT / "solutions").glob("ps*.md"):
        (reading,) = (each for each in path.read_text().split("\n\n") if each.startswith(links.READING))
        linked = links.linked(reading, "https://course.example/")
        assert linked.count("](https://course.example/chapters/") == reading.count("*") // 2 - 2 >= 1
        for page in re.findall(r"chapters/(\w+)\.html", linked):
            assert (ROOT / "chapters" / f"{page}.md").is_file()


def test_the_guide_says_where_the_notebooks_run(archive):
    files = contents(archive)
    guide = files["missing-sum-student/README.txt"].decode()
    wheel = next(name for name in files if name.endswith(".whl")).removeprefix("missing-sum-student/")
    for where in ("macOS", "Windows", "VS Code", "JupyterHub", "Colab", "Kaggle", f"%pip install {wheel}"):
        assert where in guide
    assert "{" not in guide and all(len(line) <= 120 for line in guide.splitlines())


@pytest.mark.parametrize("wrong", ["javascript:alert(1)", "course.example", "https://two words"])
def test_what_is_no_address_of_a_book_is_refused(course, wrong):
    with pytest.raises(ValueError, match="no address of a book"):
        bundle.make(course, wrong)
    (course.root / "_config.yml").write_text(f"html: {{baseurl: '{wrong}'}}")
    with pytest.raises(ValueError, match="no address of a book"):
        bundle.make(course)


def test_the_student_package_works_where_nothing_of_ours_is_installed(wheel, tmp_path):
    """With NumPy alone beside it: the check of a wrong function names the mistake."""
    script = (
        "from missingsum import check\nimport numpy as np\n"
        "def softmax_forward(z):\n    e = np.exp(z - z.max(axis=1, keepdims=True))\n"
        "    return e / e.sum(axis=1, keepdims=True)\n"
        "def softmax_backward(s, g):\n    return g * s * (1 - s)\n"
        "check.ps2.softmax_backward(softmax_backward)\n"
    )
    import numpy

    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (site / "numpy").symlink_to(Path(numpy.__file__).parent)
    (site / "numpy.libs").symlink_to(Path(numpy.__file__).parents[1] / "numpy.libs")
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, {str(site)!r})\n{script}"],
        capture_output=True,
        text=True,
        env={"PATH": ""},
    )
    assert "You kept only the diagonal of the Jacobian" in done.stderr


def test_the_instructors_package_holds_machine_checks_reference_and_templates(tmp_path):
    files = zipfile.ZipFile(bundle.build_wheel(ROOT / "solutions", tmp_path)).namelist()
    for needed in (
        "autograder/sandbox/inside/runner.py",
        "autograder/pages/templates/feedback.html",
        "checks/ps2_missing_sum.py",
        "reference/softmax.py",
    ):
        assert needed in files
    assert not [name for name in files if name.startswith("missingsum/")]
    assert {"autograder/py.typed", "checks/py.typed", "reference/py.typed"} <= set(files)
