"""What leaves the instructor's hands holds no solution, no hidden check and no reference.

What instructors install is whole.
"""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.records.course import Course
from autograder.release import bundle
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


def test_the_bundle_says_where_the_book_is_if_it_is_told(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE", "src", "exercises"):
        (tmp_path / name).symlink_to(ROOT / name)
    files = contents(zipfile.ZipFile(bundle.make(Course(tmp_path), "https://course.example/book")))
    assert files["missing-sum-student/book.txt"] == b"https://course.example/book\n"
    guide = files["missing-sum-student/README.txt"].decode()
    assert "The book is at https://course.example/book" in guide
    wheel = next(name for name in files if name.endswith(".whl")).removeprefix("missing-sum-student/")
    for where in ("macOS", "Windows", "VS Code", "JupyterHub", "Colab", "Kaggle", f"%pip install {wheel}"):
        assert where in guide
    assert "{" not in guide and all(len(line) <= 120 for line in guide.splitlines())
    for wrong in ("javascript:alert(1)", "course.example", "https://two words"):
        with pytest.raises(ValueError, match="no address of a book"):
            bundle.make(Course(tmp_path), wrong)


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
