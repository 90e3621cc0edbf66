"""How much of a chapter meets the eye: words, and code that shows nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from ..problem_sets import CHAPTERS, chapter

MOST_WORDS = 3000
CELL = re.compile(
    r"^```\{code-cell\}[^\n]*\n(?P<head>---\n.*?\n---\n|(?::[^\n]*\n)*)(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)
CAPTION = re.compile(r"^    caption: >-\n((?: {6}.*\n)+)", re.MULTILINE)
FORMULA = re.compile(r"\$[^$]+\$")
WORD = re.compile(r"\S*\w\S*")
NO_PROSE = re.compile(
    r"\A---\n.*?\n---\n|^```\{(?:code-cell|math|quiz)\}.*?^```$|^```\{interactive\}.*?$|^```\w+\n.*?^```$"
    r"|^\([\w-]+\)=$|^:::+(?:\{dropdown\})?",
    re.DOTALL | re.MULTILINE,
)


def words(page: str) -> int:
    """Words of the text, of its tables, questions and answers, and of all captions; a formula in a line is one."""
    prose = [NO_PROSE.sub("", page), *CAPTION.findall(page)]
    return len(WORD.findall(FORMULA.sub("x", "\n".join(prose))))


def shows(cell: ast.Module) -> bool:
    prints = (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print" for node in ast.walk(cell))
    return isinstance(cell.body[-1], ast.Expr) or any(prints)


def names(tree: ast.AST, context: type) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:
        found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found


def still_read(given: set[str], later: list[ast.Module]) -> bool:
    """Whether one of the names is read before it is given again."""
    for cell in later:
        for statement in cell.body:
            if names(statement, ast.Load) & given:
                return True
            given = given - names(statement, ast.Store)
    return False


def cells_that_only_assert(page: str) -> Iterator[str]:
    """Code that takes room and shows nothing, and of which no later cell needs a name."""
    cells = [(found["head"], ast.parse(found["code"])) for found in CELL.finditer(page)]
    for number, (head, cell) in enumerate(cells):
        later = [other for beginning, other in cells[number + 1 :] if "remove-cell" not in beginning]
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(cell))
        if asserts and not ("remove-" in head or "hide-" in head or shows(cell)):
            if not still_read(names(cell, ast.Store), later):
                yield ast.unparse(cell)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_no_more_than_3000_words_and_folds_what_only_asserts(name):
    assert words(chapter(name)) <= MOST_WORDS
    assert list(cells_that_only_assert(chapter(name))) == []


@pytest.mark.parametrize(
    ("page", "count"),
    [
        ("---\na: b\n---\n\n# Two words\n\nand two more", 5),
        ("```{code-cell} ipython3\nx = 1  # no word\n```\none", 1),
        ("```{math}\na + b\n```\n(a-label)=\none", 1),
        ("```{interactive} paths\nA caption.\n```\none", 3),
        ("```{code-cell} ipython3\n---\n    caption: >-\n      Two words.\n    name: x\n---\nx = 1\n```\none", 3),
        ("the sum $a + b = c$ is – one", 5),
        (":::{dropdown} 1. Why?\nBecause of it.\n:::", 5),
        ("| a | table |\n|---|---|\n", 2),
    ],
)
def test_words_are_counted_without_code_and_formulas(page, count):
    assert words(page) == count


@pytest.mark.parametrize(
    ("head", "code", "found"),
    [
        ("", "for k in (1, 2):\n    assert k", 1),
        (":tags: [hide-input]\n", "for k in (1, 2):\n    assert k", 0),
        ("", "x = 1\nassert x", 0),
        ("", "y = 1\nassert y", 1),
        ("", "assert True\nprint(1)", 0),
    ],
    ids=["only asserts", "folded", "gives a name", "gives a name that is given again", "shows something"],
)
def test_the_check_of_cells_sees_one_that_only_asserts(head, code, found):
    page = f"```{{code-cell}} ipython3\n{head}{code}\n```\n\n```{{code-cell}} ipython3\ny = 2\nprint(x + y)\n```\n"
    assert len(list(cells_that_only_assert(page))) == found
