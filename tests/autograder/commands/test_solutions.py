"""The answers become pages that instructors can read, and that nobody else can."""

from __future__ import annotations

import stat

import pytest

from autograder.cli import main
from autograder.pages import solutions
from autograder.pages.solutions import solutions_page

PS = "ps2_missing_sum"


def test_the_answers_are_written_into_a_folder_of_the_owners_alone(tmp_path, capsys):
    folder = tmp_path / "answers"
    folder.mkdir(mode=0o755)
    assert main(["solutions", PS, "--to", str(folder)]) == 0
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (page,) = folder.iterdir()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    said = page.read_text()
    assert "return s * (y.sum() - y)" in said and "BEGIN SOLUTION" not in said
    assert "Answer" in said and "For instructors alone" in said
    assert "$$" not in said and ("<math" in said or "<code>\\frac" in said)


@pytest.mark.parametrize("place", ["_build/html/answers", "exercises/answers"])
def test_they_do_not_go_where_students_look(place, capsys):
    assert main(["solutions", PS, "--to", place]) == 1
    assert "which students see" in capsys.readouterr().err


def cell(kind, source, **about):
    return {"cell_type": kind, "source": source, "metadata": {"nbgrader": about}}


def test_formulas_outside_code_are_typeset_and_code_is_text(monkeypatch):
    asked = []
    monkeypatch.setattr(solutions, "_mathml", lambda wanted: asked.extend(wanted) or ["<math></math>"] * len(wanted))
    cells = [
        cell("markdown", "What $a < b$ and `$c$` say:\n\n$$d_i$$\n"),
        cell("code", "print('$x$ <b>')", solution=True, grade=True, points=2),
    ]
    page = solutions_page(PS, {"cells": cells})
    assert asked == [{"tex": "a < b", "display": False}, {"tex": "d_i", "display": True}]
    assert page.count("<math>") == 2 and "<code>$c$</code>" in page
    assert "$x$ &lt;b&gt;" in page and "2 points" in page


def test_without_node_formulas_stay_as_they_are_written(monkeypatch):
    monkeypatch.setattr(solutions, "_node", lambda: None)
    assert "<code>a &lt; b</code>" in solutions_page(PS, {"cells": [cell("markdown", "$a < b$")]})
