"""Rubric and marks of written answers, and the scores and comments in the gradebook that follow from them.

A mark holds the rubric items that an answer has, and a comment of the grader's own. The score is the sum of the items'
points, between 0 and what the question counts, and the comment is made of their texts and the grader's. Whoever changes
something says what, not how all of it is to be, and each change is one transaction that nobody else's overlaps: two
graders at once lose nothing.

What stands in the gradebook and is not what was written there last was given in formgrader. Such a score is never
recalculated, and a comment is never dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import fsum, isclose
from typing import Any

from sqlalchemy import Connection, select

from autograder.marking.tables import TABLES, marks, rubric, steps
from autograder.records.entries import Cell, Entry, cells_of, entries_of, updated, updating
from autograder.records.gradebook import Recorder
from autograder.records.tables import comments, grades

LONGEST = 10_000
"""Characters of a comment, or of a rubric item's text."""
_SCORES = updating(grades, "manual_score", "needs_manual_grade")
_COMMENTS = updating(comments, "manual_comment")


class Conflict(ValueError):
    """The change does not fit what is there by now; the message says what to do."""


@dataclass(frozen=True)
class Item:
    """A rubric item, in the points that it counts now."""

    id: int
    text: str
    points: float


@dataclass(frozen=True)
class Mark:
    """What an answer has. ``score`` is None while there is none; ``foreign`` if it was given in formgrader.

    ``again`` says that the answer was changed after it was marked, so that somebody must look once more.
    """

    items: tuple[int, ...] = ()
    comment: str = ""
    score: float | None = None
    foreign: bool = False
    again: bool = False
    automatic: bool = False


class Store:
    """Rubric and marks of one problem set, as one grader changes them."""

    def __init__(self, recorder: Recorder, assignment: str, grader: str):
        self._recorder, self._assignment, self._grader = recorder, assignment, grader
        with recorder.alone() as db:
            TABLES.create_all(db)

    def items(self, question: str) -> list[Item]:
        """The rubric of a question. One that has none yet begins with all of the points, and none of them."""
        with self._recorder.alone() as db:
            most = self._cell(db, question).max_score
            self._begin(db, question, most)
            return self._items(db, question, most)

    def _begin(self, db: Connection, question: str, most: float) -> None:
        of_it = {"assignment": self._assignment, "question": question}
        if db.scalar(select(rubric.c.id).filter_by(**of_it).limit(1)) is None:
            first = (("Right and complete.", most), ("Not answered, or off the point.", 0.0))
            for text, points in first:
                db.execute(rubric.insert().values(**of_it, text=text, points=points, most=most, removed=False))

    def marks(self, question: str, students: Sequence[str]) -> dict[str, Mark]:
        with self._recorder.alone() as db:
            cell, cells = self._cell(db, question), cells_of(db, self._assignment)
            rows = select(marks).filter_by(assignment=self._assignment, question=question)
            known = {row["student"]: {**row, "items": json.loads(row["items"])} for row in db.execute(rows).mappings()}
            return {
                student: self._seen(known.get(student) or self._unmarked(question, student), entry, cell)
                for student, entry in entries_of(db, self._assignment, students, cells).items()
                if question in entry.grades
            }

    def toggle(self, question: str, student: str, item: int, on: bool) -> None:
        """Let an answer have a rubric item, or not; `Conflict` if it has a score from formgrader."""
        with self._changing(question, student) as (db, mark, entry, cell):
            if item not in [each.id for each in self._items(db, question, cell.max_score)]:
                raise Conflict("this rubric item is no longer there")
            self._require_ours(mark, entry, cell)
            before = set(mark["items"])
            mark["items"] = sorted(before | {item} if on else before - {item})
            if set(mark["items"]) != before:
                self._step(db, {"do": "toggle", "question": question, "student": student, "item": item, "on": not on})
                self._write(db, mark, entry, cell)

    def comment(self, question: str, student: str, comment: str, before: str) -> None:
        """The grader's own comment, in place of ``before``; `Conflict` if that is no longer the one that stands."""
        comment = _text(comment)
        with self._changing(question, student) as (db, mark, entry, cell):
            self._adopt(mark, entry, cell)
            if mark["comment"] != before:
                raise Conflict("somebody else has changed the comment meanwhile; it is shown now. Write yours again")
            if comment != before:
                back = {"do": "comment", "question": question, "student": student, "comment": before, "before": comment}
                self._step(db, back)
                mark["comment"] = comment
                self._write(db, mark, entry, cell, score=self._ours(mark, entry, cell))

    def take_over(self, question: str, student: str) -> None:
        """Take a score that was given in formgrader out of the gradebook, so that the rubric gives one."""
        with self._changing(question, student) as (db, mark, entry, cell):
            score = entry.grades[question]["manual_score"]
            if score is None or self._ours(mark, entry, cell):
                raise Conflict("this answer has no score from formgrader")
            back = {"do": "give", "question": question, "student": student, "score": score, "items": mark["items"]}
            self._step(db, back)
            mark["items"] = []
            self._write(db, mark, entry, cell)

    def keep(self, question: str, student: str) -> None:
        """A score stands, though the answer was changed after it was given."""
        with self._changing(question, student) as (db, _, entry, _cell):
            grade = entry.grades[question]
            if grade["needs_manual_grade"] and grade["manual_score"] is not None:
                self._step(db, {"do": "look", "question": question, "student": student})
                db.execute(_SCORES, updated([grade | {"needs_manual_grade": False}]))

    def add(self, question: str, text: str, points: float) -> int:
        """A new rubric item; its id."""
        with self._recorder.alone() as db:
            most = self._cell(db, question).max_score
            self._begin(db, question, most)
            values = {"text": _text(text, empty=False), "points": _points(points), "most": most, "removed": False}
            new = rubric.insert().values(assignment=self._assignment, question=question, **values)
            key = db.execute(new).inserted_primary_key
            item = int(key[0]) if key else 0
            self._step(db, {"do": "change", "item": item, "question": question, "removed": True})
            return item

    def change(self, question: str, item: int, **values: Any) -> int:
        """Change the ``text`` or the ``points`` of a rubric item, or whether it is ``removed``.

        All who have it get another score, unless that was given in formgrader. Returns how many have it.
        """
        if "text" in values:
            values["text"] = _text(values["text"], empty=False)
        if "points" in values:
            values["points"] = _points(values["points"])
        with self._recorder.alone() as db:
            cell = self._cell(db, question)
            of_it = {"assignment": self._assignment, "question": question, "id": item}
            row = db.execute(select(rubric).filter_by(**of_it)).mappings().one_or_none()
            if row is None:
                raise Conflict("this rubric item is no longer there")
            if "points" in values:
                values.setdefault("most", cell.max_score)
            back = {"do": "change", "question": question, "item": item, **{name: row[name] for name in values}}
            self._step(db, back)
            db.execute(rubric.update().filter_by(**of_it).values(**values))
            return self._recalculate(db, question, item, cell)

    def undo(self) -> str:
        """Take this grader's last step back; what it was, "" if there is none left."""
        with self._recorder.alone() as db:
            mine = {"assignment": self._assignment, "grader": self._grader, "undone": False}
            last = db.execute(select(steps).filter_by(**mine).order_by(steps.c.id.desc()).limit(1)).mappings().first()
            if last is None:
                return ""
            db.execute(steps.update().where(steps.c.id == last["id"]).values(undone=True))
        back = json.loads(last["back"])
        self._take_back(**back)
        return str(back["question"])

    def _take_back(self, do: str, question: str, **back: Any) -> None:
        """Do what undoes a step, without noting it as one."""
        quiet = _Quiet(self._recorder, self._assignment, self._grader)
        if do == "toggle":
            quiet.toggle(question, **back)
        elif do == "comment":
            quiet.comment(question, **back)
        elif do == "change":
            quiet.change(question, back.pop("item"), **back)
        else:
            with self._changing(question, back["student"]) as (db, mark, entry, _cell):
                grade = entry.grades[question]
                if do == "look":
                    db.execute(_SCORES, updated([grade | {"needs_manual_grade": True}]))
                    return
                if grade["manual_score"] is not None:
                    raise Conflict("this answer has another score by now, which stands")
                mark |= {"items": back["items"], "score": None}
                self._save(db, mark)
                scored = {"manual_score": back["score"], "needs_manual_grade": False}
                db.execute(_SCORES, updated([grade | scored]))

    @contextmanager
    def _changing(self, question: str, student: str) -> Iterator[tuple[Connection, dict[str, Any], Entry, Cell]]:
        with self._recorder.alone() as db:
            cell = self._cell(db, question)
            entry = entries_of(db, self._assignment, [student], cells_of(db, self._assignment)).get(student)
            if entry is None or question not in entry.grades:
                raise Conflict("the gradebook has no such answer any more")
            yield db, self._mark(db, question, student), entry, cell

    def _cell(self, db: Connection, question: str) -> Cell:
        found = [each for each in cells_of(db, self._assignment) if each.name == question and each.is_graded]
        if not found:
            raise Conflict(f"the problem set has no question {question!r} any more")
        return found[0]

    def _items(self, db: Connection, question: str, most: float) -> list[Item]:
        rows = select(rubric).filter_by(assignment=self._assignment, question=question, removed=False)
        return [
            Item(row["id"], row["text"], _rescaled(row["points"], row["most"], most))
            for row in db.execute(rows.order_by(rubric.c.id)).mappings()
        ]

    def _mark(self, db: Connection, question: str, student: str) -> dict[str, Any]:
        key = {"assignment": self._assignment, "question": question, "student": student}
        row = db.execute(select(marks).filter_by(**key)).mappings().one_or_none()
        return self._unmarked(question, student) if row is None else {**row, "items": json.loads(row["items"])}

    def _unmarked(self, question: str, student: str) -> dict[str, Any]:
        key = {"assignment": self._assignment, "question": question, "student": student}
        return {**key, "items": [], "comment": "", "score": None, "most": 0.0, "said": None}

    def _save(self, db: Connection, mark: Mapping[str, Any]) -> None:
        key = {name: mark[name] for name in ("assignment", "question", "student")}
        db.execute(marks.delete().filter_by(**key))
        db.execute(marks.insert().values(**{**mark, "items": json.dumps(mark["items"])}))

    def _ours(self, mark: Mapping[str, Any], entry: Entry, cell: Cell) -> bool:
        """Whether the gradebook holds what was written there from here, be it no score."""
        given = entry.grades[cell.name]["manual_score"]
        if given is None or mark["score"] is None:
            return given is mark["score"]
        return isclose(given, _rescaled(mark["score"], mark["most"], cell.max_score), abs_tol=1e-6)

    def _require_ours(self, mark: dict[str, Any], entry: Entry, cell: Cell) -> None:
        """`Conflict` if formgrader gave a score; where it took one away, the answer begins anew."""
        given = entry.grades[cell.name]["manual_score"]
        if given is None and mark["score"] is not None:
            mark["items"] = []
        elif not self._ours(mark, entry, cell):
            raise Conflict(f"this answer has {given:g} points from formgrader, which stand: take it over first")

    def _adopt(self, mark: dict[str, Any], entry: Entry, cell: Cell) -> None:
        """Make a comment that was given in formgrader the grader's own."""
        given = entry.comments.get(cell.name, {}).get("manual_comment")
        if (given or "") != (mark["said"] or ""):
            mark["comment"] = given or ""

    def _seen(self, mark: dict[str, Any], entry: Entry, cell: Cell) -> Mark:
        self._adopt(mark, entry, cell)
        grade, ours = entry.grades[cell.name], self._ours(mark, entry, cell)
        score = grade["manual_score"]
        automatic = score is None and grade["auto_score"] is not None
        return Mark(
            tuple(mark["items"]) if ours and score is not None else (),
            mark["comment"],
            grade["auto_score"] if automatic else score,
            score is not None and not ours,
            bool(grade["needs_manual_grade"]) and score is not None,
            automatic,
        )

    def _write(
        self, db: Connection, mark: dict[str, Any], entry: Entry, cell: Cell, *, score: bool = True, looked: bool = True
    ) -> None:
        """Write into the gradebook what follows from a mark, its score only if that is asked for."""
        items = [item for item in self._items(db, cell.name, cell.max_score) if item.id in mark["items"]]
        self._adopt(mark, entry, cell)
        said = _in_words(items, mark["comment"])
        grade, remark = entry.grades[cell.name], entry.comments.get(cell.name)
        if score:
            summed = min(max(fsum(item.points for item in items), 0.0), cell.max_score)
            mark["score"], mark["most"] = (summed if items else None), cell.max_score
            needs = not items and grade["auto_score"] is None
            if items and not looked and grade["manual_score"] is not None:
                needs = grade["needs_manual_grade"]
            db.execute(_SCORES, updated([grade | {"manual_score": mark["score"], "needs_manual_grade": needs}]))
        if remark is not None:
            mark["said"] = said or None
            db.execute(_COMMENTS, updated([remark | {"manual_comment": mark["said"]}]))
        self._save(db, mark)

    def _recalculate(self, db: Connection, question: str, item: int, cell: Cell) -> int:
        of_it = select(marks.c.student, marks.c["items"]).filter_by(assignment=self._assignment, question=question)
        having = [student for student, items in db.execute(of_it).all() if item in json.loads(items)]
        entries = entries_of(db, self._assignment, having, cells_of(db, self._assignment))
        for student, entry in entries.items():
            mark = self._mark(db, question, student)
            if self._ours(mark, entry, cell):
                self._write(db, mark, entry, cell, looked=False)
        return len(having)

    def _step(self, db: Connection, back: Mapping[str, Any]) -> None:
        values = {"assignment": self._assignment, "grader": self._grader, "undone": False}
        db.execute(steps.insert().values(**values, back=json.dumps(back)))


class _Quiet(Store):
    """One that notes no steps."""

    def _step(self, db: Connection, back: Mapping[str, Any]) -> None:
        pass


def _rescaled(points: float, most: float, now: float) -> float:
    """Points of a question that counted ``most``, in those that it counts ``now``: they keep their share."""
    return points if most == now else round(points * now / most, 9) if most else 0.0


def _in_words(items: Sequence[Item], comment: str) -> str:
    """What the student reads: the items' texts, and the grader's own."""
    written = comment.split("\n")
    return "\n".join([*(item.text for item in items if item.text not in written), *([comment] if comment else [])])


def _text(text: object, *, empty: bool = True) -> str:
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError(f"a text has at most {LONGEST} characters")
    text = text.replace("\r\n", "\n").strip()
    if not text and not empty:
        raise ValueError("a rubric item needs a text, which students read")
    return text


def _points(points: object) -> float:
    if isinstance(points, bool) or not isinstance(points, int | float) or not -1000 <= points <= 1000:
        raise ValueError("points are a number such as 1, 0.5 or -1")
    return float(points)
