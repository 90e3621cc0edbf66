"""The student bundle: the notebooks, the student package and a short guide, in one file to hand out."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autograder.records.course import Course, web_address
from autograder.release.links import linked_bytes

NAME = "missing-sum-student"

GUIDE = """\
The Missing Sum: problem sets
{book}
1. Install Python 3.11 or newer, open a terminal in this folder and type, on Linux or macOS,

       python3 -m venv venv
       venv/bin/pip install jupyterlab numpy scikit-learn {wheel}

   and on Windows

       py -m venv venv
       venv\\Scripts\\pip install jupyterlab numpy scikit-learn {wheel}

   On macOS, Python comes from python.org or from Homebrew; that of the system may be too old. From here on nothing
   needs the network.

2. Start Jupyter and open a notebook. On Linux or macOS:

       venv/bin/jupyter lab exercises

   On Windows:

       venv\\Scripts\\jupyter lab exercises

   In VS Code: open this folder, open a notebook, and choose the Python in venv as its kernel ("Select Kernel", then
   "Python Environments"). On a JupyterHub: upload the notebook and the .whl file, and run once, in a cell above the
   first,

       %pip install {wheel}

   On Colab: upload the notebook, upload the .whl file with the folder symbol on the left, and run the same line in a
   new first cell; if the file has an address, the address in place of the name does as well. The upload is gone when
   the machine is. On Kaggle: import the notebook, add the .whl file as a data set ("Add Input"), and run

       !pip install --no-index --no-deps /kaggle/input/*/{wheel}

   From Colab hand in what "File, Download, Download .ipynb" gives, from Kaggle what "File, Download Notebook" gives.

3. Replace each line that says "not written yet" by your code, run the cell, and run the check below it. The check tells
   you at once what holds and what does not. "Run All" stops at the first check that does not pass. The last cell,
   check.progress(), says how far you are.

4. Answer the last question in words, where it says "YOUR ANSWER HERE".

5. Save the notebook under its own name and hand it in, whether or not every check passes. Your instructor says where.
"""
SHORT_GUIDE = """\
{title}

Install Python 3.11 or newer, JupyterLab and the packages {libraries}, and open the notebooks in the folder
exercises. Replace each line that says "not written yet" by your code, run the cell, and run the cell below it. Save the
notebook under its own name and hand it in. Your instructor says where.
"""
BOOK = """
The book is at {address}
"""


def make(course: Course, book: str | None = None) -> Path:
    """Write ``_build/missing-sum-student.zip``; the same files give the same bytes.

    ``book`` is the address under which students find the book, by default its published one. Notebooks and checks then
    link to it; without one they name chapters and sections. Raises ValueError if it is no web address.
    """
    if not course.is_its_own:
        return _notebooks(course)
    address = course.book if book is None else web_address(book)
    target = course.root / "_build" / f"{NAME}.zip"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        wheel = build_wheel(course.root, Path(temporary))
        guide = GUIDE.format(wheel=wheel.name, book=BOOK.format(address=address) if address else "")
        if address:
            _tell(wheel, address)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, f"{NAME}/README.txt", guide.encode())
            _add(archive, f"{NAME}/{wheel.name}", wheel.read_bytes())
            if address:
                _add(archive, f"{NAME}/book.txt", f"{address}\n".encode())
            for notebook in sorted(course.exercises.glob("*/*.ipynb")):
                content = linked_bytes(notebook.read_bytes(), address or "")
                _add(archive, f"{NAME}/exercises/{notebook.parent.name}/{notebook.name}", content)
    return target


def _notebooks(course: Course) -> Path:
    """Write ``_build/<folder>-student.zip`` with the notebooks of a course of somebody's own, which need no package."""
    name = f"{course.root.resolve().name}-student"
    target = course.root / "_build" / f"{name}.zip"
    target.parent.mkdir(exist_ok=True)
    guide = SHORT_GUIDE.format(title=course.title, libraries=" ".join(course.hidden.libraries))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, f"{name}/README.txt", guide.encode())
        for notebook in sorted(course.exercises.glob("*/*.ipynb")):
            _add(archive, f"{name}/exercises/{notebook.parent.name}/{notebook.name}", notebook.read_bytes())
    return target


def build_wheel(project: Path, destination: Path) -> Path:
    """The wheel of the project in this folder, built without the network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(destination)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"the package in {project} cannot be built: {done.stderr.strip()[-500:]}")
    return next(destination.glob("*.whl"))


def _tell(wheel: Path, address: str) -> None:
    """Put the book's address into the student package: a notebook on another machine has no more than that."""
    name, content = "missingsum/book.txt", f"{address}\n".encode()
    with zipfile.ZipFile(wheel) as built:
        files = {each: built.read(each) for each in built.namelist()}
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record = next(each for each in files if each.endswith(".dist-info/RECORD"))
    files[record] = f"{name},sha256={digest},{len(content)}\n".encode() + files[record]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as told:
        for each, kept in {name: content, **files}.items():
            _add(told, each, kept)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
