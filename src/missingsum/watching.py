"""Let others look on while a check runs: what the function was called with, what it gave, what was right.

`Watch` is told by `running.call`, by every `Sample` and by every `mismatch`, wherever they come up in the check that
runs inside `watched_by`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

RAISED = object()
"""Stands for the answer of a call that raised."""


class NotRight(BaseException):
    """Ends a check at the first thing that is wrong; no ``except Exception`` on the way catches it."""


class Watch:
    """Looks on, and does nothing."""

    explains = True
    """whether wrong answers are to be explained, which takes time"""

    def called(self, function: Any, arguments: tuple[Any, ...], answer: Any) -> None:
        """A student's function gave this answer."""

    def known(self, answer: Any, truth: Any, rtol: float | None) -> None:
        """This is what the answer should be, to within ``rtol`` where that is said."""

    def wrong(self) -> None:
        """Something does not hold."""


class Strict(Watch):
    """Ends the check at the first thing that does not hold."""

    explains = False

    def wrong(self) -> None:
        raise NotRight


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched_by(watch: Watch | None) -> Iterator[None]:
    """Inside, ``watch`` is told of everything; None: nobody is."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def tell_call(function: Any, arguments: tuple[Any, ...], answer: Any) -> None:
    if watch := _watch.get():
        watch.called(function, arguments, answer)


def tell_truth(answer: Any, truth: Any, rtol: float | None = None) -> None:
    if watch := _watch.get():
        watch.known(answer, truth, rtol)


def explains() -> bool:
    """Whether anybody wants wrong answers explained."""
    watch = _watch.get()
    return watch is None or watch.explains


def tell_wrong() -> None:
    if watch := _watch.get():
        watch.wrong()
