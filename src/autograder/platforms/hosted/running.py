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
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from autograder.judging import submission
from autograder.judging.following import following
from autograder.judging.judge import Job, Judged, judge
from autograder.judging.places import job_for_places, located
from autograder.judging.submission import Unreadable
from autograder.platforms.choosing import the_notebook
from autograder.platforms.hosted import host_called
from autograder.platforms.hosted.host import RELEASED, SETTINGS, Grader, Host
from autograder.records.atomic import write
from autograder.sandbox import container
from autograder.sandbox.servers import allow

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
    status = 0
    try:
        payload.chmod(0o700)
        judged = graded(grader, host, payload, root)
        report = host.report(judged.result, grader, following(judged.result, judged.submission.sources))
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


def graded(grader: Grader, host: Host, payload: Path, root: Path) -> Judged:
    """What was handed in, judged, with the places of its mistakes."""
    content, unreadable = b"", ""
    try:
        _, content = the_notebook(_notebooks(root / host.submission), grader.assignment, grader.other_sets)
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
    judged = judge(job)
    try:
        found = job_for_places(job, judged.result)
        return located(found) if found else judged
    except Exception:  # places explain, and cost nobody a score
        traceback.print_exc(file=sys.stdout)
        return judged


def _notebooks(folder: Path) -> dict[str, Callable[[], bytes]]:
    """The notebooks in a folder, without those that editors keep for themselves; no link to a folder is followed."""
    looked = 0
    found: dict[str, Callable[[], bytes]] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        looked += len(names)
        if looked > MOST_FILES:
            raise Unreadable(f"You handed in more than {MOST_FILES} files. Hand in the notebook alone.")
        for path in (Path(place, name) for name in sorted(names) if name.endswith(".ipynb") and name[0] != "."):
            found[str(path.relative_to(folder))] = partial(submission.read_bytes, path)
    return found


def _write(path: Path, report: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, json.dumps(report, indent=1, allow_nan=False, ensure_ascii=False) + "\n", mode=0o644)


if __name__ == "__main__":
    sys.exit(main())
