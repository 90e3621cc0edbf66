"""Wait for what another process does."""

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
