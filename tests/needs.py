"""What a test needs besides Python: found out from what it and its fixtures call, so that no test has to say so.

A test that needs nothing of this, and is not marked ``slow``, is ``quick``. Where what a test starts is started by
another program, so that it cannot be seen here, the test has a mark of its own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from inspect import isclass, isfunction, ismodule, unwrap
from types import CodeType

import pytest

DOORS = {
    "browser": {"playwright": ("sync_playwright",)},
    "book": {"tests.chapters": ("build",)},
    "sandbox": {
        "autograder": ("main", "judge", "judge_all", "LocalWorkers", "Probe", "Process", "ForkServer", "prepare"),
        "autograder.sandbox": ("require_sandbox",),
    },
}
"""What starts something that takes long, by the package that it is in."""
STARTS = {subprocess.run, subprocess.Popen, subprocess.check_call, subprocess.check_output}
AUTOGRADER = ("tests.autograder.", "tests.formgrader")
"""Where what these functions start is the autograder, or what works with it."""
COMMANDS = {"autograder.cli": "sandbox"}
"""What runs as a module of Python: who has such a name in a text is about to start it."""
PROGRAMS = {
    "node": "browser",  # by way of which Playwright starts it
    "jupyter-book": "book",
    "bwrap": "sandbox",
    "initdb": "sandbox",
    **COMMANDS,
}


def needs(test: pytest.Function) -> set[str]:
    """The names of the `DOORS` that the test and its fixtures go through."""
    fixtures = (found[-1].func for found in test._fixtureinfo.name2fixturedefs.values())
    return {need for function in (test.function, *fixtures) for need in needs_of(unwrap(function))}


@cache
def needs_of(start: object) -> frozenset[str]:
    """The names of the `DOORS` that a function goes through, itself or by way of functions and classes of the tests."""
    seen, waiting, found = {start}, [start], set()
    while waiting:
        doors, calls = _calls(waiting.pop())
        found |= doors
        waiting += calls - seen
        seen |= calls
    return frozenset(found)


@cache
def _calls(caller: object) -> tuple[frozenset[str], frozenset[object]]:
    """The doors that a function, or a class, goes through itself, and what of the tests it calls."""
    named = list(_named(caller))
    doors = frozenset(need for called in named for need in _doors(caller.__module__, called))
    return doors, frozenset(filter(_is_ours, named))


def _is_ours(called: object) -> bool:
    return (isfunction(called) or isclass(called)) and called.__module__.startswith("tests.")


def _doors(caller: str, called: object) -> Iterator[str]:
    if called in COMMANDS:
        yield COMMANDS[called]
    home, name = getattr(called, "__module__", None) or "", getattr(called, "__name__", "")
    for need, packages in DOORS.items():
        if any(f"{home}.".startswith(f"{package}.") and name in names for package, names in packages.items()):
            yield need
    if called in STARTS and caller.startswith(AUTOGRADER):
        yield "sandbox"


def _named(thing: object) -> Iterator[object]:
    """What a function, or the methods of a class, name: globals, attributes of modules, and texts."""
    for function in vars(thing).values() if isclass(thing) else (thing,):
        function = unwrap(function) if callable(function) else function
        if isfunction(function):
            codes = list(_codes(function.__code__))
            names = {name for code in codes for name in code.co_names}
            known = [function.__globals__[name] for name in names & function.__globals__.keys()]
            members = [vars(each)[name] for each in known if ismodule(each) for name in names & vars(each).keys()]
            yield from (unwrap(each) for each in (*known, *members) if callable(each))
            yield from (text for code in codes for text in code.co_consts if isinstance(text, str))


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and of the functions in it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)


def started(command: str | bytes | os.PathLike | Sequence[str | bytes | os.PathLike]) -> str | None:
    """Which of `PROGRAMS` a command starts, itself or as a module of Python."""
    words = [command] if isinstance(command, (str, bytes, os.PathLike)) else command
    names = [os.path.basename(os.fsdecode(word)) for word in words]
    programs = {names[0], *names[1:][names.index("-m") :][:1]} if "-m" in names else {names[0]}
    return next(iter(programs & PROGRAMS.keys()), None)
