"""Pack what an instructor gives to a platform that grades in its own containers: all that grading takes, and no more.

The checks, the reference and a seed are in it: whoever has it knows the answers.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from autograder.judging.fingerprint import digest
from autograder.platforms.hosted.host import PACKAGES, RELEASED, REQUIREMENTS, SETTINGS, Grader, Host
from autograder.records.course import Course
from autograder.records.other_sets import OtherSets
from autograder.text import title

MACHINE = ("autograder", "missingsum")
"""Our packages that hold no answer."""
CHECKS, REFERENCE = "checks", "reference"
"""Those of *The Missing Sum* that do."""
NEEDED = ("numpy", "markupsafe")
"""What the judge itself imports."""
NEEDED_BY_CHECKS = ("scikit-learn",)
"""What the checks of *The Missing Sum* import besides."""
EXECUTABLE = {"setup.sh", "run_autograder", "run.sh"}
WHEELS = "wheels"
LEFT_OUT = {"__pycache__", ".DS_Store"}


def grader_for(course: Course, assignment: str, host: str, seed: int, options: Mapping[str, str]) -> Grader:
    """How a platform is to grade this problem set; FileNotFoundError before it is released.

    Its seed follows from that of the class, and tells nothing of it.
    """
    released = {each: course.released(each) for each in course.problem_sets}
    hidden = course.hidden
    hidden.load(assignment)  # which says what is wrong with it, before anybody has uploaded it
    return Grader(
        host,
        assignment,
        int(digest(seed, host, assignment)[:32], 16),
        course.limits,
        hidden.package,
        bool(hidden.folder),
        hidden.libraries,
        OtherSets.of(released, assignment),
        course.book,
        title(assignment) if course.is_its_own else f"{course.title}: {assignment}",
        dict(options),
    )


def packed(course: Course, grader: Grader, host: Host, wheels: Path | None = None) -> dict[str, bytes]:
    """All files that are given to the platform, by path; with ``wheels`` those of that folder, too."""
    released = course.released(grader.assignment).read_bytes()
    requirements = "".join(_pinned(course, grader)).encode()
    payload = {
        SETTINGS: (json.dumps(grader.to_dict(), indent=1) + "\n").encode(),
        RELEASED: released,
        REQUIREMENTS: requirements,
        **_packages(course),
    }
    place = host.place(grader)
    files = {f"{place}/{name}" if place else name: content for name, content in payload.items()}
    files |= host.files(grader, released)
    if any(name.startswith("image/") for name in files):
        files |= {f"image/{REQUIREMENTS}": requirements}
        files |= {f"image/{name}": content for name, content in _of_packages(MACHINE)}
    if wheels:
        files |= {f"{WHEELS}/{path.name}": path.read_bytes() for path in sorted(wheels.glob("*.whl"))}
    return files


def write_archive(path: Path, files: Mapping[str, bytes]) -> None:
    """A zip archive for its owner alone; the same files give the same bytes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            entry.external_attr = _mode(name) << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    temporary.replace(path)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files in a folder for its owner alone; folders of packages are written anew."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in {name[: name.index(f"{PACKAGES}/")] for name in files if f"{PACKAGES}/" in name}:
        shutil.rmtree(folder / place / PACKAGES, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(_mode(name) & 0o777)


def _mode(name: str) -> int:
    return 0o100755 if name.rpartition("/")[2] in EXECUTABLE else 0o100644


def _packages(course: Course) -> dict[str, bytes]:
    """Our packages and the hidden checks."""
    hidden = course.hidden
    if hidden.folder:
        return {**dict(_of_packages(MACHINE)), **dict(_of_folder(Path(hidden.folder, hidden.package)))}
    return dict(_of_packages((*MACHINE, hidden.package, *([REFERENCE] if hidden.package == CHECKS else []))))


def _of_packages(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for name in names:
        found = find_spec(name)
        if found is None or not found.origin:
            raise ValueError(f"the package {name} is not installed: install the instructor's packages")
        yield from _of_folder(Path(found.origin).parent)


def _of_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder.parent)
        if path.is_file() and not LEFT_OUT.intersection(inside.parts) and path.suffix != ".pyc":
            yield f"{PACKAGES}/{inside.as_posix()}", path.read_bytes()


def _pinned(course: Course, grader: Grader) -> Iterator[str]:
    """The lines of ``requirements.txt``: the versions that are used here, with hashes where the course has them."""
    known = _blocks(course.root / REQUIREMENTS)
    wanted = [*NEEDED, *grader.libraries, *(NEEDED_BY_CHECKS if grader.package == CHECKS else ())]
    names = sorted(_with_what_they_need(wanted))
    hashed = all(name in known for name in names)
    for name in names:
        yield known[name] if hashed else f"{name}=={importlib.metadata.version(name)}\n"


def _blocks(path: Path) -> dict[str, str]:
    """Package → its lines in a list that pins all with hashes."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for block in re.split(r"\n(?=[A-Za-z0-9])", path.read_text()):
        if "--hash=" in block:  # a package has several where its version depends on Python's
            name = _plain(re.split(r"[=\s]", block)[0])
            found[name] = found.get(name, "") + block.rstrip() + "\n"
    return found


def _with_what_they_need(names: Iterable[str]) -> set[str]:
    """These packages and all that they require, of what is installed here."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = _plain(waiting.pop())
        if name in found:
            continue
        try:
            required = importlib.metadata.requires(name) or ()
        except importlib.metadata.PackageNotFoundError:  # for another system or Python
            continue
        found.add(name)
        waiting += [match[0] for text in required if "extra ==" not in text and (match := re.match(r"[\w.-]+", text))]
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
