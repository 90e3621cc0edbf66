"""Time is measured in the process itself, and the best of some tries counts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from .waiting import least_processor_time, wait_until


def busy(*seconds: float) -> Callable[[], None]:
    """Work that takes so long, one time after the other."""
    left = iter(seconds)

    def work() -> None:
        end = time.process_time() + next(left)
        while time.process_time() < end:
            pass

    return work


def test_one_slow_try_does_not_count_and_many_do():
    assert least_processor_time(busy(0.05, 0), 0.02) < 0.02
    assert least_processor_time(busy(0.03, 0.03, 0.03), 0.02) >= 0.03


def test_sleep_is_no_processor_time():
    assert least_processor_time(lambda: time.sleep(0.05), 0.02) < 0.02


def test_what_never_comes_is_not_waited_for():
    with pytest.raises(AssertionError, match="did not come"):
        wait_until(lambda: False, seconds=0.02)
