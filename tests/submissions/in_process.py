"""Judge the submissions of `tests/submissions` in this process: quick, and only for code that lies in this repository.

`Notebook` is a `Caller` as the hidden checks expect it, with the limits of the sandbox that the checks themselves rely
on: a call may use two seconds and two gigabytes more than are in use.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import io
import re
import resource
import signal
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

import numpy as np

import checks
from autograder.checking.protocol import Check, Failed, Outcome, Reply, explained_beside
from autograder.sandbox.inside.runner import Nothing, compile_cell, describe
from checks import ps3_jacobian
from missingsum.array_errors import in_words

from .make import Submission, model_answers

SECONDS = 2.0
BYTES = 2 * 1024**3
PATIENCE = 2.0
"""Seconds in which the time that a call takes may turn out to grow like c: here no other student is beside it."""


def _defined(source: str) -> set[str]:
    """The names that a cell defines at its top level; none if it is not plain Python."""
    try:
        nodes = ast.parse(source).body
    except SyntaxError:
        return set()
    names = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names |= {
        alias.asname or alias.name.split(".")[0]
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    return names | {
        name.id
        for node in nodes
        if isinstance(node, ast.Assign)
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)
    }


@dataclass(frozen=True)
class Verdict:
    """What became of one hidden check."""

    function: str
    check: str
    points: float
    outcome: Outcome
    slips: tuple[str, ...] = ()
    message: str = ""
    details: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED


class Notebook:
    """The functions that the cells of a submission define."""

    def __init__(self, cells: dict[str, str]):
        self.cells = cells
        self.names: dict[str, object] = {"np": np, "check": Nothing()}
        for label, source in cells.items():
            try:
                with _limits():
                    exec(compile_cell(source, f"<cell {label}>"), self.names)
            except Exception:
                pass

    def __call__(
        self, function: str, *arguments: object, patience: float = 1, fresh: bool = False, timed: bool = False
    ) -> Reply:
        if fresh:
            return Notebook(self.cells)(function, *arguments, patience=patience)
        if function not in self.names:
            raise Failed(f"{function} is not defined.", outcome=Outcome.MISSING)
        given = copy.deepcopy(arguments)
        before = time.thread_time()
        try:
            with _limits(patience):
                answer = self.names[function](*given)
        except NotImplementedError as error:
            raise Failed(str(error), outcome=Outcome.MISSING) from None
        except _TooLong:
            raise Failed("it did not end.", outcome=Outcome.STOPPED) from None
        except Exception as error:
            raise Failed(f"it raises {self._in_words(error)}.", outcome=Outcome.RAISED) from None
        return Reply(answer, given, time.thread_time() - before)

    def _in_words(self, error: Exception) -> str:
        """What the judge says of an error that was raised in a cell."""
        said = describe(error)
        lines = self.cells.get(said.get("cell", ""), "").split("\n")
        line = lines[said.get("line", 1) - 1].strip() if said.get("cell") in self.cells else ""
        shapes = {name: tuple(shape) for name, shape in said.get("shapes", {}).items()}
        return f"{said['type']}: {in_words(said['type'], said['message'], line, shapes)}"


def cells_of(submission: Submission) -> dict[str, str]:
    """The code cells of a submission that starts from the model answers, by name."""
    cells = model_answers(submission.problem_set)
    if submission.header["start from"] != "answers":
        raise ValueError(f"{submission.student} does not start from the answers: grade it with the autograder")
    extra: dict[str, str] = {}
    for name, text in submission.cells:
        verb, _, anchor = name.rpartition(" ")
        if verb == "without":
            cells.pop(anchor, None)
        elif verb == "after" and anchor == "setup":
            cells = {name: text, **cells}
        elif verb == "after":
            extra[name] = text
        else:
            cells[name] = text
    return {**cells, **extra}


def verdicts(problem_set: str, cells: dict[str, str], seed: int = 1, functions: Collection[str] = ()) -> list[Verdict]:
    """The hidden checks of the problem set, all or those of these ``functions``, on what these cells define.

    A function is judged once for all submissions in which it, and what it uses, are the same.
    """
    found = []
    for problem in checks.load(problem_set).problems:
        if functions and problem.name not in functions:
            continue
        found += _of_function(problem_set, problem.name, seed, tuple(used(problem.name, cells).items()))
    return found


@cache
def _of_function(problem_set: str, function: str, seed: int, cells: tuple[tuple[str, str], ...]) -> list[Verdict]:
    notebook = Notebook(dict(cells))
    problem = next(p for p in checks.load(problem_set).problems if p.name == function)
    failures = [_failure(function, check, notebook, seed) for check in problem.checks]
    return [
        Verdict(function, check.name, check.points, failed.outcome, why.slips, failed.with_details(why), why.details)
        if failed
        else Verdict(function, check.name, check.points, Outcome.PASSED)
        for check, failed, why in zip(problem.checks, failures, explained_beside(failures))
    ]


def used(function: str, cells: dict[str, str]) -> dict[str, str]:
    """The cells that define the function or one of the names that occur in these, and all cells that define nothing."""
    defines = {label: _defined(source) for label, source in cells.items()}
    used = {label for label, names in defines.items() if function in names or not names}
    while more := {
        label
        for label in cells.keys() - used
        if any(re.search(rf"\b{name}\b", cells[other]) for name in defines[label] for other in used)
    }:
        used |= more
    return {label: source for label, source in cells.items() if label in used}


def _failure(function: str, check: Check, call: Callable, seed: int) -> Failed | None:
    key = f"{seed} {function} {check.name}"
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]))
    try:
        with warnings.catch_warnings(), patch.object(ps3_jacobian, "PATIENCE", PATIENCE):
            warnings.simplefilter("ignore")
            check.run(call, rng)
    except Failed as failed:
        return failed
    return None


class _TooLong(Exception):
    pass


@contextmanager
def _limits(patience: float = 1) -> Iterator[None]:
    """A limit on computing time and on memory, and nothing is printed."""

    def stop(*_: object) -> None:
        raise _TooLong

    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    memory = resource.getrlimit(resource.RLIMIT_AS)
    alarm = signal.signal(signal.SIGPROF, stop)
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, memory[1]))
    signal.setitimer(signal.ITIMER_PROF, patience * SECONDS)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, alarm)
        resource.setrlimit(resource.RLIMIT_AS, memory)
