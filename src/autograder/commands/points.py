"""``autograder points``: what the questions of a problem set count, before or after grading."""

from __future__ import annotations

from argparse import Namespace

from autograder.commands.session import Session
from autograder.judging.submission import grade_id_of, is_graded, load_notebook
from autograder.records import points as records


def points(options: Namespace) -> int:
    """List what each question counts, or let one of them count more, less or nothing."""
    with Session.open(options) as session:
        released = _released(session)
        if options.question is None:
            for cell, most in session.recorder.points(session.assignment).items():
                print(f"{most:6g}  {_called(cell)}{_remark(most, released.get(cell))}")
            return 0
        cell = _cell(options.question, released)
        wanted = released[cell] if options.as_released else options.points
        if wanted is None:
            raise ValueError("say how many points it counts, 0 to drop it, or --as-released")
        session.write_alone()
        session.results = session.recorded()
        path = session.folder.points(session.assignment)
        records.change(path, session.recorder, session.assignment, cell, wanted, session.results)
        print(f"{_called(cell)} counts {wanted:g}{_remark(wanted, released[cell])}; every score keeps its share")
        if session.results:
            session.publish()
            print("Feedback and report are written again; 'autograder export' has the new totals.")
    return 0


def _released(session: Session) -> dict[str, float]:
    """What each graded cell counts in the problem set as it is released."""
    cells = (cell for cell in load_notebook(session.released)["cells"] if is_graded(cell))
    return {grade_id_of(cell): float(cell["metadata"]["nbgrader"]["points"]) for cell in cells}


def _called(cell: str) -> str:
    return cell.removeprefix("test_")


def _cell(question: str, released: dict[str, float]) -> str:
    """The graded cell of a function or a written answer; ValueError, with those there are, if there is none."""
    found = next((cell for cell in released if question in (cell, _called(cell))), None)
    if found is None:
        raise ValueError(f"there is no question {question!r}; there are: {', '.join(map(_called, released))}")
    return found


def _remark(points: float, released: float | None) -> str:
    if released is None:
        return " (no longer in the problem set)"
    dropped = "dropped: " if not points else ""
    return "" if points == released else f" ({dropped}{released:g} as released)"
