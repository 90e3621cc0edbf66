"""What runs in a platform's container: ``python -m autograder.platforms.hosted.running PAYLOAD [ROOT]``.

It takes the student's notebook, judges it as everywhere, seeks the places of its mistakes, and writes what the
platform reads, whatever happens. ``--prepare LIBRARY …`` makes what the isolation of containers needs beforehand, so
that no submission need wait for it.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.judging import submission
from autograder.judging.judge import Job, judge
from autograder.judging.places import job_for_places, located
from autograder.judging.result import Result
from autograder.judging.submission import Unreadable
from autograder.platforms.hosted import host_called
from autograder.platforms.hosted.host import RELEASED, SETTINGS, Grader, Host
from autograder.records.atomic import write
from autograder.records.other_sets import OtherSets
from autograder.sandbox import container
from autograder.sandbox.servers import allow
from autograder.text import printable

MOST_NOTEBOOKS = 20
"""That are looked into, of one submission."""
MOST_FILES = 10_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade, and write the results: 0, or 1 where the grader itself failed."""
    first, *rest = sys.argv[1:] if arguments is None else arguments
    if first == "--prepare":
        return prepare(rest)
    payload = Path(first)
    grader = Grader.from_dict(json.loads((payload / SETTINGS).read_bytes()))
    host = host_called(grader.host)
    root = Path(rest[0]) if rest else host.root
    payload.chmod(0o700)
    status = 0
    try:
        report = host.report(graded(grader, host, payload, root), grader)
    except BaseException:
        traceback.print_exc(file=sys.stdout)  # which the instructor alone is shown
        report, status = host.failed(), 1
    _write(root / host.results, report)
    return status


def prepare(libraries: Sequence[str]) -> int:
    """Make the file system in which submissions that may import these run, where only root can make one."""
    allow(libraries)
    if not container.why_not():
        os.close(container.take_place().lock)
    return 0


def graded(grader: Grader, host: Host, payload: Path, root: Path) -> Result:
    """The result of what was handed in, with the places of its mistakes."""
    content, unreadable = b"", ""
    try:
        content = the_notebook(root / host.submission, grader.assignment, grader.other_sets)
    except Unreadable as reason:
        unreadable = str(reason)
    job = Job(
        host.student(root),
        grader.assignment,
        (payload / RELEASED).read_bytes(),
        grader.seed,
        content,
        unreadable,
        grader.limits,
        hidden=grader.hidden(payload),
    )
    result = judge(job).result
    try:
        found = job_for_places(job, result)
        return located(found).result if found else result
    except Exception:  # places explain, and cost nobody a score
        traceback.print_exc(file=sys.stdout)
        return result


def the_notebook(folder: Path, assignment: str, other_sets: OtherSets) -> bytes:
    """The one notebook of this problem set that lies in the folder, or in a folder in it.

    `Unreadable`, with what to do, if there is none or more than one.
    """
    found = list(_notebooks(folder))
    if not found:
        raise Unreadable(f"There is no notebook in what you handed in. Hand in {assignment}.ipynb.")
    if len(found) > MOST_NOTEBOOKS:
        raise Unreadable(f"There are {len(found)} notebooks in what you handed in. Hand in {assignment}.ipynb alone.")
    if len(found) == 1:
        content = submission.read_bytes(found[0])
        if other := other_sets.which(content):
            raise Unreadable(f"This is {other}, another problem set. Hand in {assignment}.ipynb.")
        return content
    theirs = {path: content for path in found if (content := _read(path)) and other_sets.is_own(content)}
    if len(theirs) != 1:
        names = ", ".join(printable(str(path.relative_to(folder))) for path in list(theirs or found)[:5])
        raise Unreadable(
            f"There are several notebooks in what you handed in, and {len(theirs) or 'none'} of them are of this "
            f"problem set ({names}). Hand in {assignment}.ipynb alone."
        )
    return next(iter(theirs.values()))


def _notebooks(folder: Path) -> Iterator[Path]:
    """The notebooks, by name, without those that editors keep for themselves; links to folders are not followed."""
    looked = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        looked += len(names)
        if looked > MOST_FILES:
            raise Unreadable(
                f"There are more than {MOST_FILES} files in what you handed in. Hand in the notebook alone."
            )
        yield from (Path(place, name) for name in sorted(names) if name.endswith(".ipynb") and name[0] != ".")


def _read(path: Path) -> bytes:
    try:
        return submission.read_bytes(path)
    except Unreadable:
        return b""


def _write(path: Path, report: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, json.dumps(report, indent=1, allow_nan=False, ensure_ascii=False) + "\n", mode=0o644)


if __name__ == "__main__":
    sys.exit(main())
