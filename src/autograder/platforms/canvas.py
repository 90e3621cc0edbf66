"""Canvas.

Its archive calls a file ``<last name><first name>[_LATE]_<user>_<attachment>_<file>``, and does not hold the times of
submission: the files in it carry that of the download. When it imports grades it finds a student by ``ID``, else by
``SIS Login ID``, else by the name, wants its columns in one order, and leaves alone who has no score. (Read from
lib/content_zipper.rb and lib/gradebook_importer.rb.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from autograder.platforms.platform import Platform
from autograder.records.grades import Grades


class Canvas(Platform):
    name = "Canvas"
    patterns = (
        r"(?P<late>LATE_)?(?P<name>anon_[^/_]+)_\d+_(?P<file_id>[^/]+)",
        r"(?P<name>[^/]+?)(?P<late>_LATE)?_(?P<number>(?!\d{4}_\d\d?_\d\d?\b)\d+)_"  # a date is no number
        r"(?:(?=(?:text|link)\.html$)|\d+_)(?P<file_id>[^/]+)",
    )
    numbers_last = True
    people: ClassVar[Mapping[str, Sequence[str]]] = {
        "id": ("sis login id", "sis user id", "canvas id"),
        "lms_user_id": ("canvas id",),
    }
    keys = ("canvas id", "sis login id", "sis user id")
    number = "canvas id"
    names = ("student",)

    def columns(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str] | None:
        if "section" not in names or not ("student" in names or {"lastname", "firstname", "id"}.issubset(names)):
            return None
        return ["canvas id" if name == "id" else name for name in names]

    def handed_back(self, path: str, file: str) -> str:
        """For *Upload submissions*: the first two numbers between ``_`` are the student's and the attachment's.

        An answer typed in has no attachment, and takes no file back; nor does anonymous marking. (Read from
        app/models/assignment.rb.)
        """
        if path.startswith(("anon_", "LATE_anon_")):
            return ""
        pieces = path.split("_")
        numbers = [k for k, piece in enumerate(pieces[:-1]) if re.fullmatch(r"\d+", piece)]
        return "_".join([*pieces[: numbers[1] + 1], file]) if len(numbers) > 1 else ""

    def is_about_nobody(self, cells: Mapping[str, str]) -> bool:
        """The rows of its gradebook that are about assignments, and its student for trying out."""
        student = _called(cells)
        return (
            not student
            or "points possible" in student.casefold()
            or (student == "Student, Test" and not cells.get("sis user id"))
        )

    def import_table(self, grades: Grades, column: str) -> list[list[str | float]]:
        """For *Grades → Import*: it takes the last column for the assignment of that name, or offers to make one."""
        rows: list[list[str | float]] = [["    Points Possible", "", "", "", "", grades.max_score]]
        for person in grades.everybody:
            name = f"{person.last_name}, {person.first_name}" if person.last_name and person.first_name else person.name
            rows.append([name, person.lms_user_id, "", person.id, "", grades.score(person.id)])
        return [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column], *rows]

    def maximum(self, cells: Mapping[str, str], grade: str) -> str | None:
        return grade if self.is_about_points(cells) else None

    def is_about_points(self, cells: Mapping[str, str]) -> bool:
        return "points possible" in _called(cells).casefold()


def _called(cells: Mapping[str, str]) -> str:
    """How a row of its gradebook calls the student: ``Lovelace, Ada``, which may be split into two columns."""
    split = (cells.get("lastname", ""), cells.get("firstname", ""))
    return cells.get("student", "") or ", ".join(filter(None, split))
