"""Clocks, also where a platform has fewer of them: in a browser."""

from __future__ import annotations

import time

TICK = 1e-4
"""Seconds to which a browser rounds its clocks: what takes less may take none."""

thread_time = getattr(time, "thread_time", time.perf_counter)
"""The processor time of this thread, in which sleeping takes none; elsewhere the time that passes."""
