"""What grading recorded of each submission: grades in the gradebook, autograded notebook, and result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.judging import submission
from autograder.judging.judge import Job, Judged, judge
from autograder.judging.result import Result
from autograder.records import told
from autograder.records.as_json import as_json
from autograder.records.atomic import write
from autograder.records.autograded import autograded_notebook
from autograder.records.course import Folder
from autograder.records.gradebook import Recorder
from autograder.records.receipt import Receipt
from autograder.records.told import Told


def record(judged: Judged, folder: Folder, recorder: Recorder, receipt: Receipt) -> None:
    """Write grades, autograded notebook and result of one submission, in this order.

    The result comes last, because a run that finds it takes the rest for granted; whatever a fault leaves undone, the
    next run does.
    """
    result = judged.result
    before = result_of(folder, result.assignment, result.student)
    changed = before is None or before.answers != result.answers
    if before and before.handed_in != result.handed_in:
        earlier = Receipt.of(folder.autograded(result.assignment, result.student).parent)
        told.note_if_new(folder, before, Told.of(before, earlier.time))
    _enter(result, autograded_notebook(judged), folder, recorder, receipt, changed=changed)
    told.note(folder, result, Told.of(result, receipt.time))
    write(folder.result(result.assignment, result.student), as_json(result.to_dict()))


def add_places(result: Result, folder: Folder) -> None:
    """Write the result again, now with the places of its mistakes; only if it is still the recorded one."""
    if result_of(folder, result.assignment, result.student) == result:
        receipt = Receipt.of(folder.autograded(result.assignment, result.student).parent)
        told.note(folder, result, Told.of(result, receipt.time))
        write(folder.result(result.assignment, result.student), as_json(result.to_dict()))


def keep(job: Job, folder: Folder, recorder: Recorder, receipt: Receipt) -> Result:
    """Enter the recorded grades of an unchanged submission once more: the gradebook may be another one, or the time."""
    result = job.earlier
    if result is None:
        raise ValueError(f"nothing is recorded of {job.student}")
    try:
        notebook = notebook_of(folder, job.assignment, job.student)
    except ValueError:
        record(Judged(result, judge(job).submission), folder, recorder, receipt)
    else:
        _enter(result, notebook, folder, recorder, receipt, changed=False)
    return result


def _enter(
    result: Result,
    notebook: dict[str, Any],
    folder: Folder,
    recorder: Recorder,
    receipt: Receipt,
    *,
    changed: bool,
) -> None:
    recorder.record(result.student, result.assignment, notebook, submitted=receipt.time, changed=changed)
    path = folder.autograded(result.assignment, result.student)
    receipt.write(path.parent)  # by which nbgrader knows a newer submission, and whose the feedback is
    write(path, as_json(notebook))


def result_of(folder: Folder, assignment: str, student: str) -> Result | None:
    """What is recorded of one submission; None if that is nothing, or nothing that can be read."""
    try:
        return _read(folder.result(assignment, student))
    except (FileNotFoundError, ValueError):
        return None


def results_of(folder: Folder, assignment: str) -> list[Result]:
    """The results recorded so far, by student."""
    return [_read(path) for path in sorted((folder.root / "results" / assignment).glob("*.json"))]


def _read(path: Path) -> Result:
    try:
        return Result.from_dict(json.loads(path.read_bytes()))
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is damaged. Run 'autograder grade' again, which writes it anew.") from None


def notebook_of(folder: Folder, assignment: str, student: str) -> dict[str, Any]:
    """The autograded notebook of one student, with each cell's source as one string: nbgrader writes it in lines."""
    path = folder.autograded(assignment, student)
    try:
        return submission.load_notebook(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(
            f"{path} is missing. Run 'autograder grade {assignment}' again, which writes it anew."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is damaged. Run 'autograder grade' again, which writes it anew.") from None


def is_notebook(path: Path) -> bool:
    """Whether there is a notebook, and all of it."""
    try:
        return bool(submission.load_notebook(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return False
