"""Search here, in the student's own process: the source by `inspect`, candidates in a copy of the names it sees."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from missingsum.where import inside
from missingsum.where.cases import Case, Outcome
from missingsum.where.place import Place
from missingsum.where.search import Budget, find
from missingsum.where.source import MOST_BYTES, NotSearched, Source

BUDGET = Budget()
MOST_STEPS_OF_A_CHECK = 2_000_000
SLOW = 1.5
"""Seconds of one check with its diagnosis, beyond which it is not run again and again."""


class Here:
    """A `Runner` in this process.

    ``accepts(function)`` is the check of the function, all of it; ``adapt`` makes what is called of what a program
    defines, where that is not the same.
    """

    def __init__(
        self,
        name: str,
        names: Mapping[str, Any],
        accepts: Callable[[Callable], bool],
        adapt: Callable[[Any], Callable] | None = None,
    ):
        self.name, self.names, self._accepts, self._adapt = name, dict(names), accepts, adapt

    def attempts(self, programs: Sequence[str], arguments: tuple[Any, ...]) -> Sequence[Outcome]:
        return inside.attempts(programs, self.name, arguments, self.names, self._adapt)

    def values(self, program: str, arguments: tuple[Any, ...]) -> Sequence[Sequence[Any]]:
        return inside.values(program, self.name, arguments, self.names, self._adapt)

    def injected(self, program: str, number: int, stacked: Any, arguments: tuple[Any, ...]) -> Sequence[Outcome]:
        return inside.injected(program, self.name, number, stacked, arguments, self.names, self._adapt)

    def is_right(self, program: str) -> bool:
        with inside.quiet():
            try:
                function, steps = inside.defined(program, self.name, self.names, None, self._adapt)
                steps.left = MOST_STEPS_OF_A_CHECK
                return self._accepts(function)
            except (Exception, inside.TooLong, SystemExit):
                return False


def place_of_mistake(
    function: Callable,
    cases: Sequence[Case],
    accepts: Callable[[Callable], bool],
    is_right: Callable[[str, Callable], bool | None] = lambda name, function: None,
    took: float = 0.0,
    calls: Sequence[tuple[Any, ...]] = (),
) -> Place | None:
    """Where a change makes ``function`` right; None if no such place is found, or its source cannot be read.

    ``accepts`` is the check of the function, which ``took`` so many seconds; a slow one is not repeated. ``is_right``
    says of another function that this one calls whether it is right, None if nobody knows; if it is wrong, the place is
    not here.
    """
    try:
        source, names = source_of(function), names_of(function)
        if took > SLOW:
            raise NotSearched("the check itself takes too long")
        others = {other: is_right(other, names[other]) for other in sorted(source.others) if callable(names.get(other))}
        if False in others.values():
            raise NotSearched("a function that it calls is wrong")
        trusted = [other for other, right in others.items() if right]
        found = find(source, cases, Here(source.name, names, accepts), BUDGET, calls=calls, trusted=trusted)
    except NotSearched:
        return None
    except Exception:  # a fault of the search, which must not cost anybody the report
        return None
    return found[0] if found else None


def source_of(function: Callable) -> Source:
    """The text of a function's cell or file, or of the function alone where that is too long; `NotSearched`."""
    inner = getattr(function, "__func__", function)
    if not isinstance(inner, FunctionType):
        raise NotSearched("only a function has a source")
    if inner is not function:
        return _source_of_method(function, inner)
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    text = "".join(lines)
    if not text:
        raise NotSearched("the source is not known")
    name = _name(function, text)
    if len(text) <= MOST_BYTES:
        try:
            source = Source(text, name)
            if any(_first_line(statement) == code.co_firstlineno for statement in source.statements):
                return source
        except NotSearched:
            pass
    try:
        block, first = inspect.getsourcelines(function)
    except (OSError, TypeError, SyntaxError, ValueError, IndexError, RecursionError, MemoryError):
        raise NotSearched("the source is not known") from None
    return Source(textwrap.dedent("".join(block)), name, first)


def _source_of_method(method: Callable, inner: FunctionType) -> Source:
    """The text of the cell in which a name is bound to the method of an object; the class is in it, too."""
    text = "".join(linecache.getlines(inner.__code__.co_filename, inner.__globals__))
    names = [name for name, value in inner.__globals__.items() if value == method]
    if not names or not text:
        raise NotSearched("the source is not known")
    return Source(text, names[0])


def names_of(function: Callable) -> dict[str, Any]:
    """What the function sees: its module's names and those of the functions around it."""
    try:
        closed = inspect.getclosurevars(function).nonlocals
    except (TypeError, ValueError):
        closed = {}
    return {**getattr(getattr(function, "__func__", function), "__globals__", {}), **closed}


def _name(function: FunctionType, text: str) -> str:
    """Under which name the text defines it; that of a lambda is what it is assigned to."""
    if function.__name__ != "<lambda>":
        return function.__code__.co_name
    try:
        statements = ast.parse(text).body if len(text) <= MOST_BYTES else []
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        statements = []
    for statement in statements:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
            target = statement.targets[0]
            if statement.value.lineno == function.__code__.co_firstlineno and isinstance(target, ast.Name):
                return target.id
    raise NotSearched("a function without a name")


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
