"""What it costs to say where a mistake is: in a local check, and for a wrong function that is graded.

Each mistake is one change of a model answer. A local check is timed three times: of the right answer; of the wrong one
with what is wrong; and with where it is, too. It is processor time, and the student's own computing is a part of it.
Graded, it is the processor time of judge and sandbox together, from the first candidate on.
"""

from __future__ import annotations

import json
import linecache
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from time import process_time, thread_time

from course import CODE_CELL
from machine import lines

ROOT = Path(__file__).parent.parent
MISTAKES = (
    ("ps1_losses", "mse_forward", "np.sum(", "np.mean("),
    ("ps1_losses", "mse_backward", "(a - y)", "(y - a)"),
    ("ps1_losses", "sigmoid_backward", "(1 - a)", "(1 + a)"),
    ("ps2_missing_sum", "softmax_forward", "z.max(axis=1", "z.max(axis=0"),
    ("ps2_missing_sum", "softmax_partial", "(i == j) - s[j]", "(i == j) - s[i]"),
    ("ps2_missing_sum", "dL_dz_entry", "for i in range(len(s))", "for i in range(len(s) - 1)"),
    ("ps2_missing_sum", "softmax_backward", ".sum(axis=1", ".mean(axis=1"),
    ("ps3_jacobian", "log_softmax_backward", " - ", " + "),
    ("ps3_jacobian", "softmax_jacobian", "np.eye(", "np.ones("),
    ("ps4_fused", "logsumexp", "m + ", "m - "),
    ("ps4_fused", "softmax_cross_entropy_backward", "axis=1, keepdims=True) - y", "axis=0, keepdims=True) - y"),
    ("ps6_network", "linear_backward", "axis=0", "axis=1"),
    ("ps6_network", "relu_backward", "z > 0", "z < 0"),
    ("ps2_missing_sum", "softmax_backward", "return s", "return np.sin(s) * np.cosh(g)"),
    ("ps3_jacobian", "mse_softmax_backward", "return ", "return np.tan(y) + "),
    ("ps4_fused", "cross_entropy_from_labels_backward", "return ", "return 0.1 + np.tanh(z) * "),
)
"""(problem set, function, in the model answer, in its place); the last three cost the search most"""


def measure(options) -> dict[str, object]:
    rows = [row for mistake in MISTAKES if (row := _local(*mistake))]
    return {"rows": rows, "graded": _graded_by_the_course()}


def table(measured) -> str:
    rows = [
        [f"{row['problem_set']}.{row['function']}", *(f"{row[key] * 1e3:.0f} ms" for key in TIMES), row["place"]]
        for row in measured["rows"]
    ]
    held = [held_to(name, *LIMITS[name], [row[key] for row in measured["rows"]]) for key, name in TIMES.items()] + [
        held_to(GRADED, None, MOST_GRADED, measured["graded"])
    ] * bool(measured["graded"])
    return "\n".join([lines(["check", *TIMES.values(), "place"], rows), *held])


def held_to(name: str, median: float | None, most: float, seconds: Sequence[float]) -> str:
    """One line: what was measured, what is allowed, and whether it holds."""
    middle, largest = statistics.median(seconds), max(seconds)
    holds = largest <= most and (median is None or middle <= median)
    allowed = f"at most {most * 1e3:.0f} ms" + (f", median {median * 1e3:.0f} ms" if median is not None else "")
    found = f"median {middle * 1e3:.0f} ms, most {largest * 1e3:.0f} ms"
    return f"{name}: {found}; allowed: {allowed}: {'holds' if holds else 'DOES NOT HOLD'}"


TIMES = {"right_seconds": "right answer", "what_seconds": "wrong, what", "where_seconds": "wrong, what and where"}
LIMITS = {"right answer": (0.010, 0.100), "wrong, what": (None, 0.5), "wrong, what and where": (1.0, 2.0)}
"""Seconds that each may take: in the median, and at most."""
GRADED, MOST_GRADED = "graded, a wrong function", 0.5


def _answers(problem_set: str, change: Callable[[str], str] = str) -> dict[str, object]:
    """The names that the cells of the model answers define, each changed, with their lines as `inspect` finds them."""
    names: dict[str, object] = {"__name__": "answers"}
    with redirect_stdout(StringIO()):
        for number, cell in enumerate(CODE_CELL.findall((ROOT / f"solutions/{problem_set}.md").read_text("utf-8"))):
            source = change("\n".join(line for line in cell.splitlines() if not line.startswith(("%", "check."))))
            file = f"<{problem_set} {number} {hash(source):x}>"
            linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
            exec(compile(source, file, "exec"), names)
    return names


def _local(problem_set: str, function: str, right: str, wrong: str) -> dict[str, object] | None:
    """The times of one check; None if the model answer is written otherwise."""
    running = import_module("missingsum.check.running")
    body = getattr(import_module(f"missingsum.check.{problem_set.split('_')[0]}"), function).body
    head = f"def {function}("

    def change(cell: str) -> str:
        before, found, after = cell.partition(head)
        return before + found + after.replace(right, wrong, 1) if found else cell

    answers, spoiled = _answers(problem_set), _answers(problem_set, change)
    code = [names[function].__code__ for names in (answers, spoiled)]  # type: ignore[attr-defined]
    if code[0].co_code == code[1].co_code and code[0].co_consts == code[1].co_consts:
        return None
    found: list[object] = []
    times = {
        "right_seconds": _seconds(lambda: running.run(body, answers[function])),
        "what_seconds": _seconds(lambda: running.run(body, spoiled[function])),
        "where_seconds": _seconds(lambda: found.append(running.explained(body, spoiled[function]))),
    }
    place = found[-1].place  # type: ignore[attr-defined]
    return {"problem_set": problem_set, "function": function, **times, "place": str(place) if place else "none"}


def _seconds(check: Callable[[], object]) -> float:
    """The smallest of three times."""
    times = []
    for _ in range(3):
        begun = thread_time()
        with redirect_stdout(StringIO()):
            check()
        times.append(thread_time() - begun)
    return min(times)


def _graded_by_the_course() -> list[float]:
    """What `_graded` finds with the packages of the course, which the sandbox is made of."""
    path = os.pathsep.join(str(ROOT / part) for part in ("src", "solutions", "benchmarks"))
    command = [str(ROOT / ".venv" / "bin" / "python"), __file__, "graded"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _graded() -> list[float]:
    """Processor seconds of the search for each wrong function of problem set 2; [] where there is no sandbox."""
    from autograder.judging import fingerprint, places
    from autograder.judging.judge import Job, judge
    from autograder.sandbox.isolation import NoSandbox
    from autograder.sandbox.process import require_sandbox

    try:
        require_sandbox()
    except NoSandbox:
        return []
    spent: list[float] = []
    original = places.There.seconds
    released = (ROOT / "exercises/ps2_missing_sum/ps2_missing_sum.ipynb").read_bytes()
    prints = fingerprint.of_functions("ps2_missing_sum")
    cells = {
        cell.strip().split("(")[0].removeprefix("def "): cell.strip()
        for cell in CODE_CELL.findall((ROOT / "solutions/ps2_missing_sum.md").read_text("utf-8"))
        if cell.strip().startswith("def ")
    }
    for problem_set, function, right, wrong in MISTAKES:
        if problem_set != "ps2_missing_sum":
            continue
        notebook = json.loads(released)
        for cell in notebook["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            source = cells.get(name, "".join(cell["source"]))
            cell["source"] = source.replace(right, wrong, 1) if name == function else source
        job = Job("ada", problem_set, released, 7, json.dumps(notebook).encode(), fingerprints=prints)
        seeking = places.job_for_places(job, judge(job).result)
        runners: list[object] = []

        def seconds(self: places.There, runners: list[object] = runners) -> float:
            if self not in runners:
                runners.append(self)
            return original(self)

        places.There.seconds = seconds  # type: ignore[method-assign]
        begun = process_time()
        try:
            if seeking:
                places.work(seeking)
        finally:
            places.There.seconds = original  # type: ignore[method-assign]
        share = (process_time() - begun) / max(1, len(runners))
        spent += [share + runner._spent for runner in runners]  # type: ignore[attr-defined]
    return spent


if __name__ == "__main__":
    print(json.dumps(_graded()) if "graded" in sys.argv else table(measure(sys.argv)))
