"""Workers that outlive a command and are there for the next: to start one takes half a second of computing time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

import pytest

from autograder.judging import pool

START = pool._process
idle: list[Kept] = []


class Kept:
    """As much of an executor as `pool` uses; shut down, it waits for the next command."""

    def __init__(self) -> None:
        self.executor: ProcessPoolExecutor = START()
        self._is_prepared = False

    def submit(self, function: Callable, *arguments: Any) -> Future:
        if function.__name__ == "prepare":  # one server is enough
            function = int if self._is_prepared else function
            self._is_prepared = True
        return self.executor.submit(function, *arguments)

    def shutdown(self) -> None:
        idle.append(self)

    def is_alive(self) -> bool:
        try:
            return self.executor.submit(int).result() == 0
        except BrokenProcessPool:
            return False


def kept_or_new() -> Kept:
    while idle:
        if (worker := idle.pop()).is_alive():
            return worker
    return Kept()


@contextmanager
def workers_kept() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pool, "_process", kept_or_new)
        yield
    end_kept()


def end_kept() -> None:
    while idle:
        idle.pop().executor.shutdown()
