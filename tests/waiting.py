"""Wait for what another process does, and measure time where other processes are at work."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def wait_until(condition: Callable[[], Seen], seconds: float = 60) -> Seen:
    """What ``condition`` gives as soon as that is true; AssertionError if it takes longer than this."""
    deadline = time.monotonic() + seconds
    while not (seen := condition()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
    return seen


def least_processor_time(work: Callable[[], object], enough: float, tries: int = 3) -> float:
    """The least of some tries, as many as it takes to be under ``enough``: whatever else runs slows down each."""
    times: list[float] = []
    while len(times) < tries and not (times and min(times) < enough):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)
