"""Write the class of an example as notebooks: ``python examples/hand_in.py examples/layernorm FOLDER``.

Run it when the problem sets are released. ``FOLDER`` gets a folder a student, as 'autograder collect' takes it.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path


def hand_in(course: Path, folder: Path) -> list[str]:
    """Put each ``class/<student>.py`` of the course into the notebook of its problem set; the students' names."""
    (released,) = (course / "exercises").glob("*/*.ipynb")
    students = sorted((course / "class").glob("*.py"))
    for student in students:
        target = folder / student.stem / released.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(filled(json.loads(released.read_text()), student.read_text())))
    return [student.stem for student in students]


def filled(notebook: dict, source: str) -> dict:
    """The notebook, with each function of the source in the cell that is named after it."""
    functions = {
        node.name: ast.get_source_segment(source, node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
    }
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in functions:
            cell["source"] = functions[name]
    return notebook


if __name__ == "__main__":
    print("\n".join(hand_in(Path(sys.argv[1]), Path(sys.argv[2]))))
