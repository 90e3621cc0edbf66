"""The test files that other packages ship, run by pytest with the reference in place of the functions that they test.

Each suite runs in a process of its own, because its shim takes the place of the package's functions for good:
``python -m suites.files scipy`` prints its tally. A test that asks for what the reference leaves out on purpose ends in
`Difference`; every other failure is one.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from suites.outcome import Difference, Tally

SUITES = ("scipy", "sklearn", "optax", "keras")
HERE = Path(__file__).parent


def run() -> list[Tally]:
    """The tallies of all suites."""
    root = HERE.parents[1]
    paths = [HERE.parent, root / "src", root / "solutions", root / "tests/reference"]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
    }
    tallies = []
    for suite in SUITES:
        done = subprocess.run(
            [sys.executable, "-m", "suites.files", suite],
            env=environment,
            cwd=root / "_build",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"the suite of {suite} did not run:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        row = json.loads(done.stdout.splitlines()[-1])
        tallies.append(
            Tally(
                row["suite"],
                row["version"],
                row["passed"],
                row["failed"],
                row["peer_wrong"],
                Counter(row["differences"]),
            )
        )
    return tallies


class _Collector:
    """A pytest plugin that keeps the outcomes."""

    def __init__(self, tally: Tally, shim):
        self.tally, self.shim = tally, shim

    def pytest_collection_modifyitems(self, config, items):
        kept = [item for item in items if self.shim.concerns(item.nodeid.split("::", 1)[-1])]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    def pytest_runtest_makereport(self, item, call):
        name = item.nodeid.split("::", 1)[-1]
        if call.excinfo is None:
            if call.when == "call":
                self.tally.passed += 1
            return
        error = call.excinfo.value
        if call.excinfo.typename == "Skipped":
            return
        if reason := difference_in(error):
            self.tally.differences[reason] += 1
        else:
            self.tally.failed.append(name)


def difference_in(error: BaseException | None) -> str:
    """The reason of a `Difference` among the causes of an error, also where it came as text through JAX."""
    while error is not None:
        if isinstance(error, Difference):
            return str(error)
        if (text := str(error)) and "Difference: " in text:
            return text.split("Difference: ")[-1].splitlines()[0].strip()
        error = error.__cause__ or error.__context__
    return ""


def main(suite: str) -> None:
    import numpy as np
    import pytest

    np.random.seed(0)  # some tests draw from NumPy's global generator
    shim = importlib.import_module(f"suites.{suite}_shim")
    tally = Tally(f"{shim.NAME}'s test files", shim.version())
    shim.install()
    pytest.main(
        ["-q", "--no-header", "-p", "no:cacheprovider", "--import-mode=importlib", "-W", "ignore", *shim.files()],
        plugins=[_Collector(tally, shim)],
    )
    print(json.dumps(tally.row(), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
