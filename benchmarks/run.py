"""Run the benchmarks, print them as tables and write results.json.

    python benchmarks/run.py [ladder …] [--site] [--seconds S]

Every library is held to one thread. Speed is measured in processor time, the smallest of many runs taken in turns, so
that what else the machine does hits all alike; only ratios within one run mean something. A ladder that is run replaces
its part of results.json.
"""

from __future__ import annotations

import os

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ |= ONE_THREAD | {
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}

import argparse  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from pathlib import Path  # noqa: E402

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
sys.path[:0] = [str(HERE.parent / part) for part in ("src", "solutions", "tests/reference")]

import accuracy  # noqa: E402
import checkers  # noqa: E402
import conformance  # noqa: E402
import course  # noqa: E402
import grading  # noqa: E402
import pages  # noqa: E402
import places  # noqa: E402
import speed  # noqa: E402
from machine import describe  # noqa: E402

LADDERS = {
    "speed": speed,
    "accuracy": accuracy,
    "checkers": checkers,
    "course": course,
    "places": places,
    "grading": grading,
    "pages": pages,
}
PEERS = {"peers": conformance}
"""Needs packages of its own: ``make peers``."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Benchmarks of the reference, the gradient checkers and the local checks."
    )
    parser.add_argument(
        "ladders", nargs="*", help=f"which to run; all but peers if none is named: {', '.join(LADDERS | PEERS)}"
    )
    parser.add_argument(
        "--site", action="store_true", help="also build the book from nothing and time it; takes minutes"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="how long to repeat each measurement of speed")
    parser.add_argument("--class-size", type=int, default=100, help="how many submissions to grade")
    parser.add_argument(
        "--memory",
        type=int,
        nargs="*",
        help="also grade classes of these sizes and tell how much memory that takes, such as 200 2000",
    )
    parser.add_argument(
        "--large", type=int, help="also grade a class of this size, such as 1000; stock is extrapolated to it"
    )
    options = parser.parse_args()
    if unknown := set(options.ladders) - set(LADDERS | PEERS):
        parser.error(f"there is no ladder named {', '.join(sorted(unknown))}")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    for name in options.ladders or LADDERS:
        ladder = (LADDERS | PEERS)[name]
        measured = ladder.measure(options)
        results[name] = {
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "machine": describe(*[ladder.PACKAGES] if name in PEERS else []),
            **measured,
        }
        print(f"\n{name}: {ladder.__doc__.splitlines()[0]}\n")
        print(ladder.table(measured))
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\nwritten to {RESULTS.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
