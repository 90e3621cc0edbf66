"""The student bundle: the notebooks, the student package and a short guide, in one file to hand out."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from autograder.records.course import Course

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
BOOK = """
The book is at {address}
"""


def make(course: Course, book: str | None = None) -> Path:
    """Write ``_build/missing-sum-student.zip``; the same files give the same bytes.

    ``book`` is the address under which students find the book; it goes into ``book.txt``, and the checks link to the
    sections that explain a mistake. Without it they name them. Raises ValueError if it is no web address.
    """
    if book is not None and not re.fullmatch(r"https?://\S+", book):
        raise ValueError(f"{book!r} is no address of a book; it must begin with https:// or http://")
    target = course.root / "_build" / f"{NAME}.zip"
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        wheel = build_wheel(course.root, Path(temporary))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(
                archive,
                "README.txt",
                GUIDE.format(wheel=wheel.name, book=BOOK.format(address=book) if book else "").encode(),
            )
            _add(archive, wheel.name, wheel.read_bytes())
            if book:
                _add(archive, "book.txt", f"{book}\n".encode())
            for notebook in sorted(course.exercises.glob("*/*.ipynb")):
                _add(archive, f"exercises/{notebook.parent.name}/{notebook.name}", notebook.read_bytes())
    return target


def build_wheel(project: Path, destination: Path) -> Path:
    """The wheel of the project in this folder, built without the network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(destination)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"the package in {project} cannot be built: {done.stderr.strip()[-500:]}")
    return next(destination.glob("*.whl"))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(f"{NAME}/{name}", date_time=(2026, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
