"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """What one submission may use; the times are wall-clock seconds, the sizes bytes.

    ``callbacks`` counts how often one call may call the functions that it was given, and ``arguments`` is what it may
    pass each time; ``threads`` and ``files`` (in its ``/tmp``) are how many there may be at a time.
    """

    total: float = 60.0
    call: float = 5.0
    cell: float = 10.0
    memory: int = 2 * 1024**3
    output: int = 1_000_000
    reply: int = 64_000_000
    callbacks: int = 10_000
    arguments: int = 100_000
    threads: int = 50
    files: int = 2_000

    def slowed(self, times: float) -> Limits:
        """The same for an isolation that is so many times as slow."""
        return replace(self, total=times * self.total, call=times * self.call, cell=times * self.cell)

    @property
    def cpu_seconds(self) -> int:
        return int(self.total) + 10
