"""Grading a class: `nbgrader autograde` as it comes, beside `autograder grade`, on the same submissions and cores.

No two submissions have the same code (see `tests/submissions/varied.py`). The stock course has nbgrader's own settings.
Its test cells call the same hidden checks in the student's kernel, without a sandbox, and it is run as an instructor
would run it: one command for the class, which grades one submission after the other. The submissions that hang, flood
or end their process are left out, because the stock course does not get past them in reasonable time, and one without
test cells, because it gives that one no score. nbgrader does not say where a mistake is, so that the ratio is that of
``--no-where``; the other is given beside it. Stock runs our checks too, and slower checks would flatter the ratio:
hence the processor time of a submission, in which everything is counted.

Processor time is that of all processes, sandboxes included. The cost of a submission is what the run takes more than a
run over two submissions, divided by the submissions, less what a Python takes which imports NumPy; what the student's
functions compute is still in it. Memory is the sum over processes, where of what several share each has its part.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from machine import lines

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
ASSIGNMENT = "ps2_missing_sum"
STOCK_RUN, OURS, WITH_WHERE = "nbgrader autograde", "autograder grade --no-where", "autograder grade"
ROUNDS = 20
STARTS = f"""
import subprocess, sys
for _ in range({ROUNDS}):
    for process in [subprocess.Popen([sys.executable, "-I", "-c", "import numpy"]) for _ in range(int(sys.argv[1]))]:
        process.wait()
"""
"""Pythons that import NumPy, as many side by side as submissions are judged: on a busy processor each takes longer."""
STOCK = """\
c = get_config()
c.CourseDirectory.course_id = "stock"
"""


def measure(options) -> dict[str, object]:
    """Run in the project's own environment, which holds nbgrader."""
    if not PYTHON.exists():
        raise SystemExit("the project's environment is needed for this ladder: make setup bubblewrap")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "measured.json"
        sizes = [str(size) for size in options.memory or ()]
        large = [str(options.large)] if options.large else []
        subprocess.run(
            [
                PYTHON,
                __file__,
                target,
                "--class-size",
                str(options.class_size),
                *(["--memory", *sizes] if sizes else []),
                *(["--large", *large] if large else []),
            ],
            check=True,
        )
        return json.loads(target.read_text())


def table(measured) -> str:
    size = measured["submissions"]
    rows = [
        [
            name,
            f"{row['seconds']:.1f} s",
            f"{size / row['seconds']:.2f}",
            f"{row['cpu_seconds'] / size:.2f} s",
            f"{row['peak'] / 1e6:.0f} MB",
        ]
        for name, row in measured["runs"].items()
    ]
    text = lines([f"{size} submissions, {measured['cores']} cores", "time", "a second", "CPU each", "peak"], rows)
    scores = "other scores:" if measured["other_scores"] else "the same scores"
    text += (
        f"\nautograder is {measured['ratio']:.1f} times as fast, and {measured['ratio_with_where']:.1f} times where "
    )
    text += f"it also says where mistakes are; they give {scores}"
    text += "".join(f"\n  {each}" for each in measured["other_scores"])
    if large := measured.get("large"):
        text += f"\nof {large['submissions']} it is {large['ratio']:.1f} times as fast ({large['ours']:.0f} s), "
        text += f"and {large['ratio_with_where']:.1f} times with where; the {large['stock']:.0f} s of stock are "
        text += f"extrapolated from {size} and {2 * size}"
    each = measured["cost"] + measured["numpy"]
    text += (
        f"\na submission takes {measured['cpu'] * 1e3:.0f} ms of CPU, start and all, and "
        f"{measured['cpu_with_where'] * 1e3:.0f} ms with where; without the start {each * 1e3:.0f} ms, of which the "
        f"start of a Python with NumPy alone is {measured['numpy'] * 1e3:.0f} ms; a class of two takes "
        f"{measured['start']:.1f} s, and a run with nothing to do {measured['idle']['seconds']:.1f} s"
    )
    for row in measured.get("memory", ()):
        text += f"\npeak for {row['submissions']}: {row['grader'] / 1e6:.0f} MB, "
        text += f"with sandboxes {row['peak'] / 1e6:.0f} MB ({row['seconds']:.0f} s)"
    return text


def _measure(size: int, memory: list[int], large: int, work: Path) -> dict[str, object]:
    sys.path[:0] = [str(ROOT)]
    from tests.submissions.varied import ordinary, write_varied

    course = _stock_course(work / "stock")
    most = max(size, large, 2 * size if large else 0, *memory)
    write_varied(work / "class", ordinary(ASSIGNMENT), most)

    def some(number: int) -> Path:
        return _some(work / "class", work / f"class{number}", number)

    shutil.copytree(some(size), course / "submitted")
    ours = _grade(work / f"class{size}", work / "ours", "--no-where")
    with_where = _grade(work / f"class{size}", work / "where")
    few = _grade(some(2), work / "few", "--no-where")
    idle = _grade(work / "class2", work / "few", "--no-where")
    stock = _run(["-m", "nbgrader", "autograde", ASSIGNMENT], cwd=course)
    numpy = _run(["-I", "-c", STARTS, os.cpu_count()], cwd=work)["cpu_seconds"] / (ROUNDS * os.cpu_count())
    measured = {
        "submissions": size,
        "cores": os.cpu_count(),
        "runs": {STOCK_RUN: stock, OURS: ours, WITH_WHERE: with_where},
        "ratio": stock["seconds"] / ours["seconds"],
        "ratio_with_where": stock["seconds"] / with_where["seconds"],
        "cpu": ours["cpu_seconds"] / size,
        "cpu_with_where": with_where["cpu_seconds"] / size,
        "numpy": numpy,
        "start": few["cpu_seconds"],
        "idle": idle,
        "cost": (ours["cpu_seconds"] - few["cpu_seconds"]) / (size - 2) - numpy,
        "other_scores": _differences(_scores(course / "gradebook.db"), _scores(work / "ours" / "gradebook.db")),
    }
    if large:
        measured["large"] = _of_many(size, large, stock["seconds"], work, some)
    if memory:
        measured["memory"] = [{"submissions": each, **_grade(some(each), work / f"out{each}")} for each in memory]
    return measured


def _of_many(size: int, large: int, of_size: float, work: Path, some: Callable[[int], Path]) -> dict[str, object]:
    """A class too large for stock, whose time goes on as from ``size`` to twice as many."""
    course = _stock_course(work / "stock twice")
    shutil.copytree(some(2 * size), course / "submitted")
    of_twice = _run(["-m", "nbgrader", "autograde", ASSIGNMENT], cwd=course)["seconds"]
    stock = of_twice + (of_twice - of_size) / size * (large - 2 * size)
    ours, with_where = (
        _grade(some(large), work / f"large{k}", *options)["seconds"] for k, options in enumerate((["--no-where"], []))
    )
    return {
        "submissions": large,
        "stock": stock,
        "ours": ours,
        "with_where": with_where,
        "ratio": stock / ours,
        "ratio_with_where": stock / with_where,
    }


def _stock_course(course: Path) -> Path:
    """A course with nbgrader's own settings, released."""
    import nbformat

    from autograder.release.source import source_notebook

    notebook = source_notebook(ROOT / "solutions" / f"{ASSIGNMENT}.md")
    for cell in notebook.cells:
        settings = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and settings.get("grade"):
            function = settings["grade_id"].removeprefix("test_")
            cell.source = (
                "### BEGIN HIDDEN TESTS\nimport sys\n"
                f"sys.path[:0] = {[str(ROOT / part) for part in ('benchmarks', 'src', 'solutions')]}\n"
                f"from stock import points\npoints({ASSIGNMENT!r}, {function!r}, globals())\n### END HIDDEN TESTS"
            )
    source = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    (course / "nbgrader_config.py").write_text(STOCK)
    _run(["-m", "nbgrader", "generate_assignment", ASSIGNMENT], cwd=course)
    return course


def _some(submitted: Path, destination: Path, number: int) -> Path:
    """The first ones of a class, which are as mixed as the whole."""
    if destination.exists():
        return destination
    destination.mkdir()
    for folder in sorted(submitted.iterdir())[:number]:
        shutil.copytree(folder, destination / folder.name)
    return destination


def _grade(submitted: Path, out: Path, *options: str) -> dict[str, float]:
    command = ["-m", "autograder.cli", "grade", ASSIGNMENT, "--submitted", submitted, "--out", out, *options]
    return _run(command, cwd=ROOT)


def _run(arguments: list[object], cwd: Path) -> dict[str, float]:
    """Run a Python to its end: the time, the processor time of all that it started, and the most memory that this had.

    ``grader`` is that memory without the sandboxes. A control group does the counting: what a sandbox used is in no
    account of its parents, because it is killed together with them.
    """
    packages = os.pathsep.join(str(ROOT / part) for part in ("src", "solutions"))
    environment = {**os.environ, "PATH": f"{PYTHON.parent}:{os.environ['PATH']}", "PYTHONPATH": packages}
    peak = grader = 0
    with control_group() as group, tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(PYTHON), *map(str, arguments)],
            cwd=cwd,
            env=environment,
            stdout=said,
            stderr=said,
            preexec_fn=lambda: (group / "cgroup.procs").write_text("0"),
        )
        seconds = 0.0
        while not seconds or (group / "cgroup.procs").read_text():  # what it left behind counts too
            whole, sandboxes = _memory(group)
            peak, grader = max(peak, whole), max(grader, whole - sandboxes)
            time.sleep(0.05)
            if not seconds and process.poll() is not None:
                seconds = time.perf_counter() - start
        cpu = _cpu_seconds(group)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(map(str, arguments))} failed:\n{said.read().decode()[-2000:]}")
    print(f"{' '.join(map(str, arguments[:4]))}: {seconds:.0f} s", file=sys.stderr)
    return {"seconds": seconds, "cpu_seconds": cpu, "peak": peak, "grader": grader}


@contextmanager
def control_group() -> Iterator[Path]:
    """A new control group (cgroup v2); SystemExit where this user may make none."""
    group = None
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mounted, kind, *_ = line.split()
        if kind == "cgroup2":
            group = Path(mounted, f"missing-sum-{os.getpid()}")
    try:
        if group is None:
            raise OSError("no file system of the type cgroup2 is mounted")
        group.mkdir()
    except OSError as error:
        raise SystemExit(
            f"A control group counts the processor time of the ladder 'grading', and there is none: {error}. "
            "Run the benchmarks as root, or name the other ladders."
        ) from None
    try:
        yield group
    finally:
        group.rmdir()


def _cpu_seconds(group: Path) -> float:
    usage = dict(line.split() for line in (group / "cpu.stat").read_text().splitlines())
    return int(usage["usage_usec"]) / 1e6


def _memory(group: Path) -> tuple[int, int]:
    """The bytes in memory of all processes of the group, and of those in sandboxes among them."""
    own = os.readlink("/proc/self/ns/pid")
    whole = sandboxes = 0
    for process in (group / "cgroup.procs").read_text().split():
        try:
            part = (
                int(
                    re.search(
                        r"^Pss: +(\d+) kB$", Path(f"/proc/{process}/smaps_rollup").read_text(), flags=re.MULTILINE
                    )[1]
                )
                * 1024
            )
            inside = (
                os.readlink(f"/proc/{process}/ns/pid") != own or Path(f"/proc/{process}/comm").read_text() == "bwrap\n"
            )
        except (OSError, TypeError):  # it has just ended
            continue
        whole, sandboxes = whole + part, sandboxes + inside * part
    return whole, sandboxes


def _differences(stock: dict[str, dict], ours: dict[str, dict]) -> list[str]:
    """What the two gradebooks do not agree on, in words."""
    return [
        f"{student}, {cell}: {stock.get(student, {}).get(cell)} in stock, {ours.get(student, {}).get(cell)} in ours"
        for student in sorted(stock.keys() | ours.keys())
        for cell in sorted(stock.get(student, {}).keys() | ours.get(student, {}).keys())
        if stock.get(student, {}).get(cell) != ours.get(student, {}).get(cell)
    ]


def _scores(database: Path) -> dict[str, dict[str, float | None]]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{database}") as gradebook:
        return {
            submission.student.id: {grade.name: grade.auto_score for grade in submission.notebooks[0].grades}
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("target", type=Path)
    parser.add_argument("--class-size", type=int, default=100)
    parser.add_argument("--memory", type=int, nargs="*", default=[])
    parser.add_argument("--large", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        chosen.target.write_text(json.dumps(_measure(chosen.class_size, chosen.memory, chosen.large, Path(work))))
