"""The rules of the house: who may import whom, where notebooks lie, how packages are pinned, what set-up says."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {"missingsum", "reference", "checks", "autograder"}
MAY_IMPORT = {
    "src/missingsum": {"missingsum"},
    "solutions/reference": {"reference"},
    "solutions/checks": {"checks", "reference", "missingsum"},
    "src/autograder": OURS,
}
ARCHIVES = (".zip", ".tar", ".gz", ".bz2", ".xz", ".7z")
LIBRARIES = {"src/missingsum": {"numpy", "matplotlib", "sklearn"}, "solutions/reference": {"numpy"}}


def imported(source: str) -> set[str]:
    """The top-level names of all modules that a source imports, wherever the import stands."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def broken_rules(folder: str, source: str) -> set[str]:
    """The imports of a source that its folder does not allow."""
    found = imported(source)
    broken = (found & OURS) - MAY_IMPORT[folder]
    if folder in LIBRARIES:
        broken |= found - OURS - LIBRARIES[folder] - set(sys.stdlib_module_names)
    return broken


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_every_module_imports_only_what_its_folder_may(folder):
    modules = sorted((ROOT / folder).rglob("*.py"))
    assert modules
    assert {str(path): broken for path in modules if (broken := broken_rules(folder, path.read_text()))} == {}


@pytest.mark.parametrize(
    ("folder", "source"),
    [
        ("src/missingsum", "import reference"),
        ("src/missingsum", "def f():\n    from checks import load"),
        ("src/missingsum", "import scipy"),
        ("solutions/reference", "from missingsum import numeric"),
        ("solutions/checks", "from autograder.judging.judge import judge"),
    ],
)
def test_a_forbidden_import_is_found(folder, source):
    assert broken_rules(folder, source)


def circle(sources: Mapping[str, str]) -> list[str]:
    """Modules that import each other in a circle, if only for their types; [] if there is none. Takes name → source."""
    arrows: dict[str, set[str]] = {}
    for name, source in sources.items():
        used = arrows.setdefault(name, set())
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                used |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                parts = {f"{node.module}.{alias.name}" for alias in node.names} & sources.keys()
                used |= parts or {node.module}
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("folder", ["src/missingsum", "solutions/reference", "solutions/checks"])
def test_no_modules_import_each_other(folder):
    root = (ROOT / folder).parent
    modules = {path.relative_to(root).with_suffix(""): path for path in (ROOT / folder).rglob("*.py")}
    names = {".".join(name.parts).removesuffix(".__init__"): path.read_text() for name, path in modules.items()}
    assert circle(names) == []


@pytest.mark.parametrize(
    "other", ["from a import c", "import a.c", "from a.c import f", "def f():\n    from a.c import g"]
)
def test_a_circle_is_found(other):
    assert set(circle({"a": "", "a.b": other, "a.c": "from a.b import f", "a.d": "import numpy"})) == {"a.b", "a.c"}


@pytest.mark.parametrize(("library", "where"), [("matplotlib", "figures"), ("sklearn", "ps6")])
def test_a_library_beyond_numpy_is_imported_only_where_it_is_needed(library, where):
    package = ROOT / "src" / "missingsum"
    users = [
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if library in imported(path.read_text())
    ]
    assert users and all(where in name for name in users)


def test_our_packages_are_used_where_they_lie():
    for name, folder in (
        ("missingsum", "src"),
        ("autograder", "src"),
        ("checks", "solutions"),
        ("reference", "solutions"),
    ):
        assert Path(importlib.util.find_spec(name).origin).parent == ROOT / folder / name


def tracked() -> list[str]:
    """The files that git knows, or all that lie here if this is no checkout."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


@pytest.mark.skipif(not tracked(), reason="not a git checkout")
def test_notebooks_are_committed_in_exercises_alone():
    """The exception: an archive of a running term, which holds what its class handed in."""
    assert [name for name in tracked() if name.endswith(".ipynb") and not name.startswith("exercises/")] == []
    assert [name for name in tracked() if name.endswith(ARCHIVES)] == ["tests/term/term.tar.xz"]


def test_every_package_is_pinned_with_hashes_and_no_host():
    text = (ROOT / "requirements.txt").read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2].strip()):
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry, entry


def system_packages(path: Path, *packages: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "system_packages.sh"), *packages],
        cwd=ROOT,
        env={"PATH": str(path), "HOME": str(path)},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def bare_path(tmp_path):
    """A PATH with the shell's helpers alone: nothing to install with, no bubblewrap, no browser."""
    for name in ("id", "ls"):
        (tmp_path / name).symlink_to(shutil.which(name))
    (tmp_path / "sudo").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "sudo").chmod(0o755)
    return tmp_path


def test_set_up_says_what_to_type_where_it_may_not_install(bare_path):
    done = system_packages(bare_path, "bubblewrap")
    assert done.returncode == 1 and "sudo apt-get install bubblewrap" in done.stderr


def test_set_up_says_why_an_installed_bubblewrap_does_not_work(bare_path):
    (bare_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    (bare_path / "bwrap").chmod(0o755)
    done = system_packages(bare_path, "bubblewrap")
    assert done.returncode == 1 and "Permission denied" in done.stderr and "apparmor-profiles" in done.stderr


def test_set_up_is_content_with_what_works(bare_path):
    for name in ("bwrap", "chromium"):
        (bare_path / name).write_text("#!/bin/sh\nexit 0\n")
        (bare_path / name).chmod(0o755)
    done = system_packages(bare_path, "bubblewrap", "chromium")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_old_python_is_refused_with_what_to_type(bare_path):
    (bare_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (bare_path / "python3").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "python_environment.sh"), str(bare_path / "python3")],
        cwd=bare_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "PYTHON=python3.12" in done.stderr
