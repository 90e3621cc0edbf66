"""Write the class of `tests/submissions/<problem set>/` as the notebooks which its students would hand in.

    python tests/submissions/make.py DESTINATION
    python tests/submissions/make.py DESTINATION --problem-set ps4_fused

Each student is one text file that holds only what this student did differently. It opens with a docstring that says
what, and with lines ``# key: value``; a value goes on in the next line if that is indented by three spaces or more:

    # expect:     {"<function>": [score, ["slip", …]], …}   functions not named get full marks;
    #                                                       "unreadable": 0 for each of them
    # start from: answers | released | empty | nothing      the model answers (if not said), the problem set as
    #                                                       released, a notebook without cells, or none at all
    # handed in:  2026-10-01 21:14:07 UTC
    # file:       ps2_missing_sum.ipynb                     (if not said, that of the problem set)

Then come the cells, each under a title:

    # %% softmax_forward              the new text of the cell with this grade_id (added at the end if there is none)
    # %% where_the_… [markdown]       the same for markdown, each line after "# "
    # %% after softmax_forward        a new cell below that one
    # %% without softmax_forward      that cell is deleted
    # %% raw                          the lines, each after "# ", are written in place of a notebook
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PROBLEM_SET = "ps2_missing_sum"
"""Which class is meant if none is said."""
HEADER = {"expect": "{}", "start from": "answers", "handed in": "2026-10-01 21:14:07 UTC"}


@dataclass(frozen=True)
class Submission:
    """What one student hands in, and the grade it should get."""

    student: str
    problem_set: str
    description: str
    header: Mapping[str, str]
    cells: tuple[tuple[str, str], ...]

    @property
    def unreadable(self) -> bool:
        """No grade can be read from it: a message for the student, and zero."""
        return json.loads(self.header["expect"]) == "unreadable"

    def expected(self, max_scores: Mapping[str, float]) -> dict[str, tuple[float, list[str]]]:
        """The score and the slips that each function of ``max_scores`` should get."""
        if self.unreadable:
            return {function: (0.0, []) for function in max_scores}
        special = json.loads(self.header["expect"])
        if unknown := special.keys() - max_scores.keys():
            raise ValueError(f"{self.student} expects something of {sorted(unknown)}, which are not graded")
        return {function: tuple(special.get(function, (top, []))) for function, top in max_scores.items()}


def read_class(names: Collection[str] | None = None, problem_set: str = PROBLEM_SET) -> list[Submission]:
    """The students of the class in alphabetical order, all or those of these ``names``."""
    students = [read_student(path) for path in sorted((HERE / problem_set).glob("*.py"))]
    if missing := set(names or ()) - {student.student for student in students}:
        raise ValueError(f"no such students: {sorted(missing)}")
    return [student for student in students if names is None or student.student in names]


def read_student(path: Path) -> Submission:
    top, *parts = re.split(r"^# %% ", path.read_text(), flags=re.MULTILINE)
    description = re.match(r'"""(.*?)"""', top, flags=re.DOTALL)[1]
    header = {
        key: re.sub(r"\n# +", " ", value)
        for key, value in re.findall(r"^# ([a-z ]+): *(.+(?:\n# {3,}\S.*)*)$", top, flags=re.MULTILINE)
    }
    defaults = {**HEADER, "file": f"{path.parent.name}.ipynb"}
    if unknown := header.keys() - defaults.keys():
        raise ValueError(f"{path} has unknown header lines: {sorted(unknown)}")
    cells = []
    for part in parts:
        title, _, text = part.partition("\n")
        name = title.strip().removesuffix(" [markdown]")
        if name != title.strip() or name == "raw":
            text = re.sub(r"^# ?", "", text, flags=re.MULTILINE)
        cells.append((name, text.strip("\n")))
    return Submission(path.stem, path.parent.name, description, defaults | header, tuple(cells))


def write_class(
    destination: Path, names: Collection[str] | None = None, problem_set: str = PROBLEM_SET
) -> list[Submission]:
    """Write ``destination/<student>/<problem set>/`` for the whole class, or for ``names``; returns those written."""
    students = read_class(names, problem_set)
    for student in students:
        folder = Path(destination) / student.student / problem_set
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text(student.header["handed in"] + "\n")
        if student.header["start from"] != "nothing":
            nbformat.write(notebook(student), folder / student.header["file"])
        for name, text in student.cells:
            if name == "raw":
                (folder / student.header["file"]).write_text(text)
    return students


def notebook(student: Submission) -> NotebookNode:
    """The student's notebook."""
    book = _start(student.header["start from"], student.problem_set)
    for name, text in student.cells:
        verb, _, anchor = name.rpartition(" ")
        position = _position(book, anchor)
        if verb == "after":
            book.cells.insert(position + 1, new_code_cell(text, id=f"after-{anchor}"))
        elif verb == "without":
            del book.cells[position]
        elif position < len(book.cells):
            book.cells[position].source = text
        else:
            book.cells.append(new_code_cell(text, id=name, metadata={"nbgrader": {"grade_id": name, "solution": True}}))
    return book


def _start(where: str, problem_set: str) -> NotebookNode:
    if where == "empty":
        return new_notebook()
    book = nbformat.read(ROOT / "exercises" / problem_set / f"{problem_set}.ipynb", as_version=4)
    if where == "answers":
        for name, answer in model_answers(problem_set).items():
            book.cells[_position(book, name)].source = answer
    elif where != "released":
        raise ValueError(f"start from {where!r}? It must be answers, released, empty or nothing")
    return book


def model_answers(problem_set: str = PROBLEM_SET) -> dict[str, str]:
    """The code of each solution cell, by grade_id, as a student would have written it."""
    return dict(_model_answers(problem_set))


@cache
def _model_answers(problem_set: str) -> dict[str, str]:
    book = jupytext.read(ROOT / "solutions" / f"{problem_set}.md")
    cells = [
        cell for cell in book.cells if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    ]
    return {
        cell.metadata.nbgrader.grade_id: re.sub(
            r"^ *#(## (BEGIN|END) SOLUTION|\|).*\n?", "", cell.source, flags=re.MULTILINE
        )
        for cell in cells
    }


def _position(book: NotebookNode, grade_id: str) -> int:
    """Where the cell of this grade_id is; the end if there is none."""
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in book.cells]
    return ids.index(grade_id) if grade_id in ids else len(ids)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Write the class of tests/submissions as notebooks that can be graded."
    )
    parser.add_argument("destination", type=Path, help="folder for <student>/<problem set>/")
    parser.add_argument("names", nargs="*", help="students to write (all if none is named)")
    parser.add_argument("--problem-set", default=PROBLEM_SET, help="whose class (default: %(default)s)")
    arguments = parser.parse_args()
    written = write_class(arguments.destination, arguments.names or None, arguments.problem_set)
    print(f"{len(written)} submissions in {arguments.destination}")
