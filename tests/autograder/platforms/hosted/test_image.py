"""The image that a platform makes of what was packed: set up without a network, and with less than Docker gives."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import zipfile
from pathlib import Path

import pytest

from autograder.platforms.hosted.gradescope import Gradescope
from autograder.platforms.hosted.packing import grader_for, packed, write_archive
from autograder.records.course import Course
from autograder.sandbox import container

from ....submissions import make
from ...hostile import content
from ...notebooks import ASSIGNMENT, ROOT
from . import containers
from .unpacked import Unpacked, environment, unpack

NOTEBOOK = f"{ASSIGNMENT}.ipynb"


def wheel_of(name: str, folder: Path) -> Path:
    """The package as it is installed here, as a wheel again."""
    found = importlib.metadata.distribution(name)
    *_, tag = re.findall(r"^Tag: (.+)$", found.read_text("WHEEL") or "", flags=re.MULTILINE)
    path = folder / f"{name.replace('-', '_')}-{found.version}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as wheel:
        for file in found.files or ():
            if (
                ".." not in file.parts
                and "__pycache__" not in file.parts
                and file.name not in ("INSTALLER", "REQUESTED")
            ):
                wheel.writestr(str(file), Path(found.locate_file(file)).read_bytes())
    return path


def with_wheels_of_here(requirements: str, folder: Path) -> str:
    """The requirements, met by wheels in ``folder``; their hashes are those of these."""
    folder.mkdir()
    names = dict.fromkeys(re.findall(r"^([a-z0-9-]+)==", requirements, flags=re.MULTILINE))
    lines = []
    for name in names:
        digest = hashlib.sha256(wheel_of(name, folder).read_bytes()).hexdigest()
        lines.append(f"{name}=={importlib.metadata.version(name)} --hash=sha256:{digest}\n")
    return "".join(lines)


@containers.works
@pytest.mark.portable
def test_the_image_is_set_up_from_the_archive_alone_and_grades_without_network(tmp_path):
    course = Course(ROOT)
    grader, host = grader_for(course, ASSIGNMENT, "gradescope", 7, {}), Gradescope()
    requirements = packed(course, grader, host)["requirements.txt"].decode()
    mended = with_wheels_of_here(requirements, tmp_path / "wheels")
    files = packed(course, grader, host, tmp_path / "wheels") | {"requirements.txt": mended.encode()}
    write_archive(tmp_path / "autograder.zip", files)
    image, copies = tmp_path / "autograder", tmp_path / "copies"
    unpack(tmp_path / "autograder.zip", image / "source")
    (image / "submission").mkdir()
    copies.mkdir()
    folders = {"/autograder": image, str(container.FOLDER): copies}
    done = containers.run(["bash", "/autograder/source/setup.sh"], folders)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = copies.glob("0-*")
    (student,) = make.read_class(["ben_diagonal_only"])
    (image / "submission" / NOTEBOOK).write_bytes(content(student))
    done = containers.run(["/autograder/source/run_autograder"], folders)
    results = (image / "results" / "results.json").read_text()
    assert "14 of 20 points" in results and "You kept only the diagonal" in results, done.stdout
    assert list(copies.glob("0-*")) == [made]  # the first submission need not wait for it


@pytest.fixture
def gradescope(tmp_path) -> Unpacked:
    course = Course(ROOT)
    write_archive(tmp_path / "a.zip", packed(course, grader_for(course, ASSIGNMENT, "gradescope", 7, {}), Gradescope()))
    unpack(tmp_path / "a.zip", tmp_path / "autograder" / "source")
    environment(tmp_path / "autograder" / "environment")
    return Unpacked("/autograder", tmp_path / "autograder", "/autograder/source/run_autograder", "submission", "source")


@containers.works
@pytest.mark.portable
def test_where_root_may_not_change_its_user_nothing_is_graded_and_the_reason_is_the_instructors(gradescope):
    (student,) = make.read_class(["ben_diagonal_only"])
    found = gradescope.grade({NOTEBOOK: content(student)}, without=["SETUID"])
    assert found["score"] == 0 and "not your fault" in found["output"]
    assert "container" in gradescope.said and "container" not in found["output"]


@containers.works
@pytest.mark.portable
def test_where_root_may_make_no_device_it_is_graded_all_the_same(gradescope, tmp_path):
    (student,) = make.read_class(["ben_diagonal_only"])
    (tmp_path / "copies").mkdir()
    gradescope.hand_in({NOTEBOOK: content(student)})
    folders = {"/autograder": gradescope.folder, str(container.FOLDER): tmp_path / "copies"}
    done = containers.run([gradescope.command], folders, without=["MKNOD"])
    assert "14 of 20 points" in gradescope.results.read_text(), done.stdout
