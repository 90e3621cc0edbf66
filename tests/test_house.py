"""The rules of the house: who may import whom, where notebooks lie, how packages are pinned, what set-up says.

Imports are read from the source text, so that those within functions count too.
"""

import ast
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import missingsum

ROOT = Path(__file__).parents[1]
OURS = {"missingsum", "reference", "checks", "autograder", "in_page"}
MAY_IMPORT = {
    "src/missingsum": {"missingsum"},
    "solutions/reference": {"reference"},
    "solutions/checks": {"checks", "reference", "autograder.extend"},  # the one door to the autograder
    "src/autograder": OURS - {"in_page", "checks", "reference"},  # hidden checks are found by their name
    "src/in_page": {"in_page"},  # it could be a package of its own: nothing in it knows this course
}
DOOR = "autograder.extend"
ARCHIVES = (".zip", ".tar", ".gz", ".bz2", ".xz", ".7z")
LIBRARIES = {
    "src/missingsum": {"numpy", "matplotlib", "sklearn"},
    "solutions/reference": {"numpy"},
    "solutions/checks": {"numpy"},
    "src/in_page": {"docutils", "numpy", "sphinx", "in_page_host"},
}
FLOORS = [
    ["autograder"],
    ["autograder.text", "autograder.locking"],
    ["autograder.checking"],
    ["autograder.extend"],
    ["autograder.sandbox"],
    ["autograder.judging"],
    ["autograder.records"],
    ["autograder.release", "autograder.pages", "autograder.platforms"],
    ["autograder.marking"],
    ["autograder.commands"],
    ["autograder.cli", "autograder.plugin"],
]
"""The rooms of the autograder, floor by floor from the bottom: a room uses itself and what lies on lower floors."""
INSIDE = "autograder.sandbox.inside"
"""What runs in a student's process, where nothing of ours is."""


@cache
def nodes(source: str) -> Sequence[ast.AST]:
    return list(ast.walk(ast.parse(source)))


def modules_imported(source: str, modules: Collection[str] = ()) -> set[str]:
    """All that a source imports, wherever it does; ``from a import b`` is ``a.b`` where that is one of ``modules``."""
    names = set()
    for node in nodes(source):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            names |= {part if (part := f"{origin}.{alias.name}") in modules else origin for alias in node.names}
    return names


def imported(source: str) -> set[str]:
    """The top-level names of all modules that a source imports."""
    return {name.split(".")[0] for name in modules_imported(source)}


def broken_rules(folder: str, source: str) -> set[str]:
    """The imports of a source that its folder does not allow."""
    found = imported(source)
    opened = {name for name in modules_imported(source, [DOOR]) if f"{name}.".startswith(f"{DOOR}.")}
    allowed = MAY_IMPORT[folder]
    shut = {name for name in modules_imported(source, [DOOR]) - opened if name.split(".")[0] == "autograder"}
    broken = (found & OURS) - allowed - ({"autograder"} if DOOR in allowed and not shut else set())
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
        ("src/in_page", "from missingsum.check import markup"),
        ("src/autograder", "import in_page"),
        ("solutions/reference", "from missingsum import numeric"),
        ("solutions/checks", "from autograder.judging.judge import judge"),
        ("solutions/checks", "from autograder import checking"),
        ("solutions/checks", "from autograder.extend import Check\nfrom autograder.checking.protocol import Check"),
        ("solutions/checks", "from missingsum.diagnosis import Sample"),
        ("solutions/checks", "import scipy"),
        ("src/autograder", "import checks"),
    ],
)
def test_a_forbidden_import_is_found(folder, source):
    assert broken_rules(folder, source)


def test_the_door_of_the_autograder_may_be_imported_by_checks():
    sources = (
        "from autograder.extend import Check\nfrom autograder.extend.questions import ps1",
        "from autograder import extend",
    )
    assert [broken_rules("solutions/checks", source) for source in sources] == [set(), set()]


def own_code(source: str) -> set[str]:
    """The kinds of statements in a source beside a docstring, imports, and the list of names that it hands on."""
    tree = ast.parse(source)
    names = [node for node in tree.body if isinstance(node, ast.Assign)]
    text = tree.body[:1] if ast.get_docstring(tree) else []
    handed_on = [node for node in names if ast.unparse(node.targets[0]) == "__all__"]
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return {type(node).__name__ for node in tree.body if node not in [*text, *handed_on, *imports]}


def not_handed_on(source: str) -> set[str]:
    """Names that a source imports and does not list, or lists and does not import."""
    imports = [node for node in ast.parse(source).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    listed = re.search(r"__all__ = (\[.*?\])", source, re.DOTALL)
    return names ^ set(ast.literal_eval(listed[1]) if listed else ())


def test_the_door_only_hands_on():
    for source in sources_in("src/autograder/extend").values():
        assert own_code(source) == set() and not_handed_on(source) == set()


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('"""Door."""\ndef gradient_of(f): ...', "FunctionDef"),
        ("class Check: ...", "ClassDef"),
        ("RTOL = 1e-9", "Assign"),
        ('"""Door."""\nprint("open")', "Expr"),
        ("if True:\n    from autograder.checking.protocol import Check", "If"),
    ],
)
def test_a_door_with_code_of_its_own_is_found(source, kind):
    assert own_code(source) == {kind}


def test_a_name_that_the_door_does_not_hand_on_is_found():
    source = "from missingsum.slips import SLIPS, Slip\n__all__ = ['Slip', 'Variant']"
    assert not_handed_on(source) == {"SLIPS", "Variant"}


def rooms_loaded(module: str) -> set[str]:
    """The rooms of the autograder that are loaded with a module, in a Python of its own."""
    code = f"import sys, {module}; print(*sorted(name for name in sys.modules if name.startswith('autograder.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {".".join(name.split(".")[:2]) for name in done.stdout.split()}


def test_the_door_loads_nothing_of_the_machine():
    assert rooms_loaded(DOOR) == {DOOR, "autograder.checking"}


def test_a_module_that_loads_the_machine_is_found():
    assert rooms_loaded("autograder.judging.judge") > {"autograder.sandbox", "autograder.checking"}


@pytest.mark.parametrize("room", ["commands.session", "platforms.collect", "records.course", "sandbox.limits"])
def test_a_door_that_imports_the_machine_is_found(room):
    for name in (DOOR, "autograder.checking.protocol"):
        assert upstairs(name, f"from autograder.{room} import anything") == {f"autograder.{room}"}


def sources_in(folder: str) -> dict[str, str]:
    """The modules in a folder: name → source."""
    root = (ROOT / folder).parent
    modules = {path.relative_to(root).with_suffix(""): path for path in (ROOT / folder).rglob("*.py")}
    return {".".join(name.parts).removesuffix(".__init__"): path.read_text() for name, path in modules.items()}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_are_written_out(folder):
    """So that the rules here see where they lead."""
    assert [name for name, source in sources_in(folder).items() if imports_relatively(source)] == []


def imports_relatively(source: str) -> bool:
    return any(name.startswith(".") for name in modules_imported(source))


@pytest.mark.parametrize("source", ["from . import numeric", "def f():\n    from ..commands.session import Session"])
def test_an_import_that_is_not_written_out_is_found(source):
    assert imports_relatively(source)


def circle(sources: Mapping[str, str], parts: int | None = None) -> list[str]:
    """Modules that import each other in a circle, if only for their types; [] if there is none. Takes name → source.

    With ``parts`` = 2, modules are taken for one whose names begin with the same two parts: a room.
    """
    arrows: dict[str, set[str]] = {}
    for name, source in sources.items():
        room, others = first(name, parts), {first(other, parts) for other in modules_imported(source, sources.keys())}
        arrows.setdefault(room, set()).update(others - {room} if parts else others)
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def first(module: str, parts: int | None) -> str:
    return ".".join(module.split(".")[:parts])


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_no_modules_import_each_other(folder):
    assert circle(sources_in(folder)) == []


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_no_rooms_import_each_other(folder):
    """Those of the student package, too, which have no plan of floors."""
    assert circle(sources_in(folder), 2) == []


@pytest.mark.parametrize(
    "other",
    ["from a import c", "from a import d, c", "import a.c", "from a.c import f", "def f():\n    from a.c import g"],
)
def test_a_circle_is_found(other):
    assert set(circle({"a": "", "a.b": other, "a.c": "from a.b import f", "a.d": "import numpy"})) == {"a.b", "a.c"}


def test_a_circle_of_rooms_is_found():
    sources = {"a.b.c": "from a.d.e import f", "a.d.e": "import numpy", "a.d.g": "from a.b.h import i", "a.b.h": ""}
    assert circle(sources) == [] and set(circle(sources, 2)) == {"a.b", "a.d"}


def room(module: str) -> str:
    """The room that a module of the autograder, or something in one, belongs to."""
    first_two = ".".join(module.split(".")[:2])
    return first_two if any(first_two in floor for floor in FLOORS) else "autograder"


def upstairs(name: str, source: str) -> set[str]:
    """What a module of the autograder imports, or names to be imported later, that is not for its room."""
    found = modules_imported(source, [name for floor in FLOORS for name in floor])
    if name.startswith(INSIDE):
        return {module for module in found if module.split(".")[0] in OURS}
    strings = [node.value for node in nodes(source) if isinstance(node, ast.Constant)]
    later = re.compile(r"(autograder(\.\w+)+)(:\w+)?")
    found |= {match[1] for text in strings if isinstance(text, str) and (match := later.fullmatch(text))}
    floor = next(k for k, rooms in enumerate(FLOORS) if room(name) in rooms)
    allowed = {room(name), *(each for rooms in FLOORS[:floor] for each in rooms)}
    return {module for module in found if module.split(".")[0] == "autograder" and room(module) not in allowed}


def test_the_plan_of_the_autograder_has_every_room():
    house = ROOT / "src" / "autograder"
    there = {path.stem for path in house.glob("*.py")} | {path.parent.name for path in house.glob("*/__init__.py")}
    planned = [name for floor in FLOORS for name in floor]
    assert sorted(planned) == sorted(f"autograder.{name}".removesuffix(".__init__") for name in there)
    assert any(name.startswith(f"{INSIDE}.") for name in sources_in("src/autograder"))


def test_a_room_of_the_autograder_uses_itself_and_what_lies_below():
    sources = sources_in("src/autograder")
    assert {name: found for name, source in sources.items() if (found := upstairs(name, source))} == {}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("autograder", "from autograder.text import title"),
        ("autograder.text", "from autograder import sandbox"),
        ("autograder.sandbox.servers", "from autograder.judging.judge import Job"),
        ("autograder.judging.pool", "def f():\n    from autograder.records import cohort"),
        ("autograder.records.grades", "from autograder import pages"),
        ("autograder.pages.report", "import autograder.platforms.tables"),
        ("autograder.platforms.collect", "from autograder.release import sets"),
        ("autograder.release.sets", "from autograder.pages.rendering import render"),
        ("autograder.platforms", 'PLACE = "autograder.commands.export:export"'),
        ("autograder.commands.grade", "from autograder.cli import main"),
        ("autograder.plugin", "from autograder.cli import main"),
        ("autograder.sandbox.inside.runner", "from autograder.sandbox.inside import wire"),
        ("autograder.sandbox.inside.wire", "def f():\n    import missingsum"),
    ],
)
def test_a_room_that_uses_one_beside_or_above_it_is_found(name, source):
    assert upstairs(name, source)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("autograder.sandbox.isolation", "from autograder import CannotProceed"),
        ("autograder.commands.session", "from autograder import judging, text\nimport numpy"),
        ("autograder.pages.rendering", 'LOADER = "autograder.pages"'),
        ("autograder.sandbox.inside.runner", "import wire"),
    ],
)
def test_a_room_may_use_itself_and_what_lies_below(name, source):
    assert not upstairs(name, source)


@pytest.mark.parametrize(("library", "where"), [("matplotlib", "figures"), ("sklearn", "ps6")])
def test_a_library_beyond_numpy_is_imported_only_where_it_is_needed(library, where):
    package = ROOT / "src" / "missingsum"
    users = [
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if library in imported(path.read_text())
    ]
    assert users and all(where in name for name in users)


def skipped_without(source: str) -> set[str]:
    """The packages without which tests are skipped."""
    calls = [node for node in nodes(source) if isinstance(node, ast.Call)]
    return {
        str(ast.literal_eval(call.args[0])).split(".")[0]
        for call in calls
        if ast.unparse(call.func).endswith("importorskip")
    }


def test_no_test_is_skipped_where_a_module_of_ours_has_moved():
    skipped = {path: skipped_without(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py")}
    assert "distributed" in set().union(*skipped.values())
    assert {str(path) for path, packages in skipped.items() if packages & OURS} == set()


def test_a_test_that_would_be_skipped_without_a_module_of_ours_is_found():
    assert skipped_without('cluster = pytest.importorskip("autograder.cluster")') & OURS


def test_our_packages_are_used_where_they_lie():
    for name, folder in (
        ("missingsum", "src"),
        ("autograder", "src"),
        ("checks", "solutions"),
        ("reference", "solutions"),
        ("in_page", "src"),
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


@pytest.mark.skipif(not tracked(), reason="not a git checkout")
def test_lines_of_javascript_css_and_html_fit_120_characters():
    """Those of Python are held by ``make lint``."""
    for kind in (".js", ".css", ".html"):
        found = [name for name in tracked() if name.endswith(kind)]
        assert found and too_long(found) == []


def test_a_line_that_is_too_long_is_found(tmp_path):
    (tmp_path / "a.css").write_text(f"a {{}}\n{'b' * 121}\n")
    assert too_long([str(tmp_path / "a.css")]) == [f"{tmp_path}/a.css:2"]


def too_long(names: list[str]) -> list[str]:
    lines = ((name, *line) for name in names for line in enumerate((ROOT / name).read_text().split("\n"), 1))
    return [f"{name}:{number}" for name, number, line in lines if len(line) > 120]


@pytest.mark.parametrize("name", ["requirements.txt", "tools/node/requirements.txt", "tools/portable.txt"])
def test_every_package_is_pinned_with_hashes_and_no_host(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    for entry in re.split(r"\n(?=[a-z0-9])", text.split("\n", 2)[2].strip()):
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry) and "--hash=sha256:" in entry, entry


def test_what_is_needed_for_webassembly_is_pinned_once():
    extra = re.findall(r'"(wasmtime==\S+?)"', (ROOT / "solutions" / "pyproject.toml").read_text())
    pinned = re.findall(r"^(wasmtime==\S+)", (ROOT / "tools" / "portable.txt").read_text(), flags=re.MULTILINE)
    assert extra == pinned and len(pinned) == 1


def test_the_packages_of_node_are_pinned_with_hashes_and_no_address():
    lock = json.loads((ROOT / "tools" / "node" / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages and all(package["integrity"] and "resolved" not in package for package in packages.values())


def test_one_version_counts_for_both_packages_the_citation_and_the_list_of_changes():
    pinned = re.findall(r'"missingsum==(.+)"', (ROOT / "solutions" / "pyproject.toml").read_text())
    cited = re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE)
    changed = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert pinned == cited == changed[:1] == [missingsum.__version__]


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


def test_the_command_runs_from_a_folder_with_spaces_and_umlauts(tmp_path):
    script = (ROOT / "tools" / "python_environment.sh").read_text()
    command = re.search(r"cat > .venv/bin/autograder <<'EOF'\n(.*?)^EOF$", script, re.DOTALL | re.MULTILINE)[1]
    folder = tmp_path / "Übungen im Herbst" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
    (folder / "autograder").write_text(command)
    for name in ("python", "autograder"):
        (folder / name).chmod(0o755)
    done = subprocess.run([folder / "autograder", "grade", "ps 2"], capture_output=True, text=True)
    assert done.stdout == "-P|-m|autograder.cli|grade|ps 2|", done.stderr


def test_set_up_goes_on_without_the_packages_of_node_and_says_so(bare_path, tmp_path):
    (bare_path / "npm").write_text("#!/bin/sh\nexit 1\n")
    (bare_path / "npm").chmod(0o755)
    (bare_path / "cp").symlink_to(shutil.which("cp"))
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / ".venv" / "lib").mkdir(parents=True)
    done = subprocess.run(
        ["/bin/sh", "tools/node_packages.sh"],
        cwd=tmp_path,
        env={"PATH": str(bare_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stderr.startswith("Node's packages could not be had")


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
