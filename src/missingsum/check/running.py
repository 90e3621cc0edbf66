"""Run a local check, and show what it found.

A check is a function ``body(function, report)`` made public by `local_check`. It goes step by step:

    with report.step("each row sums to 1"):
        …                                       # raise `Wrong` to say what is wrong
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol, cast

import numpy as np

from missingsum.check.errors import in_words, line_of
from missingsum.check.markup import html
from missingsum.check.report import CheckFailed, Report, Wrong
from missingsum.comparison import Answer
from missingsum.text import visible

SECONDS = 30
"""After so long a check is stopped; `train` may take twice that."""

Body = Callable[[Callable, Report], None]
"""(the student's function, its report) → nothing: what was found stands in the report."""


class LocalCheck(Protocol):
    """What a student calls with a function; ``body`` is what is tried."""

    body: Body
    __name__: str

    def __call__(self, function: Callable) -> None: ...


class CannotCheck(Exception):
    """Why there is nothing to check yet, and what to do first; ends the whole check."""


def local_check(body: Body) -> LocalCheck:
    """The check that a student calls: shows the report of ``body``, and raises `CheckFailed` if something is wrong.

    In IPython the report is displayed, whether it passed or not; elsewhere it is printed if it passed, and is the
    message of the exception if not.
    """

    def check(function: Callable) -> None:
        report = judged(made, function)
        shown = _display(report)
        if report.failed:
            raise CheckFailed(report)
        if not shown:
            print(report)

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(check, name, getattr(body, name))
    made = cast(LocalCheck, check)
    made.body = body
    return made


_slow: dict[str, tuple[object, Report]] = {}
"""The last function of a name whose check took long, and the report on it."""


def judged(check: LocalCheck, function: Any, passed_before: set[Callable] | None = None) -> Report:
    """The report on ``function``, within `SECONDS`, and whatever it does; for `progress` that of before, if slow.

    An interrupt ends the check, and says where it was: no traceback of this package is shown.
    """
    name, started = check.__name__, time.monotonic()
    known = _slow.get(name)
    if passed_before is not None and known and known[0] is function:
        return known[1]
    try:
        with _time_limit(2 * SECONDS if name == "train" else SECONDS, function):
            report = run(check.body, function, passed_before)
    except KeyboardInterrupt as stopped:
        report = Report(name)
        report.first = f"it was interrupted{_where(stopped, function)}. Run the check again when you like."
    except _TooLong as stopped:
        report = Report(name)
        report.first = visible(str(stopped))
    if time.monotonic() - started > 1:
        _slow[name] = function, report
    return report


class _TooLong(BaseException):
    """A check has taken too long; no ``except Exception`` of a student's code catches it."""


@contextmanager
def _time_limit(seconds: float, function: object) -> Iterator[None]:
    """`_TooLong` after so long, where the platform has timers that interrupt; elsewhere the button does it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLong(
            f"it did not end within {seconds:g} seconds and was stopped{line_of(frame, function)}: "
            "is there a loop that never ends?"
        )

    try:
        before = signal.signal(signal.SIGALRM, stop)
    except (ValueError, OSError):  # in a browser
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _where(stopped: BaseException, function: object) -> str:
    step = stopped.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return line_of(step.tb_frame, function) if step else ""


def run(body: Body, function: Callable, passed_before: set[Callable] | None = None) -> Report:
    """The report of ``body`` on ``function``."""
    report = Report(body.__name__, passed_before=set() if passed_before is None else passed_before)
    try:
        if not callable(function):
            raise CannotCheck(f"give the function itself, without brackets: {body.__name__}, not {body.__name__}(…).")
        body(function, report)
    except (CannotCheck, Wrong) as reason:
        report.first = visible(str(reason))
    return report


def _display(report: Report) -> bool:
    """Display the report in IPython, if that is what runs this; it is never imported for it."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return False
    ipython.display.display({"text/plain": str(report), "text/html": html(report)}, raw=True)
    return True


def call(function: Callable, *arguments: Any) -> Answer:
    """What ``function`` returns for copies of ``arguments``; raises `Wrong` if it raises or changes one of them."""
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        answer = function(*given)
    except NotImplementedError as error:
        raise CannotCheck(
            f"{str(error) or 'it is not written yet'}: write it, run its cell, and run this check again."
        ) from None
    except Exception as error:
        raise Wrong(in_words(error, getattr(function, "func", function))) from error
    for before, after in zip(arguments, given):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after):
            raise Wrong("it changes an array that it was given", ["mutates-input"])
    return answer
