"""Call a student's functions.

The cells run once in a fresh process, which is replaced when a call hangs, floods or dies.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from autograder.checking.protocol import Failed, Outcome, Reply
from autograder.sandbox.inside import wire
from autograder.sandbox.kinds import UNPROTECTED
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Killed, Process, Stopped, chosen
from autograder.sandbox.student import NotStarted
from autograder.text import printable
from missingsum import array_errors

Asked = TypeVar("Asked")

MOST_AT_ONCE = 200
"""Calls of one function in one request."""

MOST_STOPS = 2
"""After so many stopped calls of one function its further calls are not tried."""

LAST_LINE = 10**6
"""No cell has as many lines."""

MOST_KILLS = 2
"""So often in a submission what SIGKILL ended is tried again in a fresh process: nobody can tell who sent it, an
operator, the kernel short of memory, or the student's own code. Code that does it each time is stopped like any
other."""


class Probe:
    """The `Caller` of the hidden checks for one submission.

    A call that does not return costs its own check: the process is killed, and a fresh one runs the cells again,
    without a cell that did not end. All of it together has ``limits.total`` seconds.
    """

    def __init__(self, cells: Sequence[tuple[str, str]], limits: Limits, *, unsafe: bool = False, isolation: str = ""):
        """``isolation`` is the name of one; without it, the first that works is used.

        Its ``slowness`` stretches the times of the limits.
        """
        self._cells = list(cells)
        self._limits = limits = limits if unsafe else limits.slowed(chosen(isolation).slowness)
        self._unsafe, self._asked = unsafe, isolation
        self._deadline = time.monotonic() + limits.total
        self._process: Process | None = None
        self._stops: Counter[str] = Counter()
        self._kills = 0
        self._skipped: set[int] = set()
        self.cell_errors: dict[str, str] = {}
        self._cell_outcomes: dict[str, Outcome] = {}

    @property
    def isolation(self) -> str:
        """The name of what keeps the submission apart from all else."""
        return UNPROTECTED if self._unsafe else chosen(self._asked).name

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def __call__(
        self, function: str, *arguments: object, patience: float = 1, fresh: bool = False, timed: bool = False
    ) -> Reply:
        """`Caller`: the answer of the student's ``function``, or `Failed` with what kept it from answering.

        Functions among the ``arguments`` stay here and are called from there. The call may take ``patience`` times
        ``limits.call``. A ``fresh`` one is in a new process, in which the cells have run. Only of a ``timed`` one are
        the seconds counted, because to wait for the kernel's count takes longer than most calls.
        """
        if fresh:
            self._end()
        functions: list[Callable] = []
        request, body = _call_of(function, arguments, functions)

        def asked(process: Process) -> Reply:
            before = process.cpu_seconds() if timed else 0.0
            reply, rest = process.ask(request, body, *self._allowance(patience * self._limits.call), functions)
            seconds = process.cpu_seconds() - before if timed else 0.0
            return replace(self._reply(function, len(arguments), reply, rest), seconds=seconds)

        return self._answered(function, asked)

    def each(self, function: str, arguments: Sequence[object], keys: Sequence[tuple[int, ...]]) -> Iterator[object]:
        """`CallerOfMany`: many of the answers come in one reply.

        The process replies before all calls are made if they take long, so that each has as long as one alone.
        """
        functions: list[Callable] = []
        request, body = _call_of(function, arguments, functions)
        if functions:  # each call may call them so often, and no more
            yield from (self(function, *arguments, *key).answer for key in keys)
            return
        waiting = list(keys)
        while waiting:
            some = {**request, "do": "each", "keys": waiting[:MOST_AT_ONCE]}

            def asked(process: Process, some: dict = some) -> Sequence[object]:
                reply, rest = process.ask(some, body, *self._allowance(self._limits.call, wire.LONG))
                return self._answers(function, len(some["keys"]), reply, rest)

            answers = self._answered(function, asked)
            yield from answers
            del waiting[: len(answers)]

    def _answered(self, function: str, asked: Callable[[Process], Asked]) -> Asked:
        """What is ``asked`` of the process about a ``function``; of a new one if that ended through no fault of its."""
        while True:
            if self._stops[function] >= MOST_STOPS:
                raise Failed(
                    f"not tried, because {MOST_STOPS} earlier calls had to be stopped.", outcome=Outcome.STOPPED
                )
            try:
                return asked(self._ready())
            except (Stopped, wire.Malformed, NotStarted) as end:
                self._end()
                if self._is_tried_again(end):
                    continue
                if isinstance(end, NotStarted):
                    raise
                self._stops[function] += 1
                why = f"its reply could not be read ({end})" if isinstance(end, wire.Malformed) else end
                raise Failed(f"{why}.", outcome=Outcome.STOPPED) from None

    def _reply(self, function: str, given: int, reply: dict, body: memoryview) -> Reply:
        self._require_no_error(function, reply)
        answer, rest = wire.decode_first(reply.get("answer"), body)
        arguments = wire.decode(reply.get("arguments"), rest)
        if not isinstance(arguments, tuple) or len(arguments) != given:
            raise wire.Malformed("not all arguments came back")
        _require_real(answer)
        return Reply(answer, arguments)

    def _answers(self, function: str, most: int, reply: dict, body: memoryview) -> Sequence[object]:
        self._require_no_error(function, reply)
        answers = wire.decode(reply.get("answers"), body)
        if not isinstance(answers, tuple) or not 0 < len(answers) <= most:
            raise wire.Malformed("not all answers came back")
        for answer in answers:
            _require_real(answer)
        return answers

    def _require_no_error(self, function: str, reply: dict) -> None:
        if reply.get("ok") is not True:
            error = reply.get("error")
            raise Failed(self._error(function, error), outcome=self._outcome(function, error))

    def _error(self, function: str, error: object) -> str:
        """The student's exception in a sentence."""
        said = error if isinstance(error, dict) else {}
        kind, message, cell = (
            printable(text) if isinstance(text := said.get(key), str) else "" for key in ("type", "message", "cell")
        )
        if kind == "missing":
            why = self.cell_errors.get(function)
            return (
                f"{function} is not defined: {why}"
                if why
                else (f"{function} is not defined. Is its cell still there, and is the name spelled so?")
            )
        line = number if type(number := said.get("line")) is int and 0 < number < LAST_LINE else 0
        source = self._line(said.get("cell"), line)
        message = printable(array_errors.in_words(kind, message, source, _shapes(said.get("shapes"))))
        raised = f"it raises {kind or 'something without a name'}{': ' if message else ''}{message}"
        return f"{raised}{f' (line {line} of the cell {cell})' if cell else ''}."

    def _line(self, cell: object, line: int) -> str:
        """That line of the cell; "" if there is none."""
        lines = next((source.split("\n") for label, source in self._cells if label == cell), [])
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""

    def _outcome(self, function: str, error: object) -> Outcome:
        kind = error.get("type") if isinstance(error, dict) else None
        if kind == "missing":
            return self._cell_outcomes.get(function, Outcome.MISSING)
        return Outcome.MISSING if kind == "NotImplementedError" else Outcome.RAISED

    def _ready(self) -> Process:
        """The running process; if there is none, a new one in which the cells have run."""
        while self._process is None:
            self._allowance(0)
            self._process = Process(
                self._limits, unsafe=self._unsafe, isolation=None if self._unsafe else chosen(self._asked)
            )
            self._run_cells(self._process)
        return self._process

    def _run_cells(self, process: Process) -> None:
        for number, (label, source) in enumerate(self._cells):
            if number in self._skipped or not source.strip():
                continue
            request = {"do": "run", "label": label, "source": source}
            try:
                reply, _ = process.ask(request, b"", *self._allowance(self._limits.cell))
            except Stopped as stopped:
                self._end()
                if not self._is_tried_again(stopped):
                    self._skipped.add(number)
                    self.cell_errors[label] = f"while its cell ran, {stopped}."
                    self._cell_outcomes[label] = Outcome.STOPPED
                return
            if reply.get("ok") is not True:
                self.cell_errors[label] = "its cell did not run: " + self._error(label, reply.get("error"))
                self._cell_outcomes[label] = Outcome.RAISED

    def _is_tried_again(self, end: Exception) -> bool:
        """Whether this end of the process may be nobody's fault here, and has not come up too often."""
        self._kills += isinstance(end, (Killed, NotStarted))
        return isinstance(end, (Killed, NotStarted)) and self._kills <= MOST_KILLS

    def _allowance(self, seconds: float, before: float = 0.0) -> tuple[float, str]:
        """The seconds that the next request may take and what to say if it takes longer; `Failed` if none are left.

        ``before`` are those that other calls in the same request may take.
        """
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise Failed(
                f"not tried, because the {self._limits.total:g} s for the whole submission were used up.",
                outcome=Outcome.STOPPED,
            )
        if remaining < seconds + before:
            return remaining, f"the {self._limits.total:g} s for the whole submission were used up"
        return seconds + before, f"it did not end within {seconds:g} s and was stopped"

    def _end(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


def _call_of(function: str, arguments: Sequence[object], functions: list[Callable]) -> tuple[dict, bytes]:
    """The request for a call, and its buffers; functions among the arguments go into the list of ``functions``."""
    buffers: list[bytes] = []
    structure = wire.encode(tuple(arguments), buffers, functions)
    return {"do": "call", "function": function, "arguments": structure}, b"".join(buffers)


def _require_real(answer: object) -> None:
    if isinstance(answer, wire.Other):
        raise Failed(f"it returns something that is no array of real numbers ({printable(answer.what)}).")


def _shapes(said: object) -> dict[str, array_errors.Shape]:
    """The shapes of arrays by name, as far as that is what was ``said``."""
    named = said.items() if isinstance(said, dict) else ()
    return {
        name: tuple(shape)
        for name, shape in named
        if isinstance(shape, list) and all(type(length) is int for length in shape)
    }
