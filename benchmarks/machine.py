"""What the benchmarks share: the machine in words, fair timing, and plain tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from time import process_time

PACKAGES = ("numpy", "torch", "jax", "optax", "scipy", "scikit-learn", "autograd")


def describe(packages: Sequence[str] = PACKAGES) -> dict[str, object]:
    """Processor, operating system, Python and the versions of what is compared."""
    versions = {}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": versions,
        "load": round(os.getloadavg()[0], 1),
    }


def fastest(functions: Mapping[str, Callable[[], object]], seconds: float) -> dict[str, float]:
    """The smallest processor time of a call of each function, in seconds.

    They take turns, each until it has had ``seconds``, at least three. Processor time, of all threads of the process
    together, leaves out what other processes take from the clock.
    """
    best, repeats, spent = {}, {}, dict.fromkeys(functions, 0.0)
    for name, function in functions.items():
        function()
        best[name] = _processor_time(function, 1)
        repeats[name] = max(1, int(2e-3 / best[name]))
    turns = 0
    while waiting := [name for name in functions if turns < 3 or spent[name] < seconds]:
        turns += 1
        for name in waiting:
            took = _processor_time(functions[name], repeats[name])
            best[name] = min(best[name], took)
            spent[name] += took * repeats[name]
    return best


def _processor_time(function: Callable[[], object], repeats: int) -> float:
    start = process_time()
    for _ in range(repeats):
        function()
    return max(process_time() - start, 1e-9) / repeats


def lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in plain text: the first column to the left, the others to the right."""
    widths = [max(len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
        for row in (head, *rows)
    )


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor()
