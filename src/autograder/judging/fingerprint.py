"""Fingerprints say what a recorded result follows from, so that it is known when today's judge is another one.

The fingerprint of a function is a digest of the code that judges it: its checks and all that these use of a course's
package, `reference` and `missingsum`, also through the door `autograder.extend`, the judge and the sandbox, and the
versions of what computes. Names are followed through the source text from definition to definition, so an edit of
something else leaves the fingerprint as it is, and so do comments, docstrings and layout.
"""

from __future__ import annotations

import ast
import hashlib
import json
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from importlib.util import find_spec, resolve_name
from pathlib import Path

from autograder import sandbox
from autograder.checking.loading import Hidden

FOLLOWED = ("checks", "reference", "missingsum", "autograder.extend", "autograder.checking")
JUDGE = (
    "autograder.checking.loading",
    "autograder.judging.judge",
    "autograder.judging.probe",
    "autograder.judging.submission",
)
"""The modules that a result depends on as wholes, with all of `autograder.sandbox`. `result` only holds it."""
COMPUTING = ("numpy", "scikit-learn")
"""The packages whose versions decide on results."""
READ: set[str] = set()


def digest(*parts: object) -> str:
    """SHA-256 of the parts, which are bytes or what JSON can hold."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part if isinstance(part, bytes) else json.dumps(part).encode()).digest())
    return whole.hexdigest()


@cache
def of_functions(assignment: str, hidden: Hidden = Hidden()) -> Mapping[str, str]:
    """Function → fingerprint, for every graded function of the problem set."""
    asked = hidden.load(assignment)
    judge = digest([_digest_of(statement) for name in _machine() for statement in _module(name).tree.body])
    versions = _versions()
    module = f"{hidden.package}.{assignment}"
    written = _problems(module)
    return {
        problem.name: digest(versions, judge, sorted(_used(module, written.get(problem.name, written[""]))))
        for problem in asked.problems
    }


def modules_read() -> list[str]:
    """The modules whose text was read for fingerprints so far, those of other problem sets, too.

    Those of another course may be gone meanwhile.
    """
    return sorted(name for name in READ if _is_there(name))


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def basis(assignment: str, hidden: Hidden, modules: Iterable[str]) -> str:
    """A digest of all that the fingerprints follow from, if these are the modules that were read for them."""
    texts = {name: _text_of(name) for name in modules}
    return digest(assignment, hidden.package, hidden.folder, _versions(), _machine(), texts)


def _text_of(module: str) -> str:
    """A digest of the source; "" for a module that is not there, such as one of another course."""
    try:
        return digest(Path(str(_spec(module).origin)).read_bytes())
    except (ModuleNotFoundError, OSError):
        return ""


def _machine() -> list[str]:
    inside = pkgutil.walk_packages(sandbox.__path__, "autograder.sandbox.")
    return [*JUDGE, *(module.name for module in inside)]


def _versions() -> list[str]:
    return [f"{sys.version_info.major}.{sys.version_info.minor}", *map(version, COMPUTING)]


def _problems(module: str) -> dict[str, ast.AST]:
    """The expression ``Problem("<name>", …)`` of each function.

    Under "" is the whole of ``ASSIGNMENT``, for a function that is written otherwise.
    """
    whole: ast.AST = _module(module).definitions["ASSIGNMENT"][0]
    calls = [
        node
        for node in ast.walk(whole)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Problem"
    ]
    named = ((call.args[0], call) for call in calls if call.args)
    return {"": whole} | {str(name.value): call for name, call in named if isinstance(name, ast.Constant)}


def _used(module: str, node: ast.AST) -> set[str]:
    """The text of ``node`` and of every definition that it leads to."""
    found: set[tuple[str, ast.AST]] = set()
    waiting = [(module, node)]
    while waiting:
        module, node = place = waiting.pop()
        if place not in found:
            found.add(place)
            waiting += _leads_to(module, node)
    return {f"{module}: {_digest_of(node)}" for module, node in found}


@cache
def _digest_of(node: ast.AST) -> str:
    """A digest of what is written there."""
    return digest(ast.dump(node).encode())


@cache
def _leads_to(module: str, node: ast.AST) -> list[tuple[str, ast.AST]]:
    """The definitions that are used there, and what its module does besides."""
    found = [_definitions(module, name, attribute) for name, attribute in dict.fromkeys(_names(node))]
    return [*_module(module).unnamed, *(place for places in found for place in places)]


def _names(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Every name in ``node``, with the attribute that is taken of it, or ""."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield node.value.id, node.attr
    elif isinstance(node, ast.Name):
        yield node.id, ""
    else:
        for child in ast.iter_child_nodes(node):
            yield from _names(child)


def _definitions(module: str, name: str, attribute: str = "") -> list[tuple[str, ast.AST]]:
    """(module, statement) of what ``name`` means in ``module``; nothing if it is none of ours."""
    source = _module(module)
    if name in source.definitions:
        return [(module, statement) for statement in source.definitions[name]]
    if name not in source.imports:
        return []
    origin, imported = source.imports[name]
    if not _is_followed(origin) and origin.partition(".")[0] != module.partition(".")[0]:
        return []
    if imported and _spec(origin).submodule_search_locations and find_spec(f"{origin}.{imported}"):
        origin, imported = f"{origin}.{imported}", ""
    if imported or attribute:
        return _definitions(origin, imported, attribute) if imported else _definitions(origin, attribute)
    return [(origin, statement) for statement in _module(origin).tree.body]


def _is_followed(module: str) -> bool:
    return any(f"{module}.".startswith(f"{name}.") for name in FOLLOWED)


class _Module:
    """The source text of a module.

    It has its definitions and imports by name, and the statements that run without defining a name.
    """

    def __init__(self, name: str):
        spec = _spec(name)
        READ.add(name)
        self.tree = _without_docstrings(ast.parse(Path(str(spec.origin)).read_bytes()))
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.imports: dict[str, tuple[str, str]] = {}
        self.unnamed: list[tuple[str, ast.stmt]] = []
        for node in _statements(self.tree):
            if isinstance(node, ast.Import):
                self.imports |= {alias.asname or alias.name.partition(".")[0]: (alias.name, "") for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                written = "." * node.level + (node.module or "")
                origin = resolve_name(written, str(spec.parent)) if node.level else written
                self.imports |= {alias.asname or alias.name: (origin, alias.name) for alias in node.names}
        for statement in self.tree.body:
            for defined in (names := _defined(statement)):
                self.definitions.setdefault(defined, []).append(statement)
            if not names and not isinstance(statement, (ast.Import, ast.ImportFrom)):
                self.unnamed.append((name, statement))


def _spec(name: str) -> ModuleSpec:
    if spec := find_spec(name):
        return spec
    raise ModuleNotFoundError(f"there is no module {name}", name=name)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """The tree without texts that stand alone: they explain, and decide nothing."""
    for node in (tree, *_statements(tree)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [statement for statement in node.body if not _is_text(statement)] or [ast.Pass()]
    return tree


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements in ``node``, those inside others too."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, field, ()):
            yield child
            yield from _statements(child)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _defined(statement: ast.stmt) -> list[str]:
    """The names that a statement defines."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            places = targets
        case ast.AnnAssign(target=target):
            places = [target]
        case _:
            return []
    nodes = (node for place in places for node in ast.walk(place))
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


_module = cache(_Module)
