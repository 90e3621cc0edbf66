"""Find the hidden checks of a problem set: those of an installed package, or of a course's own folder."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

from autograder.checking.protocol import Assignment
from autograder.checking.whole import require_whole
from missingsum.slips import SLIPS, Slip

LIBRARIES = ("numpy", "matplotlib")
"""What a submission may import besides the standard library, unless a course says otherwise."""


@dataclass(frozen=True)
class Hidden:
    """Where the hidden checks of a course are, and what a submission to it may import.

    ``package`` is a package with a module a problem set; it lies in ``folder``, or, if that is empty, where Python
    finds it.
    """

    package: str = "checks"
    folder: str = ""
    libraries: tuple[str, ...] = LIBRARIES

    def load(self, name: str) -> Assignment:
        """The assignment of this name, whose slips are known from then on; ValueError if there is none."""
        if self.folder:
            _make_known(self.package, Path(self.folder) / self.package)
        assignment = load_from(self.package, name)
        for slip in (*assignment.slips, *(slip for problem in assignment.problems for slip in problem.slips)):
            _require_new(slip)
            SLIPS[slip.id] = slip
        return assignment


def load_from(package: str, name: str) -> Assignment:
    """``ASSIGNMENT`` of the module ``<package>.<name>``; ValueError, with what to do, if it cannot be had or used."""
    if not name.isidentifier():
        raise ValueError(
            f"{name!r} cannot be the name of a problem set: its checks are a module of Python, so that it is made of "
            "letters, digits and _, and begins with a letter"
        )
    try:
        module = import_module(f"{package}.{name}")
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name in (package, f"{package}.{name}"):
            raise ValueError(
                f"there are no hidden checks for a problem set named {name!r}: there is no {package}/{name}.py"
            ) from None
        raise _broken(package, error) from error
    require_whole(module, f"{package}/{name}.py", name)
    return module.ASSIGNMENT


def _broken(package: str, error: Exception) -> ValueError:
    """What went wrong as a hidden check was read, and in which line of which of its files."""
    known = sys.modules.get(package)
    folder = Path(known.__file__).parent if known and known.__file__ else Path(package)
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno) for frame in frames if Path(frame.filename).is_relative_to(folder)]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    file, line = places[-1] if places else (package, None)
    shown = Path(package, Path(file).relative_to(folder)) if Path(file).is_relative_to(folder) else file
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    where = f"{shown}, line {line}" if line else f"{shown}"
    what = f"{where}: {type(error).__name__}: {said}"
    return ValueError(f"the hidden checks cannot be read. {what}. Mend that, and run the command again")


def _make_known(package: str, folder: Path) -> None:
    """Let Python find the package in this folder alone, whatever else lies beside it."""
    start = folder / "__init__.py"
    known = sys.modules.get(package)
    if known is not None and _lies_at(known.__file__, start):
        return
    if known is None and (found := find_spec(package)) and not _lies_at(found.origin, start):
        if package in sys.stdlib_module_names:
            raise ValueError(f"the folder of hidden checks is named {package}, as a module of Python's: rename it")
    if not start.is_file():
        raise ValueError(f"there is no {start}: the folder of hidden checks needs an __init__.py, which may be empty")
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        del sys.modules[name]
    spec = spec_from_file_location(package, start, submodule_search_locations=[str(folder)])
    assert spec and spec.loader
    module = sys.modules[package] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        failed = _broken(package, error)
        del sys.modules[package]
        raise failed from error


def _lies_at(origin: str | None, start: Path) -> bool:
    return origin is not None and Path(origin).resolve() == start.resolve()


def _require_new(slip: Slip) -> None:
    """ValueError if another slip has this id."""
    if SLIPS.get(slip.id, slip) != slip:
        raise ValueError(f"there is a slip {slip.id!r} already, and it is another one: choose another id")
